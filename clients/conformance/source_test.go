package conformance

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"gopkg.in/yaml.v3"
)

// A source is a repository of skills with an older and a newer commit.
type source struct {
	dir          string
	older, newer content
}

// A content is what a commit of a source has.
type content struct {
	commit plumbing.Hash
	skills []offered
	agents []offered
}

// An offered is a skill or an agent as its file describes it.
type offered struct {
	name        string
	description string
	hidden      bool     // a skill that is no slash command
	tools       []string // of an agent, without the server
	file        []byte
}

// sample is the source that the suite makes for itself: a skill that speaks of
// the agent, one that is no slash command, and one that comes later.
var sample = []map[string]string{
	{
		"skills/sample-report/SKILL.md": "---\nname: sample-report\ndescription: Writes the sample report of the conformance suite, line by line.\n---\n\n" +
			"Have agents/sample-reader.md read each session.\n",
		"skills/sample-report/references/lines.md": "How a line is written.\n",
		"skills/sample-background/SKILL.md": "---\nname: sample-background\ndescription: Knows the background of the conformance suite and is no command.\n" +
			"user-invocable: false\n---\n\nThe background.\n",
		"agents/sample-reader.md": "---\nname: sample-reader\ndescription: Reads one sample session of the conformance suite to the end.\n" +
			"tools:\n  - fullstory:get_session_events\n---\n\nRead the session and say what happened.\n",
	},
	{
		"skills/sample-news/SKILL.md": "---\nname: sample-news\ndescription: Brings the news that the conformance suite waits for.\n---\n\nThe news.\n",
	},
}

// newSource makes the sample, or copies the last two commits of the repository
// at from, if that is given.
func newSource(dir, from string) (*source, error) {
	if from != "" {
		return copySource(dir, from)
	}
	repo, err := git.PlainInitWithOptions(dir, &git.PlainInitOptions{
		InitOptions: git.InitOptions{DefaultBranch: "refs/heads/main"},
	})
	if err != nil {
		return nil, err
	}
	work, err := repo.Worktree()
	if err != nil {
		return nil, err
	}
	for i, files := range sample {
		for path, text := range files {
			if err := writeFile(filepath.Join(dir, filepath.FromSlash(path)), text); err != nil {
				return nil, err
			}
		}
		if err := work.AddGlob("."); err != nil {
			return nil, err
		}
		when := time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC)
		who := &object.Signature{Name: "upstream", Email: "upstream@example.invalid", When: when}
		if _, err := work.Commit("Sample", &git.CommitOptions{Author: who}); err != nil {
			return nil, err
		}
	}
	return openSource(dir, repo)
}

func copySource(dir, from string) (*source, error) {
	repo, err := git.PlainClone(dir, false, &git.CloneOptions{URL: from})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", from, err)
	}
	return openSource(dir, repo)
}

// openSource reads the last two commits, and leaves the older one in place.
func openSource(dir string, repo *git.Repository) (*source, error) {
	head, err := repo.Head()
	if err != nil {
		return nil, err
	}
	last, err := repo.CommitObject(head.Hash())
	if err != nil {
		return nil, err
	}
	before, err := last.Parent(0)
	if err != nil {
		return nil, fmt.Errorf("%s needs two commits: %w", dir, err)
	}
	s := &source{dir: dir}
	for commit, into := range map[plumbing.Hash]*content{last.Hash: &s.newer, before.Hash: &s.older} {
		if *into, err = s.read(commit); err != nil {
			return nil, err
		}
	}
	return s, s.show(s.older)
}

// show makes c what the repository is at.
func (s *source) show(c content) error {
	repo, err := git.PlainOpen(s.dir)
	if err != nil {
		return err
	}
	work, err := repo.Worktree()
	if err != nil {
		return err
	}
	return work.Reset(&git.ResetOptions{Commit: c.commit, Mode: git.HardReset})
}

func (s *source) read(commit plumbing.Hash) (content, error) {
	c := content{commit: commit}
	if err := s.show(c); err != nil {
		return c, err
	}
	var err error
	if c.skills, err = readOffered(filepath.Join(s.dir, "skills", "*", "SKILL.md")); err != nil {
		return c, err
	}
	c.agents, err = readOffered(filepath.Join(s.dir, "agents", "*.md"))
	return c, err
}

func readOffered(pattern string) ([]offered, error) {
	files, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	var all []offered
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		_, rest, ok := strings.Cut(string(data), "---\n")
		head, _, closed := strings.Cut(rest, "\n---\n")
		if !ok || !closed {
			return nil, errors.New(file + " has no front matter")
		}
		var meta struct {
			Name, Description string
			UserInvocable     *bool `yaml:"user-invocable"`
			Tools             any
		}
		if err := yaml.Unmarshal([]byte(head), &meta); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		o := offered{name: meta.Name, description: meta.Description, hidden: meta.UserInvocable != nil && !*meta.UserInvocable, file: data}
		if tools, ok := meta.Tools.([]any); ok {
			for _, tool := range tools {
				if name, ok := strings.CutPrefix(fmt.Sprint(tool), "fullstory:"); ok {
					o.tools = append(o.tools, name)
				}
			}
		}
		all = append(all, o)
	}
	return all, nil
}
