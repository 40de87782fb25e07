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

// hostilePacks come from a server.
func hostilePacks() []hostile {
	served := func(what string, want fate, says string, make func(*testing.T, *packed)) hostile {
		return hostile{name: "pack: " + what, want: want, says: says, raw: func(t *testing.T, _ string) (string, string) {
			var p packed
			id := p.source(t)
			make(t, &p)
			return servePack(t, id, p.bytes()), ""
		}}
	}
	base := []byte(strings.Repeat("x", 1000))
	baseID := plumbing.ComputeHash(plumbing.BlobObject, base)
	return []hostile{
		served("a million objects promised", refused, "200000 objects", func(_ *testing.T, p *packed) { p.count = 1_000_000 }),
		served("more objects promised", refused, "", func(_ *testing.T, p *packed) { p.count++ }),
		served("fewer objects promised", refused, "", func(_ *testing.T, p *packed) { p.count-- }),
		served("object of 1 GB promised", refused, "256 MiB", func(t *testing.T, p *packed) { p.head(plumbing.BlobObject, 1<<30); p.deflate(t, base) }),
		served("object longer than it says", refused, "", func(t *testing.T, p *packed) { p.head(plumbing.BlobObject, 3); p.deflate(t, base) }),
		served("object shorter than it says", refused, "", func(t *testing.T, p *packed) { p.head(plumbing.BlobObject, 5000); p.deflate(t, base) }),
		served("object of no type", refused, "", func(t *testing.T, p *packed) { p.head(5, 3); p.deflate(t, base) }),
		served("300 MB of zeros", refused, "256 MiB", func(t *testing.T, p *packed) {
			var one packed
			one.object(t, plumbing.BlobObject, make([]byte, 3<<20))
			for range 100 {
				p.Write(one.Bytes())
				p.count++
			}
		}),
		served("large object", installed, "", func(t *testing.T, p *packed) { p.object(t, plumbing.BlobObject, make([]byte, 32<<20)) }),
		served("chain of deltas that grow", refused, "256 MiB", func(t *testing.T, p *packed) {
			data := base
			p.object(t, plumbing.BlobObject, data)
			for range 4 {
				p.delta(t, plumbing.ComputeHash(plumbing.BlobObject, data), copyAll(len(data), 10, 10*len(data)))
				data = bytes.Repeat(data, 10)
			}
			for i := range 5 {
				p.delta(t, plumbing.ComputeHash(plumbing.BlobObject, data), copyAll(len(data), 5+i, (5+i)*len(data)))
			}
		}),
		served("delta of another size than it says", refused, "", func(t *testing.T, p *packed) {
			p.object(t, plumbing.BlobObject, base)
			p.delta(t, baseID, copyAll(len(base), 10, 20))
		}),
		served("delta that promises exabytes", refused, "256 MiB", func(t *testing.T, p *packed) {
			p.object(t, plumbing.BlobObject, base)
			p.delta(t, baseID, copyAll(len(base), 1, 1<<62))
		}),
		served("delta of another base", refused, "", func(t *testing.T, p *packed) {
			p.object(t, plumbing.BlobObject, base)
			p.delta(t, baseID, copyAll(len(base)+1, 1, len(base)+1))
		}),
		served("delta of nothing", installed, "", func(t *testing.T, p *packed) {
			p.delta(t, plumbing.NewHash(strings.Repeat("ab", 20)), copyAll(9, 1, 9))
		}),
		served("empty delta", refused, "", func(t *testing.T, p *packed) { p.object(t, plumbing.BlobObject, base); p.delta(t, baseID, nil) }),
		{name: "pack: another commit", want: refused, says: "not found", raw: func(t *testing.T, _ string) (string, string) {
			var p packed
			p.source(t)
			return servePack(t, plumbing.NewHash(strings.Repeat("ab", 20)), p.bytes()), ""
		}},
		{name: "pack: a file as the commit", want: refused, says: "not found", raw: func(t *testing.T, _ string) (string, string) {
			var p packed
			p.source(t)
			return servePack(t, plumbing.ComputeHash(plumbing.BlobObject, []byte(text("good"))), p.bytes()), ""
		}},
		{name: "refs: with odd names", want: installed, raw: func(t *testing.T, _ string) (string, string) {
			var p packed
			id := p.source(t)
			var refs strings.Builder
			refs.WriteString(pktLine("# service=git-upload-pack\n") + "0000" + pktLine(id.String()+" HEAD\x00shallow\n"))
			for _, name := range []string{"refs/heads/../../x", "refs/heads/\x1b[2J", "refs/tags/-x", "refs/heads/a\u202eb", "refs/heads/" + strings.Repeat("x", 60_000), "x"} {
				refs.WriteString(pktLine(id.String() + " " + name + "\n"))
			}
			return serveAnswers(t, refs.String()+"0000", pktLine("shallow "+id.String())+"0000"+pktLine("NAK\n")+string(p.bytes())), ""
		}},
		{name: "refs: odd names that are like what is asked for", want: refused, says: "not found", raw: func(t *testing.T, _ string) (string, string) {
			id := strings.Repeat("ab", 20)
			refs := pktLine("# service=git-upload-pack\n") + "0000" + pktLine(id+" HEAD\x00shallow\n") + pktLine(id+" refs/heads/mai\x1b[31mn\n") + pktLine(id+" refs/heads/ma\u202ein\n")
			return serveAnswers(t, refs+"0000", ""), "mainn"
		}},
		{name: "refs: endless", want: refused, says: "more than", raw: func(t *testing.T, _ string) (string, string) {
			id := strings.Repeat("ab", 20)
			line := pktLine(id + " refs/heads/" + strings.Repeat("x", 1000) + "\n")
			return serveAnswers(t, pktLine("# service=git-upload-pack\n")+"0000"+pktLine(id+" HEAD\x00shallow\n")+strings.Repeat(line, 17<<10), ""), ""
		}},
		{name: "refs: no protocol", want: refused, says: "http", raw: func(t *testing.T, _ string) (string, string) {
			return serveAnswers(t, "<html>\x1b[2J</html>", ""), ""
		}},
		{name: "refs: line of no length", want: refused, says: "http", raw: func(t *testing.T, _ string) (string, string) {
			return serveAnswers(t, pktLine("# service=git-upload-pack\n")+"0000"+"zzzz", ""), ""
		}},
		{name: "refs: error with an escape sequence", want: refused, says: "http", raw: func(t *testing.T, _ string) (string, string) {
			return serveAnswers(t, pktLine("ERR \x1b[2Jevil\u202e\n"), ""), ""
		}},
	}
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
