package registry

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
)

func FuzzZip(f *testing.F) {
	for _, layout := range layouts() {
		f.Add(zipped(f, archiveOf(layout, "x/")))
	}
	f.Add(zipped(f, []archived{{name: "skills/a/SKILL.md", data: demo}, {name: "skills/a/b", link: "/etc"}, {name: "../x", data: "x"}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		tr, err := readZip(t.Context(), bytes.NewReader(data), int64(len(data)), "a.zip")
		if err != nil {
			return
		}
		if snap, err := collect(t.Context(), tr, "a"); err == nil {
			checkSafe(t, snap)
		}
	})
}

// FuzzTar is about the tar in a .tar.gz; the rest is Go's.
func FuzzTar(f *testing.F) {
	plain := func(list []archived) []byte {
		var b bytes.Buffer
		if err := gunzip(&b, tarred(f, list)); err != nil {
			f.Fatal(err)
		}
		return b.Bytes()
	}
	for _, layout := range layouts() {
		f.Add(plain(archiveOf(layout, "x/")))
	}
	f.Add(plain([]archived{{name: "skills/a/SKILL.md", data: demo}, {name: "skills/a/b", link: "/etc"}, {name: "../x", data: "x"}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		packed, err := gzipAll(data)
		if err != nil {
			t.Fatal(err)
		}
		tr, err := readTar(t.Context(), bytes.NewReader(packed), maxUnpackedBytes, "a.tgz", known{})
		if err != nil {
			return
		}
		if snap, err := collect(t.Context(), tr, "a"); err == nil {
			checkSafe(t, snap)
		}
	})
}

// FuzzTree reads a tree object as the folder of a skill, and as that of all skills.
func FuzzTree(f *testing.F) {
	id := strings.Repeat("\x01", 20)
	f.Add([]byte("100644 SKILL.md\x00"+id), false)
	f.Add([]byte("100644 SKILL.md\x00"+id+"120000 x\x00"+id+"40000 ..\x00"+id), false)
	f.Add([]byte("40000 a\x00"+id+"40000 b\x00"+id), true)
	f.Fuzz(func(t *testing.T, data []byte, whole bool) {
		skills := fixedObjects{data}
		if !whole {
			skills = append(skills, []byte("40000 a\x00"+string(skills.id(0))))
		}
		top := len(skills) - 1
		skills = append(skills, []byte("40000 skills\x00"+string(skills.id(top))))
		tr := &gitTree{objects: skills, folders: map[string]plumbing.Hash{"": skills.hash(top + 1)}}
		if snap, err := collect(t.Context(), tr, "a"); err == nil {
			checkSafe(t, snap)
		}
	})
}

// fixedObjects are trees by their number; every file is the same.
type fixedObjects [][]byte

func (o fixedObjects) id(n int) []byte { h := o.hash(n); return h[:] }

func (o fixedObjects) hash(n int) plumbing.Hash {
	return plumbing.NewHash(fmt.Sprintf("%040x", n+1000))
}

func (o fixedObjects) object(kind plumbing.ObjectType, id plumbing.Hash, limit int64) ([]byte, error) {
	if kind == plumbing.BlobObject {
		return []byte(demo), nil
	}
	for n, data := range o {
		if o.hash(n) == id {
			if int64(len(data)) > limit {
				return nil, errTooLarge
			}
			return data, nil
		}
	}
	return []byte("100644 SKILL.md\x0012345678901234567890"), nil
}

// FuzzRefs reads what a server lists.
func FuzzRefs(f *testing.F) {
	id := strings.Repeat("ab", 20)
	pkt := func(s string) string { return fmt.Sprintf("%04x%s", 4+len(s), s) }
	f.Add([]byte(pkt(id+" HEAD\x00symref=HEAD:refs/heads/main\n")+pkt(id+" refs/heads/main\n")+"0000"), "main")
	f.Add([]byte(pkt(id+" refs/tags/v1\x00\n")+pkt(id+" refs/tags/v1^{}\n")+pkt("shallow "+id)+"0000"), "v1")
	f.Add([]byte(pkt(strings.Repeat("0", 40)+" capabilities^{}\x00\n")+"0000"), id)
	f.Fuzz(func(t *testing.T, data []byte, ref string) {
		adv := packp.NewAdvRefs()
		if err := adv.Decode(bytes.NewReader(data)); err != nil {
			return
		}
		if _, err := parseRef(ref); err != nil {
			return
		}
		r := advertisedRefs(adv)
		if tips := r.tips(); len(tips) > maxSearchTips {
			t.Errorf("%d tips", len(tips))
		}
		got, err := r.resolve(ref, "here")
		if err != nil {
			if h, ok := errors.AsType[interface {
				error
				Hint() string
			}](err); !ok || h.Hint() == "" || strings.Count(h.Hint(), ", ") > 2 && !strings.Contains(h.Hint(), "git rev-parse") {
				t.Errorf("%T: %v", err, err)
			}
			return
		}
		listed := got.id == r.head || strings.EqualFold(got.id.String(), ref)
		for name, id := range r.names {
			listed = listed || id == got.id || r.peeled[name] == got.id
		}
		if !listed {
			t.Errorf("%q is %s, which nobody has named", ref, got.id)
		}
	})
}

// FuzzDisk reads a repository's own files: a pack with its index and an object of
// its own. What is read is what its id says.
func FuzzDisk(f *testing.F) {
	var b packBuilder
	base := b.object(plumbing.BlobObject, []byte("abc"))
	delta := b.ofsDelta(base, copies(3, 2))
	again := b.head(plumbing.REFDeltaObject, len(copies(6, 2)))
	six := plumbing.ComputeHash(plumbing.BlobObject, []byte("abcabc"))
	b.Write(six[:])
	b.deflate(copies(6, 2))
	index := indexOf(map[string]int{"abc": base, "abcabc": delta, "abcabcabcabc": again})
	f.Add(b.pack(), index, []byte("x\x9c"))
	f.Add(b.pack(), index, loose("blob 3\x00abc"))
	circle := indexOf(map[string]int{"abcabc": again})
	f.Add(b.pack(), circle, []byte{})
	f.Fuzz(func(t *testing.T, pack, index, single []byte) {
		dir := t.TempDir()
		wanted := []string{"abc", "abcabc", "abcabcabcabc", "single"}
		id := plumbing.ComputeHash(plumbing.BlobObject, []byte("single")).String()
		for name, data := range map[string][]byte{"pack/p.pack": pack, "pack/p.idx": index, id[:2] + "/" + id[2:]: single} {
			path := filepath.Join(dir, name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o644)); err != nil {
				t.Fatal(err)
			}
		}
		d, err := openDisk(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer d.close() //nolint:errcheck // only read
		for _, want := range wanted {
			got, err := d.object(plumbing.BlobObject, plumbing.ComputeHash(plumbing.BlobObject, []byte(want)), 100)
			if err == nil && string(got) != want {
				t.Errorf("%q instead of %q", got, want)
			}
		}
	})
}

// indexOf is the index of a pack with these texts at these places.
func indexOf(places map[string]int) []byte {
	type object struct {
		id plumbing.Hash
		at int
	}
	var list []object
	for text, at := range places {
		list = append(list, object{plumbing.ComputeHash(plumbing.BlobObject, []byte(text)), at})
	}
	slices.SortFunc(list, func(a, b object) int { return bytes.Compare(a.id[:], b.id[:]) })
	out := []byte("\xfftOc\x00\x00\x00\x02")
	for first := range 256 {
		n := 0
		for _, o := range list {
			if int(o.id[0]) <= first {
				n++
			}
		}
		out = binary.BigEndian.AppendUint32(out, uint32(n))
	}
	for _, o := range list {
		out = append(out, o.id[:]...)
	}
	out = append(out, make([]byte, 4*len(list))...)
	for _, o := range list {
		out = binary.BigEndian.AppendUint32(out, uint32(o.at))
	}
	return append(out, make([]byte, 40)...)
}

// TestSafeIsSafe sees to it that checkSafe finds what is not.
func TestSafeIsSafe(t *testing.T) {
	long := strings.Repeat("x", maxPathBytes)
	for _, name := range []string{"../x", "/x", "a/../../x", "a\\x", "C:x", "nul", "x.", "a\x00", "a\u200ex", ".git/x", "skill.MD", long, strings.Repeat("d/", maxDepth) + "x"} {
		snap := &Snapshot{Skills: []Skill{{Name: "a", Files: []File{{Path: "SKILL.md", Data: []byte(demo)}, {Path: name}}}}}
		if len(unsafe(snap)) == 0 {
			t.Errorf("%q is safe", name)
		}
	}
	for _, skill := range []string{"", "..", "a/b", "A", "com1"} {
		snap := &Snapshot{Skills: []Skill{{Name: skill, Files: []File{{Path: "SKILL.md", Data: []byte(demo)}}}}}
		if len(unsafe(snap)) == 0 {
			t.Errorf("the skill %q is safe", skill)
		}
	}
	if faults := unsafe(&Snapshot{Skills: []Skill{{Name: "a", Files: []File{{Path: "SKILL.md", Data: []byte(demo)}, {Path: "b/c.md"}}}}}); len(faults) > 0 {
		t.Error(faults)
	}
}

// unsafe says what in a snapshot must not be written. It asks nothing of the
// package: these are the rules once more, in other words.
func unsafe(snap *Snapshot) (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	devices := "|con|prn|aux|nul|com0|com1|com2|com3|com4|com5|com6|com7|com8|com9|lpt0|lpt1|lpt2|lpt3|lpt4|lpt5|lpt6|lpt7|lpt8|lpt9|"
	total := 0
	var skills []string
	for _, s := range snap.Skills {
		if s.Name == "" || strings.Trim(s.Name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || strings.Contains(devices, "|"+s.Name+"|") || slices.Contains(skills, s.Name) {
			fault("skill %q", s.Name)
		}
		skills = append(skills, s.Name)
		if len(s.Files) > 1000 {
			fault("%d files", len(s.Files))
		}
		text := false
		for i, f := range s.Files {
			total += len(f.Data)
			text = text || f.Path == "SKILL.md" && len(f.Data) > 0
			if !filepath.IsLocal(f.Path) || !fs.ValidPath(f.Path) || strings.ContainsAny(f.Path, "\\:\x00<>|?*\"\n\x1b") || f.Path != strings.ToValidUTF8(f.Path, "") {
				fault("file %q", f.Path)
			}
			if len(s.Name)+1+len(f.Path) > 180 || strings.Count(f.Path, "/") >= 8 || len(f.Data) > 4<<20 || f.Mode.Perm()&^0o755 != 0 {
				fault("file %q is beyond the bounds", f.Path)
			}
			for step := range strings.SplitSeq(strings.ToLower(f.Path), "/") {
				base, _, _ := strings.Cut(step, ".")
				if step == ".git" || step == "git~1" || strings.TrimRight(step, ". ") != step || strings.Contains(devices, "|"+strings.TrimSpace(base)+"|") || strings.ContainsAny(step, "\u200c\u200d\u200e\u200f\u202e\u206a\ufeff") {
					fault("file %q", f.Path)
				}
			}
			for _, other := range s.Files[:i] {
				if strings.EqualFold(f.Path, other.Path) || strings.HasPrefix(strings.ToLower(f.Path), strings.ToLower(other.Path)+"/") {
					fault("%q and %q are one", f.Path, other.Path)
				}
			}
		}
		if !text {
			fault("%s has no SKILL.md", s.Name)
		}
	}
	if total > 64<<20 {
		fault("%d bytes", total)
	}
	return faults
}
