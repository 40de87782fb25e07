package installer

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fsskills/registry"
)

// A renamer is a source whose two skills change their names and their texts.
type renamer struct {
	names  [2]string
	notes  [2]int // how often the file beside SKILL.md has changed
	commit int
}

func (s *renamer) snapshot() *registry.Snapshot {
	files := map[string]string{}
	for i, name := range s.names {
		files[name+"/SKILL.md"] = fmt.Sprintf("---\nname: %s\n---\nThis is skill number %d.\nIt stays what it is.\nWhatever it is called.\n", name, i)
		files[name+"/notes.md"] = fmt.Sprintf("note %d of skill %d\n", s.notes[i], i)
	}
	return snapshot(fmt.Sprintf("%040d", s.commit), files)
}

var errFailed = errors.New("no space left on device")

// TestRandomRenames plays random sequences in which upstream renames skills
// while the user edits them, adds files and deletes some, operations fail at any
// step and are undone. Every byte that the user wrote has to be in the folder
// that the skill has now, and all else has to be upstream's.
func TestRandomRenames(t *testing.T) {
	sequences := 400
	if testing.Short() || raceEnabled {
		sequences = 40
	}
	for seed := range sequences {
		w := newWorld(t)
		now := w.store.Now()
		w.store.Now = func() time.Time { now = now.Add(time.Second); return now }
		play := &renaming{world: w, rnd: rand.New(rand.NewPCG(uint64(seed), 7)), source: renamer{names: [2]string{"alpha", "beta"}}}
		play.installed = play.source
		w.install(w.request(play.source.snapshot(), play.clients()...))
		for range 4 + play.rnd.IntN(12) {
			play.move()
			if t.Failed() {
				t.Fatalf("sequence %d:\n%s\n%s", seed, strings.Join(play.script, "\n"), w.tree())
			}
		}
	}
}

// A renaming is one sequence.
type renaming struct {
	*world
	rnd       *rand.Rand
	source    renamer
	installed renamer // as it was at the last update
	// mine is what the user wrote, by folder, number of the skill and file;
	// nothing for a file that they deleted.
	mine   map[string]string
	texts  int
	script []string
}

func (p *renaming) clients() []string { return []string{"claude-code", "cursor"} }

func (p *renaming) say(format string, args ...any) {
	p.script = append(p.script, fmt.Sprintf(format, args...))
}

func (p *renaming) move() {
	p.t.Helper()
	i := p.rnd.IntN(2)
	dir := []string{".agents/skills", ".claude/skills"}[p.rnd.IntN(2)]
	at := path.Join(dir, p.installed.names[i])
	note := func(rel, text string) {
		if p.mine == nil {
			p.mine = map[string]string{}
		}
		p.mine[fmt.Sprintf("%s %d %s", dir, i, rel)] = text
		p.say("user: %s/%s = %q", at, rel, text)
	}
	switch p.rnd.IntN(9) {
	case 0, 1:
		old := p.source.names[i]
		free := slices.DeleteFunc([]string{"alpha", "beta", "gamma", "delta"}, func(n string) bool {
			return slices.Contains(p.source.names[:], n) || slices.Contains(p.installed.names[:], n)
		})
		if len(free) > 0 {
			p.source.names[i] = free[p.rnd.IntN(len(free))]
			p.source.commit++
			p.say("upstream: %s is %s", old, p.source.names[i])
		}
	case 2:
		p.source.notes[i]++
		p.source.commit++
		p.say("upstream: note %d of %s", p.source.notes[i], p.source.names[i])
	case 3, 4:
		rel := []string{"SKILL.md", "notes.md", "own.md", "own/deep.md"}[p.rnd.IntN(4)]
		p.texts++
		text := fmt.Sprintf("text %d\n", p.texts)
		p.write(path.Join(at, rel), text)
		note(rel, text)
	case 5:
		if p.exists(path.Join(at, "notes.md")) {
			p.remove(path.Join(at, "notes.md"))
			note("notes.md", "")
		}
	default:
		p.operate()
	}
}

// operate updates or installs, perhaps with a step that fails, or undoes and
// redoes the last operation.
func (p *renaming) operate() {
	p.t.Helper()
	req := p.request(p.source.snapshot(), p.clients()...)
	if p.rnd.IntN(2) == 0 {
		req.Before = p.installed.snapshot()
	} else if !p.recognisable() {
		return // nobody could tell what a skill was that has no text of its own left
	}
	for n := range req.Targets {
		req.Targets[n].Server = nil
	}
	plan := must(NewUpdate(p.receipt(), req))
	if p.rnd.IntN(3) == 0 {
		plan = must(NewInstall(p.receipt(), req))
	}
	if p.rnd.IntN(3) == 0 {
		var n atomic.Int64 // folders are written at the same time
		die := int64(1 + p.rnd.IntN(12))
		p.store.step = func(string) error {
			if n.Add(1) == die {
				return errFailed
			}
			return nil
		}
		p.say("fails at step %d", die)
		_, _ = p.store.Apply(p.t.Context(), plan) // whatever became of it, the next one succeeds
		p.store.step = nil
		if _, err := p.store.Recover(); err != nil {
			p.t.Error(err)
		}
		plan = must(NewUpdate(p.receipt(), req))
	}
	before, changes := p.tree(), !plan.Empty()
	p.apply(plan)
	p.say("update")
	p.check(p.source)
	if changes && p.rnd.IntN(3) == 0 {
		after := p.tree()
		p.apply(must(p.store.NewRestore(p.receipt(), "last", false)))
		if got := p.tree(); got != before {
			p.t.Errorf("undone:\n%s\nwant:\n%s", got, before)
		}
		p.apply(must(p.store.NewRestore(p.receipt(), "last", false)))
		if got := p.tree(); got != after {
			p.t.Errorf("redone:\n%s\nwant:\n%s", got, after)
		}
	}
	p.installed = p.source
	if again := must(NewUpdate(p.receipt(), req)); !again.Empty() {
		p.t.Errorf("another update has something to do: %v", again.Actions)
	}
}

// recognisable reports whether some copy of each skill has its SKILL.md still.
func (p *renaming) recognisable() bool {
	for i := range 2 {
		edited := 0
		for key := range p.mine {
			if strings.HasSuffix(key, fmt.Sprintf(" %d SKILL.md", i)) || strings.HasSuffix(key, fmt.Sprintf(" %d notes.md", i)) {
				edited++
			}
		}
		if edited > 0 {
			return false
		}
	}
	return true
}

// check finds upstream's files where the user has none of their own, and theirs.
func (p *renaming) check(s renamer) {
	p.t.Helper()
	want := map[string]string{}
	for _, dir := range []string{".agents/skills", ".claude/skills"} {
		for _, skill := range s.snapshot().Skills {
			for _, f := range skill.Files {
				want[path.Join(dir, skill.Name, f.Path)] = string(f.Data)
			}
		}
	}
	for key, text := range p.mine {
		part := strings.SplitN(key, " ", 3)
		name := s.names[part[1][0]-'0']
		want[path.Join(part[0], name, part[2])] = text
	}
	for rel, text := range want {
		switch {
		case text == "" && p.exists(rel):
			p.t.Errorf("%s is back", rel)
		case text != "" && (!p.exists(rel) || p.read(rel) != text):
			p.t.Errorf("%s is not %q", rel, text)
		}
	}
	for line := range strings.Lines(p.tree()) {
		rel, mode, _ := strings.Cut(line, " ")
		if strings.Contains(rel, "/skills/") && strings.HasPrefix(mode, "-") && want[rel] == "" {
			p.t.Errorf("%s is nobody's", rel)
		}
	}
}
