package cmd

import (
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"fsskills/clients"
	"fsskills/installer"
	"fsskills/registry"
)

// A tracer says what is tried, if --verbose asks for it: a line for each thing, on
// the conversation stream, with the time since the command began. One that is nil
// says nothing and costs nothing.
type tracer struct {
	env   *Env
	began time.Time

	mu      sync.Mutex
	secrets []string        // what no line may hold
	set     map[string]bool // variables that were asked for, and whether they are set
	places  map[string]bool // paths that were looked at, and whether something is there
	read    map[string]int  // files that were read, and how many bytes they have
	said    map[string]bool // what is said once only
	phases  []phase         // what was done, in order
}

// A phase is a part of a run and when it began.
type phase struct {
	name string
	at   time.Time
}

// startTrace has env say what is tried from here on, and begins with how fsskills
// was called, in what surroundings.
func startTrace(env *Env, c *cobra.Command, args []string) {
	t := &tracer{env: env, began: env.Now(), set: map[string]bool{}, places: map[string]bool{}, read: map[string]int{}, said: map[string]bool{}}
	getenv := env.Getenv
	env.Getenv = func(name string) string {
		value := getenv(name)
		t.asked(name, value)
		return value
	}
	env.tracing = t
	info := readBuildInfo()
	t.say("fsskills %s on %s, called as: %s", info.Version, env.GOOS, masked(c.Root(), args))
	t.say("home %s, working folder %s", env.Home, env.Dir)
	t.say("state in %s, cache in %s, config.yaml in %s", env.StateDir, env.CacheDir, first(env.ConfigDir, "no folder"))
	t.phase("look")
}

// say says one thing that is tried. Paths are written from the home, and secrets
// that are known are not written at all.
func (t *tracer) say(format string, args ...any) {
	if t == nil {
		return
	}
	text := fmt.Sprintf(format, args...)
	at := t.env.errStyle().dim(fmt.Sprintf("trace: %7.3fs", t.env.Now().Sub(t.began).Seconds())) // asks for variables
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, secret := range t.secrets {
		text = strings.ReplaceAll(text, secret, "[redacted]")
	}
	fmt.Fprintf(t.env.Err, "%s %s\n", at, t.env.brief(text))
}

// once says what more than one part of a command comes to.
func (t *tracer) once(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	t.mu.Lock()
	known := t.said[text]
	t.said[text] = true
	t.mu.Unlock()
	if !known {
		t.say("%s", text)
	}
}

// phase begins a part of the run.
func (t *tracer) phase(name string) {
	if t == nil || len(t.phases) > 0 && t.phases[len(t.phases)-1].name == name {
		return
	}
	t.phases = append(t.phases, phase{name, t.env.Now()})
}

// finish says what is best said at once: what was looked at and was not there, and
// how long each part has taken.
func (t *tracer) finish(code int) {
	if t == nil {
		return
	}
	there, missing := split(t.places)
	set, unset := split(t.set)
	for i := range missing {
		missing[i] = tilde(missing[i], t.env.Home)
	}
	bytes := 0
	for _, n := range t.read {
		bytes += n
	}
	t.say("variables that are set: %s", first(strings.Join(set, ", "), "none"))
	t.say("variables that are not: %s", first(strings.Join(unset, ", "), "none"))
	if len(t.places) > 0 {
		t.say("places of clients that are not there: %s", first(strings.Join(missing, ", "), "none"))
		t.say("clients: looked at %d places, found %d, read %s with %d bytes", len(t.places), len(there), count(len(t.read), "file"), bytes)
	}
	now := t.env.Now()
	parts := make([]string, 0, len(t.phases))
	for i, p := range t.phases {
		end := now
		if i+1 < len(t.phases) {
			end = t.phases[i+1].at
		}
		parts = append(parts, p.name+" "+duration(end.Sub(p.at)))
	}
	t.say("time: %s; all of it %s", strings.Join(parts, ", "), duration(now.Sub(t.began)))
	t.say("exit status %d", code)
}

func split(m map[string]bool) (yes, no []string) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if m[key] {
			yes = append(yes, key)
		} else {
			no = append(no, key)
		}
	}
	return yes, no
}

func count(n int, noun string) string { return fmt.Sprintf("%d %s", n, plural(n, noun)) }

// duration is a time as people read it.
func duration(d time.Duration) string { return d.Round(time.Millisecond / 10).String() }

// hide keeps a secret out of all that is said.
func (t *tracer) hide(secret string) {
	if t == nil || len(secret) < 4 { // what is shorter is no secret, and part of many words
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.secrets = append(t.secrets, secret)
}

// leastSecret is the length from which a value that only looks secret is kept out:
// a shorter one, such as a yes or no, is a part of many words.
const leastSecret = 8

// asked notes a variable. Its value is never said: it may be a secret, and is kept
// out of what else is said if its name looks so.
func (t *tracer) asked(name, value string) {
	t.mu.Lock()
	_, known := t.set[name]
	t.set[name] = value != ""
	t.mu.Unlock()
	if known {
		return
	}
	upper := strings.ToUpper(name)
	for _, word := range []string{"KEY", "TOKEN", "SECRET", "PASS", "AUTH"} {
		if strings.Contains(upper, word) && name != "SSH_AUTH_SOCK" && len(value) >= leastSecret {
			t.hide(value)
		}
	}
	if u, err := url.Parse(value); err == nil && u.User != nil {
		password, _ := u.User.Password()
		t.hide(password)
		if user := u.User.Username(); len(user) >= leastSecret {
			t.hide(user)
		}
	}
}

// traced is the machine as the catalog sees it, with what it looks at being said.
func (e *Env) traced(sys clients.System) clients.System {
	t := e.tracing
	if t == nil {
		return sys
	}
	stat, readFile, glob, lookPath := sys.Stat, sys.ReadFile, sys.Glob, sys.LookPath
	sys.Stat = func(path string) (fs.FileInfo, error) {
		info, err := stat(path)
		t.looked(path, err == nil, "there is %s")
		return info, err
	}
	sys.ReadFile = func(path string) ([]byte, error) {
		data, err := readFile(path)
		t.looked(path, err == nil, "read %s")
		if err == nil {
			t.mu.Lock()
			t.read[path] = len(data)
			t.mu.Unlock()
		}
		return data, err
	}
	sys.Glob = func(pattern string) ([]string, error) {
		found, err := glob(pattern)
		t.looked(pattern, len(found) > 0, "there is something like %s")
		return found, err
	}
	sys.LookPath = func(name string) (string, error) {
		path, err := lookPath(name)
		t.looked("program "+name, err == nil, "there is the %s on PATH")
		return path, err
	}
	return sys
}

// looked notes a place, and says the first time that something is there.
func (t *tracer) looked(place string, there bool, said string) {
	t.mu.Lock()
	t.places[place] = t.places[place] || there
	t.mu.Unlock()
	if there {
		t.once(said, place)
	}
}

// masked is the command line, without what may be a secret that was given in the
// wrong place.
func masked(root *cobra.Command, args []string) string {
	out := []string{root.Name()}
	hide := false
	for _, arg := range args {
		flag, value, valued := strings.Cut(arg, "=")
		isFlag := strings.HasPrefix(arg, "-")
		switch {
		case hide && !isFlag:
			arg = "[value]"
		case isFlag && valued && namesSecret(flag):
			arg = flag + "=[value]"
		case isFlag && valued:
			arg = flag + "=" + withoutLogin(value)
		case !isFlag:
			arg = withoutLogin(arg)
		}
		hide = isFlag && !valued && namesSecret(flag)
		out = append(out, arg)
	}
	return clean(strings.Join(out, " "))
}

// namesSecret reports whether people give a flag the secret itself, in the place of
// the variable that holds it.
func namesSecret(flag string) bool {
	return strings.Contains(flag, "key") || strings.Contains(flag, "token") || strings.Contains(flag, "pass")
}

// withoutLogin is a word without a user name, a password and a query, if it is an
// address, and without anything else that looks like a secret.
func withoutLogin(word string) string {
	if scheme, rest, ok := strings.Cut(word, "://"); ok {
		rest, _, asked := strings.Cut(rest, "?")
		if i := strings.LastIndexByte(rest, '@'); i >= 0 {
			rest = "[login]@" + rest[i+1:]
		}
		if asked {
			rest += "?[query]"
		}
		return scheme + "://" + rest
	}
	if isSecretLike(word) && !strings.ContainsAny(word, `/\`) || strings.HasPrefix(word, "na1.") || strings.HasPrefix(word, "eu1.") {
		return "[value]"
	}
	return word
}

// traceChosen says which clients are chosen, and why each is.
func (r *run) traceChosen(named []string) {
	t := r.env.tracing
	if t == nil {
		return
	}
	for _, c := range r.chosen {
		why := r.skipped[c.ID]
		switch {
		case why != "":
			why = "skipped: " + why
		default:
			why = c.Detect(r.sys).Why
		}
		t.once("client %s: %s", c.ID, why)
	}
	how := "as they were found or are recorded"
	if len(named) > 0 {
		how = "as they were named"
	}
	t.once("%s chosen, %s", count(len(r.chosen), "client"), how)
}

// traceReceipt says what is recorded of the site.
func (r *run) traceReceipt() {
	t := r.env.tracing
	if t == nil {
		return
	}
	t.once("scope %s%s, recorded in %s", r.at.scope, prefixed(", project ", r.at.root), r.store.Dir)
	t.once("recorded: %s, %s", count(len(r.receipt.Items), "skill or agent folder"), count(len(r.receipt.Servers), "server entry file"))
	if src := r.receipt.Source; src.URL != "" {
		t.once("recorded source: %s%s, commit %.12s", src.URL, prefixed(" at ", src.Ref), src.Commit)
	}
	if r.at.root != "" {
		is := "is there"
		if r.lockfile == nil {
			is = "is not there"
		}
		t.once("%s %s", filepath.Join(r.at.root, installer.LockfileName), is)
	}
}

// prefixed is text behind a prefix, and nothing if it is empty.
func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

// traceSnapshot says what a source has.
func (r *run) traceSnapshot(s *registry.Snapshot) {
	if r.env.tracing == nil || s == nil {
		return
	}
	files, bytes := 0, 0
	for _, skill := range s.Skills {
		files += len(skill.Files)
		for _, f := range skill.Files {
			bytes += len(f.Data)
		}
	}
	r.env.tracing.once("the source has %s and %s: %s with %d bytes; %d refused", count(len(s.Skills), "skill"), count(len(s.Agents), "agent"), count(files, "file"), bytes, len(s.Refused))
}

// traceResults says what was written.
func (r *run) traceResults(results []installer.Result) {
	t := r.env.tracing
	if t == nil {
		return
	}
	t.phase("report")
	written, removed, compared := 0, 0, 0
	for _, res := range results {
		a := res.Action
		if a.Op == installer.OpNone {
			compared += max(1, len(a.Files))
			continue
		}
		n := 0
		for _, f := range a.Files {
			switch f.Op {
			case installer.OpCreate, installer.OpUpdate:
				n++
			case installer.OpRemove:
				removed++
			default:
				compared++
			}
		}
		if a.Kind == installer.KindServer || a.Kind == installer.KindLock {
			n = 1
		}
		if res.Err != nil || !a.Changes() {
			n = 0
		}
		written += n
		t.say("%s %s %s in %s: %s", a.Op, a.Kind, a.Name, a.Path, res.Status())
	}
	t.say("%s written, %d removed, %d found as they should be", count(written, "file"), removed, compared)
}
