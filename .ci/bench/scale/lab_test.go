package main

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
	"gopkg.in/yaml.v3"

	"fsskills/.ci/bench/fixture"
)

func laboratory(t *testing.T) *lab {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skipf("git is not installed: %v", err)
	}
	l, err := newLab(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// Every series runs, at sizes that take no time.
func TestSeries(t *testing.T) {
	l := laboratory(t)
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) {
			if !slices.IsSorted(s.sizes) || len(s.sizes) < 3 || s.rounds < leastRounds {
				t.Errorf("sizes %v and %d rounds", s.sizes, s.rounds)
			}
			s.sizes, s.rounds = []int{1, 2, 3}, 1
			if s.name == "clients" {
				s.sizes[2] = 21 // of which one is from the catalog
			}
			r, err := l.measure(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			if err := r.failure(); err != nil {
				t.Error(err)
			}
			for _, command := range r.commands {
				for _, q := range []quantity{wall, cpu, peak} {
					for i, values := range r.of(command, q) {
						if len(values) != 1 || values[0] <= 0 {
							t.Errorf("%s at %d: %s %v", command, s.sizes[i], q.name, values)
						}
					}
				}
			}
			if r.served() != strings.Contains(s.title, "HTTP") && s.judged[0].growth == never {
				t.Error("it is served another way than it says")
			}
		})
	}
}

// A program that does nothing has no costs.
func TestIdlenessIsSeen(t *testing.T) {
	l := laboratory(t)
	idle, err := exec.LookPath("true")
	if err != nil {
		t.Skip("there is no program that does nothing here:", err)
	}
	l.program = idle
	for _, s := range all {
		s.sizes, s.rounds = []int{1, 2, 3}, 1
		if _, err := l.measure(t.Context(), s); err == nil || !strings.Contains(err.Error(), "it has not done its work") {
			t.Errorf("%s: %v", s.name, err)
		}
	}
}

// The newer commit has one more line in one file, wherever the branch is.
func TestRepositoryMoves(t *testing.T) {
	l := laboratory(t)
	r, err := l.repository(t.Context(), "moves.git", fixture.Upstream(), overHTTP)
	if err != nil {
		t.Fatal(err)
	}
	for _, commit := range []string{r.new, r.old, r.new} {
		if err := r.at(t.Context(), commit); err != nil {
			t.Fatal(err)
		}
		if got, err := r.git(t.Context(), "", nil, "rev-parse", "HEAD"); err != nil || got != commit {
			t.Errorf("HEAD is %s, want %s: %v", got, commit, err)
		}
	}
	diff, err := r.git(t.Context(), "", nil, "diff", "--numstat", r.old, r.new)
	if want := "1\t0\tskills/side-by-side/SKILL.md"; err != nil || diff != want {
		t.Errorf("the difference is %q, want %q: %v", diff, want, err)
	}
}

func TestOrder(t *testing.T) {
	first := map[int]bool{}
	for round := range 6 {
		list := order(3, round)
		if !slices.Equal(slices.Sorted(slices.Values(list)), []int{0, 1, 2}) {
			t.Errorf("round %d: %v", round, list)
		}
		first[list[0]] = true
	}
	if len(first) != 3 || slices.Equal(order(3, 0), order(3, 1)) {
		t.Error("the order is always the same")
	}
}

func TestConfigTexts(t *testing.T) {
	for name, format := range map[string]struct {
		text  func(int) []byte
		parse func([]byte, any) error
		root  string
	}{
		"json": {jsonText, json.Unmarshal, "mcpServers"},
		"toml": {tomlText, toml.Unmarshal, "mcp_servers"},
		"yaml": {yamlText, yaml.Unmarshal, "extensions"},
	} {
		for _, size := range []int{1000, 10_000, 100_000} {
			text := format.text(size)
			if len(text) < size*9/10 || len(text) > size*5/4 {
				t.Errorf("%s has %d bytes, want %d", name, len(text), size)
			}
			var v map[string]any
			if err := format.parse(text, &v); err != nil {
				t.Errorf("%s of %d bytes: %v", name, size, err)
			}
			if _, ok := v[format.root]; !ok {
				t.Errorf("%s has no %s", name, format.root)
			}
		}
	}
}

func TestOptions(t *testing.T) {
	if list, err := choose([]string{"refs", "json"}); err != nil || len(list) != 2 || list[0].name != "refs" {
		t.Errorf("%v, %v", list, err)
	}
	if list, err := choose(nil); err != nil || len(list) != len(all) {
		t.Errorf("%d series, %v", len(list), err)
	}
	if _, err := choose([]string{"none"}); err == nil {
		t.Error("a series that is not there passes")
	}
	out := filepath.Join(t.TempDir(), "out")
	if _, err := run(t.Context(), options{names: []string{"yaml"}, rounds: 2, out: out}); err == nil {
		t.Error("two rounds pass")
	}
}
