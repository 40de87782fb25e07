package cmd

import (
	"context"
	"fmt"
	"io"
	"strings"

	"fsskills/installer"
)

// A conflict is a file that the user has changed and of which upstream has news.
type conflict struct {
	skill string
	file  installer.FileChange
	// paths are the places where it is the same, absolute.
	paths []string
}

// conflicts are those of a plan, in order.
func conflicts(plan installer.Plan) []conflict {
	var out []conflict
	index := map[[4]string]int{}
	for _, a := range plan.Actions {
		if a.Kind == installer.KindServer || a.Kind == installer.KindLock {
			continue
		}
		for _, f := range a.Files {
			if !f.News {
				continue
			}
			same := [4]string{a.Name, f.Path, f.Before.SHA256 + f.Before.Link, f.After.SHA256}
			i, known := index[same]
			if !known {
				i = len(out)
				index[same] = i
				out = append(out, conflict{skill: a.Name, file: f})
			}
			out[i].paths = append(out[i].paths, a.FilePath(f.Path))
		}
	}
	return out
}

// settle asks about each conflict which version is to stay. The paths returned
// are those of which upstream's is taken.
func (r *run) settle(ctx context.Context, plan installer.Plan) (map[string]bool, error) {
	taken := map[string]bool{}
	all := conflicts(plan)
	if len(all) > 0 {
		if err := r.announce(); err != nil {
			return nil, err
		}
	}
	for i, c := range all {
		fmt.Fprintln(r.env.Err)
		r.env.tell(r.env.errStyle().bold(fmt.Sprintf("%s (%d of %d): %s", clean(c.skill+"/"+c.file.Path), i+1, len(all), clean(c.file.Reason))))
		for _, path := range c.paths {
			r.env.wrapped(r.env.Err, 2, tilde(path, r.env.Home), "\n")
		}
		key := "d"
		for key == "d" {
			var err error
			key, err = r.env.pick(ctx, question{
				title: "Keep yours, take upstream's, show the difference, or keep all of yours?", flag: "--force or --yes", said: "Your choice",
				options: []option{
					{key: "k", word: "keep", label: "Keep yours"},
					{key: "t", word: "take", label: "Take upstream's"},
					{key: "d", word: "diff", label: "Show the difference"},
					{key: "a", word: "all", label: "Keep all of yours"},
				},
			})
			if err != nil {
				return nil, err
			}
			if key == "d" {
				c.show(r.env.Err)
			}
		}
		if key == "a" {
			break
		}
		for _, path := range c.paths {
			taken[path] = taken[path] || key == "t"
		}
	}
	return taken, nil
}

// show prints what taking upstream's version would change.
func (c conflict) show(w io.Writer) {
	for line := range strings.Lines(c.file.Diff(c.skill + "/" + c.file.Path)) {
		fmt.Fprintf(w, "  %s\n", reveal(chop(line)))
	}
}
