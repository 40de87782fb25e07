package cmd_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/memory"
)

// A thing is what a source can have: a file of these bytes, or something else. Its
// name may be one that no system would give it.
type thing struct {
	name, data string
	kind       thingKind
}

type thingKind byte

const (
	aFile thingKind = iota
	aProgram
	aFolder
	aLink     // to data
	aHardLink // to data
	aFIFO
	aDevice
	aModule // a submodule
)

// gitMode is how git spells the kind. It has no special files: these modes are
// those that a system would give them.
func (k thingKind) gitMode() string {
	return [...]string{"100644", "100755", "40000", "120000", "100644", "10644", "20644", "160000"}[k]
}

func (k thingKind) fileMode() fs.FileMode {
	switch k {
	case aProgram:
		return 0o755
	case aFolder:
		return fs.ModeDir | 0o755
	case aLink:
		return fs.ModeSymlink | 0o777
	case aFIFO:
		return fs.ModeNamedPipe | 0o644
	case aDevice:
		return fs.ModeDevice | fs.ModeCharDevice | 0o644
	default:
		return 0o644
	}
}

// text is a SKILL.md that nothing is wrong with.
func text(name string) string {
	return "---\nname: " + name + "\ndescription: Does " + name + ".\n---\n\n# " + name + "\n"
}

// build makes the source in a form, in an empty folder, and returns its address.
func (h hostile) build(t *testing.T, form, dir string) (where, ref string) {
	t.Helper()
	if h.raw != nil {
		return h.raw(t, dir)
	}
	list := h.list
	if !h.alone {
		list = append(slices.Clone(list), thing{name: "skills/good/SKILL.md", data: text("good")})
	}
	switch form {
	case "git":
		return gitSource(t, dir, list), ""
	case "http":
		return httpSource(t, list), ""
	case "zip":
		return written(t, dir, "source.zip", zipOf(t, list)), ""
	case "tar":
		return written(t, dir, "source.tar.gz", gzipped(t, tarOf(t, list))), ""
	case "folder":
		return folderSource(t, dir, list), ""
	}
	t.Fatalf("no form %q", form)
	return "", ""
}

// written writes a file and returns its path.
func written(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// A forge writes git's objects one by one, also those that git would not write.
type forge struct {
	t  *testing.T
	to storer.EncodedObjectStorer
}

func (f forge) object(kind plumbing.ObjectType, data string) plumbing.Hash {
	f.t.Helper()
	o := f.to.NewEncodedObject()
	o.SetType(kind)
	w, err := o.Writer()
	if err == nil {
		_, err = io.WriteString(w, data)
		err = errors.Join(err, w.Close())
	}
	id, storeErr := f.to.SetEncodedObject(o)
	if err := errors.Join(err, storeErr); err != nil {
		f.t.Fatal(err)
	}
	return id
}

// row is an entry of a tree.
func row(mode, name string, id plumbing.Hash) string {
	return mode + " " + name + "\x00" + string(id[:])
}

// tree writes the tree of a list: each name is split at its slashes.
func (f forge) tree(list []thing) plumbing.Hash {
	f.t.Helper()
	var rows []string
	folders := map[string][]thing{}
	for _, th := range list {
		dir, rest, nested := strings.Cut(th.name, "/")
		switch {
		case nested:
			th.name = rest
			folders[dir] = append(folders[dir], th)
		case th.kind == aFolder:
			if folders[th.name] == nil {
				folders[th.name] = []thing{}
			}
		case th.kind == aModule:
			rows = append(rows, row(th.kind.gitMode(), th.name, plumbing.NewHash(strings.Repeat("12", 20))))
		default:
			rows = append(rows, row(th.kind.gitMode(), th.name, f.object(plumbing.BlobObject, th.data)))
		}
	}
	for name, list := range folders {
		rows = append(rows, row("40000", name, f.tree(list)))
	}
	slices.Sort(rows)
	return f.object(plumbing.TreeObject, strings.Join(rows, ""))
}

// commit writes a commit of a tree.
func (f forge) commit(tree plumbing.Hash) plumbing.Hash {
	f.t.Helper()
	const who = "a <a@example.invalid> 1700000000 +0000"
	return f.object(plumbing.CommitObject, fmt.Sprintf("tree %s\nauthor %s\ncommitter %[2]s\n\nall of it\n", tree, who))
}

// gitFolder makes a repository without a commit. A folder that is not called
// .git is one without a work tree.
func gitFolder(t *testing.T, dir string) (forge, *filesystem.Storage) {
	t.Helper()
	s := filesystem.NewStorage(osfs.New(dir), cache.NewObjectLRUDefault())
	err := errors.Join(s.Init(), s.SetReference(plumbing.NewSymbolicReference(plumbing.HEAD, "refs/heads/main")))
	if err != nil {
		t.Fatal(err)
	}
	return forge{t, s}, s
}

// gitSource makes a repository with one commit of a list, and no work tree.
func gitSource(t *testing.T, dir string, list []thing) string {
	t.Helper()
	f, s := gitFolder(t, dir)
	at(t, s, f.commit(f.tree(list)))
	return dir
}

// at lets main be a commit.
func at(t *testing.T, s storer.ReferenceStorer, id plumbing.Hash) {
	t.Helper()
	if err := s.SetReference(plumbing.NewHashReference("refs/heads/main", id)); err != nil {
		t.Fatal(err)
	}
}

// packOf is a pack with one commit of a list.
func packOf(t *testing.T, list []thing) (plumbing.Hash, []byte) {
	t.Helper()
	s := memory.NewStorage()
	f := forge{t, s}
	id := f.commit(f.tree(list))
	var b bytes.Buffer
	if _, err := packfile.NewEncoder(&b, s, false).Encode(inOrder(s), 0); err != nil {
		t.Fatal(err)
	}
	return id, b.Bytes()
}

// inOrder are the ids of all objects, in the same order each time.
func inOrder(s *memory.Storage) []plumbing.Hash {
	return slices.SortedFunc(maps.Keys(s.Objects), func(a, b plumbing.Hash) int { return bytes.Compare(a[:], b[:]) })
}

// httpSource serves one commit of a list.
func httpSource(t *testing.T, list []thing) string {
	t.Helper()
	id, pack := packOf(t, list)
	return servePack(t, id, pack)
}

// packedSource makes a repository with one commit of a list, all in one pack.
func packedSource(t *testing.T, list []thing) string {
	t.Helper()
	dir := t.TempDir()
	_, s := gitFolder(t, dir)
	id, pack := packOf(t, list)
	w, err := s.PackfileWriter()
	if err == nil {
		_, err = w.Write(pack)
		err = errors.Join(err, w.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	at(t, s, id)
	return dir
}

// pktLine is a line of git's protocol.
func pktLine(s string) string { return fmt.Sprintf("%04x%s", 4+len(s), s) }

// servePack serves a commit over HTTP: whatever is asked for, the answer is the
// pack.
func servePack(t *testing.T, commit plumbing.Hash, pack []byte) string {
	t.Helper()
	refs := pktLine("# service=git-upload-pack\n") + "0000" +
		pktLine(commit.String()+" HEAD\x00symref=HEAD:refs/heads/main shallow\n") + pktLine(commit.String()+" refs/heads/main\n") + "0000"
	return serveAnswers(t, refs, pktLine("shallow "+commit.String())+"0000"+pktLine("NAK\n")+string(pack))
}

// serveAnswers serves a list of refs and an answer to the request for a pack.
func serveAnswers(t *testing.T, refs, answer string) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // left unread, it would reset the connection
		kind, text := "result", answer
		if strings.HasSuffix(r.URL.Path, "/info/refs") {
			kind, text = "advertisement", refs
		}
		w.Header().Set("Content-Type", "application/x-git-upload-pack-"+kind)
		_, _ = io.WriteString(w, text) // the client may have hung up
	}))
	t.Cleanup(srv.Close)
	return srv.URL + "/repo.git"
}

func zipOf(t *testing.T, list []thing) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, th := range list {
		h := &zip.FileHeader{Name: th.name, Method: zip.Deflate}
		if th.kind == aFolder {
			h.Name += "/"
		}
		h.SetMode(th.kind.fileMode())
		w, err := z.CreateHeader(h)
		if err == nil && th.kind != aFolder {
			_, err = io.WriteString(w, th.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tarOf(t *testing.T, list []thing) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, th := range list {
		h := &tar.Header{Name: th.name, Mode: int64(th.kind.fileMode().Perm()), Typeflag: tar.TypeReg}
		switch th.kind {
		case aFolder:
			h.Typeflag, h.Name = tar.TypeDir, th.name+"/"
		case aLink:
			h.Typeflag, h.Linkname = tar.TypeSymlink, th.data
		case aHardLink:
			h.Typeflag, h.Linkname = tar.TypeLink, th.data
		case aFIFO:
			h.Typeflag = tar.TypeFifo
		case aDevice:
			h.Typeflag, h.Devmajor, h.Devminor = tar.TypeChar, 1, 5
		default:
			h.Size = int64(len(th.data))
		}
		err := w.WriteHeader(h)
		if err == nil && h.Size > 0 {
			_, err = io.WriteString(w, th.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// gzippedZeros is an archive with so many MiB of zeros behind it.
func gzippedZeros(t *testing.T, data []byte, mib int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(data)
	block := make([]byte, 1<<20)
	for range mib {
		_, more := z.Write(block)
		err = errors.Join(err, more)
	}
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t *testing.T, parts ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, part := range parts {
		z := gzip.NewWriter(&b)
		_, err := z.Write(part)
		if err := errors.Join(err, z.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func folderSource(t *testing.T, dir string, list []thing) string {
	t.Helper()
	for _, th := range list {
		path := filepath.Join(dir, th.name)
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		switch {
		case err != nil:
		case th.kind == aFolder:
			err = os.MkdirAll(path, 0o755)
		case th.kind == aLink:
			err = os.Symlink(th.data, path)
		case th.kind == aFIFO:
			err = makeFIFO(path)
		default:
			err = os.WriteFile(path, []byte(th.data), th.kind.fileMode().Perm())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
