package clients

import (
	"path"
	"slices"
	"strings"

	"fsskills/clients/document"
)

// An Approval is what a client's own files say about whether its user lets it
// use what a project brings. The zero value is that they do not tell.
type Approval struct {
	Known, Given bool
	// File is the one that tells, or in which it is missing.
	File string
	// Refused is true if the user has said no.
	Refused bool
}

// Approved asks the client's files about the project of s.
func (c Client) Approved(s System) Approval {
	if c.Project == nil || c.Project.Approved == nil || s.Project == "" {
		return Approval{}
	}
	return c.Project.Approved(s)
}

// state is a file in which a client keeps what its user has decided, nil if it
// is not there or cannot be read: then nothing is known.
func (s System) state(at Path, format document.Format) (document.Document, string) {
	file := s.Path(at)
	if file == "" {
		return nil, ""
	}
	doc, err := s.parse(file, format)
	if err != nil {
		return nil, file
	}
	return doc, file
}

// lists reports whether the value at key is a list with the name in it.
func lists(doc document.Document, name string, key ...string) bool {
	if doc == nil {
		return false
	}
	value, _ := doc.Lookup(key...)
	list, _ := value.([]any)
	return slices.Contains(list, any(name))
}

func says(doc document.Document, want any, key ...string) bool {
	if doc == nil {
		return false
	}
	value, _ := doc.Lookup(key...)
	return value == want
}

// under returns what a map at key has for the project or the nearest folder
// above it. Clients write folders with either separator.
func (s System) under(doc document.Document, key ...string) (value any, folder string) {
	all, _ := doc.Lookup(key...)
	folders, _ := all.(map[string]any)
	longest := -1
	for name, v := range folders {
		if s.covers(name, s.Project) && len(name) > longest {
			value, folder, longest = v, name, len(name)
		}
	}
	return value, folder
}

// covers reports whether the folder is the project or lies above it.
func (s System) covers(folder, project string) bool {
	a, b := s.slashed(folder), s.slashed(project)
	return a == b || strings.HasPrefix(b, strings.TrimSuffix(a, "/")+"/")
}

// slashed is a path in one spelling.
func (s System) slashed(p string) string {
	if s.GOOS != "windows" {
		return path.Clean(p)
	}
	return strings.ToLower(path.Clean(strings.ReplaceAll(p, `\`, "/")))
}
