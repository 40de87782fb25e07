package registry

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
)

const (
	branchPrefix = "refs/heads/"
	tagPrefix    = "refs/tags/"
)

// refs are the names in a repository and what they name. Tags are peeled where
// the source says to what; the others name a tag object.
type refs struct {
	head   plumbing.Hash // zero if HEAD names no commit
	names  map[string]plumbing.Hash
	peeled map[string]plumbing.Hash
}

// advertisedRefs are the refs that a server lists.
func advertisedRefs(adv *packp.AdvRefs) refs {
	r := refs{names: adv.References, peeled: adv.Peeled}
	if adv.Head != nil {
		r.head = *adv.Head
	}
	return r
}

// headID is the commit that HEAD names, empty if there is none.
func (r refs) headID() string {
	if r.head.IsZero() {
		return ""
	}
	return r.head.String()
}

// A target is what a source's ref names.
type target struct {
	id plumbing.Hash
	// tag is the annotated tag that stands for the commit, if nothing else
	// that is listed does. Some servers hand out what they list and no more.
	tag     plumbing.Hash
	pinned  bool
	listed  bool // some ref points at it
	warning string
}

// resolve finds what ref names: nothing is HEAD, then a full commit id, a
// branch, a tag. where is for errors.
func (r refs) resolve(ref, where string) (target, error) {
	if namesHead(ref) {
		if r.head.IsZero() {
			return target{}, &NotFoundError{What: "ref", Name: "HEAD", In: where, Near: r.near("main")}
		}
		return target{id: r.head, listed: true}, nil
	}
	if len(ref) == commitDigits && isHex(ref) {
		return r.byID(plumbing.NewHash(ref)), nil
	}
	branch, isBranch := r.names[branchPrefix+strings.TrimPrefix(ref, branchPrefix)]
	tag, isTag := r.names[tagPrefix+strings.TrimPrefix(ref, tagPrefix)]
	switch {
	case isBranch && isTag:
		return target{id: branch, listed: true, warning: ref + " is a branch and a tag; the branch is used"}, nil
	case isBranch:
		return target{id: branch, listed: true}, nil
	case isTag:
		return r.byID(tag), nil
	}
	if id, found := r.names[ref]; found { // such as refs/pull/1/head
		return target{id: id, listed: true}, nil
	}
	if isAbbreviated(ref) {
		return target{}, r.abbreviated(ref, where)
	}
	return target{}, &NotFoundError{What: "ref", Name: ref, In: where, Near: r.near(ref)}
}

// namesHead says whether ref is HEAD, for which no other is looked at.
func namesHead(ref string) bool { return ref == "" || ref == "HEAD" }

// byID resolves a full id, which may be that of an annotated tag.
func (r refs) byID(id plumbing.Hash) target {
	t := target{id: id, pinned: true}
	for name, tag := range r.names {
		if commit, annotated := r.peeled[name]; annotated && tag == id {
			t.id = commit
		}
	}
	if t.id == r.head {
		t.listed = true
		return t
	}
	for name, listed := range r.names {
		commit, annotated := r.peeled[name]
		switch {
		case listed == t.id:
			t.listed, t.tag = true, plumbing.ZeroHash
			return t
		case annotated && commit == t.id:
			t.listed, t.tag = true, listed
		}
	}
	return t
}

// tips are the commits that branches and tags point at, branches first, at
// most maxSearchTips of them.
func (r refs) tips() []plumbing.Hash {
	var tips []plumbing.Hash
	for _, prefix := range []string{branchPrefix, tagPrefix} {
		for _, name := range r.sorted(prefix) {
			if id := r.names[prefix+name]; len(tips) < maxSearchTips && !slices.Contains(tips, id) {
				tips = append(tips, id)
			}
		}
	}
	return tips
}

// sorted gives the names below a prefix.
func (r refs) sorted(prefix string) []string {
	var names []string
	for name := range r.names {
		if short, found := strings.CutPrefix(name, prefix); found {
			names = append(names, short)
		}
	}
	slices.Sort(names)
	return names
}

// isAbbreviated says whether ref can be the beginning of a commit id.
func isAbbreviated(ref string) bool {
	return len(ref) >= 4 && len(ref) < commitDigits && isHex(ref)
}

// abbreviated refuses the beginning of a commit id: what is unique today need
// not be tomorrow. If it is the beginning of a listed commit, the hint has the
// whole.
func (r refs) abbreviated(ref, where string) error {
	hint := "give all 40 digits: git rev-parse " + ref
	for _, id := range append([]plumbing.Hash{r.head}, r.tips()...) {
		if strings.HasPrefix(id.String(), strings.ToLower(ref)) {
			hint = "give all 40 digits: --ref " + id.String()
			break
		}
	}
	return &UsageError{fmt.Sprintf("%q is no branch or tag of %s, and commit ids are not taken abbreviated", ref, where), hint}
}

// near gives up to three branches and tags that resemble a name.
func (r refs) near(name string) []string {
	type candidate struct {
		name     string
		distance int
	}
	var found []candidate
	for _, other := range slices.Concat(r.sorted(branchPrefix), r.sorted(tagPrefix)) {
		if len(other) > 100 || len(name) > 100 {
			continue
		}
		d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(other))
		if d <= max(2, len(name)/3) || strings.Contains(other, name) || other == "main" || other == "master" {
			found = append(found, candidate{other, d})
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].distance < found[j].distance })
	var near []string
	for _, c := range found[:min(3, len(found))] {
		near = append(near, c.name)
	}
	return near
}
