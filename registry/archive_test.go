package registry

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An archived file; a mode of 0 is 0644.
type archived struct {
	name, data string
	mode       fs.FileMode
	link       string
}

func zipped(tb testing.TB, list []archived) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range list {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate}
		h.SetMode(f.mode | 0o644)
		data := f.data
		if f.link != "" {
			h.SetMode(fs.ModeSymlink | 0o777)
			data = f.link
		}
		w, err := z.CreateHeader(h)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := w.Write([]byte(data)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func tarred(tb testing.TB, list []archived) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, f := range list {
		h := &tar.Header{Name: f.name, Mode: int64(f.mode.Perm() | 0o644), Size: int64(len(f.data)), Typeflag: tar.TypeReg}
		if f.link != "" {
			h.Typeflag, h.Linkname, h.Size = tar.TypeSymlink, f.link, 0
		}
		if strings.HasSuffix(f.name, "/") {
			h.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(h); err != nil {
			tb.Fatal(err)
		}
		if h.Size > 0 {
			if _, err := w.Write([]byte(f.data)); err != nil {
				tb.Fatal(err)
			}
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func gunzip(to io.Writer, data []byte) error {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return err
	}
	_, err = io.Copy(to, z)
	return err
}

func gzipAll(data []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.NoCompression)
	if err != nil {
		return nil, err
	}
	_, err = z.Write(data)
	err = errors.Join(err, z.Close())
	return b.Bytes(), err
}

func archiveOf(texts map[string]string, prefix string) []archived {
	var list []archived
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		list = append(list, archived{name: prefix + name, data: texts[name]})
	}
	return list
}

// inBothFormats reads a list of files as a .zip and as a .tar.gz.
func inBothFormats(t *testing.T, list []archived, check func(*testing.T, *Snapshot, error)) {
	t.Helper()
	for name, data := range map[string][]byte{"a.zip": zipped(t, list), "a.tar.gz": tarred(t, list), "a.TGZ": tarred(t, list)} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(file, data, 0o644); err != nil {
				t.Fatal(err)
			}
			snap, err := snapshotOf(t, new(Remote), file, "")
			check(t, snap, err)
		})
	}
}

func TestArchives(t *testing.T) {
	plugin := []string{"plugins/fullstory/skills/first/SKILL.md"}
	both := []string{"skills/first/SKILL.md", "skills/second/SKILL.md"}
	tests := []struct {
		name string
		list []archived
		want []string
	}{
		{"as it is", archiveOf(layouts()[2], ""), both},
		{"dot", archiveOf(layouts()[2], "./"), both},
		{"one folder", archiveOf(layouts()[2], "fullstory-skills-main/"), both},
		{"one folder with an entry", append([]archived{{name: "x/"}}, archiveOf(layouts()[2], "x/")...), both},
		{"plugin", archiveOf(layouts()[1], "x/"), plugin},
		{"skills only", []archived{{name: "skills/first/SKILL.md", data: demo}}, []string{"skills/first/SKILL.md"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inBothFormats(t, tt.list, func(t *testing.T, snap *Snapshot, err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want, paths(snap)); diff != "" {
					t.Error(diff)
				}
				if !strings.HasPrefix(snap.Commit, "sha256:") || len(snap.Commit) != 71 || snap.Pinned {
					t.Errorf("commit %s, pinned %t", snap.Commit, snap.Pinned)
				}
			})
		})
	}
}

func TestHostileArchives(t *testing.T) {
	noise := make([]byte, maxFileBytes+1) // what compresses well would pass for a bomb
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise)
	tests := []struct {
		name string
		bad  archived
		path string
	}{
		{"symlink", archived{name: "skills/bad/link", link: "/etc/passwd"}, "skills/bad/link"},
		{"up", archived{name: "skills/bad/../../../x"}, "skills/bad/.."},
		{"absolute", archived{name: "skills/bad//etc/passwd"}, "skills/bad/"},
		{"backslash", archived{name: `skills/bad/..\x`}, `skills/bad/..\x`},
		{"twice", archived{name: "skills/bad/SKILL.md", data: demo}, "skills/bad/SKILL.md"},
		{"file and folder", archived{name: "skills/bad/dir", data: "x"}, "skills/bad/dir"},
		{"large", archived{name: "skills/bad/large", data: string(noise)}, "skills/bad/large"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list := []archived{{name: "skills/good/SKILL.md", data: demo}, {name: "skills/bad/SKILL.md", data: demo}, {name: "skills/bad/dir/x"}, tt.bad}
			inBothFormats(t, list, func(t *testing.T, snap *Snapshot, err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
				if len(snap.Skills) != 1 || len(snap.Refused) != 1 || snap.Refused[0].Path != tt.path {
					t.Errorf("skills %+v, refused %+v, want %+v", paths(snap), snap.Refused, tt.path)
				}
			})
		})
	}
}

// Names that lead out of an archive are told, wherever they stand, and the rest of
// it is as good as before.
func TestStrayNames(t *testing.T) {
	for _, top := range []string{"", "skills-main/"} {
		list := append(archiveOf(layouts()[2], top),
			archived{name: "/etc/x", data: "x"}, archived{name: "../up/SKILL.md", data: demo}, archived{name: `C:\x`, data: "x"},
			archived{name: `\\host\share`, data: "x"}, archived{name: "docs/../../x", data: "x"}, archived{name: "../skills/", data: ""},
			archived{name: "a..b/..c", data: "no stray"})
		if top != "" {
			list = slices.DeleteFunc(list, func(a archived) bool { return a.name[0] == 'a' || a.name[0] == 'd' }) // they are beside that folder
		}
		inBothFormats(t, list, func(t *testing.T, snap *Snapshot, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range snap.Refused {
				if r.Skill != "" || r.Agent != "" || r.Reason != "the path leads out of the archive" {
					t.Errorf("%+v", r)
				}
				got = append(got, r.Path)
			}
			want := []string{"/etc/x", "../up/SKILL.md", `C:\x`, `\\host\share`, "docs/../../x", "../skills/"}
			if top != "" {
				want = slices.Delete(want, 4, 5)
			}
			if diff := cmp.Diff(want, got); diff != "" || len(snap.Skills) != 2 {
				t.Errorf("skills %q, refused (-want +got):\n%s", paths(snap), diff)
			}
		})
	}
}

func TestHostileAgentsInArchives(t *testing.T) {
	noise := make([]byte, maxAgentBytes)
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise)
	for _, bad := range []archived{
		{name: "agents/bad.md", link: "/etc/passwd"},
		{name: `agents/..\bad.md`, data: agentText("bad")},
		{name: "agents/bad.md", data: agentText("bad") + string(noise)},
		{name: "agents/nul.md", data: agentText("nul")},
	} {
		list := []archived{{name: "skills/good/SKILL.md", data: demo}, {name: "agents/../../up.md", data: agentText("up")}, {name: "agents/good.md", data: agentText("good")}, bad}
		inBothFormats(t, list, func(t *testing.T, snap *Snapshot, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			if len(snap.Agents) != 1 || snap.Agents[0].Name != "good" ||
				len(snap.Refused) != 2 || snap.Refused[0].Path != bad.name || snap.Refused[1].Path != "agents/../../up.md" {
				t.Errorf("agents %+v, refused %+v, want %+v", agentPaths(snap), snap.Refused, bad.name)
			}
		})
	}
}

func TestArchiveBombs(t *testing.T) {
	zeros := strings.Repeat("\x00", maxFileBytes)
	bombs := map[string][]archived{
		"one file":   {{name: "skills/x/SKILL.md", data: demo}, {name: "skills/x/zeros", data: zeros}},
		"many names": {{name: "skills/x/SKILL.md", data: demo}, {name: strings.Repeat("d/", 100) + "x"}},
	}
	for name, list := range bombs {
		t.Run(name, func(t *testing.T) {
			inBothFormats(t, list, func(t *testing.T, _ *Snapshot, err error) {
				t.Helper()
				if _, ok := errors.AsType[*LimitError](err); !ok {
					t.Errorf("got %v", err)
				}
			})
		})
	}
	// What is skipped counts as well.
	file := filepath.Join(t.TempDir(), "a.tgz")
	list := []archived{{name: "video", data: zeros}, {name: "skills/x/SKILL.md", data: demo}}
	if err := os.WriteFile(file, tarred(t, list), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := snapshotOf(t, new(Remote), file, "")
	if _, ok := errors.AsType[*LimitError](err); !ok {
		t.Errorf("skipped zeros: %v", err)
	}
}

func TestDamagedArchives(t *testing.T) {
	list := archiveOf(layouts()[2], "")
	for name, data := range map[string][]byte{
		"a.zip": zipped(t, list), "b.zip": []byte("<html>"), "a.tgz": tarred(t, list), "b.tgz": nil,
	} {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, data[:len(data)*2/3], 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := snapshotOf(t, new(Remote), file, "")
		var source *SourceError
		if !errors.As(err, &source) || source.Hint() == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A tar ends before the checksum of what it is packed in.
func TestEndOfArchives(t *testing.T) {
	good := tarred(t, archiveOf(layouts()[2], ""))
	flipped := bytes.Clone(good)
	flipped[len(flipped)-8] ^= 1 // the checksum is followed by the length
	long := func(n int64) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		r, err := gzip.NewReader(bytes.NewReader(good))
		if err == nil {
			_, err = io.Copy(z, r)
		}
		if err == nil {
			_, err = z.Write(make([]byte, n))
		}
		if err = errors.Join(err, z.Close()); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	tests := map[string]struct {
		data []byte
		ok   bool
	}{
		"as it is":          {good, true},
		"blanks behind it":  {append(bytes.Clone(good), make([]byte, 512)...), true},
		"blanks in it":      {long(10 << 10), true},
		"too many of them":  {long(maxRatio * minRatioBytes), false},
		"another checksum":  {flipped, false},
		"cut in the length": {good[:len(good)-2], false},
	}
	for name, tt := range tests {
		file := filepath.Join(t.TempDir(), "a.tgz")
		if err := os.WriteFile(file, tt.data, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := snapshotOf(t, new(Remote), file, ""); (err == nil) != tt.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The digest of a folder stands for its skills, whichever way they came.
func TestDigest(t *testing.T) {
	texts := layouts()[2]
	dir := t.TempDir()
	writeFiles(t, dir, texts)
	file := filepath.Join(t.TempDir(), "a.zip")
	if err := os.WriteFile(file, zipped(t, archiveOf(texts, "x/")), 0o644); err != nil {
		t.Fatal(err)
	}
	commits := map[string]bool{}
	for _, where := range []string{dir, file} {
		snap, err := snapshotOf(t, new(Remote), where, "")
		if err != nil {
			t.Fatal(err)
		}
		commits[snap.Commit] = true
	}
	if len(commits) != 1 {
		t.Errorf("different digests %v", commits)
	}
	for _, change := range []map[string]string{{"skills/first/SKILL.md": "new"}, {"skills/first/more.md": ""}, {"agents/helper.md": agentText("helper")}} {
		writeFiles(t, dir, change)
		snap, err := snapshotOf(t, new(Remote), dir, "")
		if err != nil {
			t.Fatal(err)
		}
		if commits[snap.Commit] {
			t.Errorf("the digest does not see %v", change)
		}
		commits[snap.Commit] = true
	}
}

// checkSafe holds for every snapshot, whatever the source was.
func checkSafe(t *testing.T, snap *Snapshot) {
	t.Helper()
	for _, fault := range unsafe(snap) {
		t.Error(fault)
	}
	for _, a := range snap.Agents {
		if checkSkillName(a.Name) != "" || a.File.Path != a.Name+".md" || len(a.Tools) == 0 || len(a.Body) == 0 || !strings.HasSuffix(a.Path, "agents/"+a.File.Path) {
			t.Errorf("agent %+v", a)
		}
	}
}
