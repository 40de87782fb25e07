package installer

import (
	"bytes"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"fsskills/registry"
)

// A SkillChange is what upstream has done to a skill, or to an agent, since that
// was installed.
type SkillChange struct {
	Kind Kind
	Name string
	From string // its name until now, if upstream has renamed it
	Op   Op     // create, update or remove
	// Files are those that differ, in path order.
	Files []FileNews
}

// A FileNews is what upstream has done to a file of a skill.
type FileNews struct {
	Path string
	Op   Op
	// Added and Removed count lines. They are unknown, and Counted is false, for
	// what is no text, and where the bytes from before are not known.
	Added, Removed int
	Counted        bool
}

// News returns what the snapshot has of the recorded skills and agents that the
// recorded commit has not, and those that will come, in the order of their
// names, skills first.
func (req Request) News(r Receipt) []SkillChange {
	mine := map[string]bool{}
	for _, rec := range r.Items {
		if rec.Kind == KindSkill && !rec.Left && (len(req.Names) == 0 || slices.Contains(req.Names, rec.Name)) {
			mine[rec.Name] = true
		}
	}
	moves := req.renames(r)
	before := setOf(req.former(r, func(name string) bool { return mine[name] }))
	choices := r.Choices.renamed(moves)
	all := len(choices.Skills) == 0 && len(req.Names) == 0
	var news []SkillChange
	now := setOf(req.Snapshot.Skills)
	for _, s := range req.Snapshot.Skills {
		from := formerName(moves, s.Name)
		old, known := before[s.Name]
		if from != "" && !known {
			old, known = before[from]
		}
		c := SkillChange{Kind: KindSkill, Name: s.Name, Op: OpUpdate}
		switch {
		case known:
			if old.Name != s.Name {
				c.From = old.Name
			}
			c.Files = fileNews(old.Files, s.Files)
			if len(c.Files) == 0 && c.From == "" {
				continue
			}
		case mine[s.Name], !all, slices.Contains(choices.Without, s.Name):
			continue
		default:
			c.Op, c.Files = OpCreate, fileNews(nil, s.Files)
		}
		news = append(news, c)
	}
	for name, old := range before {
		if !now.has(name) && moves[name] == "" && req.refusal(KindSkill, name) == nil {
			news = append(news, SkillChange{Kind: KindSkill, Name: name, Op: OpRemove, Files: fileNews(old.Files, nil)})
		}
	}
	sortFunc(news, func(a, b *SkillChange) int { return strings.Compare(a.Name, b.Name) })
	return append(news, req.agentNews(r)...)
}

// fileNews compares the files of a skill.
func fileNews(before, after []registry.File) []FileNews {
	var news []FileNews
	old := map[string]registry.File{}
	for _, f := range before {
		old[f.Path] = f
	}
	for _, f := range after {
		was, known := old[f.Path]
		delete(old, f.Path)
		switch {
		case !known:
			news = append(news, countLines(f.Path, OpCreate, nil, f.Data))
		case was.SHA256 == f.SHA256 && (was.Mode == 0 || was.Mode&0o100 == f.Mode&0o100):
		case digest(was.Data) != was.SHA256:
			news = append(news, FileNews{Path: f.Path, Op: OpUpdate})
		default:
			news = append(news, countLines(f.Path, OpUpdate, was.Data, f.Data))
		}
	}
	for path, was := range old {
		if digest(was.Data) != was.SHA256 {
			news = append(news, FileNews{Path: path, Op: OpRemove})
		} else {
			news = append(news, countLines(path, OpRemove, was.Data, nil))
		}
	}
	sortFunc(news, func(a, b *FileNews) int { return strings.Compare(a.Path, b.Path) })
	return news
}

// countLines counts the lines that differ between two texts.
func countLines(path string, op Op, before, after []byte) FileNews {
	n := FileNews{Path: path, Op: op}
	if !isText(before) || !isText(after) {
		return n
	}
	n.Counted = true
	out := diff.Diff("before", before, "after", after)
	for line := range bytes.Lines(out[headerLen(out):]) {
		switch line[0] {
		case '+':
			n.Added++
		case '-':
			n.Removed++
		}
	}
	return n
}

// headerLen is the length of the three lines that a diff begins with.
func headerLen(out []byte) int {
	n := 0
	for range 3 {
		n += bytes.IndexByte(out[n:], '\n') + 1
	}
	return n
}
