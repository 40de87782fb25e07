package registry

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

func packLimits() []limit {
	unpacked := func(t *testing.T, b *packBuilder, most uint32) error {
		t.Helper()
		_, err := readPack(t.Context(), bytes.NewReader(b.pack()), "here", most)
		return err
	}
	empty := func(n int) *packBuilder {
		var one, b packBuilder
		one.object(plumbing.BlobObject, nil)
		b.Write(bytes.Repeat(one.Bytes(), n))
		b.count = uint32(n)
		return &b
	}
	return []limit{
		{"maxObjects", maxObjects, func(t *testing.T, n int) error { return unpacked(t, empty(n), maxObjects) }, "200000 objects"},
		{"maxBetween", maxBetween, func(t *testing.T, n int) error { return unpacked(t, empty(n), maxBetween) }, strconv.Itoa(maxBetween)},
		{"maxUnpackedBytes", maxUnpackedBytes, func(t *testing.T, n int) error {
			const block = 2 * keptBytes
			var one, b packBuilder
			one.object(plumbing.BlobObject, make([]byte, block))
			for ; n >= 2*block; n -= block {
				b.Write(one.Bytes())
				b.count++
			}
			b.object(plumbing.BlobObject, make([]byte, n))
			return unpacked(t, &b, maxObjects)
		}, "256 MiB"},
		{"maxChain", maxChain, func(t *testing.T, n int) error {
			var b packBuilder
			at := b.object(plumbing.BlobObject, []byte("x"))
			for range n {
				at = b.ofsDelta(at, []byte{1, 1, 0x90, 1})
			}
			dir := t.TempDir()
			writeFiles(t, dir, map[string]string{"pack/a.pack": string(b.pack()), "pack/a.idx": string(indexOf(map[string]int{"x": at}))})
			d, err := openDisk(dir)
			if err != nil {
				return err
			}
			_, err = d.object(plumbing.BlobObject, plumbing.ComputeHash(plumbing.BlobObject, []byte("x")), 10)
			return errors.Join(err, d.close())
		}, "4095 deltas"},
		{"maxErrorBytes", maxErrorBytes, func(t *testing.T, n int) error {
			dir := t.TempDir()
			writeFiles(t, dir, map[string]string{"info/alternates": strings.Repeat("\n", n)})
			_, err := openDisk(dir)
			return err
		}, "64 KiB"},
		{"maxRefsBytes", maxRefsBytes, func(t *testing.T, n int) error {
			repo := newRepo(t)
			repo.commit(layouts()[2])
			line := "#" + strings.Repeat(" ", 1022) + "\n"
			text := strings.Repeat(line, n/len(line))
			writeFiles(t, repo.dir, map[string]string{".git/packed-refs": text + strings.Repeat("\n", n-len(text))})
			r, err := openRepository(repo.dir)
			if err != nil {
				return err
			}
			return r.disk.close()
		}, "16 MiB"},
	}
}

func cacheLimits() []limit {
	snap := func(url string) *Snapshot {
		return &Snapshot{Source: Source{Kind: Git, URL: url}, Commit: "1", Skills: []Skill{{
			Name: "first", Path: "skills/first", Files: []File{newFile("SKILL.md", plainFile, []byte(demo))},
		}}}
	}
	// sparse makes a file of the cache that is as long as it is told.
	sparse := func(t *testing.T, path string, n int) {
		t.Helper()
		f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
		if err == nil {
			err = errors.Join(f.Truncate(int64(n)), f.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return []limit{
		{"maxCached", maxCached, func(t *testing.T, n int) error {
			c := Cache{Dir: t.TempDir()}
			for i := range n {
				if err := c.Save(snap(fmt.Sprintf("https://example.invalid/%d", i))); err != nil {
					return err
				}
			}
			files, err := c.files()
			if err == nil && len(files) < n {
				err = fmt.Errorf("%d are kept", len(files))
			}
			return err
		}, "16 are kept"},
		{"maxCacheBytes", maxCacheBytes, func(t *testing.T, n int) error {
			c := Cache{Dir: t.TempDir()}
			kept := filepath.Join(c.Dir, cachePrefix+"a")
			sparse(t, kept, 1000)
			sparse(t, filepath.Join(c.Dir, cachePrefix+"b"), n-1000)
			// A clock that is set back, or too coarse to tell them apart, makes
			// what was kept last look older.
			if err := os.Chtimes(kept, time.Time{}, time.Now().Add(-time.Hour)); err != nil {
				return err
			}
			if err := c.evict(kept); err != nil {
				return err
			}
			files, err := c.files()
			if err == nil && len(files) < 2 {
				err = errors.New("one had to go")
			}
			return err
		}, "one had to go"},
		{"maxCachedBytes", maxCachedBytes, func(t *testing.T, n int) error {
			c, s := Cache{Dir: t.TempDir()}, snap("https://example.invalid/x")
			if err := c.Save(s); err != nil {
				return err
			}
			sparse(t, c.path(s.Source.URL, ""), n)
			_, _, err := c.Load(t.Context(), s.Source)
			return err
		}, "128 MiB"},
		{"maxHeadBytes", maxHeadBytes, func(_ *testing.T, n int) error {
			s := snap("https://example.invalid/x")
			s.Warnings = []string{"x"}
			first, err := keptHeadOf(s)
			if err != nil {
				return err
			}
			s.Warnings[0] = strings.Repeat("x", 1+n-len(first))
			_, err = encoded(s)
			return err
		}, "1 MiB"},
	}
}

// keptHeadOf is what a kept snapshot says of itself.
func keptHeadOf(s *Snapshot) ([]byte, error) {
	data, err := encoded(s)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := gunzip(&b, data); err != nil {
		return nil, err
	}
	text, _, _ := strings.Cut(b.String()[512:], "\x00")
	return []byte(text), nil
}

func remoteLimits() []limit {
	return []limit{
		{"maxPackBytes", maxPackBytes, func(t *testing.T, n int) error {
			var b packBuilder
			repo := newRepo(t)
			id := repo.commit(map[string]string{"skills/demo/SKILL.md": demo})
			for _, kind := range []plumbing.ObjectType{plumbing.CommitObject, plumbing.TreeObject, plumbing.BlobObject} {
				iter, err := repo.storage.IterEncodedObjects(kind)
				repo.must(err)
				repo.must(iter.ForEach(func(o plumbing.EncodedObject) error {
					r, err := o.Reader()
					repo.must(err)
					data, err := io.ReadAll(r)
					repo.must(err)
					b.object(kind, data)
					return nil
				}))
			}
			head := pkt("NAK\n")
			left := func() int { return n - len(head) - 12 - b.Len() - 20 }
			for left() > 2*maxFileBytes {
				stored(&b, maxFileBytes)
			}
			stored(&b, left()-10_000)
			for size := left() - 100; left() > 0; size++ { // the last one fills the rest
				if try := stored(new(packBuilder), size); try.Len() == left() {
					stored(&b, size)
				} else if try.Len() > left() {
					t.Fatalf("no object of %d bytes", left())
				}
			}
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				if strings.HasSuffix(r.URL.Path, "/info/refs") {
					w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
					_, _ = io.WriteString(w, pkt("# service=git-upload-pack\n")+"0000"+pkt(id.String()+" HEAD\x00\n")+"0000")
					return
				}
				w.Header().Set("Content-Type", "application/x-git-upload-pack-result")
				_, _ = io.WriteString(w, head)
				_, _ = w.Write(b.pack())
			}))
			defer srv.Close()
			_, err := snapshotOf(t, new(Remote), srv.URL+"/x.git", "")
			return err
		}, "more than"},
		{"searchDepth", searchDepth, func(t *testing.T, n int) error {
			repo, first := longHistory(t, n)
			root, _, _ := gitBackend(t, repo.dir)
			_, err := snapshotOf(t, new(Remote), root+"/.git", first)
			return err
		}, "not found"},
		{"maxSearchTips", maxSearchTips, func(_ *testing.T, n int) error {
			r := refs{names: map[string]plumbing.Hash{}}
			for i := range n {
				r.names[fmt.Sprintf("%s%d", branchPrefix, i)] = plumbing.NewHash(fmt.Sprintf("%040x", i+1))
			}
			if tips := r.tips(); len(tips) < n {
				return fmt.Errorf("%d tips", len(tips))
			}
			return nil
		}, "64 tips"},
	}
}

// stored adds an object of zeros that are not compressed.
func stored(b *packBuilder, size int) *packBuilder {
	b.head(plumbing.BlobObject, size)
	z, err := zlib.NewWriterLevel(b, zlib.NoCompression)
	if err != nil {
		panic(err)
	}
	_, _ = io.CopyN(z, zeros{}, int64(size)) // into memory
	_ = z.Close()
	return b
}
