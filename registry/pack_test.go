package registry

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
)

// A packBuilder writes packfiles, also those that git would not.
type packBuilder struct {
	bytes.Buffer
	count uint32
}

// head writes an object's type and size and gives its place.
func (b *packBuilder) head(kind plumbing.ObjectType, size int) (offset int) {
	offset = 12 + b.Len()
	c := byte(kind)<<4 | byte(size&15)
	for size >>= 4; size > 0; size >>= 7 {
		b.WriteByte(c | 0x80)
		c = byte(size & 0x7f)
	}
	b.WriteByte(c)
	b.count++
	return offset
}

func (b *packBuilder) deflate(data []byte) {
	z := zlib.NewWriter(b)
	_, _ = z.Write(data)
	_ = z.Close()
}

func (b *packBuilder) object(kind plumbing.ObjectType, data []byte) (offset int) {
	offset = b.head(kind, len(data))
	b.deflate(data)
	return offset
}

// loose is what is in the file of an object of its own.
func loose(text string) []byte {
	var b packBuilder
	b.deflate([]byte(text))
	return b.Bytes()
}

func (b *packBuilder) refDelta(base plumbing.Hash, delta []byte) {
	b.head(plumbing.REFDeltaObject, len(delta))
	b.Write(base[:])
	b.deflate(delta)
}

func (b *packBuilder) ofsDelta(base int, delta []byte) (offset int) {
	offset = b.head(plumbing.OFSDeltaObject, len(delta))
	back := offset - base
	place := []byte{byte(back & 0x7f)}
	for back >>= 7; back > 0; back >>= 7 {
		back--
		place = append([]byte{byte(back&0x7f) | 0x80}, place...)
	}
	b.Write(place)
	b.deflate(delta)
	return offset
}

func (b *packBuilder) pack() []byte {
	out := append([]byte("PACK"), 0, 0, 0, 2)
	out = binary.BigEndian.AppendUint32(out, b.count)
	out = append(out, b.Bytes()...)
	sum := sha1.Sum(out)
	return append(out, sum[:]...)
}

// copies is a delta that repeats the whole of a base n times.
func copies(size, n int) []byte {
	d := binary.AppendUvarint(nil, uint64(size))
	d = binary.AppendUvarint(d, uint64(size*n))
	for range n {
		d = append(d, 0x80|0x70, byte(size), byte(size>>8), byte(size>>16))
	}
	return d
}

func TestReadPack(t *testing.T) {
	base := []byte("abc")
	id := plumbing.ComputeHash(plumbing.BlobObject, base)
	twice := []byte("abcabc")
	var b packBuilder
	b.refDelta(plumbing.ComputeHash(plumbing.BlobObject, twice), copies(6, 2)) // before its base, which is a delta itself
	b.refDelta(id, copies(3, 2))
	at := b.object(plumbing.BlobObject, base)
	b.ofsDelta(b.ofsDelta(at, copies(3, 3)), copies(9, 2))
	b.object(plumbing.TreeObject, nil)
	p, err := readPack(t.Context(), bytes.NewReader(b.pack()), "here", maxObjects)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, 2, 3, 4, 6} {
		want := strings.Repeat("abc", n)
		got, err := p.object(plumbing.BlobObject, plumbing.ComputeHash(plumbing.BlobObject, []byte(want)), 100)
		if err != nil || string(got) != want {
			t.Errorf("%d times: %q, %v", n, got, err)
		}
	}
	if _, err := p.object(plumbing.CommitObject, id, 100); !errors.Is(err, plumbing.ErrObjectNotFound) {
		t.Errorf("blob as commit: %v", err)
	}
	if _, err := p.object(plumbing.BlobObject, id, 2); !errors.Is(err, errTooLarge) {
		t.Errorf("beyond the limit: %v", err)
	}
}

// An object that no skill can use is passed over; the rest of the pack reads.
func TestLargeObjectsAreSkipped(t *testing.T) {
	video := make([]byte, keptBytes+1)
	id := plumbing.ComputeHash(plumbing.BlobObject, video)
	var b packBuilder
	at := b.object(plumbing.BlobObject, video)
	at = b.ofsDelta(at, []byte{0x81, 0x80, 0x80, 8, 1, 1, 'x'})
	b.ofsDelta(at, []byte{1, 1, 1, 'y'})
	b.object(plumbing.BlobObject, []byte("after"))
	p, err := readPack(t.Context(), bytes.NewReader(b.pack()), "here", maxObjects)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.object(plumbing.BlobObject, id, 1<<40); !errors.Is(err, errTooLarge) {
		t.Errorf("skipped object: %v", err)
	}
	if len(p) != 2 {
		t.Errorf("%d objects", len(p))
	}
}

func TestPackBombs(t *testing.T) {
	zeros := make([]byte, 1<<20)
	var inflated, deltas, counted packBuilder
	inflated.object(plumbing.BlobObject, zeros)
	inflated.head(plumbing.BlobObject, maxUnpackedBytes-len(zeros)/2) // its bytes need not even come
	at, size := deltas.object(plumbing.BlobObject, zeros[:1000]), 1000
	for range 10 { // a thousand times the size in each step
		at = deltas.ofsDelta(at, copies(size, 100))
		size *= 100
		if size > 1<<30 {
			break
		}
	}
	counted.count = maxObjects + 1
	for name, b := range map[string]*packBuilder{"inflated": &inflated, "deltas": &deltas, "counted": &counted} {
		_, err := readPack(t.Context(), bytes.NewReader(b.pack()), "here", maxObjects)
		if _, ok := errors.AsType[*LimitError](err); !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDamagedPacks(t *testing.T) {
	var b packBuilder
	b.object(plumbing.BlobObject, []byte("abc"))
	whole := b.pack()
	for n := range whole {
		if _, err := readPack(t.Context(), bytes.NewReader(whole[:n]), "here", maxObjects); err == nil {
			t.Errorf("%d of %d bytes are taken", n, len(whole))
		}
	}
	flipped := bytes.Clone(whole)
	flipped[len(flipped)-1]++
	if _, err := readPack(t.Context(), bytes.NewReader(flipped), "here", maxObjects); err == nil {
		t.Error("a wrong checksum is taken")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := readPack(ctx, bytes.NewReader(whole), "here", maxObjects); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func FuzzReadPack(f *testing.F) {
	var b packBuilder
	at := b.object(plumbing.BlobObject, []byte("abc"))
	b.ofsDelta(at, copies(3, 2))
	f.Add(b.pack())
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := readPack(t.Context(), bytes.NewReader(data), "here", maxObjects)
		if err != nil {
			return
		}
		for id, o := range p {
			if o.data != nil && plumbing.ComputeHash(o.kind, o.data) != id {
				t.Errorf("%s is not its own hash", id)
			}
		}
	})
}

func FuzzParseTree(f *testing.F) {
	f.Add([]byte("100644 a\x0012345678901234567890"))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := parseTree(data)
		if err == nil && len(entries) > len(data)/22 {
			t.Errorf("%d entries in %d bytes", len(entries), len(data))
		}
	})
}
