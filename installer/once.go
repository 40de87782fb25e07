package installer

import (
	"slices"

	"fsskills/registry"
)

// A onceOnly holds what is the same in many folders once: a plan for fifty clients
// then takes little more memory than one for a single client. The zero value holds
// nothing. Nobody changes what is in it.
type onceOnly struct {
	bytes map[string]Content // the first content of a digest
	// fresh are the things that were planned where nothing was, and last those
	// that were planned last, by the first of their files.
	fresh, last map[*registry.File]plannedFiles
	real        realPaths
}

// plannedFiles are the changes and the record of a thing.
type plannedFiles struct {
	changes []FileChange
	record  []File
}

func newOnceOnly() onceOnly {
	return onceOnly{map[string]Content{}, map[*registry.File]plannedFiles{}, map[*registry.File]plannedFiles{}, realPaths{}}
}

// content is c with the bytes of an earlier one that has the same.
func (o onceOnly) content(c Content) Content {
	if o.bytes == nil || c.Data == nil {
		return c
	}
	if known, ok := o.bytes[c.SHA256]; ok {
		c.SHA256, c.Data = known.SHA256, known.Data
		return c
	}
	o.bytes[c.SHA256] = c
	return c
}

// files are the changes and the record of a thing, those of the last folder if
// they are the same there.
func (o onceOnly) files(of *registry.File, p plannedFiles) plannedFiles {
	if o.last == nil {
		return p
	}
	if known := o.last[of]; slices.Equal(known.record, p.record) && slices.EqualFunc(known.changes, p.changes, sameChange) {
		return known
	}
	p = plannedFiles{slices.Clip(p.changes), slices.Clip(p.record)}
	o.last[of] = p
	return p
}

func sameChange(a, b FileChange) bool {
	same := func(a, b Content) bool { return a.SHA256 == b.SHA256 && a.Mode == b.Mode && a.Link == b.Link }
	return a.Path == b.Path && a.Op == b.Op && a.State == b.State && a.Reason == b.Reason && a.News == b.News &&
		same(a.Before, b.Before) && same(a.After, b.After)
}
