package registry

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/go-git/go-git/v5/plumbing"
)

// A diskPack is a pack on the disk with its index, both of which are read where
// something is looked for only (https://git-scm.com/docs/gitformat-pack).
type diskPack struct {
	index, pack *os.File
	length      int64 // of the pack
	count       int64 // of the objects
	large       int64 // how many places are behind 2 GiB
	// What unpacks an object serves for the next one.
	buffer   *bufio.Reader
	inflater io.ReadCloser
}

// The parts of an index of version 2: a header, for each first byte of an id how
// many objects are before the next, then ids, checksums and places.
const (
	indexHead   = 8
	indexFanout = indexHead + 256*4
	indexEnd    = 2 * len(plumbing.ZeroHash)
	idLength    = int64(len(plumbing.ZeroHash))
	// perObject is what an object takes in it.
	perObject = idLength + 4 + 4
)

// openPack opens the pack of this path, which is the files' less the extension.
// The error is fs.ErrNotExist if one of them is not there.
func openPack(path string) (_ *diskPack, err error) {
	p := &diskPack{}
	if p.index, err = openRegular(path + ".idx"); err != nil {
		return nil, err
	}
	if p.pack, err = openRegular(path + ".pack"); err != nil {
		return nil, errors.Join(err, p.index.Close())
	}
	if err := p.measure(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s.idx: %w", path, err), p.close())
	}
	return p, nil
}

func (p *diskPack) close() error { return errors.Join(p.index.Close(), p.pack.Close()) }

// measure checks that the index is as long as it says.
func (p *diskPack) measure() error {
	info, err := p.index.Stat()
	if err != nil {
		return err
	}
	pack, err := p.pack.Stat()
	if err != nil {
		return err
	}
	p.length = pack.Size()
	var head [indexHead]byte
	if _, err := p.index.ReadAt(head[:], 0); err != nil {
		return err
	}
	if !bytes.Equal(head[:], []byte("\xfftOc\x00\x00\x00\x02")) {
		return errors.New("not an index of version 2; git gc makes one")
	}
	last, err := p.word(indexFanout - 4)
	if err != nil {
		return err
	}
	p.count = int64(last)
	rest := info.Size() - indexFanout - int64(indexEnd) - p.count*perObject
	if rest < 0 || rest%8 != 0 {
		return errors.New("damaged index: it has another length than it says")
	}
	p.large = rest / 8
	return nil
}

// word reads four bytes of the index.
func (p *diskPack) word(at int64) (uint32, error) {
	var b [4]byte
	_, err := p.index.ReadAt(b[:], at)
	return binary.BigEndian.Uint32(b[:]), err
}

// find gives the place of an object, 0 if the pack does not have it.
func (p *diskPack) find(id plumbing.Hash) (int64, error) {
	low, high := int64(0), int64(0)
	for i, n := range []*int64{&low, &high} {
		if first := int64(id[0]) - 1 + int64(i); first >= 0 {
			w, err := p.word(indexHead + 4*first)
			if err != nil {
				return 0, err
			}
			*n = min(int64(w), p.count)
		}
	}
	for low < high {
		middle := (low + high) / 2
		var got plumbing.Hash
		if _, err := p.index.ReadAt(got[:], indexFanout+middle*idLength); err != nil {
			return 0, err
		}
		switch order := bytes.Compare(got[:], id[:]); {
		case order < 0:
			low = middle + 1
		case order > 0:
			high = middle
		default:
			return p.place(middle)
		}
	}
	return 0, nil
}

// place reads where the object of a number is.
func (p *diskPack) place(n int64) (int64, error) {
	const beyond = 1 << 31 // marks a number in the list of eight bytes each
	small := indexFanout + p.count*(idLength+4)
	w, err := p.word(small + n*4)
	if err != nil {
		return 0, err
	}
	at := int64(w)
	if w >= beyond {
		if at -= beyond; at >= p.large {
			return 0, errors.New("damaged index: a place that is not in it")
		}
		var b [8]byte
		if _, err := p.index.ReadAt(b[:], small+p.count*4+at*8); err != nil {
			return 0, err
		}
		at = int64(binary.BigEndian.Uint64(b[:])) //nolint:gosec // what is negative is refused below
	}
	if at <= 0 || at >= p.length {
		return 0, errors.New("damaged index: a place outside of the pack")
	}
	return at, nil
}

// A diskObject is an object as it is in a pack. base is the place of what it is
// a delta of.
type diskObject struct {
	kind plumbing.ObjectType
	data []byte
	base int64
}

// read reads what is at a place. The error is errTooLarge if it is larger than
// what is kept of a pack from the network.
func (p *diskPack) read(at int64) (diskObject, error) {
	r := p.from(at)
	c, err := r.ReadByte()
	if err != nil {
		return diskObject{}, err
	}
	o := diskObject{kind: plumbing.ObjectType(c >> 4 & 7)}
	length := int64(c & 15)
	for shift := 4; c&0x80 != 0; shift += 7 {
		if c, err = r.ReadByte(); err != nil {
			return diskObject{}, err
		}
		if length |= int64(c&0x7f) << shift; shift > 53 || length > keptBytes {
			return diskObject{}, errTooLarge
		}
	}
	switch o.kind {
	case plumbing.OFSDeltaObject:
		back, err := distance(r)
		if err != nil {
			return diskObject{}, err
		}
		if o.base = at - back; back <= 0 || o.base <= 0 {
			return diskObject{}, errors.New("damaged pack: a delta without its base")
		}
	case plumbing.REFDeltaObject:
		var id plumbing.Hash
		if _, err := io.ReadFull(r, id[:]); err != nil {
			return diskObject{}, err
		}
		if o.base, err = p.find(id); err != nil {
			return diskObject{}, err
		}
		if o.base == 0 {
			return diskObject{}, errors.New("damaged pack: a delta without its base")
		}
	case plumbing.CommitObject, plumbing.TreeObject, plumbing.BlobObject, plumbing.TagObject:
	default:
		return diskObject{}, errors.New("damaged pack: an object of no known type")
	}
	if err := p.inflate(r); err != nil {
		return diskObject{}, err
	}
	o.data, err = exactly(p.inflater, length)
	return o, err
}

// from reads the pack from a place on.
func (p *diskPack) from(at int64) *bufio.Reader {
	section := io.NewSectionReader(p.pack, at, p.length-at)
	if p.buffer == nil {
		p.buffer = bufio.NewReader(section)
	} else {
		p.buffer.Reset(section)
	}
	return p.buffer
}

// inflate makes the inflater ready for what comes next in r.
func (p *diskPack) inflate(r io.Reader) (err error) {
	if reset, ok := p.inflater.(zlib.Resetter); ok {
		return reset.Reset(r, nil)
	}
	p.inflater, err = zlib.NewReader(r)
	return err
}

// distance reads how far before a delta its base is.
func distance(r io.ByteReader) (int64, error) {
	c, err := r.ReadByte()
	n := int64(c & 0x7f)
	for err == nil && c&0x80 != 0 {
		if c, err = r.ReadByte(); n >= 1<<40 {
			return 0, errors.New("damaged pack: a base farther than any file is long")
		}
		n = (n+1)<<7 | int64(c&0x7f)
	}
	return n, err
}
