// Package installer compares what is wanted with what is on disk and what it
// wrote last time, and makes up the difference.
//
// The difference is a [Plan], and a Plan is data. Printing it is a dry run, an
// empty one is "nothing to do", encoding it is --json, one that wants less is
// an uninstall. [Store.Apply] carries a plan out:
//
//	journal (every byte that will be replaced, in one synced file)
//	→ skills folders and config files, in parallel
//	→ read back
//	→ receipt (what we wrote, by digest)
//	→ the journal becomes the backup of the operation
//
// The order is the crash safety. Killed before the receipt is saved, the next
// command that writes undoes the operation from its journal; killed after, it
// only files the journal away. Either way each file is whole, old or new.
//
// A skill is a set of files and follows a three-way comparison per file
// (wanted, present, last written), so that what a user edited or added stays.
// So does an agent, which is one file, spelt as its folder's clients want it.
// A server entry is a few bytes in somebody else's file and goes through
// clients/document.
//
// An API key that is written into such a file is nowhere else: records of it
// have a digest, edits and earlier values have it blotted out and are filled
// in from the file when they are needed. The journal alone has every byte,
// since an operation may have to be undone; filed as a backup it has none of
// the key's.
package installer

import (
	"io/fs"
	"slices"

	"fsskills/registry"
)

// A Kind is what an action is about.
type Kind string

// The kinds of things that are placed.
const (
	KindSkill  Kind = "skill"
	KindAgent  Kind = "agent"
	KindServer Kind = "server"
	KindLock   Kind = "lock" // a project's fsskills.lock
)

// isFile reports whether things of the kind are written as one whole file.
func (k Kind) isFile() bool { return k == KindServer || k == KindLock }

// An Op is what an action does.
type Op string

// The operations. Keep means that something is in the way, or is the user's,
// and stays; Reason says why.
const (
	OpCreate Op = "create"
	OpUpdate Op = "update"
	OpRemove Op = "remove"
	OpKeep   Op = "keep"
	OpNone   Op = "none"
)

// A State is what was found on disk.
type State string

// The states.
const (
	StateAbsent   State = "absent"
	StateCurrent  State = "current"
	StateOutdated State = "outdated"
	StateEdited   State = "edited"
	StateForeign  State = "foreign"
	StateOrphaned State = "orphaned"
	StateFailed   State = "failed"
)

// An Action is one thing to do to one skill or agent in one folder, to one
// server entry in one file, or to the lock of a project.
type Action struct {
	Kind    Kind
	Op      Op
	State   State
	Name    string   // of the skill, the agent or the server entry
	Path    string   // the skill's folder, the agent's file or the config file, absolute
	From    string   // the skill's folder until now, if upstream has renamed the skill
	Clients []string // ids of the clients that it serves, of those chosen
	// Reason says why something is kept or failed, Hint what to do about it.
	Reason, Hint string
	// Partial is true when the reason leaves the job undone, so that the run
	// counts as partly done.
	Partial bool
	// WritesKey is true when the user's API key itself comes into the file.
	WritesKey bool
	// Files are the changes inside a skill, in path order, or that of an agent's
	// file.
	Files []FileChange

	item   *itemStep
	server *serverStep
	// real is where the skills folder or the config file was when the plan was
	// made, with links resolved.
	real string
}

// where is the skills folder or the config file, with links resolved.
func (a Action) where() string {
	if a.item != nil {
		return RealPath(a.item.folder)
	}
	path, err := resolve(a.Path)
	if err != nil {
		return a.Path // then it cannot be written either
	}
	return RealPath(path)
}

// pin notes where everything is that the actions write. What a link has taken
// the place of since is not written.
func (p *Plan) pin(real realPaths) {
	for i := range p.Actions {
		switch a := &p.Actions[i]; {
		case !a.Changes():
		case a.item != nil:
			a.real = real.of(a.item.folder)
		case a.server.edit.exact != nil: // the file that gets its bytes back may be another
			a.real = a.where()
		default:
			a.real = real.of(a.server.target)
		}
	}
}

// Changes reports whether the action writes anything.
func (a Action) Changes() bool { return a.Op != OpKeep && a.Op != OpNone }

// Kept returns the files of a skill that stay as the user has them.
func (a Action) Kept() []FileChange {
	var kept []FileChange
	for _, f := range a.Files {
		if f.Op == OpKeep {
			kept = append(kept, f)
		}
	}
	return kept
}

// A FileChange is what happens to one file of a skill, or to an agent's.
type FileChange struct {
	Path   string // below the skill's folder or that of the agents, slash-separated
	Op     Op
	State  State
	Reason string
	// News is true for a kept file of which upstream has a version that the
	// user has not been told of.
	News bool
	// Before is what is there, After what will be. For a kept file, After is
	// what upstream has.
	Before, After Content
}

// A Content is a file's bytes, known by their digest.
type Content struct {
	SHA256 string      // lower-case hex, empty if there is no file
	Mode   fs.FileMode // permission bits
	Data   []byte      `json:"-"`
	// Link is the target if the thing is a symbolic link.
	Link string
}

// Exec reports whether the owner may run the file. Windows has no such mode.
func (c Content) Exec() bool { return c.Mode&0o100 != 0 }

// Exists reports whether there is something.
func (c Content) Exists() bool { return c.SHA256 != "" || c.Link != "" }

// A Plan is what a command would do, in order.
type Plan struct {
	Command string
	Source  Source
	Actions []Action
	// Warnings are for the user and change nothing; Notes are good to know.
	Warnings, Notes []string
	// Findings are what a user should look at in the skills and agents of the
	// plan, sorted by what they are of.
	Findings []Finding
	// Agentless says, by the ids of clients, why they are given no agents though
	// the source has some.
	Agentless map[string]string

	project string  // the root of the project whose lock is kept
	stale   error   // why the plan must not be applied
	receipt Receipt // what the receipt holds before the actions' own records
	was     Receipt // what is recorded now
	prune   bool    // folders that we made go when they are empty
}

// A Source is where the plan's skills come from.
type Source struct {
	Kind   registry.Kind `json:"kind,omitempty"`
	URL    string        `json:"url"`
	Ref    string        `json:"ref,omitempty"`
	Commit string        `json:"commit,omitempty"`
	Pinned bool          `json:"pinned,omitempty"`
}

// Empty reports whether applying the plan would write nothing that a client
// reads.
func (p Plan) Empty() bool {
	return !slices.ContainsFunc(p.Actions, Action.Changes)
}

// Records reports whether applying the plan would change the receipt only.
func (p Plan) Records() bool { return p.Empty() && !p.after(p.Actions).equal(p.was) }

// after returns the receipt once the given actions are done.
func (p Plan) after(done []Action) Receipt {
	r := p.receipt.clone()
	if p.behind(done) {
		// The next update has to look at all of it again.
		r.Source.Commit = ""
		if p.was.Source.URL == r.Source.URL {
			r.Source.Commit = p.was.Source.Commit
		}
	}
	items := newItemList(r.Items, len(done))
	for i := range done {
		switch a := &done[i]; {
		case a.item != nil:
			if a.item.forgets != "" {
				items.put(a.item.folder, a.item.forgets, nil)
			}
			items.put(a.item.folder, a.Name, a.item.record)
		case a.Kind == KindLock:
			r.Lock = a.server.after.SHA256
		case a.server != nil:
			r.putServer(a.Path, a.server.record)
		}
	}
	r.Items = items.list()
	if p.prune && len(r.Recorded(false)) == 0 {
		// Nothing is left: the next install begins anew.
		r.Choices, r.Source = Choices{}, Source{}
	}
	r.sort()
	return r
}

// behind reports whether a skill was not brought to the source's commit,
// because of a failure.
func (p Plan) behind(done []Action) bool {
	left := 0
	for _, a := range p.Actions {
		if a.item != nil {
			left++
		}
	}
	for _, a := range done {
		if a.item != nil && a.State != StateFailed {
			left--
		}
	}
	return left > 0
}

// HoldsKey reports whether the file of a server entry has the user's API key
// itself in it afterwards.
func (a Action) HoldsKey() bool {
	return a.server != nil && a.server.record != nil && a.server.record.Key != nil
}

// Serves reports whether the action is for the client.
func (a Action) Serves(id string) bool { return slices.Contains(a.Clients, id) }

// Overwrites reports whether bytes go that may be the user's own work, as
// --force has it: only the backup has them afterwards.
func (a Action) Overwrites() bool {
	if !a.Changes() {
		return false
	}
	if a.server != nil {
		return a.server.replaces && a.server.before.Exists()
	}
	return a.item.displace != nil || slices.ContainsFunc(a.Files, func(f FileChange) bool {
		return f.Op != OpKeep && f.Op != OpNone && f.State == StateEdited && f.Before.Exists()
	})
}
