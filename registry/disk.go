package registry

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
)

// A disk is where a repository on this machine has its objects: its own folder
// and those that it borrows from. Whoever made them may have lied about sizes
// and bases, and led files elsewhere: so each object is measured while it is
// read, and is not believed unless it is what its id says.
type disk struct {
	folders []string
	packs   []*diskPack
	listed  bool // the packs are
	bases   map[place]base
	held    int // bytes of bases
}

// A base is an object that deltas are of.
type base struct {
	kind plumbing.ObjectType
	data []byte
}

// A place is where an object begins in a pack.
type place struct {
	pack *diskPack
	at   int64
}

// maxBorrowing is how many folders borrow from one another in git itself
// (https://git-scm.com/docs/gitrepository-layout, objects/info/alternates).
const maxBorrowing = 5

// openDisk finds the folders of objects. Nothing is read of them yet.
func openDisk(objects string) (*disk, error) {
	d := &disk{bases: map[place]base{}}
	return d, d.borrow(objects, 0)
}

// borrow adds a folder of objects, and those that it borrows from. One that is
// gone lacks its objects, and nothing else.
func (d *disk) borrow(folder string, depth int) error {
	if depth > maxBorrowing {
		return nil
	}
	d.folders = append(d.folders, folder)
	file := filepath.Join(folder, "info", "alternates")
	data, err := readRegular(file, maxErrorBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(data)) {
		other := strings.TrimRight(line, "\r\n")
		if other == "" || other[0] == '#' {
			continue
		}
		if !filepath.IsAbs(other) {
			other = filepath.Join(folder, other)
		}
		known := false
		for _, f := range d.folders {
			known = known || f == filepath.Clean(other)
		}
		if info, err := os.Stat(other); known || err != nil || !info.IsDir() {
			continue
		}
		if err := d.borrow(filepath.Clean(other), depth+1); err != nil {
			return err
		}
	}
	return nil
}

// readRegular reads a file that may have so many bytes, and nothing that would
// never end, such as a pipe or a device.
func readRegular(file string, limit int64) ([]byte, error) {
	f, err := openRegular(file)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	data, err := readAtMost(f, limit)
	if errors.Is(err, errTooLarge) {
		return nil, &LimitError{Where: file, What: size(limit)}
	}
	return data, err
}

// openRegular opens a file, and nothing that waits for others.
func openRegular(file string) (*os.File, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", file)
	}
	return os.Open(file)
}

func (d *disk) close() error {
	var errs []error
	for _, p := range d.packs {
		errs = append(errs, p.close())
	}
	return errors.Join(errs...)
}

// object gives the bytes of an object. The error is errTooLarge beyond the limit.
func (d *disk) object(kind plumbing.ObjectType, id plumbing.Hash, limit int64) ([]byte, error) {
	got, data, err := d.find(id, limit)
	switch {
	case err != nil:
		return nil, err
	case got != kind:
		return nil, fmt.Errorf("%s %s: %w", kind, id, plumbing.ErrObjectNotFound)
	case int64(len(data)) > limit:
		return nil, errTooLarge
	case plumbing.ComputeHash(got, data) != id:
		return nil, fmt.Errorf("%s %s is damaged: its bytes are others", kind, id)
	}
	return data, nil
}

// find looks for an object in files of their own, then in packs.
func (d *disk) find(id plumbing.Hash, limit int64) (plumbing.ObjectType, []byte, error) {
	hex := id.String()
	for _, folder := range d.folders {
		kind, data, err := readLoose(filepath.Join(folder, hex[:2], hex[2:]), limit)
		if !errors.Is(err, fs.ErrNotExist) {
			return kind, data, err
		}
	}
	if err := d.listPacks(); err != nil {
		return 0, nil, err
	}
	for _, p := range d.packs {
		at, err := p.find(id)
		if err != nil {
			return 0, nil, err
		}
		if at > 0 {
			kind, data, err := d.unpack(p, at)
			if err != nil && !errors.Is(err, errTooLarge) {
				err = fmt.Errorf("%s: %w", p.pack.Name(), err)
			}
			return kind, data, err
		}
	}
	return 0, nil, fmt.Errorf("object %s: %w", id, plumbing.ErrObjectNotFound)
}

// readLoose reads a file that holds one object: its type and size, a NUL and
// its bytes, all compressed.
func readLoose(file string, limit int64) (plumbing.ObjectType, []byte, error) {
	f, err := openRegular(file)
	if err != nil {
		return 0, nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	z, err := zlib.NewReader(bufio.NewReader(f))
	if err != nil {
		return 0, nil, fmt.Errorf("%s: %w", file, err)
	}
	r := bufio.NewReader(z)
	const longest = 32 // "commit 18446744073709551615"
	head, err := r.Peek(longest)
	end := bytes.IndexByte(head, 0)
	if end < 0 {
		return 0, nil, fmt.Errorf("%s: damaged object: no type and size: %w", file, errors.Join(err))
	}
	word, digits, _ := strings.Cut(string(head[:end]), " ")
	kind, err := plumbing.ParseObjectType(word)
	if err != nil {
		return 0, nil, fmt.Errorf("%s: %w", file, err)
	}
	length, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, nil, fmt.Errorf("%s: %w", file, err)
	}
	if length > limit {
		return kind, nil, errTooLarge
	}
	_, _ = r.Discard(end + 1) // it was peeked at
	data, err := exactly(r, length)
	if err != nil {
		return 0, nil, fmt.Errorf("%s: %w", file, err)
	}
	return kind, data, nil
}

// exactly reads so many bytes to the end of r.
func exactly(r io.Reader, n int64) ([]byte, error) {
	data := make([]byte, n)
	_, err := io.ReadFull(r, data)
	if err == nil {
		var more [1]byte
		if _, err = io.ReadFull(r, more[:]); errors.Is(err, io.EOF) {
			return data, nil
		}
	}
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("damaged object: it has another size than it says")
	}
	return nil, err
}

// listPacks opens the packs of all folders, once.
func (d *disk) listPacks() error {
	if d.listed {
		return nil
	}
	d.listed = true
	for _, folder := range d.folders {
		files, err := os.ReadDir(filepath.Join(folder, "pack"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, f := range files {
			name, found := strings.CutSuffix(f.Name(), ".idx")
			if !found {
				continue
			}
			p, err := openPack(filepath.Join(folder, "pack", name))
			if errors.Is(err, fs.ErrNotExist) {
				continue // git has packed anew, or is about to
			}
			if err != nil {
				return err
			}
			d.packs = append(d.packs, p)
		}
	}
	return nil
}

// maxChain is how many deltas git itself puts upon one another at most
// (https://git-scm.com/docs/git-pack-objects, --depth).
const maxChain = 4095

// unpack reads the object at a place, through any chain of deltas. The error is
// errTooLarge if an object of the chain is larger than any that is kept of a
// pack from the network.
func (d *disk) unpack(p *diskPack, at int64) (plumbing.ObjectType, []byte, error) {
	type step struct {
		at    int64
		delta []byte
	}
	var chain []step
	spent := int64(0)
	var kind plumbing.ObjectType
	var data []byte
	for kind == 0 {
		if len(chain) > maxChain {
			return 0, nil, fmt.Errorf("damaged pack: more than %d deltas upon one another", maxChain)
		}
		if b, known := d.bases[place{p, at}]; known {
			kind, data = b.kind, b.data
			break
		}
		o, err := p.read(at)
		if err != nil {
			return 0, nil, err
		}
		if spent += int64(len(o.data)); spent > maxUnpackedBytes {
			return 0, nil, errTooLarge
		}
		if !o.kind.IsDelta() {
			kind, data = o.kind, o.data
			break
		}
		chain = append(chain, step{at, o.data})
		at = o.base
	}
	for _, next := range slices.Backward(chain) {
		d.keep(place{p, at}, kind, data)
		size, err := deltaSize(next.delta)
		if err != nil {
			return 0, nil, err
		}
		if spent += int64(min(size, maxUnpackedBytes)); size > keptBytes || spent > maxUnpackedBytes {
			return 0, nil, errTooLarge
		}
		if data, err = packfile.PatchDelta(data, next.delta); err != nil {
			return 0, nil, err
		}
		at = next.at
	}
	return kind, data, nil
}

// maxBases bounds what is kept of the bases of deltas: many objects have the same.
const maxBases = 1 << 20

// keep keeps a base for the next delta.
func (d *disk) keep(at place, kind plumbing.ObjectType, data []byte) {
	if _, known := d.bases[at]; known || len(data) > maxBases {
		return
	}
	if d.held += len(data); d.held > maxBases {
		clear(d.bases)
		d.held = len(data)
	}
	d.bases[at] = base{kind, data}
}

// deltaSize is the size of what a delta makes.
func deltaSize(delta []byte) (uint64, error) {
	_, rest, ok := varint(delta)
	if !ok {
		return 0, packfile.ErrInvalidDelta
	}
	n, _, ok := varint(rest)
	if !ok {
		return 0, packfile.ErrInvalidDelta
	}
	return n, nil
}
