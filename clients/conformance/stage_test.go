package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fsskills/clients/conformance/judge"
	"fsskills/clients/conformance/model"
)

// testKey is the key that clients are given. It stands for nothing.
const testKey = "conformance-key-3f9a1c"

// keyEnv is the variable that has it.
const keyEnv = "FULLSTORY_API_KEY"

// tools are those of the judge: more than the one that the agent may use.
var tools = []string{"get_session_events", "get_sessions", "build_metric"}

// A stage is a home with clients in it, a source, a project, a judge and a
// stand-in for the model.
type stage struct {
	home, project, source, log string
	upstream                   *source
	judge                      *judge.Judge
	model                      *model.Model
	bins                       []string // folders of programs
	out                        *os.File // the log
}

// newStage makes a fresh one.
func newStage(t *testing.T, name string) *stage {
	t.Helper()
	dir, err := os.MkdirTemp(workDir, name+"-") //nolint:usetesting // what failed is left for reading
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !t.Failed() && !keep {
			_ = os.RemoveAll(dir) // a client may still be writing its log
		}
	})
	s := &stage{
		home:    filepath.Join(dir, "home"),
		project: filepath.Join(dir, "project"),
		source:  filepath.Join(dir, "source"),
		log:     filepath.Join(dir, "log.txt"),
	}
	for _, folder := range []string{s.home, filepath.Join(s.project, ".git"), s.source, filepath.Join(dir, "tmp"), filepath.Join(dir, "empty")} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if s.out, err = os.Create(s.log); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.out.Close() })
	if s.upstream, err = newSource(s.source, fromSource); err != nil {
		t.Fatal(err)
	}
	if s.judge, err = judge.Start(testKey, tools...); err != nil {
		t.Fatal(err)
	}
	script := model.Script{Tool: tools[0]}
	if agents := s.upstream.newer.agents; len(agents) > 0 {
		if len(agents[0].tools) == 0 {
			t.Fatalf("the agent %s of the source names no tool", agents[0].name)
		}
		script = model.Script{Agent: agents[0].name, Tool: agents[0].tools[0]}
	}
	if s.model, err = model.Start(script); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = errors.Join(s.judge.Close(), s.model.Close()) })
	return s
}

// environment is what a program is started with: nothing of ours but the home,
// no way out to other machines, and the key unless it is to be missing.
func (s *stage) environment(withKey bool, more ...string) []string {
	path := slices.Concat([]string{shims}, s.bins, []string{"/usr/bin", "/bin"})
	env := []string{
		"HOME=" + s.home,
		"PATH=" + strings.Join(path, string(filepath.ListSeparator)),
		"TMPDIR=" + filepath.Join(filepath.Dir(s.home), "tmp"),
		"TERM=xterm-256color",
		"LANG=C.UTF-8",
		"NO_COLOR=1",
		"BROWSER=true",
		"HTTP_PROXY=http://127.0.0.1:9", "HTTPS_PROXY=http://127.0.0.1:9",
		"http_proxy=http://127.0.0.1:9", "https_proxy=http://127.0.0.1:9",
		"NODE_USE_ENV_PROXY=1",
		"NO_PROXY=127.0.0.1,localhost", "no_proxy=127.0.0.1,localhost",
	}
	if withKey {
		env = append(env, keyEnv+"="+testKey)
	}
	return append(env, more...)
}

// fsskills runs the real program, which has to end well.
func (s *stage) fsskills(t *testing.T, args ...string) report {
	t.Helper()
	return s.fsskillsEnds(t, []int{0}, args...)
}

// fsskillsEnds runs the real program, which has to end with one of the
// statuses.
func (s *stage) fsskillsEnds(t *testing.T, want []int, args ...string) report {
	t.Helper()
	args = append(args, "--json")
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir = s.project
	cmd.Env = s.environment(true)
	o, err := intoFiles(cmd)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	command := "fsskills " + strings.Join(args, " ")
	s.logf("$ %s\n%s\n%s[%d]\n", command, o.out, o.err, o.code)
	if !slices.Contains(want, o.code) {
		t.Fatalf("%s ends with %d, want %v:\n%s", command, o.code, want, tail(o.all()))
	}
	if strings.Contains(o.all(), testKey) {
		t.Fatalf("%s prints the key", command)
	}
	var r report
	if err := json.Unmarshal([]byte(o.out), &r); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, tail(o.out))
	}
	return r
}

// A report is what is used of what fsskills says.
type report struct {
	Clients         []struct{ ID string }
	Servers, Agents []struct{ Name, Path string }
}

// logf keeps something for whoever reads a failure.
func (s *stage) logf(format string, args ...any) { fmt.Fprintf(s.out, format, args...) }

// fill writes the files that a user of the client has.
func (s *stage) fill(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for path, text := range files {
		text = strings.ReplaceAll(text, "<other>", s.judge.URL(judge.Other))
		if err := writeFile(filepath.Join(root, filepath.FromSlash(path)), text); err != nil {
			t.Fatal(err)
		}
	}
}

// A question is what is to be asked, and how.
type question struct {
	at      []aspect
	dir     string
	without bool // the key
}

// ask starts the client as often as its looks need it.
func (s *stage) ask(ctx context.Context, c *subject, q question) (*seen, error) {
	got := &seen{}
	s.judge.Take()
	s.model.Take()
	session := s.session(ctx, c, q.dir, !q.without)
	for _, look := range c.looks {
		if !slices.ContainsFunc(look.at, func(a aspect) bool { return slices.Contains(q.at, a) }) {
			continue
		}
		if err := look.ask(session, got); err != nil {
			return got, err
		}
		got.asked = append(got.asked, look.at...)
	}
	got.requests = s.judge.Take()
	got.model = s.model.Take()
	s.logf("seen: %+v\n", *got)
	return got, nil
}

// session is the client on this stage, to be started in dir, or in a folder
// with nothing in it.
func (s *stage) session(ctx context.Context, c *subject, dir string, withKey bool) *session {
	if dir == "" {
		dir = filepath.Join(filepath.Dir(s.home), "empty")
	}
	return &session{
		ctx: ctx, subject: c, program: c.installed, home: s.home, dir: dir,
		env: s.environment(withKey, c.env...), model: s.model.URL(), log: s.out, waiting: s.judge.Waiting,
	}
}
