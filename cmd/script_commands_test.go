package cmd_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/rogpeppe/go-internal/testscript"
)

// scriptCommands are the words that scripts have beside testscript's own.
// backend is git's HTTP server, for those that serve.
func scriptCommands(backend string) map[string]func(*testscript.TestScript, bool, []string) {
	remembered := map[string]string{}
	words := serveCommands(backend)
	words["mcp"], words["fill"] = serveMCP, fill
	maps.Copy(words, map[string]func(*testscript.TestScript, bool, []string){
		// commit DIR VAR [branch [message]]: make DIR a git repository, if it is
		// none, commit all that is in it, and set VAR to the commit's id.
		"commit": func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) < 2 {
				ts.Fatalf("usage: commit DIR VAR [BRANCH [MESSAGE]]")
			}
			branch, message := "main", "a change"
			if len(args) > 2 {
				branch = args[2]
			}
			if len(args) > 3 {
				message = strings.ReplaceAll(args[3], `\e`, "\x1b")
			}
			id, err := commitAll(ts.MkAbs(args[0]), branch, message)
			ts.Check(err)
			ts.Setenv(args[1], id)
		},
		// spoil DIR: change a byte in the middle of each file.
		"spoil": func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) != 1 {
				ts.Fatalf("usage: spoil DIR")
			}
			files, err := filepath.Glob(filepath.Join(ts.MkAbs(args[0]), "*"))
			ts.Check(err)
			for _, file := range files {
				data, err := os.ReadFile(file)
				ts.Check(err)
				data[len(data)/2] ^= 0x55
				ts.Check(os.WriteFile(file, data, 0o600))
			}
		},
		// clone PROJECT DIR: another checkout of the project: its files, but for
		// what git ignores or does not see.
		"clone": func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) != 2 {
				ts.Fatalf("usage: clone PROJECT DIR")
			}
			ts.Check(cloneTree(ts.MkAbs(args[0]), ts.MkAbs(args[1])))
		},
		// exits STATUS COMMAND...: run it and check how it ends; stdout and stderr
		// are there to be matched.
		"exits": func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) < 2 {
				ts.Fatalf("usage: exits STATUS COMMAND [ARG]...")
			}
			status := 0
			if err := ts.Exec(args[1], args[2:]...); err != nil {
				exit, ok := errors.AsType[*exec.ExitError](err)
				if !ok {
					ts.Fatalf("%v", err)
				}
				status = exit.ExitCode()
			}
			if want := args[0]; strconv.Itoa(status) != want {
				ts.Fatalf("exit status %d, want %s", status, want)
			}
		},
		// mode OCTAL FILE: the file has these permissions.
		"mode": func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) != 2 {
				ts.Fatalf("usage: mode OCTAL FILE")
			}
			info, err := os.Stat(ts.MkAbs(args[1]))
			ts.Check(err)
			if got := strconv.FormatUint(uint64(info.Mode().Perm()), 8); got != args[0] {
				ts.Fatalf("mode %s, want %s", got, args[0])
			}
		},
		// glob N PATTERN: so many files have such names. GLOB is the last of them.
		"glob": func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) != 2 {
				ts.Fatalf("usage: glob N PATTERN")
			}
			found, err := filepath.Glob(ts.MkAbs(args[1]))
			ts.Check(err)
			if strconv.Itoa(len(found)) != args[0] {
				ts.Fatalf("found %q", found)
			}
			if len(found) > 0 {
				ts.Setenv("GLOB", found[len(found)-1])
			}
		},
		// nowhere TEXT DIR: no file below DIR holds the text, in base64 neither.
		"nowhere": func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) != 2 {
				ts.Fatalf("usage: nowhere TEXT DIR")
			}
			if in := filesWith(ts, args[0], args[1]); len(in) > 0 {
				ts.Fatalf("%s is in %s", args[0], in)
			}
		},
		// only TEXT DIR FILE: of the files below DIR this one alone holds the text.
		"only": func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) != 3 {
				ts.Fatalf("usage: only TEXT DIR FILE")
			}
			if in := filesWith(ts, args[0], args[1]); len(in) != 1 || in[0] != ts.MkAbs(args[2]) {
				ts.Fatalf("%s is in %s", args[0], in)
			}
		},
		// remember NAME DIR: note every file of DIR with mode, time and bytes.
		"remember": func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) != 2 {
				ts.Fatalf("usage: remember NAME DIR")
			}
			state, err := describeTree(ts.MkAbs(args[1]), true)
			ts.Check(err)
			remembered[ts.Getenv("WORK")+args[0]+"+times"] = state
			state, err = describeTree(ts.MkAbs(args[1]), false)
			ts.Check(err)
			remembered[ts.Getenv("WORK")+args[0]] = state
		},
		// untouched NAME DIR: not a byte, mode or time has changed since.
		"untouched": func(ts *testscript.TestScript, neg bool, args []string) {
			compareTree(ts, neg, args, remembered, true)
		},
		// same NAME DIR: the same files, modes and bytes; fsskills' own state
		// does not count.
		"same": func(ts *testscript.TestScript, neg bool, args []string) {
			compareTree(ts, neg, args, remembered, false)
		},
		// lines WANT FILE: every line of WANT is in FILE, in that order; a comma
		// at its end may differ.
		"lines": func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) != 2 {
				ts.Fatalf("usage: lines WANT FILE")
			}
			have := strings.SplitAfter(ts.ReadFile(args[1]), "\n")
			for want := range strings.Lines(ts.ReadFile(args[0])) {
				trim := func(s string) string { return strings.TrimRight(s, ",\r\n") }
				i := slices.IndexFunc(have, func(s string) bool { return trim(s) == trim(want) })
				if i < 0 {
					ts.Fatalf("%s has no line %q in its place:\n%s", args[1], want, ts.ReadFile(args[1]))
				}
				have = have[i+1:]
			}
		},
	})
	return words
}

// filesWith returns the files below dir that hold the text, as it is or as a
// part of something in base64.
func filesWith(ts *testscript.TestScript, text, dir string) []string {
	forms := secretForms(text)
	var in []string
	ts.Check(filepath.WalkDir(ts.MkAbs(dir), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if slices.ContainsFunc(forms, func(form []byte) bool { return bytes.Contains(data, form) }) {
			in = append(in, path)
		}
		return err
	}))
	return in
}

// secretForms is the text as it is and as a part of something in base64.
func secretForms(text string) [][]byte {
	forms := [][]byte{[]byte(text)}
	for pad := range 3 {
		coded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", pad) + text))
		// The digits at either end have bits of the neighbours too.
		forms = append(forms, []byte(strings.TrimRight(coded[min(pad*2, 4):], "=")[:len(text)*4/3-4]))
	}
	return forms
}

func compareTree(ts *testscript.TestScript, neg bool, args []string, remembered map[string]string, times bool) {
	if len(args) != 2 {
		ts.Fatalf("usage: same|untouched NAME DIR")
	}
	key := ts.Getenv("WORK") + args[0]
	if times {
		key += "+times"
	}
	want, ok := remembered[key]
	if !ok {
		ts.Fatalf("nothing is remembered as %s", args[0])
	}
	got, err := describeTree(ts.MkAbs(args[1]), times)
	ts.Check(err)
	if (got == want) == neg {
		ts.Fatalf("before:\n%s\nnow:\n%s", want, got)
	}
}

// describeTree is one line for each file, link and folder below dir. With
// times it has everything; without, fsskills' own state is left out.
func describeTree(dir string, times bool) (string, error) {
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if !times && d.IsDir() && (rel == ".local" || rel == ".cache") {
			return fs.SkipDir
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%s %v", rel, info.Mode())
		if times && !d.IsDir() {
			fmt.Fprintf(&b, " %s", info.ModTime().Format(time.RFC3339Nano))
		}
		switch {
		case info.Mode()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			b.WriteString(" -> " + target)
		case info.Mode().IsRegular():
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			sum := sha256.Sum256(data)
			b.WriteString(" " + hex.EncodeToString(sum[:8]))
		}
		b.WriteByte('\n')
		return nil
	})
	return b.String(), err
}

// cloneTree copies the files of a project and makes the copy a repository.
func cloneTree(from, to string) error {
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.Name() == ".git" {
			return fs.SkipDir
		}
		rel, err := filepath.Rel(from, path)
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o644)
	})
	if err != nil {
		return err
	}
	return os.MkdirAll(filepath.Join(to, ".git"), 0o755)
}

// commitAll commits everything in dir and returns the commit's id.
func commitAll(dir, branch, message string) (string, error) {
	repo, err := git.PlainOpen(dir)
	if err != nil {
		if repo, err = git.PlainInitWithOptions(dir, &git.PlainInitOptions{
			InitOptions: git.InitOptions{DefaultBranch: plumbing.NewBranchReferenceName(branch)},
		}); err != nil {
			return "", err
		}
	}
	tree, err := repo.Worktree()
	if err != nil {
		return "", err
	}
	if err := tree.AddWithOptions(&git.AddOptions{All: true}); err != nil {
		return "", err
	}
	who := &object.Signature{Name: "upstream", Email: "upstream@example.invalid", When: time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)}
	id, err := tree.Commit(message, &git.CommitOptions{Author: who, Committer: who, AllowEmptyCommits: true})
	return id.String(), err
}
