package cmd

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

// confirm asks a question whose usual answer is no.
func confirm(ctx context.Context, env *Env, title, flag string) (bool, error) {
	key, err := env.pick(ctx, question{title: title, flag: flag, usual: 1, options: []option{{key: "y", word: "yes"}, {key: "n", word: "no"}}})
	return key == "y", err
}

func TestConfirm(t *testing.T) {
	tests := []struct {
		name, typed string
		want        bool
		err         error
		asked       int
	}{
		{"yes", "y\n", true, nil, 1},
		{"the whole word", " YES \r\n", true, nil, 1},
		{"no", "n\n", false, nil, 1},
		{"only Enter", "\n", false, nil, 1},
		{"something else, then yes", "sure\ny\n", true, nil, 2},
		{"end of input", "", false, errCancelled, 1},
		{"end of input behind a letter", "y", false, errCancelled, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			env, out, errOut := testEnv(t)
			env.Interactive = true
			env.typed = newLines(strings.NewReader(test.typed))
			got, err := confirm(t.Context(), env, "Go on?", "--yes")
			if got != test.want || !errors.Is(err, test.err) {
				t.Errorf("confirm = %t, %v, want %t, %v", got, err, test.want, test.err)
			}
			if n := strings.Count(errOut.String(), "Go on? [y/N] "); n != test.asked {
				t.Errorf("asked %d times, want %d:\n%s", n, test.asked, errOut)
			}
			if out.Len() > 0 {
				t.Errorf("asked on stdout: %q", out)
			}
		})
	}
}

// TestConfirmTwice checks that the first question does not swallow the answer
// to the second.
func TestConfirmTwice(t *testing.T) {
	env, _, _ := testEnv(t)
	env.Interactive = true
	env.typed = newLines(strings.NewReader("n\ny\n"))
	first, err1 := confirm(t.Context(), env, "One?", "--yes")
	second, err2 := confirm(t.Context(), env, "Two?", "--yes")
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if first || !second {
		t.Errorf("answers %t, %t, want false, true", first, second)
	}
}

func TestConfirmWithoutTerminal(t *testing.T) {
	env, _, errOut := testEnv(t)
	env.typed = newLines(strings.NewReader("y\n"))
	got, err := confirm(t.Context(), env, "Go on?", "--overwrite")
	if got {
		t.Error("took a piped answer")
	}
	u, ok := errors.AsType[*usageError](err)
	if !ok || !strings.Contains(u.Hint(), "--overwrite") {
		t.Errorf("error %v, want a usage error whose hint names --overwrite", err)
	}
	if errOut.Len() > 0 {
		t.Errorf("asked nobody: %q", errOut)
	}
}

// A silentUser says when an answer is waited for and never gives one.
type silentUser struct{ waiting, gone chan struct{} }

func (u silentUser) Read([]byte) (int, error) {
	close(u.waiting)
	<-u.gone
	return 0, io.EOF
}

func TestConfirmInterrupted(t *testing.T) {
	user := silentUser{make(chan struct{}), make(chan struct{})}
	defer close(user.gone)
	env, _, _ := testEnv(t)
	env.Interactive = true
	env.typed = newLines(user)

	ctx, interrupt := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() {
		_, err := confirm(ctx, env, "Go on?", "--yes")
		result <- err
	}()
	<-user.waiting
	interrupt()
	select {
	case err := <-result:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want %v", err, context.Canceled)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("still waiting for an answer after Ctrl-C")
	}
}

// TestFormsGone draws a question where nothing can be read any more, as on a
// terminal that was closed while fsskills does not care for that.
func TestFormsGone(t *testing.T) {
	in, typing, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	env, _, _ := testEnv(t)
	env.In, env.Interactive, env.Forms = in, true, true
	result := make(chan error, 1)
	go func() {
		_, err := env.one(t.Context(), question{title: "Which?", options: []option{{label: "this"}, {label: "that"}}})
		result <- err
	}()
	if err := typing.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-result:
		if !errors.Is(err, errCancelled) {
			t.Errorf("error %v, want %v", err, errCancelled)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("still waiting for an answer that nobody can give")
	}
}
