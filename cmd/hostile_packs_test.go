package cmd_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
)

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
