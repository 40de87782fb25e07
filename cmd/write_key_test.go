package cmd

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// keyTyped answers the questions for the key in turn, then ends the input.
func keyTyped(lines ...string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		if len(lines) == 0 {
			return "", io.EOF
		}
		line := lines[0]
		lines = lines[1:]
		return line, nil
	}
}

// TestWriteKeyAsks has a person at the terminal type the key.
func TestWriteKeyAsks(t *testing.T) {
	const key, other = "na1.typed-key-123==", "na1.other-key-456=="
	for _, test := range []struct {
		name      string
		before    string // a key that is written already
		typed     []string
		code      exitCode
		want      string // the key in the file
		questions int
	}{
		{"a key", "", []string{key}, exitDone, key, 1},
		{"a key with blanks around it", "", []string{"  " + key + "\r"}, exitDone, key, 1},
		{"nothing, then what is none, then a key", "", []string{"", "two words", key}, exitDone, key, 3},
		{"the end of input", "", nil, exitInterrupted, "", 1},
		{"the end of input behind what is none", "", []string{"short"}, exitInterrupted, "", 2},
		{"Enter for the one that is there", other, []string{""}, exitDone, other, 1},
		{"another than is there", other, []string{key}, exitDone, key, 1},
		{"the end of input, with one there", other, nil, exitInterrupted, other, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			env, out, errOut := testEnv(t)
			file := filepath.Join(env.Home, ".config", "zed", "settings.json")
			args := []string{"install", "--client", "zed", "--mcp-only", "--auth", "api-key", "--write-key", "--yes"}
			if test.before != "" {
				env.Getenv = func(name string) string { return map[string]string{"FULLSTORY_API_KEY": test.before}[name] }
				if code := Run(t.Context(), *env, args); code != 0 {
					t.Fatalf("exit status %d\n%s", code, errOut)
				}
				env.Getenv = func(string) string { return "" }
				errOut.Reset()
			}
			env.Interactive, env.ReadHidden = true, keyTyped(test.typed...)
			if code := Run(t.Context(), *env, args); code != int(test.code) {
				t.Errorf("exit status %d, want %d\n%s", code, test.code, errOut)
			}
			data, err := os.ReadFile(file)
			if err != nil && test.want != "" || test.want == "" && !errors.Is(err, os.ErrNotExist) || !strings.Contains(string(data), test.want) {
				t.Errorf("the file holds %s, %v", data, err)
			}
			if n := strings.Count(errOut.String(), "Fullstory API key"); n != test.questions {
				t.Errorf("asked %d times, want %d:\n%s", n, test.questions, errOut)
			}
			for _, text := range []string{key, other, "two words"} {
				if strings.Contains(out.String()+errOut.String(), text) {
					t.Errorf("%q is shown:\n%s%s", text, out, errOut)
				}
			}
		})
	}
}

// TestWriteKeyInterrupted ends the run while the key is asked for.
func TestWriteKeyInterrupted(t *testing.T) {
	env, _, errOut := testEnv(t)
	env.Interactive = true
	ctx, cancel := context.WithCancel(t.Context())
	env.ReadHidden = func(ctx context.Context) (string, error) {
		cancel()
		<-ctx.Done()
		return "", ctx.Err()
	}
	if code := Run(ctx, *env, []string{"install", "--client", "zed", "--mcp-only", "--auth", "api-key", "--write-key"}); code != int(exitInterrupted) {
		t.Errorf("exit status %d\n%s", code, errOut)
	}
	if _, err := os.Stat(filepath.Join(env.Home, ".config")); err == nil {
		t.Error("something was written")
	}
}

// TestWriteKeyOfTheOtherRegion has a key typed that is not for the address.
func TestWriteKeyOfTheOtherRegion(t *testing.T) {
	env, _, errOut := testEnv(t)
	env.Interactive, env.ReadHidden = true, keyTyped("eu1.typed-key-123==")
	if code := Run(t.Context(), *env, []string{"install", "--client", "zed", "--mcp-only", "--auth", "api-key", "--write-key", "--yes"}); code != 0 {
		t.Errorf("exit status %d\n%s", code, errOut)
	}
	if !strings.Contains(errOut.String(), "warning: the key begins with eu1.") {
		t.Errorf("no warning:\n%s", errOut)
	}
}
