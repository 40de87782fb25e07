package registry

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
)

// A limit is a bound with a way to get to it and past it.
type limit struct {
	name string
	most int
	// try makes something of a size and returns why it is not taken, or nil.
	try func(t *testing.T, n int) error
	// says is what must be in the error of one more, its number above all.
	says string
}

// TestLimits goes to each bound, where all is well, and one past it.
func TestLimits(t *testing.T) {
	tested := map[string]bool{
		"DefaultIdle": true, "answerIdles": true, // times, which are in the tests of streams
		"maxTries": true, "maxRetryAfter": true, // in the tests of what is tried again
		"maxRedirects": true, // in the tests of the protocol
	}
	for _, l := range slices.Concat(skillLimits(), textLimits(), archiveLimits(), packLimits(), cacheLimits(), remoteLimits()) {
		tested[l.name] = true
		t.Run(l.name, func(t *testing.T) {
			if err := l.try(t, l.most); err != nil {
				t.Errorf("at the limit of %d: %v", l.most, err)
			}
			if err := l.try(t, l.most+1); err == nil || !strings.Contains(err.Error(), l.says) {
				t.Errorf("past the limit of %d: %v, want %q", l.most, err, l.says)
			}
		})
	}
	file, err := parser.ParseFile(token.NewFileSet(), "limits.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && !tested[spec.Names[0].Name] {
			t.Errorf("%s is not tested", spec.Names[0].Name)
		}
		return true
	})
}

// collected is why the tree of an archive with these files is not taken whole.
func collected(t *testing.T, list []archived) error {
	t.Helper()
	s := newShelf("here")
	for _, f := range list {
		n, err := s.put(t.Context(), f.name, plainFile)
		if err != nil {
			return err
		}
		n.data = []byte(f.data)
		n.tooLarge = len(f.data) > maxFileBytes
	}
	snap, err := collect(t.Context(), s.tree(), "here")
	switch {
	case err != nil:
		return err
	case len(snap.Refused) > 0:
		return &refused{snap.Refused[0].Path, snap.Refused[0].Reason}
	case len(snap.Warnings) > 0:
		return errors.New(snap.Warnings[0])
	}
	return nil
}

func skillLimits() []limit {
	first := archived{name: "skills/a/SKILL.md", data: skillText("a")}
	return []limit{
		{"maxSkills", maxSkills, func(t *testing.T, n int) error {
			var list []archived
			for i := range n {
				list = append(list, archived{name: fmt.Sprintf("skills/s%d/SKILL.md", i), data: demo})
			}
			return collected(t, list)
		}, "2000 entries"},
		{"maxFiles", maxFiles, func(t *testing.T, n int) error {
			list := []archived{first}
			for i := range n - 1 {
				list = append(list, archived{name: fmt.Sprintf("skills/a/%d", i)})
			}
			return collected(t, list)
		}, "1000 files"},
		{"maxFileBytes", maxFileBytes, func(t *testing.T, n int) error {
			return collected(t, []archived{first, {name: "skills/a/x", data: strings.Repeat("x", n)}})
		}, "4 MiB"},
		{"maxAgentBytes", maxAgentBytes, func(t *testing.T, n int) error {
			text := agentText("helper")
			return collected(t, []archived{first, {name: "agents/helper.md", data: text + strings.Repeat("x", n-len(text))}})
		}, "256 KiB"},
		{"maxTotalBytes", maxTotalBytes, func(t *testing.T, n int) error {
			s := newShelf("here")
			block := bytes.Repeat([]byte("x"), maxFileBytes)
			for i := 0; n > 0; i++ {
				node, err := s.put(t.Context(), fmt.Sprintf("skills/a/%d", i), plainFile)
				if i == 0 {
					node, err = s.put(t.Context(), first.name, plainFile)
				}
				if err != nil {
					t.Fatal(err)
				}
				if node.data = block[:min(n, len(block))]; i == 0 {
					node.data = []byte(first.data)
				}
				n -= len(node.data)
			}
			_, err := collect(t.Context(), s.tree(), "here")
			return err
		}, "64 MiB"},
		{"maxPathBytes", maxPathBytes, func(t *testing.T, n int) error {
			return collected(t, []archived{first, {name: "skills/a/" + strings.Repeat("x", n-len("a/"))}})
		}, "180 bytes"},
		{"maxDepth", maxDepth, func(t *testing.T, n int) error {
			return collected(t, []archived{first, {name: "skills/a/" + strings.Repeat("d/", n-1) + "x"}})
		}, "8 folders"},
	}
}

func textLimits() []limit {
	first := archived{name: "skills/a/SKILL.md", data: skillText("a")}
	front := func(n int, lines string) error {
		s := ParseSkill("a", []byte("---\n"+lines+"#"+strings.Repeat("x", n-len(lines)-2)+"\n---\n"))
		if len(s.Warnings) > 0 {
			return errors.New(s.Warnings[0])
		}
		return nil
	}
	return []limit{
		{"maxManifestBytes", maxManifestBytes, func(t *testing.T, n int) error {
			text := `{"plugins":[{"name":"fullstory","source":"./"}]}`
			return collected(t, []archived{first, {name: ".claude-plugin/marketplace.json", data: text + strings.Repeat(" ", n-len(text))}})
		}, "1024 KiB"},
		{"maxPlaceBytes", maxPlaceBytes, func(_ *testing.T, n int) error {
			_, problem := parseManifest([]byte(`{"plugins":[{"name":"fullstory","source":"` + strings.Repeat("x", n) + `"}]}`))
			if problem == "" {
				return nil
			}
			return errors.New(problem)
		}, "260 bytes"},
		{"maxFrontMatterBytes", maxFrontMatterBytes, func(_ *testing.T, n int) error {
			return front(n, "name: a\ndescription: Does it.\n")
		}, "front matter"},
		{"maxDescription", maxDescription, func(_ *testing.T, n int) error {
			return front(2000, "name: a\ndescription: "+strings.Repeat("x", n)+"\n")
		}, "1024 is the limit"},
	}
}

// zeros are an endless file.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func archiveLimits() []limit {
	filled := func(t *testing.T, s *shelf, n, packed int) error {
		t.Helper()
		node, err := s.put(t.Context(), "skills/a/x", plainFile)
		if err != nil {
			return err
		}
		return s.fill(node, io.LimitReader(zeros{}, int64(n)), int64(n), int64(packed))
	}
	return []limit{
		{"maxHeldBytes", maxHeldBytes, func(t *testing.T, n int) error {
			s := newShelf("here")
			for ; n > maxFileBytes; n -= maxFileBytes {
				if err := filled(t, s, maxFileBytes, maxFileBytes); err != nil {
					return err
				}
				s.root = &node{} // what is held is let go of again
			}
			return filled(t, s, n, n)
		}, "128 MiB"},
		{"maxArchiveBytes", maxArchiveBytes, func(t *testing.T, n int) error {
			data := zipped(t, []archived{{name: "skills/a/SKILL.md", data: demo}})
			file := filepath.Join(t.TempDir(), "a.zip")
			f, err := os.Create(file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = f.WriteAt(data, int64(n-len(data))) // what comes before is a hole
			if err := errors.Join(err, f.Close()); err != nil {
				t.Fatal(err)
			}
			_, err = readArchive(t.Context(), file)
			return err
		}, "64 MiB"},
		{"maxArchiveEntries", maxArchiveEntries, func(t *testing.T, n int) error {
			s := newShelf("here")
			var err error
			for range n {
				_, err = s.put(t.Context(), "x", plainFile)
			}
			return err
		}, "100000 entries"},
		{"maxEntryBytes", maxEntryBytes, func(t *testing.T, n int) error {
			_, err := newShelf("here").put(t.Context(), strings.Repeat("x", n), plainFile)
			return err
		}, "4096 bytes"},
		{"maxNamesBytes", maxNamesBytes, func(t *testing.T, n int) error {
			s, name := newShelf("here"), strings.Repeat("x", maxEntryBytes)
			var err error
			for ; n > 0 && err == nil; n -= len(name) {
				_, err = s.put(t.Context(), name[:min(n, len(name))], plainFile)
			}
			return err
		}, "16 MiB"},
		{"maxArchiveDepth", maxArchiveDepth, func(t *testing.T, n int) error {
			_, err := newShelf("here").put(t.Context(), strings.Repeat("d/", n-1)+"x", plainFile)
			return err
		}, "64 levels"},
		{"maxRatio", maxRatio, func(t *testing.T, n int) error { return filled(t, newShelf("here"), 1000*n, 1000) }, "200-fold"},
		{"minRatioBytes", minRatioBytes, func(t *testing.T, n int) error { return filled(t, newShelf("here"), n, 1) }, "200-fold"},
	}
}

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
