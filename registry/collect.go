package registry

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"
	"unicode/utf8"
)

// A collector reads the skills and agents of a tree and refuses what is not safe
// to write.
type collector struct {
	tree  tree
	known known
	total int // bytes of all files so far
}

// collect reads the skills and agents of a tree into a snapshot without a source
// and commit. The error is a *NoSkillsError if there is no skill that can be
// used.
func collect(ctx context.Context, t tree, where string) (*Snapshot, error) {
	return collectBeside(ctx, t, where, known{})
}

// collectBeside is collect for a tree of which much may be known.
func collectBeside(ctx context.Context, t tree, where string, known known) (*Snapshot, error) {
	dir, entries, looked, warnings, err := findSkills(ctx, t)
	if err != nil {
		return nil, err
	}
	snap := &Snapshot{Warnings: warnings}
	c := collector{tree: t, known: known}
	seen := map[string]bool{}
	for _, e := range entries {
		skill, err := c.skill(ctx, dir, e)
		if err == nil && seen[e.name] {
			err = &refused{dir + "/" + e.name, "the source has this name twice"}
		}
		var no *refused
		switch {
		case errors.As(err, &no):
			snap.Refused = append(snap.Refused, Refusal{Skill: legible(e.name), Path: legible(no.path), Reason: no.reason})
		case err != nil:
			return nil, err
		default:
			seen[e.name] = true
			snap.Skills = append(snap.Skills, skill)
		}
	}
	if len(snap.Skills) > 0 {
		err = c.agents(ctx, agentsBeside(dir), snap)
	}
	archive, isArchive := t.(*archiveTree)
	if isArchive {
		snap.Refused = append(snap.Refused, archive.elsewhere(dir, snap.Refused)...)
	}
	switch {
	case err != nil:
		return nil, err
	case len(snap.Skills) == 0:
		return nil, &NoSkillsError{Source: where, Looked: looked, Refused: snap.Refused, Backslashes: isArchive && archive.backslashes}
	}
	return snap, nil
}

// refused says why a skill or an agent is left out while the others stay.
type refused struct{ path, reason string }

func (r *refused) Error() string { return r.path + ": " + r.reason }

// skill reads one skill. The error is a *refused if it is unsafe.
func (c *collector) skill(ctx context.Context, dir string, e entry) (Skill, error) {
	where := dir + "/" + e.name // not joined: a name of .. is to be seen
	if e.kind != folder {
		return Skill{}, &refused{where, "a " + e.kind.String() + " is not followed"}
	}
	problem := checkSkillName(e.name)
	if problem == "" {
		problem = checkName(e.name)
	}
	if problem != "" {
		return Skill{}, &refused{where, problem}
	}
	r := skillReader{collector: c, root: where, seen: map[string]string{}}
	if err := r.walk(ctx, "", 1); err != nil {
		return Skill{}, err
	}
	sort.Slice(r.files, func(i, j int) bool { return r.files[i].Path < r.files[j].Path })
	if skill, same := c.known.skill(e.name, r.files); same {
		skill.Path = where
		return skill, nil
	}
	i := slices.IndexFunc(r.files, func(f File) bool { return f.Path == skillFile })
	if i < 0 {
		return Skill{}, &refused{path.Join(where, skillFile), "not a regular file"}
	}
	text := r.files[i].Data
	switch {
	case !utf8.Valid(text):
		return Skill{}, &refused{path.Join(where, skillFile), "not valid UTF-8"}
	case len(bytes.TrimSpace(bytes.TrimPrefix(text, []byte(bom)))) == 0:
		return Skill{}, &refused{path.Join(where, skillFile), "empty"}
	}
	skill, name := parseSkill(e.name, text)
	if problem := checkShownName(name); problem != "" {
		return Skill{}, &refused{path.Join(where, skillFile), problem}
	}
	skill.Path = where
	skill.Files = r.files
	skill.Findings = reviewSkill(skill.Findings, skill.Files)
	return skill, nil
}

// A skillReader reads the files of one skill.
type skillReader struct {
	*collector
	root    string
	files   []File
	seen    map[string]string // paths by sameFileKey
	entries int
}

// walk reads the folder rel below the skill's root.
func (r *skillReader) walk(ctx context.Context, rel string, depth int) error {
	dir := path.Join(r.root, rel)
	if depth > maxDepth {
		return &refused{dir, fmt.Sprintf("more than %d folders deep", maxDepth)}
	}
	entries, err := r.tree.list(ctx, dir)
	if errors.Is(err, errTooLarge) {
		return &refused{dir, "too many files"}
	}
	if err != nil {
		return err
	}
	sortEntries(entries)
	for _, e := range entries {
		if r.entries++; r.entries > maxFiles {
			return &refused{r.root, fmt.Sprintf("more than %d files", maxFiles)}
		}
		if problem := checkName(e.name); problem != "" {
			return &refused{dir + "/" + e.name, problem}
		}
		below := path.Join(rel, e.name)
		if err := r.checkPath(below); err != nil {
			return err
		}
		switch {
		case e.kind == folder:
			err = r.walk(ctx, below, depth+1)
		case e.kind.isFile():
			err = r.file(ctx, dir, below, e)
		default:
			err = &refused{dir + "/" + e.name, "a " + e.kind.String() + " is not followed"}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkPath refuses a path that is too long or names the same file as another.
func (r *skillReader) checkPath(below string) error {
	where := path.Join(r.root, below)
	if len(path.Base(r.root))+1+len(below) > maxPathBytes {
		return &refused{where, fmt.Sprintf("the path is longer than %d bytes", maxPathBytes)}
	}
	key := sameFileKey(below)
	if other, taken := r.seen[key]; taken {
		return &refused{where, "the same file as " + other + " where letter case does not count"}
	}
	r.seen[key] = below
	return nil
}

// file reads one file.
func (r *skillReader) file(ctx context.Context, dir, below string, e entry) error {
	data, err := r.read(ctx, dir, e, maxFileBytes)
	if err != nil {
		return err
	}
	r.files = append(r.files, newFile(below, e.kind, data))
	return nil
}

// read reads the file e in dir, which may have so many bytes and counts for the
// whole. The error is a *refused if it is larger.
func (c *collector) read(ctx context.Context, dir string, e entry, limit int64) ([]byte, error) {
	data, err := c.tree.read(ctx, dir, e, limit)
	if errors.Is(err, errTooLarge) {
		return nil, &refused{path.Join(dir, e.name), "larger than " + size(limit)}
	}
	if err != nil {
		return nil, err
	}
	if c.total += len(data); c.total > maxTotalBytes {
		return nil, &LimitError{Where: "the source", What: size(maxTotalBytes) + " of skills"}
	}
	return data, nil
}

// newFile makes a file of these bytes.
func newFile(name string, kind entryKind, data []byte) File {
	mode := fs.FileMode(0o644)
	if kind == program {
		mode = 0o755
	}
	sum := sha256.Sum256(data)
	return File{Path: name, Mode: mode, Data: data, SHA256: hex.EncodeToString(sum[:])}
}

// digest is the commit of a source that has none: it changes when a name, a
// mode or a byte of its skills or agents does.
func digest(skills []Skill, agents []Agent) string {
	h := sha256.New()
	for _, s := range skills {
		for _, f := range s.Files {
			fmt.Fprintf(h, "%s/%s\x00%o\x00%s\n", s.Name, f.Path, f.Mode, f.SHA256)
		}
	}
	for _, a := range agents { // no skill has such a path
		fmt.Fprintf(h, "../%s/%s\x00%o\x00%s\n", agentsDir, a.File.Path, a.File.Mode, a.File.SHA256)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}
