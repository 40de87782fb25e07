package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"fsskills/.ci/bench/measure"
)

// A place is a client and where it has things, below the home.
type place struct {
	id, skills, config string
}

// places asks fsskills for all clients that it knows, in its order.
func (l *lab) places(ctx context.Context) ([]place, error) {
	var home string
	run, err := l.runner.Once(ctx, measure.Command{
		Args: []string{l.program, "clients", "--json"},
		Before: func(_ context.Context, dir string) error {
			home = dir
			return nil
		},
	})
	if err != nil {
		return nil, fmt.Errorf("ask fsskills for its clients: %w", err)
	}
	var said struct {
		Clients []struct{ ID, Skills, Config string }
	}
	if err := json.Unmarshal(run.Stdout, &said); err != nil {
		return nil, fmt.Errorf("read what fsskills says of its clients: %w", err)
	}
	var list []place
	for _, c := range said.Clients {
		list = append(list, place{c.ID, strings.TrimPrefix(c.Skills, home), strings.TrimPrefix(c.Config, home)})
	}
	return list, nil
}

// apart are those of clients that have a folder of skills that no other one has, and
// a file with servers.
func apart(clients []place) []place {
	shared := map[string]int{}
	for _, c := range clients {
		shared[c.skills]++
	}
	var list []place
	for _, c := range clients {
		if c.skills != "" && c.config != "" && shared[c.skills] == 1 {
			list = append(list, c)
		}
	}
	return list
}

// place is the client of that name.
func (l *lab) place(id string) (place, error) {
	for _, c := range l.known {
		if c.id == id {
			return c, nil
		}
	}
	return place{}, fmt.Errorf("fsskills knows no client %s", id)
}

// address is what every entry has in it.
const address = "https://api.fullstory.com/mcp/fullstory"

// A wanted home is what commands are to make of one.
type wanted struct {
	clients []place
	skills  []string // none: entries alone
}

// names are the clients, as --client takes them.
func (w wanted) names() string {
	var list []string
	for _, c := range w.clients {
		list = append(list, c.id)
	}
	return strings.Join(list, ",")
}

// installed looks whether every skill is in every folder, whole, and the entry in every
// file. Of the skills it opens the first and the last.
func (w wanted) installed(home string) error {
	for _, c := range w.clients {
		if len(w.skills) > 0 {
			there, err := os.ReadDir(filepath.Join(home, c.skills))
			if err != nil {
				return err
			}
			if len(there) != len(w.skills) {
				return fmt.Errorf("%s has %d skills, not %d", c.id, len(there), len(w.skills))
			}
			for _, name := range []string{w.skills[0], w.skills[len(w.skills)-1]} {
				if _, err := os.Stat(filepath.Join(home, c.skills, name, "SKILL.md")); err != nil {
					return err
				}
			}
		}
		if err := contains(filepath.Join(home, c.config), address); err != nil {
			return err
		}
	}
	return nil
}

// gone looks whether nothing of all that is left.
func (w wanted) gone(home string) error {
	for _, c := range w.clients {
		if _, err := os.Lstat(filepath.Join(home, c.skills)); len(w.skills) > 0 && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the skills of %s are still there: %w", c.id, err)
		}
		data, err := os.ReadFile(filepath.Join(home, c.config))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if bytes.Contains(data, []byte(address)) {
			return fmt.Errorf("the entry of %s is still there", c.id)
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
