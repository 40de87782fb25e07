package cmd

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"fsskills/installer"
	"fsskills/registry"
)

// news is what the source has that was not there at the last update.
type news struct {
	from, to string // commits
	// history are the commits between, none if the source cannot tell.
	history registry.History
	skills  []installer.SkillChange
}

// news compares the snapshot with what is recorded, and asks the source for the
// commits between. It is nil if there is none.
func (r *run) news(ctx context.Context, session *registry.Session, req installer.Request) (*news, error) {
	was := r.receipt.Source
	n := &news{from: was.Commit, to: req.Snapshot.Commit, skills: req.News(r.receipt)}
	if len(n.skills) == 0 {
		return nil, nil
	}
	if n.from == n.to || n.from == "" || was.URL != req.Snapshot.Source.URL || r.opts.quiet {
		return n, nil
	}
	history, err := session.Since(ctx, n.from)
	if ctx.Err() != nil {
		return nil, err
	}
	if err == nil {
		n.history = history
	} // else the two ids have to do
	return n, nil
}

// How many commits are shown, as many as a person would read, and how much of a
// subject, in cells.
const (
	mostCommits = 10
	mostSubject = 72
)

// write prints the news, nothing if there is none.
func (n *news) write(env *Env, w io.Writer, st style) {
	if n == nil {
		return
	}
	heading := "New"
	if n.from != "" && n.from != n.to {
		heading += " since " + shortID(n.from)
	}
	fmt.Fprintf(w, "\n  %s\n", st.bold(heading))
	for i, c := range n.history.Commits {
		if i == mostCommits {
			break
		}
		env.wrapped(w, 4, fmt.Sprintf("%s  %s  %s", c.Date.Format("2006-01-02"), st.dim(shortID(c.ID)), shorten(clean(c.Subject), mostSubject)), "\n")
	}
	switch left := len(n.history.Commits) - mostCommits; {
	case left > 0 && n.history.More:
		fmt.Fprintf(w, "    and more than %d before\n", left)
	case left > 0:
		fmt.Fprintf(w, "    and %d before\n", left)
	case n.history.More:
		fmt.Fprintln(w, "    and more before")
	}
	for _, s := range n.skills {
		env.wrapped(w, 4, describeNews(s, st), "\n")
	}
}

// shortID is the beginning of a commit id, or of the digest of a folder.
func shortID(commit string) string {
	head, digest, found := strings.Cut(commit, ":")
	if !found {
		return clean(commit[:min(len(commit), 7)])
	}
	return clean(head + ":" + digest[:min(len(digest), 7)])
}

// describeNews is one skill on one line.
func describeNews(s installer.SkillChange, st style) string {
	var line string
	switch s.Op {
	case installer.OpCreate:
		return st.green("new "+string(s.Kind)+" "+clean(s.Name)) + fmt.Sprintf(" (%d %s)", len(s.Files), plural(len(s.Files), "file"))
	case installer.OpRemove:
		return st.red("gone: " + clean(titled(s.Kind, s.Name)))
	default:
		line = "changed: " + clean(titled(s.Kind, s.Name))
	}
	if s.From != "" {
		line += ", which was " + clean(s.From)
	}
	line = st.yellow(line)
	var files []string
	for _, f := range s.Files {
		files = append(files, describeFile(f))
	}
	if len(files) > 0 {
		line += ": " + strings.Join(files, ", ")
	}
	return line
}

// describeFile is a file, what became of it, and how many lines are others, where
// they can be counted.
func describeFile(f installer.FileNews) string {
	text := clean(f.Path)
	var lines []string
	count := func(n int, what string) {
		switch {
		case !f.Counted || n == 0:
		case len(lines) > 0:
			lines = append(lines, strconv.Itoa(n)+what)
		default:
			lines = append(lines, fmt.Sprintf("%d %s%s", n, plural(n, "line"), what))
		}
	}
	switch f.Op {
	case installer.OpCreate:
		text += " new"
		count(f.Added, "")
	case installer.OpRemove:
		text += " gone"
		count(f.Removed, "")
	default:
		count(f.Added, " added")
		count(f.Removed, " removed")
	}
	if len(lines) > 0 {
		text += " (" + strings.Join(lines, ", ") + ")"
	}
	return text
}

// The news in a JSON document.
type (
	newsDoc struct {
		From    string      `json:"from"`
		To      string      `json:"to"`
		Commits []commitDoc `json:"commits"`
		// More is true if there are older ones, too.
		More   bool           `json:"more,omitempty"`
		Skills []skillNewsDoc `json:"skills"`
		Agents []skillNewsDoc `json:"agents"`
	}
	commitDoc struct {
		ID      string `json:"id"`
		Date    string `json:"date"` // RFC 3339
		Subject string `json:"subject"`
	}
	skillNewsDoc struct {
		Name   string        `json:"name"`
		From   string        `json:"from,omitempty"` // its name until now
		Change installer.Op  `json:"change"`
		Files  []fileNewsDoc `json:"files"`
	}
	fileNewsDoc struct {
		Path   string       `json:"path"`
		Change installer.Op `json:"change"`
		// Added and Removed count lines, where they are known.
		Added   *int `json:"added,omitempty"`
		Removed *int `json:"removed,omitempty"`
	}
)

func (n *news) doc() *newsDoc {
	if n == nil {
		return nil
	}
	d := &newsDoc{From: n.from, To: n.to, More: n.history.More, Commits: []commitDoc{}, Skills: []skillNewsDoc{}, Agents: []skillNewsDoc{}}
	for _, c := range n.history.Commits {
		d.Commits = append(d.Commits, commitDoc{ID: c.ID, Date: c.Date.Format("2006-01-02T15:04:05Z07:00"), Subject: clean(c.Subject)})
	}
	for _, s := range n.skills {
		doc := skillNewsDoc{Name: s.Name, From: s.From, Change: s.Op, Files: []fileNewsDoc{}}
		for _, f := range s.Files {
			file := fileNewsDoc{Path: f.Path, Change: f.Op}
			if f.Counted {
				file.Added, file.Removed = &f.Added, &f.Removed
			}
			doc.Files = append(doc.Files, file)
		}
		if s.Kind == installer.KindAgent {
			d.Agents = append(d.Agents, doc)
		} else {
			d.Skills = append(d.Skills, doc)
		}
	}
	return d
}
