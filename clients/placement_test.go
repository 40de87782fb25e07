package clients

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// A double is a folder that some client writes for itself and another one
// reads beside its own: whoever has both finds every skill twice. The report
// of an install says so.
//
// That the shared folder and Claude Code's are read by one client is so common
// that it needs no row.
type double struct{ client, folder, why string }

var knownDoubles = map[Scope][]double{
	UserScope: {
		{"cortex", "~/.claude/skills", "its pages name no shared folder, and Claude Code's"},
	},
	ProjectScope: {
		{"junie", "./.agents/skills", "whether Junie reads the shared folder is told both ways; its own works in either case"},
		{"cortex", "./.claude/skills", "its pages name no shared folder, and Claude Code's"},
	},
}

// A place is a client in one scope on one machine, with the folder that is
// ours and the others that it reads.
type place struct {
	id, own string
	also    []string
}

func places(scope Scope, s System) []place {
	var out []place
	for _, c := range All() {
		if c, ok := c.In(scope); ok && c.SkillsDir(s) != "" {
			out = append(out, place{c.ID, c.SkillsDir(s), c.AlsoReads(s)})
		}
	}
	return out
}

// TestPlacement looks at every set of two clients and at thousands of others:
// each client has one folder of ours, whoever else is chosen, and finds
// nothing in another one but what is known.
func TestPlacement(t *testing.T) {
	t.Parallel()
	for _, scope := range scopes {
		for _, m := range []machine{{}, {goos: "darwin"}, {goos: "windows"}, {env: moved("/moved")}} {
			s := m.system()
			with := places(scope, s)
			used := map[double]bool{}
			check := func(set []place) {
				t.Helper()
				written := map[string]string{}
				for _, p := range set {
					written[p.own] = p.id
				}
				for _, p := range set {
					for _, also := range p.also {
						if written[also] == "" || usual(p.own, also) {
							continue
						}
						known := slices.IndexFunc(knownDoubles[scope], func(d double) bool {
							return d.client == p.id && s.Path(Path(d.folder)) == also
						})
						if known < 0 {
							t.Fatalf("%s scope: skills of %s are in %s, and it finds them in %s, too, which is for %s", scope, p.id, p.own, also, written[also])
						}
						used[knownDoubles[scope][known]] = true
					}
				}
			}
			for i := range with {
				for j := range with[:i] {
					check([]place{with[i], with[j]})
				}
			}
			for _, d := range knownDoubles[scope] {
				if m.env == nil && !used[d] {
					t.Errorf("%s scope: %s finds nothing twice in %s any more", scope, d.client, d.folder)
				}
			}
			random := rand.New(rand.NewPCG(2026, uint64(len(with)))) // the same sets every time
			for range 500 {
				set := slices.Clone(with)
				random.Shuffle(len(set), func(i, j int) { set[i], set[j] = set[j], set[i] })
				check(set[:1+random.IntN(len(set))])
			}
		}
	}
}

// usual reports whether the two folders are the shared one and Claude Code's.
func usual(own, also string) bool {
	return strings.HasSuffix(slashed(own), "/.agents/skills") && strings.HasSuffix(slashed(also), "/.claude/skills")
}

func slashed(p string) string { return strings.ReplaceAll(p, `\`, "/") }

// TestOneFolder: a client's own folder is not among the others that it reads,
// and none of them twice or within another.
func TestOneFolder(t *testing.T) {
	t.Parallel()
	for _, scope := range scopes {
		for _, goos := range []string{"", "darwin", "windows"} {
			for _, p := range places(scope, machine{goos: goos}.system()) {
				reads := append([]string{p.own}, p.also...)
				for i, a := range reads {
					for j, b := range reads {
						if i != j && strings.HasPrefix(slashed(a)+"/", slashed(b)+"/") {
							t.Errorf("%s on %s, %s scope: reads %s and %s", p.id, goos, scope, b, a)
						}
					}
				}
			}
		}
	}
}
