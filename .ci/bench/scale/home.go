package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"fsskills/.ci/bench/measure"
)

// apart are those of clients that have a folder of skills that no other one has, and
// a file with servers.
func apart(clients []measure.Place) []measure.Place {
	shared := map[string]int{}
	for _, c := range clients {
		shared[c.Skills]++
	}
	var list []measure.Place
	for _, c := range clients {
		if c.Skills != "" && c.Config != "" && shared[c.Skills] == 1 {
			list = append(list, c)
		}
	}
	return list
}

// place is the client of that name.
func (l *lab) place(id string) (measure.Place, error) {
	for _, c := range l.known {
		if c.ID == id {
			return c, nil
		}
	}
	return measure.Place{}, fmt.Errorf("fsskills knows no client %s", id)
}

// address is what every entry has in it.
const address = "https://api.fullstory.com/mcp/fullstory"

// A wanted home is what commands are to make of one.
type wanted struct {
	clients []measure.Place
	skills  []string // none: entries alone
}

// names are the clients, as --client takes them.
func (w wanted) names() string {
	var list []string
	for _, c := range w.clients {
		list = append(list, c.ID)
	}
	return strings.Join(list, ",")
}

// installed looks whether every skill is in every folder, whole, and the entry in every
// file. Of the skills it opens the first and the last.
func (w wanted) installed(home string) error {
	for _, c := range w.clients {
		if len(w.skills) > 0 {
			there, err := os.ReadDir(filepath.Join(home, c.Skills))
			if err != nil {
				return err
			}
			if len(there) != len(w.skills) {
				return fmt.Errorf("%s has %d skills, not %d", c.ID, len(there), len(w.skills))
			}
			for _, name := range []string{w.skills[0], w.skills[len(w.skills)-1]} {
				if _, err := os.Stat(filepath.Join(home, c.Skills, name, "SKILL.md")); err != nil {
					return err
				}
			}
		}
		if err := contains(filepath.Join(home, c.Config), address); err != nil {
			return err
		}
	}
	return nil
}

// gone looks whether nothing of all that is left.
func (w wanted) gone(home string) error {
	for _, c := range w.clients {
		if _, err := os.Lstat(filepath.Join(home, c.Skills)); len(w.skills) > 0 && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the skills of %s are still there: %w", c.ID, err)
		}
		data, err := os.ReadFile(filepath.Join(home, c.Config))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if bytes.Contains(data, []byte(address)) {
			return fmt.Errorf("the entry of %s is still there", c.ID)
		}
	}
	return nil
}

// contains looks whether a file has text in it.
func contains(path, text string) error {
	data, err := os.ReadFile(path)
	if err == nil && !bytes.Contains(data, []byte(text)) {
		err = fmt.Errorf("%s has no %q in it", path, text)
	}
	return err
}

// write writes a file and the folders above it.
func write(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}
