package installer

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// A present is what stands at the place of a skill or an agent.
type present struct {
	kind presentKind
	// link is the target if it is a symbolic link.
	link string
	// taken is true if it is a folder with a SKILL.md in any spelling, or if
	// there is something where the file of an agent should be.
	taken bool
	// dir is the folder of the files. It is shared if it is one of agents, in
	// which other files have nothing to do with this one; its kind is then
	// nothing as long as the agent's file is not there.
	dir    string
	shared bool
	// content is what a link or a file in its place holds.
	content Content
}

type presentKind int

const (
	nothing presentKind = iota
	folder
	link
	otherFile
)

// look finds out what stands at dir, the place of a skill.
func look(dir string) (present, error) {
	info, err := os.Lstat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return present{dir: dir}, nil
	case err != nil:
		return present{}, blocked(dir, err)
	case isLink(dir, info):
		target, err := os.Readlink(dir)
		return present{kind: link, link: target, dir: dir, content: Content{Link: target}}, err
	case info.Mode().IsRegular():
		content, err := readContent(dir)
		return present{kind: otherFile, dir: dir, content: content}, err
	case !info.IsDir():
		return present{}, &fs.PathError{Op: "open", Path: dir, Err: errors.New("is neither a folder nor a file")}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return present{}, err
	}
	p := present{kind: folder, dir: dir}
	for _, e := range entries {
		if strings.EqualFold(e.Name(), "SKILL.md") {
			p.taken = true
		}
	}
	return p, nil
}

// strange reports whether it is something else than was put there: a link, or a
// file where a skill's folder should be.
func (p present) strange() bool { return p.link != "" || p.kind == link || p.kind == otherFile }

// isLink reports whether path, of which info is, leads elsewhere. A junction,
// which other installers make on Windows where links need a privilege, has no
// mode of its own.
func isLink(path string, info fs.FileInfo) bool {
	if info.Mode()&fs.ModeSymlink != 0 {
		return true
	}
	if info.Mode()&fs.ModeIrregular == 0 {
		return false
	}
	_, err := os.Readlink(path)
	return err == nil
}

// blocked says which part of the way to dir is no folder, if that is why err.
func blocked(dir string, err error) error {
	for up := filepath.Dir(dir); up != filepath.Dir(up); up = filepath.Dir(up) {
		if info, statErr := os.Stat(up); statErr == nil && !info.IsDir() {
			return &fs.PathError{Op: "open", Path: up, Err: errNoFolder}
		}
	}
	return err
}

// errNoFolder reports a file where a folder has to be.
var errNoFolder = errors.New("is a file, not a folder")

// file reads one file of the skill. Nothing is read through a link: a link, a
// folder or a device in the file's place, or above it, is returned as a
// Content that equals no other.
func (p present) file(rel string) (Content, error) {
	if p.kind != folder {
		return Content{}, nil
	}
	at := p.dir
	parts := strings.Split(path.Clean(rel), "/")
	for i, part := range parts {
		at = filepath.Join(at, part)
		info, err := os.Lstat(at)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return Content{}, nil
		case err != nil:
			return Content{}, err
		case isLink(at, info):
			target, err := os.Readlink(at)
			return Content{Link: target}, err
		case i < len(parts)-1 && info.IsDir():
			continue
		case i < len(parts)-1 || !info.Mode().IsRegular():
			return Content{SHA256: notAFile}, nil
		}
		data, err := os.ReadFile(at)
		if err != nil {
			return Content{}, err
		}
		return Content{SHA256: digest(data), Mode: info.Mode().Perm(), Data: data}, nil
	}
	return Content{}, nil
}

// blocked reports whether a file cannot be put at its place because something
// else is there or on the way: a folder or a device, or a link or file where a
// folder has to be.
func (p present) blocked(rel string) bool {
	at := p.dir
	parts := strings.Split(path.Clean(rel), "/")
	for i, part := range parts {
		at = filepath.Join(at, part)
		info, err := os.Lstat(at)
		if err != nil {
			return false
		}
		if i == len(parts)-1 {
			return !info.Mode().IsRegular() && !isLink(at, info)
		}
		if !info.IsDir() || isLink(at, info) {
			return true
		}
	}
	return false
}

// isFolder reports whether there is a folder.
func isFolder(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.IsDir()
}

// others returns the files in the skill's folder that are not among those
// given, at most so many.
func (p present) others(known []File, most int) ([]string, error) {
	if p.kind != folder || p.shared {
		return nil, nil
	}
	ours := map[string]bool{}
	for _, f := range known {
		ours[f.Path] = true
	}
	var out []string
	err := filepath.WalkDir(p.dir, func(at string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(p.dir, at)
		if err != nil {
			return err
		}
		if rel = filepath.ToSlash(rel); !ours[rel] {
			out = append(out, rel)
		}
		if len(out) == most {
			return fs.SkipAll
		}
		return nil
	})
	return out, err
}

// notAFile stands for the digest of what is no regular file.
const notAFile = "not a file"
