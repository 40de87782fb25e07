package registry

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A limit is a bound with a way to get to it and past it.
type limit struct {
	name string
	most int
	// try makes something of a size and returns why it is not taken, or nil.
	try func(t *testing.T, n int) error
	// says is what must be in the error of one more, its number above all.
	says string
}

// TestLimits goes to each bound, where all is well, and one past it.
func TestLimits(t *testing.T) {
	tested := map[string]bool{
		"DefaultIdle": true, "answerIdles": true, // times, which are in the tests of streams
		"maxTries": true, "maxRetryAfter": true, // in the tests of what is tried again
		"maxRedirects":    true, // in the tests of the protocol
		"enoughRefsBytes": true, // in the tests of long lists of refs
	}
	for _, l := range slices.Concat(skillLimits(), textLimits(), archiveLimits(), packLimits(), cacheLimits(), remoteLimits()) {
		tested[l.name] = true
		t.Run(l.name, func(t *testing.T) {
			if err := l.try(t, l.most); err != nil {
				t.Errorf("at the limit of %d: %v", l.most, err)
			}
			if err := l.try(t, l.most+1); err == nil || !strings.Contains(err.Error(), l.says) {
				t.Errorf("past the limit of %d: %v, want %q", l.most, err, l.says)
			}
		})
	}
	file, err := parser.ParseFile(token.NewFileSet(), "limits.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && !tested[spec.Names[0].Name] {
			t.Errorf("%s is not tested", spec.Names[0].Name)
		}
		return true
	})
}

// collected is why the tree of an archive with these files is not taken whole.
func collected(t *testing.T, list []archived) error {
	t.Helper()
	s := newShelf("here")
	for _, f := range list {
		n, err := s.put(t.Context(), f.name, plainFile)
		if err != nil {
			return err
		}
		n.data = []byte(f.data)
		n.tooLarge = len(f.data) > maxFileBytes
	}
	snap, err := collect(t.Context(), s.tree(), "here")
	switch {
	case err != nil:
		return err
	case len(snap.Refused) > 0:
		return &refused{snap.Refused[0].Path, snap.Refused[0].Reason}
	case len(snap.Warnings) > 0:
		return errors.New(snap.Warnings[0])
	}
	return nil
}

func skillLimits() []limit {
	first := archived{name: "skills/a/SKILL.md", data: skillText("a")}
	return []limit{
		{"maxSkills", maxSkills, func(t *testing.T, n int) error {
			var list []archived
			for i := range n {
				list = append(list, archived{name: fmt.Sprintf("skills/s%d/SKILL.md", i), data: demo})
			}
			return collected(t, list)
		}, "2000 entries"},
		{"maxFiles", maxFiles, func(t *testing.T, n int) error {
			list := []archived{first}
			for i := range n - 1 {
				list = append(list, archived{name: fmt.Sprintf("skills/a/%d", i)})
			}
			return collected(t, list)
		}, "1000 files"},
		{"maxFileBytes", maxFileBytes, func(t *testing.T, n int) error {
			return collected(t, []archived{first, {name: "skills/a/x", data: strings.Repeat("x", n)}})
		}, "4 MiB"},
		{"maxAgentBytes", maxAgentBytes, func(t *testing.T, n int) error {
			text := agentText("helper")
			return collected(t, []archived{first, {name: "agents/helper.md", data: text + strings.Repeat("x", n-len(text))}})
		}, "256 KiB"},
		{"maxTotalBytes", maxTotalBytes, func(t *testing.T, n int) error {
			s := newShelf("here")
			block := bytes.Repeat([]byte("x"), maxFileBytes)
			for i := 0; n > 0; i++ {
				node, err := s.put(t.Context(), fmt.Sprintf("skills/a/%d", i), plainFile)
				if i == 0 {
					node, err = s.put(t.Context(), first.name, plainFile)
				}
				if err != nil {
					t.Fatal(err)
				}
				if node.data = block[:min(n, len(block))]; i == 0 {
					node.data = []byte(first.data)
				}
				n -= len(node.data)
			}
			_, err := collect(t.Context(), s.tree(), "here")
			return err
		}, "64 MiB"},
		{"maxPathBytes", maxPathBytes, func(t *testing.T, n int) error {
			return collected(t, []archived{first, {name: "skills/a/" + strings.Repeat("x", n-len("a/"))}})
		}, "180 bytes"},
		{"maxDepth", maxDepth, func(t *testing.T, n int) error {
			return collected(t, []archived{first, {name: "skills/a/" + strings.Repeat("d/", n-1) + "x"}})
		}, "8 folders"},
	}
}

func textLimits() []limit {
	first := archived{name: "skills/a/SKILL.md", data: skillText("a")}
	front := func(n int, lines string) error {
		s := ParseSkill("a", []byte("---\n"+lines+"#"+strings.Repeat("x", n-len(lines)-2)+"\n---\n"))
		if len(s.Warnings) > 0 {
			return errors.New(s.Warnings[0])
		}
		return nil
	}
	return []limit{
		{"maxManifestBytes", maxManifestBytes, func(t *testing.T, n int) error {
			text := `{"plugins":[{"name":"fullstory","source":"./"}]}`
			return collected(t, []archived{first, {name: ".claude-plugin/marketplace.json", data: text + strings.Repeat(" ", n-len(text))}})
		}, "1024 KiB"},
		{"maxPlaceBytes", maxPlaceBytes, func(_ *testing.T, n int) error {
			_, problem := parseManifest([]byte(`{"plugins":[{"name":"fullstory","source":"` + strings.Repeat("x", n) + `"}]}`))
			if problem == "" {
				return nil
			}
			return errors.New(problem)
		}, "260 bytes"},
		{"maxFrontMatterBytes", maxFrontMatterBytes, func(_ *testing.T, n int) error {
			return front(n, "name: a\ndescription: Does it.\n")
		}, "front matter"},
		{"maxDescription", maxDescription, func(_ *testing.T, n int) error {
			return front(2000, "name: a\ndescription: "+strings.Repeat("x", n)+"\n")
		}, "1024 is the limit"},
	}
}

// zeros are an endless file.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func archiveLimits() []limit {
	filled := func(t *testing.T, s *shelf, n, packed int) error {
		t.Helper()
		node, err := s.put(t.Context(), "skills/a/x", plainFile)
		if err != nil {
			return err
		}
		return s.fill(node, io.LimitReader(zeros{}, int64(n)), int64(n), int64(packed))
	}
	return []limit{
		{"maxHeldBytes", maxHeldBytes, func(t *testing.T, n int) error {
			s := newShelf("here")
			for ; n > maxFileBytes; n -= maxFileBytes {
				if err := filled(t, s, maxFileBytes, maxFileBytes); err != nil {
					return err
				}
				s.root = &node{} // what is held is let go of again
			}
			return filled(t, s, n, n)
		}, "128 MiB"},
		{"maxArchiveBytes", maxArchiveBytes, func(t *testing.T, n int) error {
			data := zipped(t, []archived{{name: "skills/a/SKILL.md", data: demo}})
			file := filepath.Join(t.TempDir(), "a.zip")
			f, err := os.Create(file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = f.WriteAt(data, int64(n-len(data))) // what comes before is a hole
			if err := errors.Join(err, f.Close()); err != nil {
				t.Fatal(err)
			}
			_, err = readArchive(t.Context(), file)
			return err
		}, "64 MiB"},
		{"maxArchiveEntries", maxArchiveEntries, func(t *testing.T, n int) error {
			s := newShelf("here")
			var err error
			for range n {
				_, err = s.put(t.Context(), "x", plainFile)
			}
			return err
		}, "100000 entries"},
		{"maxEntryBytes", maxEntryBytes, func(t *testing.T, n int) error {
			_, err := newShelf("here").put(t.Context(), strings.Repeat("x", n), plainFile)
			return err
		}, "4096 bytes"},
		{"maxNamesBytes", maxNamesBytes, func(t *testing.T, n int) error {
			s, name := newShelf("here"), strings.Repeat("x", maxEntryBytes)
			var err error
			for ; n > 0 && err == nil; n -= len(name) {
				_, err = s.put(t.Context(), name[:min(n, len(name))], plainFile)
			}
			return err
		}, "16 MiB"},
		{"maxArchiveDepth", maxArchiveDepth, func(t *testing.T, n int) error {
			_, err := newShelf("here").put(t.Context(), strings.Repeat("d/", n-1)+"x", plainFile)
			return err
		}, "64 levels"},
		{"maxRatio", maxRatio, func(t *testing.T, n int) error { return filled(t, newShelf("here"), 1000*n, 1000) }, "200-fold"},
		{"minRatioBytes", minRatioBytes, func(t *testing.T, n int) error { return filled(t, newShelf("here"), n, 1) }, "200-fold"},
	}
}
