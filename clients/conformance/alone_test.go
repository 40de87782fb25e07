package conformance

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fsskills/clients"
	"fsskills/clients/conformance/judge"
)

// The checks by their names, with what they need to see.
var checks = []struct {
	name  string
	needs aspect
	of    func(*subject, expectation, *seen) error
}{
	{"server", servers, checkServer},
	{"key", servers, checkHeader},
	{"skills", skills, checkSkills},
	{"commands", commands, checkCommands},
	{"agent", talk, checkAgent},
}

func testUser(t *testing.T, c *subject) {
	t.Helper()
	tr := newTrial(t, c, clients.UserScope)
	if c.prepare != nil {
		if err := c.prepare(tr.session(t.Context(), c, "", true)); err != nil {
			t.Fatal(err)
		}
	}

	bare := tr.look(t, question{at: aspects})
	tr.holds(t, "other servers", servers, bare, checkNeighbour(c, tr.want, bare))
	for _, check := range checks {
		tr.fails(t, check.name, "in a home without fsskills", check.needs, bare, check.of(c, tr.want, bare))
	}

	tr.install(t, tr.want.path, tr.auth...)
	old := tr.look(t, question{at: []aspect{servers, skills}})
	tr.holds(t, "skills before the update", skills, old, checkSkills(c, tr.want, old))
	if err := tr.upstream.show(tr.upstream.newer); err != nil {
		t.Fatal(err)
	}
	tr.want.content = tr.upstream.newer
	tr.fails(t, "skills", "before the update", skills, old, checkSkills(c, tr.want, old))
	tr.fsskills(t, "update", "--yes")

	now := tr.look(t, question{at: aspects})
	for _, check := range checks {
		tr.holds(t, check.name, check.needs, now, check.of(c, tr.want, now))
	}
	tr.holds(t, "update", skills, now, checkSkills(c, tr.want, now))
	tr.holds(t, "other servers beside ours", servers, now, checkNeighbour(c, tr.want, now))
	tr.inFolder(t, tr.home, tr.project, now)
	tr.fails(t, "uninstall", "while all is installed", skills, now, checkNothing(c, tr.want, now))

	tr.withoutKey(t, now)
	tr.wrongSyntax(t)
	tr.twice(t)
	tr.asShipped(t)
	tr.signIn(t, now)

	tr.fsskills(t, append([]string{"uninstall", "--yes"}, tr.where()...)...)
	gone := tr.look(t, question{at: aspects})
	tr.holds(t, "uninstall", skills, gone, checkNothing(c, tr.want, gone))
	tr.holds(t, "other servers after it", servers, gone, checkNeighbour(c, tr.want, gone))
	tr.wrongNeighbour(t)
}

// inFolder checks that the client has the skills from below a folder, and that
// it would not be so of another one.
func (tr *trial) inFolder(t *testing.T, folder, other string, got *seen) {
	t.Helper()
	if !tr.c.lists() || len(got.skills) > 0 && !slices.ContainsFunc(got.skills, func(one skill) bool { return one.path != "" }) {
		t.Run("folder", func(t *testing.T) {
			results.skip(t, tr.c, tr.results, "folder", "it does not say where a skill is from")
		})
		return
	}
	tr.holds(t, "folder", skills, got, checkWhere(folder, got))
	tr.fails(t, "folder", "below another one", skills, got, checkWhere(other, got))
}

// wrongNeighbour has the user's other server where there is none.
func (tr *trial) wrongNeighbour(t *testing.T) {
	t.Helper()
	for path := range tr.c.before {
		path = filepath.Join(tr.home, filepath.FromSlash(path))
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		right := []byte(tr.judge.URL(judge.Other))
		if !bytes.Contains(data, right) {
			continue
		}
		tr.instead(t, path, func(old []byte) []byte { return bytes.Replace(old, right, append(right, "/not"...), 1) }, func() {
			got := tr.look(t, question{at: []aspect{servers}})
			tr.fails(t, "other servers", "with another address", servers, got, checkNeighbour(tr.c, tr.want, got))
		})
		return
	}
	t.Errorf("%s has no other server in its files", tr.c.id)
}

// withoutKey asks the client while the variable of the key is not set.
func (tr *trial) withoutKey(t *testing.T, with *seen) {
	t.Helper()
	if tr.c.writeKey {
		t.Run("without the key", func(t *testing.T) {
			results.skip(t, tr.c, tr.scope, "without the key", "it reads no variable; the key is in its file")
		})
		return
	}
	got := tr.look(t, question{at: []aspect{servers}, without: true})
	err := checkUnset(tr.c, tr.want, got)
	if err == nil {
		err = tr.c.warned(tr.entry)
	}
	if _, says, ok := strings.Cut(tr.entry.Steps.Unset, `says "`); ok && err == nil {
		if says, _, _ = strings.Cut(says, `"`); !strings.Contains(got.ours(), says) {
			err = fmt.Errorf("the next steps have it say %q, and it says %q", says, got.ours())
		}
	}
	tr.holds(t, "without the key", servers, got, err)
	tr.fails(t, "without the key", "with the key", servers, with, checkUnset(tr.c, tr.want, with))
	tr.fails(t, "key", "without the key", servers, got, checkHeader(tr.c, tr.want, got))
	results.say(tr.c, "without the key", got.ours(), received(got.at(tr.want.path)))
}

// warned is an error unless the next steps tell the user what the client was
// seen to do without the key.
func (c *subject) warned(entry clients.Client) error {
	phrases := map[sends][]string{
		theText: {"sends the text"},
		empty:   {"sends an empty key"},
		noKey:   {"sends no key"},
		nothing: {"does not start", "does not connect", "starts none"},
	}
	for _, phrase := range phrases[c.unset] {
		if strings.Contains(entry.Steps.Unset, phrase) {
			return nil
		}
	}
	return fmt.Errorf("the next steps say %q, and not that it sends %s", entry.Steps.Unset, c.unset)
}

// wrongSyntax asks the client with a header in another client's spelling.
func (tr *trial) wrongSyntax(t *testing.T) {
	t.Helper()
	if tr.c.foreign == ([2]string{}) {
		return
	}
	ours := tr.status(t).Servers
	if len(ours) != 1 {
		t.Fatalf("fsskills status has %v, want one server", ours)
	}
	path := ours[0].Path
	tr.instead(t, path, func(old []byte) []byte {
		if !bytes.Contains(old, []byte(tr.c.foreign[0])) {
			t.Fatalf("%s has no %s", path, tr.c.foreign[0])
		}
		return bytes.Replace(old, []byte(tr.c.foreign[0]), []byte(tr.c.foreign[1]), 1)
	}, func() {
		got := tr.look(t, question{at: []aspect{servers}})
		if len(got.at(tr.want.path)) == 0 {
			t.Errorf("%s does not ask a server with the header %s", tr.c.id, tr.c.foreign[1])
		}
		tr.fails(t, "key", "with a header in a foreign spelling", servers, got, checkHeader(tr.c, tr.want, got))
	})
}

// instead has another text in a file while f runs.
func (tr *trial) instead(t *testing.T, path string, text func([]byte) []byte, f func()) {
	t.Helper()
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text(old), 0o644); err != nil {
		t.Fatal(err)
	}
	f()
	if err := os.WriteFile(path, old, 0o644); err != nil {
		t.Fatal(err)
	}
}

// status is what fsskills says is installed.
func (tr *trial) status(t *testing.T) report {
	t.Helper()
	return tr.fsskills(t, append([]string{"status", "--offline"}, tr.where()...)...)
}

// twice copies a skill to another folder that the client reads.
func (tr *trial) twice(t *testing.T) {
	t.Helper()
	if tr.c.second == "" {
		return
	}
	name := tr.want.skills[0].name
	copied := filepath.Join(tr.home, filepath.FromSlash(tr.c.second), name)
	if err := os.CopyFS(copied, os.DirFS(filepath.Join(tr.source, "skills", name))); err != nil {
		t.Fatal(err)
	}
	got := tr.look(t, question{at: []aspect{skills}})
	err := checkSkills(tr.c, tr.want, got)
	if tr.c.doubled {
		tr.fails(t, "skills", "with a skill in two of its folders", skills, got, err)
	} else {
		tr.holds(t, "a copy in a second folder", skills, got, err)
	}
	if !tr.c.doubled {
		tr.secondIsRead(t, name)
	}
	if err := os.RemoveAll(copied); err != nil {
		t.Fatal(err)
	}
}

// secondIsRead takes the skill out of our folder, so that the client shows that
// it reads the other one.
func (tr *trial) secondIsRead(t *testing.T, name string) {
	t.Helper()
	ours := filepath.Join(tr.entry.SkillsDir(clients.System{GOOS: "linux", Home: tr.home, Getenv: func(string) string { return "" }}), name)
	aside := filepath.Join(filepath.Dir(tr.home), "aside")
	if err := os.Rename(ours, aside); err != nil {
		t.Fatal(err)
	}
	got := tr.look(t, question{at: []aspect{skills}})
	tr.holds(t, "the second folder by itself", skills, got, checkSkills(tr.c, tr.want, got))
	if err := os.Rename(aside, ours); err != nil {
		t.Fatal(err)
	}
}

// asShipped puts the agent as its repository has it in the place of ours.
func (tr *trial) asShipped(t *testing.T) {
	t.Helper()
	if tr.reason(talk) != "" || len(tr.want.agents) == 0 {
		return
	}
	shipped := tr.want.agents[0]
	for _, agent := range tr.status(t).Agents {
		if agent.Name != shipped.name {
			continue
		}
		tr.instead(t, agent.Path, func([]byte) []byte { return shipped.file }, func() {
			got := tr.look(t, question{at: []aspect{talk}})
			tr.fails(t, "agent", "as its repository has it", talk, got, checkAgent(tr.c, tr.want, got))
		})
		return
	}
	t.Fatalf("fsskills status knows no agent %s", shipped.name)
}

// signIn changes the entry to OAuth.
func (tr *trial) signIn(t *testing.T, before *seen) {
	t.Helper()
	tr.install(t, judge.OAuth, "--auth", "oauth")
	want := tr.want
	want.path, want.header, want.state = judge.OAuth, nil, tr.c.signInState()
	got := tr.look(t, question{at: []aspect{servers}})
	tr.holds(t, "no header", servers, got, checkNoHeader(tr.c, want, got))
	tr.fails(t, "no header", "while it is connected by a key", servers, before, checkNoHeader(tr.c, want, before))
	err := checkSignIn(tr.c, want, got)
	if tr.c.waiting == "" {
		tr.holds(t, "sign-in", servers, got, err)
		tr.fails(t, "sign-in", "while it is connected by a key", servers, before, checkSignIn(tr.c, want, before))
	} else {
		tr.holds(t, "server to sign in to", servers, got, checkServer(tr.c, want, got))
		t.Run("sign-in", func(t *testing.T) {
			if err == nil {
				t.Error("it says now that a sign-in is needed")
			}
			results.skip(t, tr.c, tr.results, "sign-in", fmt.Sprintf("it calls such a server %q, as any that it has no connection to", got.ours()))
		})
	}
	results.say(tr.c, "sign-in", got.ours(), received(got.at(want.path)))
	tr.want.path = judge.OAuth
}

func testProject(t *testing.T, c *subject) {
	t.Helper()
	tr := newTrial(t, c, clients.ProjectScope)
	if err := tr.upstream.show(tr.upstream.newer); err != nil {
		t.Fatal(err)
	}
	tr.want.content = tr.upstream.newer
	session := tr.session(t.Context(), c, tr.project, true)
	bare := tr.look(t, question{at: aspects})
	tr.install(t, tr.want.path, tr.auth...)
	if c.trust != nil {
		before := tr.look(t, question{at: []aspect{servers}})
		if tr.without(servers) == "" {
			tr.fails(t, "server", "before the project is trusted", servers, before, checkServer(c, tr.want, before))
			results.say(c, "before trust", before.ours(), received(before.at(tr.want.path)))
		}
		if err := c.trust(session); err != nil {
			t.Fatal(err)
		}
	}
	now := tr.look(t, question{at: aspects})
	for _, check := range checks {
		name := check.name
		if name == "key" && tr.keyless() {
			t.Run(name, func(t *testing.T) { results.skip(t, c, tr.results, "key", "its file in a project takes no key") })
			name = "no header"
		}
		tr.fails(t, name, "before the installation", check.needs, bare, check.of(c, tr.want, bare))
		tr.holds(t, name, check.needs, now, check.of(c, tr.want, now))
	}
	tr.inFolder(t, tr.project, tr.home, now)
	if len(c.beforeProject)+len(c.before) > 0 {
		tr.holds(t, "other servers", servers, now, checkNeighbour(c, tr.want, now))
	}
	tr.fails(t, "uninstall", "while all is installed", skills, now, checkNothing(c, tr.want, now))
	tr.fsskills(t, append([]string{"uninstall", "--yes"}, tr.where()...)...)
	gone := tr.look(t, question{at: aspects})
	tr.holds(t, "uninstall", skills, gone, checkNothing(c, tr.want, gone))
}
