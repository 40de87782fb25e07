package installer

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Strays returns what operations have left beside skills folders and config
// files and no journal knows of, in order: folders in which skills were made
// ready, and drafts of files. What the interrupted operation has left is none of
// them: recovery looks after it.
func (s *Store) Strays(folders, files []string) ([]string, error) {
	known := ""
	if op, err := s.Interrupted(); op != nil {
		known = op.ID
	} else if err != nil && !isCorrupt(err) {
		return nil, err
	}
	begins := map[string]map[string]bool{} // by folder, how names in it begin
	note := func(dir, beginning string) {
		if begins[dir] == nil {
			begins[dir] = map[string]bool{}
		}
		begins[dir][beginning] = true
	}
	for _, dir := range folders {
		note(filepath.Dir(RealPath(dir)), stagePrefix)
	}
	for _, file := range files {
		file = RealPath(file)
		note(filepath.Dir(file), filepath.Base(draftName(file, "")))
	}
	var strays []string
	for dir, beginnings := range begins {
		entries, err := os.ReadDir(dir)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			continue // nothing of ours came there
		}
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			for beginning := range beginnings {
				id, ok := strings.CutPrefix(e.Name(), beginning)
				if id = strings.TrimSuffix(id, unfinished("")); ok && id != "" && (known == "" || !strings.HasPrefix(id, known)) {
					strays = append(strays, filepath.Join(dir, e.Name()))
				}
			}
		}
	}
	return union(strays, nil), nil
}
