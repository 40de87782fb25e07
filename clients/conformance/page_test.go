package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fsskills/clients"
)

const (
	recordFile = "testdata/seen.json"
	pageFile   = "../../docs/conformance.md"
)

// A record is what was seen of a client, as it is kept.
type record struct {
	Version string `json:"version"`
	// Holds are the checks that hold, Skipped those that were not made and why,
	// both by the scope.
	Holds   map[clients.Scope][]string          `json:"holds"`
	Skipped map[clients.Scope]map[string]string `json:"skipped"`
	// Says is what it said of our server, and what the server received, where
	// that differs from client to client.
	Says map[string]said `json:"says"`
}

// kept is what was seen the last time, by the id of the client.
func kept(t *testing.T) map[string]record {
	t.Helper()
	data, err := os.ReadFile(recordFile)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]record{}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatalf("%s: %v", recordFile, err)
	}
	return all
}

// testAsBefore compares what was seen with what was seen the last time. A
// client that does anything else than it did is a failure, whether or not the
// checks hold. Only a whole run says anew what holds with all clients together.
func testAsBefore(t *testing.T, whole bool) {
	t.Helper()
	all := kept(t)
	for _, c := range subjects {
		now, ok := results.record(c)
		if !ok {
			continue
		}
		old := all[c.id]
		if !whole && *update || len(now.Holds[together]) == 0 { // without the others it says nothing
			now.Holds[together], now.Skipped[together] = old.Holds[together], old.Skipped[together]
			maps.DeleteFunc(now.Skipped, func(_ clients.Scope, skipped map[string]string) bool { return skipped == nil })
		}
		if *update {
			all[c.id] = now
			continue
		}
		if newest {
			now.Version = old.Version
		}
		if diff := cmp.Diff(old, now); diff != "" {
			t.Errorf("%s %s is not as %s says (-was, +is):\n%s", c.id, results.versionOf(c), recordFile, diff)
		}
	}
	if !*update {
		return
	}
	text, err := json.MarshalIndent(all, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(recordFile, append(text, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(pageFile, []byte(page(all)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestPage compares the page with what was seen, and that with the versions
// that are pinned. It asks no client.
func TestPage(t *testing.T) {
	t.Parallel()
	if *update && wanted {
		t.Skip("-update writes the page anew from what this run sees, after this test")
	}
	all := kept(t)
	for _, c := range subjects {
		if all[c.id].Version != c.version {
			t.Errorf("%s is pinned to %s, and %s is about %q: run make conformance UPDATE=1", c.id, c.version, recordFile, all[c.id].Version)
		}
	}
	got, err := os.ReadFile(pageFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(page(all), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("%s is not what %s makes of it (-want, +got): run make conformance UPDATE=1\n%s", pageFile, recordFile, diff)
	}
}

// record is what is to be kept of a client, if all of it was asked.
func (o *outcomes) record(c *subject) (record, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	found := o.clients[c.id]
	if found == nil || found.skipped != "" {
		return record{}, false
	}
	r := record{Version: found.version, Holds: map[clients.Scope][]string{}, Skipped: map[clients.Scope]map[string]string{}, Says: map[string]said{}}
	for scope, made := range found.checks {
		for _, name := range slices.Sorted(maps.Keys(made)) {
			if made[name] != "" {
				return record{}, false // the check has said it
			}
			r.Holds[scope] = append(r.Holds[scope], name)
		}
	}
	for scope, skipped := range found.skips {
		if len(skipped) > 0 {
			r.Skipped[scope] = maps.Clone(skipped)
		}
	}
	if o.crowd != "" { // or only half of it was
		delete(r.Holds, together)
		delete(r.Skipped, together)
	}
	for what, one := range found.said {
		r.Says[what] = said{Words: withoutURL(one.Words), Received: one.Received}
	}
	return r, true
}

// withoutURL is text without the address of the judge, which differs from run
// to run.
func withoutURL(text string) string {
	return regexp.MustCompile(` *http://127\.0\.0\.1:\d+\S*`).ReplaceAllString(text, "")
}

// A column of the page.
type column struct {
	scope       clients.Scope
	check, head string
}

var columns = []column{
	{clients.UserScope, "server", "server"},
	{clients.UserScope, "key", "key"},
	{clients.UserScope, "no header", "OAuth"},
	{clients.UserScope, "sign-in", "sign-in"},
	{clients.UserScope, "without the key", "no key"},
	{clients.UserScope, "skills", "skills"},
	{clients.UserScope, "commands", "commands"},
	{clients.UserScope, "agent", "agent"},
	{clients.UserScope, "other servers beside ours", "others"},
	{clients.UserScope, "update", "update"},
	{clients.UserScope, "uninstall", "uninstall"},
	{clients.ProjectScope, "server", "server"},
	{clients.ProjectScope, "key", "key"},
	{clients.ProjectScope, "skills", "skills"},
	{clients.ProjectScope, "commands", "commands"},
	{clients.ProjectScope, "agent", "agent"},
	{clients.ProjectScope, "other servers", "others"},
	{clients.ProjectScope, "uninstall", "uninstall"},
	{together, "user: server", "server"},
	{together, "user: key", "key"},
	{together, "user: skills", "skills"},
	{together, "user: commands", "commands"},
	{together, "user: agent", "agent"},
	{together, "project: server", "server in a project"},
	{together, "project: key", "key"},
	{together, "project: skills", "skills"},
	{together, "project: commands", "commands"},
	{together, "project: agent", "agent"},
}

var tables = []struct {
	scope clients.Scope
	title string
}{
	{clients.UserScope, "For the user"},
	{clients.ProjectScope, "In a project"},
	{together, "All of them in one home"},
}

const pageHead = `<!-- Written by make conformance UPDATE=1: change the suite and not this page. -->

# Conformance

Every client here was installed from npm and asked, in a fresh home that fsskills had prepared, without a login. A server
on loopback took the part of Fullstory's and wrote down every header that it received; another one took the part of the
model. ` + "`make conformance`" + ` does it again, and fails if a client does anything else than it did.

| check | holds if |
| --- | --- |
| server | the client lists our server once, and is connected to it |
| key | every request to it, and there were some, had the header ` + "`Authorization: Bearer <key>`" + ` and no other |
| OAuth | with OAuth, the server is asked without a header |
| sign-in | the client then says that it needs a sign-in, or looks up where to do so |
| no key | while the variable is not set, the server receives what the next steps of fsskills warn of |
| skills | each skill is listed once and offered to the model once, without a complaint |
| commands | a skill is a slash command, once, and one that says that it is none is not (\*: it is) |
| agent | the agent is listed where there is a list, and offered, gets the tool that it names and no other, and its call arrives (Codex: cannot be held to it) |
| others | another server in the same file is listed and works, and is sent no header of ours |
| update | a skill that came with the update is seen, and was not before |
| uninstall | nothing of all this is seen any more, and the server is not asked |

Each of these checks was made, too, where it has to fail: in a home without fsskills, before the update, with the key in
another client's spelling, in a project that is not trusted, with another address for the other server, with the agent as
its repository has it. With a skill in two of its folders, Codex lists it twice and Gemini CLI complains, and fails; the
others read the second folder too, and show one.
`

// page is the page about what was seen.
func page(kept map[string]record) string {
	var b strings.Builder
	b.WriteString(pageHead)
	for _, table := range tables {
		fmt.Fprintf(&b, "\n## %s\n\n| client | version |", table.title)
		var rule strings.Builder
		rule.WriteString("\n| --- | --- |")
		for _, one := range columns {
			if one.scope == table.scope {
				fmt.Fprintf(&b, " %s |", one.head)
				rule.WriteString(" --- |")
			}
		}
		b.WriteString(rule.String() + "\n")
		for _, c := range subjects {
			r := kept[c.id]
			fmt.Fprintf(&b, "| %s | %s |", c.name(), r.Version)
			for _, one := range columns {
				if one.scope != table.scope {
					continue
				}
				cell := "–"
				if slices.Contains(r.Holds[one.scope], one.check) {
					cell = "yes"
					if strings.HasSuffix(one.check, "commands") && !c.hidden {
						cell = `yes\*`
					}
				}
				fmt.Fprintf(&b, " %s |", cell)
			}
			b.WriteByte('\n')
		}
	}
	b.WriteString("\n## What could not be asked\n\n")
	for _, c := range subjects {
		for _, reason := range reasons(kept[c.id]) {
			fmt.Fprintf(&b, "* %s, %s\n", c.name(), reason)
		}
	}
	b.WriteString("\n## In their own words\n\nWhat a client says of our server, and what the server receives from it.\n\n" +
		"| client | sign-in needed | received | without the key | received | before the project is trusted | received |\n" +
		"| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, c := range subjects {
		fmt.Fprintf(&b, "| %s |", c.name())
		for _, what := range []string{"sign-in", "without the key", "before trust"} {
			one, ok := kept[c.id].Says[what]
			if !ok {
				one = said{"–", "–"}
			}
			fmt.Fprintf(&b, " %s | %s |", strings.ReplaceAll(one.Words, "|", "\\|"), one.Received)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// reasons are why checks of a client were not made, each once, and those that
// hold for one scope with its name.
func reasons(r record) []string {
	type place struct{ scope, reason string }
	by := map[place][]string{}
	add := func(at place, name string) {
		if !slices.Contains(by[at], name) {
			by[at] = append(by[at], name)
		}
	}
	for _, scope := range []clients.Scope{clients.UserScope, clients.ProjectScope, together} {
		for _, check := range slices.Sorted(maps.Keys(r.Skipped[scope])) {
			reason := r.Skipped[scope][check]
			in, name, both := strings.Cut(check, ": ")
			if !both {
				in, name = string(scope), check
			}
			if r.Skipped[clients.UserScope][name] == reason {
				in = string(clients.UserScope)
			}
			add(place{in, reason}, name)
		}
	}
	var all []string
	for at, names := range by {
		text := strings.Join(names, ", ") + ": " + at.reason
		if at.scope == string(clients.ProjectScope) {
			text = "in a project, " + text
		}
		all = append(all, text)
	}
	slices.Sort(all)
	return all
}

// name is how the catalog calls the client.
func (c *subject) name() string {
	entry, _ := clients.All().Find(c.id)
	return entry.Name
}
