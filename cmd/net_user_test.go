package cmd_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// A netUser is somebody with a fresh home, no git program and no variables but
// those that a test gives them, who runs the real binary.
type netUser struct {
	t    *testing.T
	home string
	temp string // what the system has for temporary files
	vars map[string]string
}

func newNetUser(t *testing.T) *netUser {
	t.Helper()
	work := t.TempDir()
	u := &netUser{t: t, temp: filepath.Join(work, "tmp"), vars: homeVariables(work)}
	u.home = u.vars["HOME"]
	u.vars["PATH"] = filepath.Join(work, "bin") // which does not exist
	u.vars["SYSTEMROOT"] = os.Getenv("SYSTEMROOT")
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		u.vars[name] = u.temp
	}
	for _, dir := range []string{u.home, u.temp} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return u
}

// set gives the user a variable.
func (u *netUser) set(name, value string) *netUser {
	u.vars[name] = value
	return u
}

// write writes a file into the home.
func (u *netUser) write(name, text string) {
	u.t.Helper()
	path := filepath.Join(u.home, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		u.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		u.t.Fatal(err)
	}
}

// A netRun is how a run of fsskills has ended.
type netRun struct {
	t           *testing.T
	args        string
	status      int
	out, stderr string
}

// prepare is the command for a run, not started.
func (u *netUser) prepare(args ...string) (command *exec.Cmd, out, stderr *bytes.Buffer) {
	u.t.Helper()
	ctx, cancel := context.WithTimeout(u.t.Context(), time.Minute) // none of them takes that long
	u.t.Cleanup(cancel)
	command = exec.CommandContext(ctx, "fsskills", args...)
	for name, value := range u.vars {
		command.Env = append(command.Env, name+"="+value)
	}
	out, stderr = new(bytes.Buffer), new(bytes.Buffer)
	command.Dir, command.Stdout, command.Stderr = u.home, out, stderr
	return command, out, stderr
}

// run runs fsskills.
func (u *netUser) run(args ...string) netRun {
	u.t.Helper()
	command, out, stderr := u.prepare(args...)
	return u.ended(args, command.Run(), out, stderr)
}

// ended is how a run has ended that gave err.
func (u *netUser) ended(args []string, err error, out, stderr *bytes.Buffer) netRun {
	u.t.Helper()
	r := netRun{t: u.t, args: strings.Join(args, " "), out: out.String(), stderr: stderr.String()}
	if err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			u.t.Fatalf("fsskills %s: %v", r.args, err)
		}
		r.status = exit.ExitCode()
	}
	for _, bad := range []string{"panic:", "goroutine ", "fatal error:"} {
		if strings.Contains(r.stderr, bad) {
			u.t.Fatalf("fsskills %s crashed:\n%.3000s", r.args, r.stderr)
		}
	}
	return r
}

// install installs from a source for one client.
func (u *netUser) install(source string, more ...string) netRun {
	u.t.Helper()
	return u.run(append([]string{"install", "--yes", "--client", "cursor", "--skills-only", "--source", source}, more...)...)
}

// exits checks the exit status.
func (r netRun) exits(status int) netRun {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("fsskills %s: exit status %d, want %d:\n%.3000s%.3000s", r.args, r.status, status, r.out, r.stderr)
	}
	return r
}

// says checks that the user is told each of the texts.
func (r netRun) says(texts ...string) netRun {
	r.t.Helper()
	for _, text := range texts {
		if !strings.Contains(r.stderr, text) {
			r.t.Errorf("fsskills %s does not say %q:\n%.3000s", r.args, text, r.stderr)
		}
	}
	return r
}

// installed is where the skill is that install brings for a client.
func (u *netUser) installed(client string) string {
	folder := ".agents"
	if client == "claude-code" {
		folder = ".claude"
	}
	return filepath.Join(u.home, folder, "skills", "alpha", "SKILL.md")
}

// has checks that the client's skill has the text, byte for byte, and that the
// receipt names the commit.
func (u *netUser) has(client, text, commit string) {
	u.t.Helper()
	data, err := os.ReadFile(u.installed(client))
	if err != nil {
		u.t.Fatal(err)
	}
	if string(data) != text {
		u.t.Errorf("the skill is %q, want %q", data, text)
	}
	if got := u.readReceipt().Source.Commit; got != commit {
		u.t.Errorf("the receipt has commit %s, want %s", got, commit)
	}
}

// A netReceipt is what of a receipt is looked at here.
type netReceipt struct{ Source struct{ Commit string } }

func (u *netUser) readReceipt() (r netReceipt) {
	u.t.Helper()
	data, err := os.ReadFile(filepath.Join(u.vars["XDG_STATE_HOME"], "fsskills", "receipt.json"))
	if err != nil {
		u.t.Fatal(err)
	}
	if err := json.Unmarshal(data, &r); err != nil {
		u.t.Fatal(err)
	}
	return r
}

// snapshot is every file of the user's, temporary ones too.
func (u *netUser) snapshot() map[string]string {
	u.t.Helper()
	files := map[string]string{}
	for _, dir := range []string{u.home, u.temp} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			files[path] = string(data)
			return err
		})
		if err != nil {
			u.t.Fatal(err)
		}
	}
	if runtime.GOOS == "windows" { // where the lock's file cannot go while it is open
		delete(files, filepath.Join(u.vars["XDG_STATE_HOME"], "fsskills", "lock"))
	}
	return files
}

// unchanged checks that no file has come, gone or changed since.
func (u *netUser) unchanged(before map[string]string) {
	u.t.Helper()
	after := u.snapshot()
	if maps.Equal(before, after) {
		return
	}
	u.t.Errorf("the files were\n%q\nand are\n%q", slices.Sorted(maps.Keys(before)), slices.Sorted(maps.Keys(after)))
}

// keeps checks that neither what was printed nor any file of the user's holds
// the secret, in base64 neither.
func (u *netUser) keeps(secret string, runs ...netRun) {
	u.t.Helper()
	forms := secretForms(secret)
	holds := func(text string) bool {
		return slices.ContainsFunc(forms, func(form []byte) bool { return bytes.Contains([]byte(text), form) })
	}
	for _, r := range runs {
		if holds(r.out) || holds(r.stderr) {
			u.t.Errorf("fsskills %s prints the secret:\n%s%s", r.args, r.out, r.stderr)
		}
	}
	for path, data := range u.snapshot() {
		if holds(data) {
			u.t.Errorf("%s holds the secret", path)
		}
	}
}

// unixOnly skips a test of what Windows has not, or says in its own words.
func unixOnly(t *testing.T, why string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip(why)
	}
}
