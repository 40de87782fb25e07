package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/clients/document"
)

// A reading is a file of a client's, read once.
type reading struct {
	doc document.Document
	err error
}

// parsed reads and parses a file of the clients, the first time.
func (c *checkup) parsed(f clients.KeptFile) reading {
	key := f.Path + "\x00" + f.Format.String()
	r, known := c.readings[key]
	if !known {
		r.doc, r.err = f.Parse(c.sys)
		if c.readings == nil {
			c.readings = map[string]reading{}
		}
		c.readings[key] = r
	}
	return r
}

// A sharedFile is a file with the clients that read it.
type sharedFile struct {
	clients.KeptFile
	names, ids []string
	strict     []string // those that cannot read it with a comment
}

// configFiles are the files of the patients that count, each once.
func (c *checkup) configFiles() []sharedFile {
	var files []sharedFile
	for _, p := range c.patients() {
		for _, f := range p.files {
			if !f.Counts {
				continue
			}
			i := slices.IndexFunc(files, func(s sharedFile) bool { return s.Path == f.Path })
			if i < 0 {
				i = len(files)
				files = append(files, sharedFile{KeptFile: f})
			}
			files[i].names, files[i].ids = append(files[i].names, p.Name), append(files[i].ids, p.ID)
			if f.Strict {
				files[i].strict = append(files[i].strict, p.Name)
			}
		}
	}
	return files
}

// checkFiles looks whether the files of the clients can be read. A file that
// has an entry of ours is compared with it too, which says the same of it.
func (c *checkup) checkFiles(context.Context) ([]finding, error) {
	var found []finding
	for _, f := range c.configFiles() {
		r := c.parsed(f.KeptFile)
		who := strings.Join(f.names, ", ")
		ours := c.receipt.Server(f.Path)
		recorded := ours != nil && !ours.Left
		syntax, broken := errors.AsType[*document.SyntaxError](r.err)
		switch {
		case r.err != nil && recorded:
		case broken:
			found = append(found, finding{
				Severity: severityWarning, Path: f.Path,
				Message: fmt.Sprintf("%s:%v; it is the file of %s", f.Path, syntax, who),
				Remedy:  "mend it there: until then fsskills cannot add its entry, and " + f.names[0] + " may not read the file either",
			})
		case r.err != nil:
			one := failure(r.err, f.Path)
			one.Severity = severityWarning
			found = append(found, one)
		case r.doc.Loose() > 0 && len(f.strict) > 0:
			found = append(found, finding{
				Severity: severityWarning, Path: f.Path,
				Message: fmt.Sprintf("%s:%d: a comment or a trailing comma, with which %s cannot read the file", f.Path, r.doc.Loose(), strings.Join(f.strict, ", ")),
				Remedy:  "take it out there",
			})
		}
	}
	return found, nil
}
