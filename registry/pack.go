package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
)

// A pack is the objects of a packfile, in memory.
type pack map[plumbing.Hash]packed

// A packed object has no data if it is larger than any file of a skill may be.
type packed struct {
	kind plumbing.ObjectType
	data []byte
	size int64
}

func (p pack) object(kind plumbing.ObjectType, id plumbing.Hash, limit int64) ([]byte, error) {
	o, found := p[id]
	switch {
	case !found || o.kind != kind:
		return nil, fmt.Errorf("%s %s: %w", kind, id, plumbing.ErrObjectNotFound)
	case o.size > limit || o.data == nil && o.size > 0:
		return nil, errTooLarge
	}
	return o.data, nil
}

// readPack unpacks a packfile while it arrives. Unlike go-git's parser it
// bounds what a hostile pack unpacks to, through any chain of deltas; each
// object is unpacked once and held once. It has at most so many objects. where
// is for errors.
func readPack(ctx context.Context, r io.Reader, where string, most uint32) (pack, error) {
	u := unpacker{
		scanner:  packfile.NewScanner(r),
		pack:     pack{},
		offsets:  map[int64]plumbing.Hash{},
		waiting:  map[plumbing.Hash][]delta{},
		where:    where,
		leftover: maxUnpackedBytes,
	}
	_, count, err := u.scanner.Header()
	if err != nil {
		return nil, err
	}
	if count > most {
		return nil, u.tooLarge(fmt.Sprintf("%d objects", most))
	}
	for range count {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := u.next(); err != nil {
			return nil, err
		}
	}
	if _, err := u.scanner.Checksum(); err != nil {
		return nil, err
	}
	return u.pack, nil
}

type unpacker struct {
	scanner  *packfile.Scanner
	pack     pack
	offsets  map[int64]plumbing.Hash   // for deltas that name their base by place; zero if skipped
	waiting  map[plumbing.Hash][]delta // deltas that came before their base
	where    string
	leftover int64 // of maxUnpackedBytes
}

// A delta is an object that is described as changes to another.
type delta struct {
	offset int64
	data   []byte
}

func (u *unpacker) tooLarge(what string) error {
	return &LimitError{Where: u.where, What: what}
}

// spend takes n bytes from what may still be unpacked.
func (u *unpacker) spend(n int64) error {
	if n < 0 || n > u.leftover {
		return u.tooLarge(fmt.Sprintf("%d MiB unpacked", maxUnpackedBytes>>20))
	}
	u.leftover -= n
	return nil
}

// next unpacks the next object of the stream.
func (u *unpacker) next() error {
	h, err := u.scanner.NextObjectHeader()
	if err != nil {
		return err
	}
	if err := u.spend(h.Length); err != nil {
		return err
	}
	if h.Length > keptBytes {
		return u.skip(h)
	}
	buf := bytes.NewBuffer(make([]byte, 0, h.Length))
	n, _, err := u.scanner.NextObject(buf)
	if err != nil {
		return err
	}
	if n != h.Length {
		return errors.New("damaged pack: an object is shorter than it says")
	}
	d := delta{h.Offset, buf.Bytes()}
	switch h.Type {
	case plumbing.OFSDeltaObject:
		base, known := u.offsets[h.OffsetReference]
		if !known {
			return errors.New("damaged pack: a delta without its base")
		}
		return u.apply(base, d)
	case plumbing.REFDeltaObject:
		if _, here := u.pack[h.Reference]; here {
			return u.apply(h.Reference, d)
		}
		u.waiting[h.Reference] = append(u.waiting[h.Reference], d)
		return nil
	default:
		return u.add(h.Offset, h.Type, d.data)
	}
}

// keptBytes is the largest object that is kept. It is above maxFileBytes, for
// a large object may be the base that a smaller one is a delta of.
const keptBytes = 4 * maxFileBytes

// skip passes over an object that no skill can use, but for its id.
func (u *unpacker) skip(h *packfile.ObjectHeader) error {
	hasher := plumbing.NewHasher(h.Type, h.Length)
	if _, _, err := u.scanner.NextObject(hasher); err != nil {
		return err
	}
	if h.Type.IsDelta() {
		u.offsets[h.Offset] = plumbing.ZeroHash
		return nil
	}
	id := hasher.Sum()
	u.offsets[h.Offset] = id
	u.pack[id] = packed{kind: h.Type, size: h.Length}
	return nil
}

// add stores an object and then the deltas that waited for it.
func (u *unpacker) add(offset int64, kind plumbing.ObjectType, data []byte) error {
	type item struct {
		offset int64
		data   []byte
	}
	queue := []item{{offset, data}}
	for len(queue) > 0 {
		it := queue[0]
		queue = queue[1:]
		id := plumbing.ComputeHash(kind, it.data)
		u.offsets[it.offset] = id
		u.pack[id] = packed{kind, it.data, int64(len(it.data))}
		for _, d := range u.waiting[id] {
			out, err := u.patch(it.data, d.data)
			switch {
			case errors.Is(err, errTooLarge):
				u.offsets[d.offset] = plumbing.ZeroHash
			case err != nil:
				return err
			default:
				queue = append(queue, item{d.offset, out})
			}
		}
		delete(u.waiting, id)
	}
	return nil
}

// apply stores what a delta makes of a base that is already there.
func (u *unpacker) apply(base plumbing.Hash, d delta) error {
	b, found := u.pack[base]
	if !found || b.data == nil && b.size > 0 {
		u.offsets[d.offset] = plumbing.ZeroHash // skipped, as its base was
		return nil
	}
	out, err := u.patch(b.data, d.data)
	if errors.Is(err, errTooLarge) {
		u.offsets[d.offset] = plumbing.ZeroHash // no skill can use it, as in skip
		return nil
	}
	if err != nil {
		return err
	}
	return u.add(d.offset, b.kind, out)
}

// patch applies a delta after looking at the size that it promises. The error is
// errTooLarge if that is more than what is kept.
func (u *unpacker) patch(base, d []byte) ([]byte, error) {
	size, err := deltaSize(d)
	if err != nil {
		return nil, err
	}
	if err := u.spend(int64(min(size, maxUnpackedBytes+1))); err != nil {
		return nil, err
	}
	if size > keptBytes {
		return nil, errTooLarge
	}
	return packfile.PatchDelta(base, d)
}
