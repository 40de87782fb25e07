package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A desk is a home with a source of skills beside it, at which somebody sits.
type desk struct {
	*testing.T
	env    *Env
	errOut *strings.Builder
	source string
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	env, _, _ := testEnv(t)
	d := &desk{T: t, env: env, source: t.TempDir()}
	d.offer("alpha/SKILL.md", "---\nname: alpha\ndescription: One.\n---\nAlpha.\n")
	d.offer("alpha/one.md", "one, first\n")
	d.offer("alpha/two.md", "two, first\n")
	if code := d.run("", "install", "--yes", "--client", "cursor,claude-code", "--skills-only", "--source", d.source); code != exitDone {
		t.Fatalf("install: %d\n%s", code, d.errOut)
	}
	return d
}

// run runs fsskills with somebody who types the answers.
func (d *desk) run(answers string, args ...string) exitCode {
	d.Helper()
	d.env.Interactive, d.env.In = true, strings.NewReader(answers)
	d.errOut = &strings.Builder{}
	d.env.Err = d.errOut
	return exitCode(Run(d.Context(), *d.env, args))
}

func (d *desk) offer(rel, text string) { d.put(filepath.Join(d.source, "skills"), rel, text) }

func (d *desk) put(dir, rel, text string) {
	d.Helper()
	path := filepath.Join(dir, filepath.FromSlash(rel))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		d.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		d.Fatal(err)
	}
}

// skills are the two folders that the skills are in.
func (d *desk) skills() []string {
	return []string{filepath.Join(d.env.Home, ".agents", "skills"), filepath.Join(d.env.Home, ".claude", "skills")}
}

// want checks a file, of which no text means that there is none.
func (d *desk) want(dir, rel, text string) {
	d.Helper()
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(rel)))
	if err != nil && !os.IsNotExist(err) {
		d.Fatal(err)
	}
	if string(data) != text {
		d.Errorf("%s in %s is %q, want %q\n%s", rel, dir, data, text, d.errOut)
	}
}

// TestConflict has an edit of one.md in both folders and upstream's news of all.
func TestConflict(t *testing.T) {
	const mine, first, second = "mine\n", "one, first\n", "one, second\n"
	for _, test := range []struct {
		name, answers string
		code          exitCode
		one, two      string
	}{
		{"keep", "k\ny\n", exitDone, mine, "two, second\n"},
		{"Enter keeps", "\ny\n", exitDone, mine, "two, second\n"},
		{"take", "t\ny\n", exitDone, second, "two, second\n"},
		{"look and take", "d\ntake\ny\n", exitDone, second, "two, second\n"},
		{"keep all", "a\ny\n", exitDone, mine, "two, second\n"},
		{"nonsense, then take", "what\nt\ny\n", exitDone, second, "two, second\n"},
		{"take, and then not", "t\nn\n", exitFailed, mine, "two, first\n"},
		{"take, look at all, go on", "t\nd\ny\n", exitDone, second, "two, second\n"},
		{"the end of input", "", exitInterrupted, mine, "two, first\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t)
			d.offer("alpha/one.md", second)
			d.offer("alpha/two.md", "two, second\n")
			for _, dir := range d.skills() {
				d.put(dir, "alpha/one.md", mine)
			}
			code := d.run(test.answers, "update")
			text := d.errOut.String()
			if code != test.code {
				t.Errorf("exit status %d, want %d\n%s", code, test.code, text)
			}
			if n := strings.Count(text, "alpha/one.md (1 of 1): edited by you, and changed upstream"); n != 1 {
				t.Errorf("asked about %d files, want 1\n%s", n, text)
			}
			if looks := strings.Contains(test.answers, "d\n"); looks && !strings.Contains(text, "+one, second") {
				t.Errorf("no difference was shown\n%s", text)
			}
			for _, dir := range d.skills() {
				d.want(dir, "alpha/one.md", test.one)
				d.want(dir, "alpha/two.md", test.two)
			}
			if test.code != exitDone {
				return
			}
			// What was decided is not asked again.
			d.offer("alpha/SKILL.md", "---\nname: alpha\ndescription: One.\n---\nAlpha, too.\n")
			if code := d.run("y\n", "update"); code != exitDone || strings.Contains(d.errOut.String(), "(1 of") {
				t.Errorf("asked again: %d\n%s", code, d.errOut)
			}
			for _, dir := range d.skills() {
				d.want(dir, "alpha/one.md", test.one)
			}
		})
	}
}

// TestConflicts decides about several files, each in its own way, in one folder
// of two.
func TestConflicts(t *testing.T) {
	d := newDesk(t)
	agents, claude := d.skills()[0], d.skills()[1]
	d.put(agents, "alpha/one.md", "mine\n")
	d.put(claude, "alpha/one.md", "mine, too\n")
	d.put(agents, "alpha/three.md", "my own three\n")
	if err := os.Remove(filepath.Join(agents, "alpha", "two.md")); err != nil {
		t.Fatal(err)
	}
	d.offer("alpha/one.md", "one, second\n")
	d.offer("alpha/two.md", "two, second\n")
	d.offer("alpha/three.md", "three, second\n")
	if code := d.run("k\nt\nt\nt\ny\n", "update"); code != exitDone {
		t.Fatalf("exit status %d\n%s", code, d.errOut)
	}
	d.want(agents, "alpha/one.md", "mine\n")
	d.want(agents, "alpha/three.md", "three, second\n")
	d.want(agents, "alpha/two.md", "two, second\n")
	d.want(claude, "alpha/one.md", "one, second\n")
	d.want(claude, "alpha/two.md", "two, second\n")

	// What was taken can be taken back.
	if code := d.run("", "restore", "last", "--yes"); code != exitDone {
		t.Fatalf("exit status %d\n%s", code, d.errOut)
	}
	d.want(agents, "alpha/three.md", "my own three\n")
	d.want(agents, "alpha/two.md", "")
	d.want(claude, "alpha/one.md", "mine, too\n")
}

// TestConflictUnasked has nobody to ask, or somebody who has said it all.
func TestConflictUnasked(t *testing.T) {
	for flag, want := range map[string]string{"--yes": "mine\n", "--force": "one, second\n", "--dry-run": "mine\n"} {
		t.Run(flag, func(t *testing.T) {
			d := newDesk(t)
			d.put(d.skills()[0], "alpha/one.md", "mine\n")
			d.offer("alpha/one.md", "one, second\n")
			d.run("y\n", "update", flag)
			if strings.Contains(d.errOut.String(), "Keep yours") {
				t.Errorf("asked\n%s", d.errOut)
			}
			d.want(d.skills()[0], "alpha/one.md", want)
		})
	}
}

// TestConflictGoneUpstream takes a file away that the user has edited and
// upstream has no more.
func TestConflictGoneUpstream(t *testing.T) {
	for answer, want := range map[string]string{"t": "", "k": "mine\n"} {
		t.Run(answer, func(t *testing.T) {
			d := newDesk(t)
			d.put(d.skills()[0], "alpha/one.md", "mine\n")
			if err := os.Remove(filepath.Join(d.source, "skills", "alpha", "one.md")); err != nil {
				t.Fatal(err)
			}
			if code := d.run(answer+"\ny\n", "update"); code != exitDone {
				t.Fatalf("exit status %d\n%s", code, d.errOut)
			}
			d.want(d.skills()[0], "alpha/one.md", want)
			d.offer("alpha/two.md", "two, second\n")
			if code := d.run("y\n", "update"); code != exitDone || strings.Contains(d.errOut.String(), "Keep yours") {
				t.Errorf("asked again: %d\n%s", code, d.errOut)
			}
			d.want(d.skills()[0], "alpha/one.md", want)
		})
	}
}
