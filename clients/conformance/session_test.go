package conformance

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A session is a client in a home and a folder in which it is started.
type session struct {
	ctx     context.Context
	subject *subject
	program string   // absolute
	home    string   // absolute
	dir     string   // where it is started
	env     []string // all of it
	model   string   // address of the stand-in for its model
	log     io.Writer
	waiting func() int // requests that have come to the judge
}

// patience is how long a client may take for one answer.
const patience = 90 * time.Second

// An output is what a program printed, without colours.
type output struct {
	out, err string
	code     int
}

func (o output) all() string { return o.out + "\n" + o.err }

// run starts the client with args and waits for it. Its exit status is part of
// the output; that it could not be started or did not end is an error.
func (s *session) run(args ...string) (output, error) { return s.runWith(nil, args...) }

// runWith is run with more variables.
func (s *session) runWith(env []string, args ...string) (output, error) {
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	cmd := s.command(ctx, env, args...)
	begun := time.Now()
	o, failure := intoFiles(cmd)
	s.note(args, o, begun)
	if exit := (*exec.ExitError)(nil); errors.As(failure, &exit) && ctx.Err() == nil {
		return o, nil
	}
	if failure != nil {
		return o, fmt.Errorf("%s %s: %w\n%s", s.subject.id, strings.Join(args, " "), failure, tail(o.all()))
	}
	return o, nil
}

// intoFiles runs the command with its output in files. Kilo 7.7.7 was seen to
// end before a pipe had all of it.
func intoFiles(cmd *exec.Cmd) (output, error) {
	var files [2]*os.File
	for i := range files {
		file, err := os.CreateTemp(workDir, "output-")
		if err != nil {
			return output{}, err
		}
		defer func() { _ = errors.Join(file.Close(), os.Remove(file.Name())) }()
		files[i] = file
	}
	cmd.Stdout, cmd.Stderr = files[0], files[1]
	failure := cmd.Run()
	endGroup(cmd)
	var texts [2]string
	for i, file := range files {
		data, err := os.ReadFile(file.Name())
		if err != nil {
			return output{}, err
		}
		texts[i] = plain(string(data))
	}
	return output{out: texts[0], err: texts[1], code: cmd.ProcessState.ExitCode()}, failure
}

// answer is what the client prints for args. It has to end well.
func (s *session) answer(args ...string) (string, error) { return s.answerWith(nil, args...) }

func (s *session) answerWith(env []string, args ...string) (string, error) {
	o, err := s.runWith(env, args...)
	if err == nil && o.code != 0 {
		err = fmt.Errorf("%s %s ends with %d:\n%s", s.subject.id, strings.Join(args, " "), o.code, tail(o.all()))
	}
	return o.out, err
}

// command is the client with args, in a process group of its own so that what
// it starts ends with it.
func (s *session) command(ctx context.Context, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, s.program, args...)
	cmd.Dir = s.dir
	cmd.Env = slices.Concat(s.env, env)
	cmd.WaitDelay = 5 * time.Second
	ownGroup(cmd)
	return cmd
}

// note keeps what was asked and answered, for whoever reads a failure.
func (s *session) note(args []string, o output, begun time.Time) {
	fmt.Fprintf(s.log, "$ %s %s\n%s\n%s[%d, %s]\n", s.subject.id, strings.Join(args, " "), o.out, o.err, o.code, time.Since(begun).Round(time.Millisecond))
}

// settle gives a client time that goes on connecting after it has answered:
// until nothing more comes to the judge, or nothing at all.
func (s *session) settle() {
	const pause, most = 1500 * time.Millisecond, 10 * time.Second
	begun, since, seen := time.Now(), time.Now(), s.waiting()
	for time.Since(begun) < most {
		time.Sleep(pause / 10)
		if now := s.waiting(); now != seen {
			since, seen = time.Now(), now
		}
		if still := time.Since(since); seen > 0 && still > pause || still > most/2 {
			return
		}
	}
}

// file is a path below the home.
func (s *session) file(path string) string { return filepath.Join(s.home, filepath.FromSlash(path)) }

// write makes a file below the home, and its folders.
func (s *session) write(path, text string) error { return writeFile(s.file(path), text) }

// append adds text to a file below the home.
func (s *session) append(path, text string) error {
	old, err := os.ReadFile(s.file(path))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return s.write(path, string(old)+text)
}

func writeFile(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// A dialog is a client that is spoken with in lines of JSON.
type dialog struct {
	session *session
	cancel  context.CancelFunc
	cmd     *exec.Cmd
	in      io.WriteCloser
	lines   chan map[string]any
	mu      sync.Mutex
	heard   strings.Builder
	errs    lockedBuffer
	args    []string
	begun   time.Time
}

// dialog starts the client with args and leaves it running until close.
func (s *session) dialog(env []string, args ...string) (*dialog, error) {
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	d := &dialog{session: s, cancel: cancel, cmd: s.command(ctx, env, args...), lines: make(chan map[string]any, 1000), args: args, begun: time.Now()}
	d.cmd.Stderr = &d.errs
	in, err := d.cmd.StdinPipe()
	if err != nil {
		cancel()
		return nil, err
	}
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		cancel()
		return nil, err
	}
	d.in = in
	if err := d.cmd.Start(); err != nil {
		cancel()
		return nil, err
	}
	go d.read(out)
	return d, nil
}

func (d *dialog) read(out io.Reader) {
	defer close(d.lines)
	lines := bufio.NewReaderSize(out, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		d.mu.Lock()
		d.heard.Write(line)
		d.mu.Unlock()
		var message map[string]any
		if json.Unmarshal(line, &message) == nil {
			d.lines <- message
		}
		if err != nil {
			return
		}
	}
}

// send says one thing.
func (d *dialog) send(message any) error {
	data, err := json.Marshal(message)
	if err != nil {
		return err
	}
	_, err = d.in.Write(append(data, '\n'))
	return err
}

// await returns the next message that is wanted. Others are passed over.
func (d *dialog) await(wanted func(map[string]any) bool) (map[string]any, error) {
	for message := range d.lines {
		if wanted(message) {
			return message, nil
		}
	}
	return nil, fmt.Errorf("%s %s ended without an answer:\n%s", d.session.subject.id, strings.Join(d.args, " "), tail(d.errs.String()))
}

// call sends a JSON-RPC request and returns its result.
func (d *dialog) call(id int, method string, params any) (map[string]any, error) {
	if err := d.send(map[string]any{"jsonrpc": "2.0", "id": id, "method": method, "params": params}); err != nil {
		return nil, err
	}
	answer, err := d.await(func(m map[string]any) bool { return m["method"] == nil && m["id"] == float64(id) })
	if err != nil {
		return nil, err
	}
	if answer["error"] != nil {
		return nil, fmt.Errorf("%s: %s answers %v", d.session.subject.id, method, answer["error"])
	}
	result, _ := answer["result"].(map[string]any)
	return result, nil
}

// close ends the client.
func (d *dialog) close() {
	_ = d.in.Close()
	done := make(chan struct{})
	go func() {
		for range d.lines {
			_ = 0 // the client must be able to say the rest
		}
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(3 * time.Second):
	}
	d.cancel()
	_ = d.cmd.Wait()
	endGroup(d.cmd)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.session.note(d.args, output{out: d.heard.String(), err: plain(d.errs.String()), code: d.cmd.ProcessState.ExitCode()}, d.begun)
}

// A lockedBuffer is a buffer for two.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var escapes = regexp.MustCompile(`\x1b(?:\[[0-9;?<>=]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])`)

// plain is text without colours and other commands to a terminal.
func plain(text string) string {
	return escapes.ReplaceAllString(strings.ReplaceAll(text, "\r\n", "\n"), "")
}

// tail is the end of a long text.
func tail(text string) string {
	const most = 2000
	text = strings.TrimSpace(text)
	if len(text) > most {
		text = "… " + text[len(text)-most:]
	}
	return text
}

// refuses makes sure that a reader takes none of the texts: a form that it does
// not know is an error, and never an empty list.
func refuses[T any](t *testing.T, read func(string) (T, error), texts ...string) {
	t.Helper()
	for _, text := range texts {
		if got, err := read(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}
