package cmd_test

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/storage/memory"
)

// hostileRepositories are what only git's objects, packs and folders can say.
func hostileRepositories() []hostile {
	tree := func(what string, want fate, says string, make func(forge) plumbing.Hash) []hostile {
		local := hostile{name: "git: " + what, want: want, says: says, raw: func(t *testing.T, dir string) (string, string) {
			f, s := gitFolder(t, dir)
			at(t, s, f.commit(make(f)))
			return dir, ""
		}}
		served := hostile{name: "http: " + what, want: want, says: says, raw: func(t *testing.T, _ string) (string, string) {
			s := memory.NewStorage()
			f := forge{t, s}
			id := f.commit(make(f))
			var p packed
			p.all(t, s)
			return servePack(t, id, p.bytes()), ""
		}}
		return []hostile{local, served}
	}
	skills := func(f forge, rows ...string) plumbing.Hash {
		good := f.tree([]thing{{name: "SKILL.md", data: text("good")}})
		rows = append(rows, row("40000", "good", good))
		return f.object(plumbing.TreeObject, row("40000", "skills", f.object(plumbing.TreeObject, strings.Join(rows, ""))))
	}
	bad := func(f forge, more ...string) plumbing.Hash {
		first := row("100644", "SKILL.md", f.object(plumbing.BlobObject, text("bad")))
		return f.object(plumbing.TreeObject, first+strings.Join(more, ""))
	}
	var out []hostile
	missing := plumbing.NewHash(strings.Repeat("ab", 20))
	for what, name := range map[string]string{
		"name with a slash": "a/x", "name with slashes upwards": "../../x", "absolute name": "/etc/x", "empty name": "", "name dot dot": "..",
	} {
		out = append(out, tree(what, leftOut, "skills/bad/", func(f forge) plumbing.Hash {
			return skills(f, row("40000", "bad", bad(f, row("100644", name, f.object(plumbing.BlobObject, "x")))))
		})...)
	}
	for _, mode := range []string{"0", "60644", "20644", "140644", "999999", "", "7777777777777", "100644000000", "-100644"} {
		out = append(out, tree("mode "+mode, leftOut, "skills/bad/x", func(f forge) plumbing.Hash {
			return skills(f, row("40000", "bad", bad(f, row(mode, "x", f.object(plumbing.BlobObject, "x")))))
		})...)
	}
	for _, c := range [][]hostile{
		tree("skill with a slash", leftOut, "skills/a/b", func(f forge) plumbing.Hash { return skills(f, row("40000", "a/b", bad(f))) }),
		tree("skill twice", leftOut, "skills/bad", func(f forge) plumbing.Hash {
			return skills(f, row("40000", "bad", bad(f)), row("40000", "bad", bad(f, row("100644", "x", f.object(plumbing.BlobObject, "x")))))
		}),
		tree("set-user bit", installed, "", func(f forge) plumbing.Hash {
			return skills(f, row("40000", "fine", bad(f, row("104755", "x", f.object(plumbing.BlobObject, "x")))))
		}),
		tree("file that is missing", refused, "skills/bad/x", func(f forge) plumbing.Hash {
			return skills(f, row("40000", "bad", bad(f, row("100644", "x", missing))))
		}),
		tree("folder that is missing", refused, "skills/bad", func(f forge) plumbing.Hash { return skills(f, row("40000", "bad", missing)) }),
		tree("file that is a folder", refused, "skills/bad/x", func(f forge) plumbing.Hash {
			return skills(f, row("40000", "bad", bad(f, row("100644", "x", bad(f)))))
		}),
		tree("folder that is a file", refused, "skills/bad", func(f forge) plumbing.Hash {
			return skills(f, row("40000", "bad", f.object(plumbing.BlobObject, "x")))
		}),
		tree("damaged folder", refused, "skills/bad", func(f forge) plumbing.Hash {
			return skills(f, row("40000", "bad", f.object(plumbing.TreeObject, "100644 SKILL.md")))
		}),
		tree("damaged root", refused, "damaged tree", func(f forge) plumbing.Hash { return f.object(plumbing.TreeObject, "\x00\x01\x02") }),
		tree("commit of no tree", refused, "not found", func(forge) plumbing.Hash { return missing }),
	} {
		out = append(out, c...)
	}
	return append(append(out, hostilePacks()...), hostileFolders()...)
}

func read(t *testing.T, o plumbing.EncodedObject) []byte {
	t.Helper()
	r, err := o.Reader()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	_, err = b.ReadFrom(r)
	if err := errors.Join(err, r.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A packed is a packfile in the making, which may say what is not true.
type packed struct {
	bytes.Buffer
	count uint32
}

// head writes an object's type and size (https://git-scm.com/docs/gitformat-pack).
func (p *packed) head(kind plumbing.ObjectType, size int) {
	c := byte(kind)<<4 | byte(size&15)
	for size >>= 4; size > 0; size >>= 7 {
		p.WriteByte(c | 0x80)
		c = byte(size & 0x7f)
	}
	p.WriteByte(c)
	p.count++
}

func (p *packed) deflate(t *testing.T, data []byte) {
	t.Helper()
	z := zlib.NewWriter(p)
	_, err := z.Write(data)
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
}

func (p *packed) object(t *testing.T, kind plumbing.ObjectType, data []byte) {
	t.Helper()
	p.head(kind, len(data))
	p.deflate(t, data)
}

// delta writes one of an earlier object by its id.
func (p *packed) delta(t *testing.T, base plumbing.Hash, delta []byte) {
	t.Helper()
	p.head(plumbing.REFDeltaObject, len(delta))
	p.Write(base[:])
	p.deflate(t, delta)
}

func (p *packed) bytes() []byte {
	out := append([]byte("PACK"), 0, 0, 0, 2)
	out = binary.BigEndian.AppendUint32(out, p.count)
	out = append(out, p.Bytes()...)
	sum := sha1.Sum(out)
	return append(out, sum[:]...)
}

// source adds a commit of the good skill.
func (p *packed) source(t *testing.T) plumbing.Hash {
	t.Helper()
	s := memory.NewStorage()
	f := forge{t, s}
	id := f.commit(f.tree([]thing{{name: "skills/good/SKILL.md", data: text("good")}}))
	p.all(t, s)
	return id
}

// all adds all objects of a storage.
func (p *packed) all(t *testing.T, s *memory.Storage) {
	t.Helper()
	for _, id := range inOrder(s) {
		o := s.Objects[id]
		p.object(t, o.Type(), read(t, o))
	}
}

// copyAll is a delta that repeats a base of a size.
func copyAll(size, times, promised int) []byte {
	d := binary.AppendUvarint(nil, uint64(size))
	d = binary.AppendUvarint(d, uint64(promised))
	for range times {
		d = append(d, 0x80|0x70, byte(size), byte(size>>8), byte(size>>16))
	}
	return d
}

// hostileFolders are repositories on this machine.
func hostileFolders() []hostile {
	local := func(what string, want fate, says string, change func(t *testing.T, dir string, id plumbing.Hash)) hostile {
		return hostile{name: "repository: " + what, want: want, says: says, raw: func(t *testing.T, dir string) (string, string) {
			f, s := gitFolder(t, filepath.Join(dir, ".git"))
			id := f.commit(f.tree([]thing{{name: "skills/good/SKILL.md", data: text("good")}}))
			at(t, s, id)
			change(t, dir, id)
			return dir, ""
		}}
	}
	put := func(t *testing.T, dir, name, data string) {
		t.Helper()
		folderSource(t, dir, []thing{{name: name, data: data}})
	}
	replace := func(t *testing.T, dir string, th thing) {
		t.Helper()
		if err := os.RemoveAll(filepath.Join(dir, th.name)); err != nil {
			t.Fatal(err)
		}
		folderSource(t, dir, []thing{th})
	}
	out := []hostile{
		local("settings that run programs", installed, "", func(t *testing.T, dir string, _ plumbing.Hash) {
			evil := "touch " + filepath.Join(dir, "..", "evil")
			put(t, dir, ".git/config", "[core]\n\tfsmonitor = "+evil+"\n\thooksPath = hooks\n\tsshCommand = "+evil+"\n\tpager = "+evil+
				"\n[filter \"x\"]\n\tsmudge = "+evil+"\n\tclean = "+evil+"\n[include]\n\tpath = /etc/passwd\n[credential]\n\thelper = !"+evil+"\n")
			put(t, dir, ".gitattributes", "* filter=x\n")
			put(t, dir, "skills/good/SKILL.md", text("good"))
			for _, hook := range []string{"post-checkout", "post-merge", "reference-transaction", "fsmonitor-watchman"} {
				folderSource(t, dir, []thing{{name: ".git/hooks/" + hook, kind: aProgram, data: "#!/bin/sh\n" + evil + "\n"}})
			}
			t.Cleanup(func() {
				if _, err := os.Stat(filepath.Join(dir, "..", "evil")); err == nil {
					t.Error("a program was run")
				}
			})
		}),
		local("broken settings", installed, "", func(t *testing.T, dir string, _ plumbing.Hash) {
			put(t, dir, ".git/config", "[[[\x00")
			put(t, dir, "skills/good/SKILL.md", text("good"))
		}),
		local("main is a file", refused, "not found", func(t *testing.T, dir string, _ plumbing.Hash) {
			put(t, dir, ".git/refs/heads/main", plumbing.ComputeHash(plumbing.BlobObject, []byte(text("good"))).String()+"\n")
		}),
		local("main is missing", refused, "not found", func(t *testing.T, dir string, _ plumbing.Hash) {
			put(t, dir, ".git/refs/heads/main", strings.Repeat("ab", 20)+"\n")
		}),
		local("HEAD leads outside", refused, "", func(t *testing.T, dir string, _ plumbing.Hash) {
			put(t, dir, ".git/HEAD", "ref: ../../../../etc/passwd\n")
		}),
		local("HEAD leads to itself", refused, "", func(t *testing.T, dir string, _ plumbing.Hash) { put(t, dir, ".git/HEAD", "ref: HEAD\n") }),
		local("refs in a circle", refused, "", func(t *testing.T, dir string, _ plumbing.Hash) {
			put(t, dir, ".git/refs/heads/main", "ref: refs/heads/other\n")
			put(t, dir, ".git/refs/heads/other", "ref: refs/heads/main\n")
		}),
		local("HEAD is a pipe", refused, "HEAD", func(t *testing.T, dir string, _ plumbing.Hash) {
			replace(t, dir, thing{name: ".git/HEAD", kind: aFIFO})
		}),
		local("HEAD is endless", refused, "HEAD", func(t *testing.T, dir string, _ plumbing.Hash) {
			replace(t, dir, thing{name: ".git/HEAD", kind: aLink, data: "/dev/zero"})
		}),
		local("ref is a pipe", refused, "refs/heads/x", func(t *testing.T, dir string, _ plumbing.Hash) {
			replace(t, dir, thing{name: ".git/refs/heads/x", kind: aFIFO})
		}),
		local("ref is endless", refused, "refs/heads/x", func(t *testing.T, dir string, _ plumbing.Hash) {
			replace(t, dir, thing{name: ".git/refs/heads/x", kind: aLink, data: "/dev/zero"})
		}),
		local("packed refs are a pipe", refused, "packed-refs", func(t *testing.T, dir string, _ plumbing.Hash) {
			replace(t, dir, thing{name: ".git/packed-refs", kind: aFIFO})
		}),
		local("borrows from a pipe", refused, "alternates", func(t *testing.T, dir string, _ plumbing.Hash) {
			replace(t, dir, thing{name: ".git/objects/info/alternates", kind: aFIFO})
		}),
		local("borrows from everywhere", installed, "", func(t *testing.T, dir string, _ plumbing.Hash) {
			put(t, dir, "skills/good/SKILL.md", text("good"))
			put(t, dir, ".git/objects/info/alternates", "/etc\n/dev/zero\n../../../../../../\n"+filepath.Join(dir, ".git", "objects")+"\n")
		}),
		local("borrows from itself and lacks a file", refused, "", func(t *testing.T, dir string, _ plumbing.Hash) {
			put(t, dir, ".git/objects/info/alternates", filepath.Join(dir, ".git", "objects")+"\n")
			put(t, dir, ".git/refs/heads/main", strings.Repeat("ab", 20)+"\n")
		}),
		local("work tree with an endless file", installed, "differs", func(t *testing.T, dir string, _ plumbing.Hash) {
			replace(t, dir, thing{name: "skills/good/SKILL.md", kind: aLink, data: "/dev/zero"})
		}),
		local("work tree with a pipe", installed, "differs", func(t *testing.T, dir string, _ plumbing.Hash) {
			replace(t, dir, thing{name: "skills/good/SKILL.md", kind: aFIFO})
		}),
		local("file with another name inside", refused, "", func(t *testing.T, dir string, _ plumbing.Hash) {
			id := plumbing.ComputeHash(plumbing.BlobObject, []byte(text("good"))).String()
			var b bytes.Buffer
			z := zlib.NewWriter(&b)
			_, err := z.Write([]byte("blob 5\x00evil\n"))
			if err := errors.Join(err, z.Close()); err != nil {
				t.Fatal(err)
			}
			replace(t, dir, thing{name: ".git/objects/" + id[:2] + "/" + id[2:], data: b.String()})
		}),
		local("file longer than it says", refused, "", func(t *testing.T, dir string, _ plumbing.Hash) {
			id := plumbing.ComputeHash(plumbing.BlobObject, []byte(text("good"))).String()
			var b bytes.Buffer
			z := zlib.NewWriter(&b)
			_, err := z.Write([]byte("blob 5\x00"))
			for range 64 {
				_, more := z.Write(make([]byte, 1<<20))
				err = errors.Join(err, more)
			}
			if err := errors.Join(err, z.Close()); err != nil {
				t.Fatal(err)
			}
			replace(t, dir, thing{name: ".git/objects/" + id[:2] + "/" + id[2:], data: b.String()})
		}),
	}
	for what, gitdir := range map[string]string{
		"outside": "gitdir: /etc\n", "nowhere": "gitdir: /nowhere/at/all\n", "itself": "gitdir: .git\n", "a device": "gitdir: /dev/zero\n", "nothing": "gitdir: \n", "no words": "\x00\x01\x02",
	} {
		out = append(out, hostile{name: "repository: .git leads to " + what, want: refused, raw: func(t *testing.T, dir string) (string, string) {
			folderSource(t, dir, []thing{{name: ".git", data: gitdir}, {name: "skills/good/SKILL.md", data: text("good")}})
			return dir, ""
		}})
	}
	for what, th := range map[string]thing{"a pipe": {name: ".git", kind: aFIFO}, "a link to itself": {name: ".git", kind: aLink, data: ".git"}, "endless": {name: ".git", kind: aLink, data: "/dev/zero"}} {
		out = append(out, hostile{name: "repository: .git is " + what, want: refused, raw: func(t *testing.T, dir string) (string, string) {
			folderSource(t, dir, []thing{th, {name: "skills/good/SKILL.md", data: text("good")}})
			return dir, ""
		}})
	}
	return out
}
