package cmd

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// noise is text that a terminal would obey, hide or turn round: an escape and its
// form of one character, a bell, a backspace, a lone return, a change of
// direction, a space without width, tags and a selector.
const noise = "\x1b[31m\x1b]0;title\a\u009b2J\b\rover\u202eflow\u2066\u200b\U000E0041\U000E0101\u2028"

// quietNoise is the part of noise that may be in a name of git's.
const quietNoise = "\u202eflow\u2066\u200b\U000E0041"

// inYAML writes noise with the escapes of YAML, in which a parser undoes what no
// file may have as it is.
const inYAML = `\e[31m\e]0;title\a\x9b2J\b\rover\u202eflow\u2066\u200b\U000E0041`

// A noisySource is a source in which every text holds noise.
type noisySource struct {
	*testing.T
	dir  string
	repo *git.Repository
}

// newNoisySource is a repository, or a plain folder, which can have names of files
// that git's tools do not take.
func newNoisySource(t *testing.T, folder bool) *noisySource {
	t.Helper()
	s := &noisySource{T: t, dir: t.TempDir()}
	s.put(".claude-plugin/marketplace.json", `{"name":"x\u001b[31m","plugins":[{"name":"fullstory\u001b[31m","source":"./\u009b2J\u202e"}]}`)
	s.put("skills/alpha/SKILL.md", "---\nname: alpha\ndescription: \"Does x"+inYAML+"\"\nallowed-tools: \"Bash("+inYAML+")\"\nhooks: {\"x"+inYAML+"\": \"y"+inYAML+"\"}\n\"odd"+inYAML+"\": 1\n---\n!`run "+noise+"`\nhttps://evil"+noise+".example/ https://"+noise+"/\n")
	s.put("skills/alpha/run", "#!/bin/"+noise+"\n")
	s.put("skills/alpha/words.md", "first "+noise+"\nsecond\n")
	s.put("skills/beta/SKILL.md", "---\nname: beta\ndescription: Raw "+noise+"\n---\nText\n")
	s.put("skills/gamma/SKILL.md", "---\nname: \"gamma"+inYAML+"\"\ndescription: x\n---\nText\n")
	s.put("skills/delta/SKILL.md", "---\nname: delta"+noise+"\ndescription: x\n---\nText\n")
	s.put("agents/helper.md", "---\nname: helper\ndescription: \"Helps \\u202eflow \\u200b\"\ntools: [fullstory:one]\n---\nBody "+noise+"\n")
	s.put("agents/other.md", "---\nname: other\ndescription: \"Helps "+inYAML+"\"\ntools: [fullstory:one]\n---\nBody\n")
	s.put("agents/third.md", "---\nname: third\ndescription: x\n\"k"+inYAML+"\": 1\n---\nBody\n")
	if folder {
		s.put("skills/bad/SKILL.md", "---\nname: bad\ndescription: x\n---\n")
		s.put("skills/bad/a"+noise+".md", "x")
		s.put("skills/worse"+noise+"/SKILL.md", "x")
		s.put("agents/a"+noise+".md", "x")
		s.put("agents/a"+noise+".MD", "x")
		return s
	}
	var err error
	if s.repo, err = git.PlainInitWithOptions(s.dir, &git.PlainInitOptions{InitOptions: git.InitOptions{DefaultBranch: "refs/heads/" + quietNoise}}); err != nil {
		t.Fatal(err)
	}
	s.commit()
	return s
}

func (s *noisySource) put(rel, text string) {
	s.Helper()
	path := filepath.Join(s.dir, filepath.FromSlash(rel))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		s.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		s.Fatal(err)
	}
}

func (s *noisySource) commit() {
	s.Helper()
	tree, err := s.repo.Worktree()
	if err != nil {
		s.Fatal(err)
	}
	if err := tree.AddWithOptions(&git.AddOptions{All: true}); err != nil {
		s.Fatal(err)
	}
	who := &object.Signature{Name: "x" + noise, Email: "x@example.com", When: time.Unix(1_700_000_000, 0)}
	id, err := tree.Commit("Change "+noise+"\n\nMore "+noise, &git.CommitOptions{Author: who})
	if err != nil {
		s.Fatal(err)
	}
	for _, name := range []string{"refs/tags/v1", "refs/tags/v2" + quietNoise} {
		if err := s.repo.Storer.SetReference(plumbing.NewHashReference(plumbing.ReferenceName(name), id)); err != nil {
			s.Fatal(err)
		}
	}
}

// A listener runs commands and listens for noise in what they print.
type listener struct {
	*testing.T
	env *Env
	// shown is all that was printed.
	shown strings.Builder
}

// try runs a command and checks how it ends.
func (l *listener) try(want exitCode, args ...string) { l.tryWith("", want, args...) }

// tryBoth is try for a command that writes nothing, with --json too.
func (l *listener) tryBoth(want exitCode, args ...string) {
	l.Helper()
	l.try(want, args...)
	l.try(want, append(args, "--json")...)
}

// tryWith is try with somebody who types the answers.
func (l *listener) tryWith(answers string, want exitCode, args ...string) {
	l.Helper()
	var out, errOut strings.Builder
	l.env.Out, l.env.Err = &out, &errOut
	l.env.Interactive, l.env.In = answers != "", strings.NewReader(answers)
	if code := exitCode(Run(l.Context(), *l.env, args)); code != want {
		l.Errorf("%q: exit status %d, want %d\n%s\n%s", args, code, want, out.String(), errOut.String())
	}
	for _, text := range []string{out.String(), errOut.String()} {
		l.shown.WriteString(text)
		for line := range strings.Lines(text) {
			if i := strings.IndexFunc(line, func(r rune) bool { return r != '\n' && r != '\t' && (r < ' ' || isUnshown(r)) }); i >= 0 {
				l.Errorf("%q prints %q", args, line)
			}
		}
	}
}

// TestNoiseStaysOffTheTerminal gives every command a source in which every text
// holds what a terminal would obey or hide, and looks for it in what is printed.
func TestNoiseStaysOffTheTerminal(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such names of files")
	}
	source, folder := newNoisySource(t, false), newNoisySource(t, true)
	env, _, _ := testEnv(t)
	project := filepath.Join(t.TempDir(), "web"+noise)
	if err := os.MkdirAll(filepath.Join(project, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	l := &listener{T: t, env: env}
	with := func(args ...string) []string {
		return append(args, "--client", "cursor,claude-code", "--source", source.dir)
	}
	l.tryBoth(exitDone, "list", "--available", "--source", source.dir)
	l.tryBoth(exitDone, "list", "--available", "--source", folder.dir)
	l.tryBoth(exitPartly, "install", "--dry-run", "--diff", "--client", "claude-code", "--source", folder.dir)
	l.tryBoth(exitUsage, with("install", "--yes", "no"+noise)...)
	l.tryBoth(exitPartly, with("install", "--dry-run", "--diff")...)
	l.tryBoth(exitFailed, with("install", "--dry-run", "--strict")...)
	l.tryBoth(exitUsage, with("install", "--yes", "--ref", "x"+noise)...)
	l.tryBoth(exitFailed, with("install", "--yes", "--ref", "x"+quietNoise)...)
	l.tryBoth(exitUsage, "install", "--yes", "--client", "cursor", "--source", filepath.Join(source.dir, noise))
	l.tryBoth(exitFailed, "install", "--yes", "--client", "cursor", "--source", filepath.Join(source.dir, quietNoise))
	l.tryBoth(exitUsage, "install", "--yes", "--client", noise)
	l.tryBoth(exitUsage, "install", "--yes", "--"+noise)
	l.tryBoth(exitUsage, "restore", noise)
	l.tryBoth(exitUsage, noise)
	l.try(exitUsage, "help", noise)
	l.try(exitPartly, with("install", "--yes", "--ref", quietNoise)...)
	l.tryBoth(exitDone, "list")
	l.tryBoth(exitDone, "status")
	l.tryBoth(exitDone, "doctor")
	l.tryBoth(exitDone, "clients")
	l.tryBoth(exitDone, "restore")
	l.try(exitDone, "__complete", "update", "")
	l.try(exitPartly, with("install", "--yes", "--scope", "project", "--dir", project)...)
	for _, command := range []string{"list", "status", "doctor", "restore"} {
		l.tryBoth(exitDone, command, "--dir", project)
	}

	source.put("skills/alpha/words.md", "third "+noise+"\nsecond\n")
	source.put("skills/beta/SKILL.md", "---\nname: beta\ndescription: Another"+noise+"\n---\nText\n")
	source.commit()
	mine := filepath.Join(env.Home, ".claude", "skills", "alpha", "words.md")
	if err := os.WriteFile(mine, []byte("mine "+noise+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	l.tryBoth(exitDiffers, "status", "--verbose")
	l.tryBoth(exitDiffers, "status", "--offline")
	l.tryBoth(exitPartly, "update", "--dry-run", "--diff")
	l.tryBoth(exitFailed, "update", "--dry-run", "--strict", "--dir", project)
	l.tryWith("d\nk\nd\ny\n", exitPartly, "update")
	l.tryBoth(exitDone, "restore", "last", "--dry-run", "--diff")
	l.tryBoth(exitDone, "uninstall", "--dry-run", "--diff")
	l.try(exitDone, "uninstall", "--yes", "--dir", project)
	l.try(exitDone, "uninstall", "--yes", "--json")
	for _, word := range []string{
		"‹U+001B›", "‹U+202E›", "‹U+009B›", "‹U+000D›", "‹U+0008›", "‹U+E0041›", `\u202e`, `\udb40\udc41`, "left out bad", "left out worse", "left out gamma", "left out delta", "Change ",
	} {
		if !strings.Contains(l.shown.String(), word) {
			t.Errorf("nothing that was printed has %s: was the noise there?", word)
		}
	}
}
