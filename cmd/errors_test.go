package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
)

// runWith runs a command that ends with err.
func runWith(ctx context.Context, t *testing.T, err error, args ...string) (code int, out, errOut string) {
	t.Helper()
	env, stdout, stderr := testEnv(t)
	root := newRoot(env)
	fail := &cobra.Command{Use: "fail", RunE: func(*cobra.Command, []string) error { return err }}
	fail.Flags().Bool("json", false, "")
	fail.Flags().Bool("one", false, "")
	fail.Flags().Bool("other", false, "")
	fail.MarkFlagsMutuallyExclusive("one", "other")
	root.AddCommand(fail)
	code = execute(ctx, env, root, append([]string{"fail"}, args...))
	return code, stdout.String(), stderr.String()
}

func TestExitStatus(t *testing.T) {
	stopped, stop := context.WithCancel(t.Context())
	stop()
	late, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	<-late.Done()
	const last = "hint: " + fallbackHint + "\n"

	tests := []struct {
		name string
		ctx  context.Context
		err  error
		code int
		want string // on stderr
	}{
		{"done", t.Context(), nil, 0, ""},
		{"failed", t.Context(), errors.New("read x: gone"), 1, "fsskills: read x: gone\n" + last},
		{"usage", t.Context(), fmt.Errorf("plan: %w", &usageError{"no", "say yes"}), 2, "fsskills: plan: no\nhint: say yes\n"},
		{"a status of its own", t.Context(), &exitError{exitAuth, errors.New("refused")}, 4, "fsskills: refused\n" + last},
		{"a status and nothing to add", t.Context(), &exitError{code: exitDiffers}, 5, ""},
		{"a status around a usage error", t.Context(), &exitError{exitPartly, &usageError{"no", "say yes"}}, 3, "fsskills: no\nhint: say yes\n"},
		{"several", t.Context(), errors.Join(errors.New("one"), errors.New("two")), 1, "fsskills: one\nfsskills: two\n" + last},
		{"hostile words", t.Context(), errors.New("skill \x1b[2Jx\u202e"), 1, "fsskills: skill x\n" + last},
		{"cancelled at a prompt", t.Context(), errCancelled, 130, "fsskills: cancelled\n"},
		{"interrupted", stopped, fmt.Errorf("fetch: %w", context.Canceled), 130, "fsskills: interrupted\n"},
		{"interrupted, in the middle of a sentence", stopped, fmt.Errorf("fetch: %w: %w", errors.New("no answer"), context.Canceled), 130, "fsskills: interrupted\n"},
		{"interrupted, and not all could be put back", stopped, fmt.Errorf("install: %w", errors.Join(context.Canceled, errors.New("left as it is: x"))), 130, "fsskills: interrupted\nfsskills: left as it is: x\n"},
		{"interrupted, and the error does not say so", stopped, errors.New("connection closed"), 130, "fsskills: connection closed\n"},
		{"interrupted, and partly done", stopped, &exitError{exitPartly, errors.New("one left")}, 130, "fsskills: one left\n"},
		{"too late", late, fmt.Errorf("fetch: %w", late.Err()), 1, "fsskills: fetch: context deadline exceeded\n" + last},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			code, out, errOut := runWith(test.ctx, t, test.err)
			if code != test.code {
				t.Errorf("exit status %d, want %d", code, test.code)
			}
			if errOut != test.want {
				t.Errorf("stderr %q, want %q", errOut, test.want)
			}
			if out != "" {
				t.Errorf("stdout %q, want nothing", out)
			}
		})
	}
}

// TestExitStatusTable pins the numbers: scripts rely on them.
func TestExitStatusTable(t *testing.T) {
	var got []int
	for _, s := range exitStatuses() {
		got = append(got, int(s.code))
		if s.meaning == "" {
			t.Errorf("status %d has no meaning", s.code)
		}
	}
	if diff := cmp.Diff([]int{0, 1, 2, 3, 4, 5, 130}, got); diff != "" {
		t.Errorf("exit statuses (-want +got):\n%s", diff)
	}
}

func TestErrorDocument(t *testing.T) {
	type document struct {
		SchemaVersion int
		Command       string
		Error         struct {
			Message, Hint string
			Code          int
		}
	}
	_, out, _ := runWith(t.Context(), t, &usageError{"a <b>", "say yes"}, "--json")
	var got document
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("stdout is not one document: %v\n%s", err, out)
	}
	want := document{SchemaVersion: 1, Command: "fail"}
	want.Error.Message, want.Error.Hint, want.Error.Code = "a <b>", "say yes", 2
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
	if !strings.Contains(out, "<b>") {
		t.Errorf("the message is not as readable as it could be:\n%s", out)
	}

	// A command that has printed its document gets no second one.
	if _, out, errOut := runWith(t.Context(), t, &exitError{code: exitPartly}, "--json"); out+errOut != "" {
		t.Errorf("printed %q %q after the command's own document", out, errOut)
	}
}

// TestUsage has what cobra finds wrong before a command starts; all of it is
// usage. The scripts have the rest.
func TestUsage(t *testing.T) {
	for _, args := range [][]string{
		{"--one", "--other"},
		{"--one=perhaps"},
		{"--onne"},
		{"-x"},
	} {
		code, _, errOut := runWith(t.Context(), t, nil, args...)
		if code != int(exitUsage) {
			t.Errorf("%q: exit status %d, want %d", args, code, exitUsage)
		}
		if lines := strings.Count(errOut, "\n"); lines != 2 || !strings.Contains(errOut, "\nhint: ") {
			t.Errorf("%q: stderr is not an error and a hint:\n%s", args, errOut)
		}
	}
}

// TestReportColor looks at errors on a terminal.
func TestReportColor(t *testing.T) {
	env, _, errOut := testEnv(t)
	env.ErrTTY, env.Escapes = true, true
	report(env, "fail", &usageError{"no", "say yes"}, exitUsage, request{})
	want := "\x1b[31mfsskills:\x1b[0m no\n\x1b[1mhint:\x1b[0m say yes\n"
	if got := errOut.String(); got != want {
		t.Errorf("stderr %q, want %q", got, want)
	}
	errOut.Reset()
	if execute(t.Context(), env, newRoot(env), []string{"--nonsense", "--no-color"}); bytes.ContainsRune(errOut.Bytes(), '\x1b') {
		t.Errorf("--no-color behind a wrong flag is not honoured: %q", errOut)
	}
}
