package installer

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// excused reports whether the user has something at a path, in the way of it
// or below it, or has deleted it.
func (t *trial) excused(p string) bool {
	if _, user := t.folders[p]; t.gone[p] || user && t.disk[p].mode.IsDir() {
		return true
	}
	for own := range t.own {
		if within(own, p) || within(p, own) {
			return true
		}
	}
	return false
}

// inWay reports whether the user has something above or below a path.
func (t *trial) inWay(p string) bool {
	for own := range t.own {
		if own != p && (within(own, p) || within(p, own)) {
			return true
		}
	}
	return false
}

// settle compares the disk with the model after an operation. It was done
// whole, or some of it failed.
func (t *trial) settle(a *attempt, whole bool) {
	r := t.receipt(a.site)
	t.checkStore(a.site)
	if a.restores {
		t.resync(a.site, r)
	}
	if a.installs && !a.late {
		t.checkNewAgents(a, r)
	}
	if whole && a.installs && !a.entriesOnly {
		t.checkNewest(a, r)
		t.checkAgents(a, r)
	}
	if whole && a.command == "uninstall" {
		t.checkRemoved(a, r)
	}
	t.takeOver(r)
	t.checkDeleted(a, r)
	t.checkRecords(a.site, r)
	t.checkEntries(a, r, whole)
	if whole && a.whole {
		t.checkOut(a, r)
	}
}

// checkStore finds nothing half-written, anywhere.
func (t *trial) checkStore(s *site) {
	for p := range t.disk {
		if s.owns(p) && strings.Contains(p, ".fsskills-") {
			t.fail("left behind: %s", p)
		}
	}
	entries, err := os.ReadDir(s.store.Dir)
	if !errors.Is(err, fs.ErrNotExist) { // it goes if nothing was done
		t.must(err)
	}
	for _, e := range entries {
		if !slices.Contains([]string{receiptName, recordedName, lockName, backupsName, ProjectsName}, e.Name()) {
			t.fail("left behind in the store: %s", e.Name())
		}
	}
}

// checkRecords finds each recorded file on the disk as recorded or as the user
// has it, and nothing in a folder of skills or agents that is neither.
func (t *trial) checkRecords(s *site, r Receipt) {
	explained := map[string]bool{}
	for _, i := range r.Items {
		for _, f := range i.Files {
			p := t.fileOf(i, f)
			n, ok := t.disk[p]
			if ok && n.mode.IsRegular() && digest([]byte(n.data)) == f.SHA256 {
				if _, upstream := t.texts[f.SHA256]; !upstream {
					t.fail("%s is recorded as ours, and the user wrote it: %q", p, n.data)
				}
				explained[p] = true
				if !i.Left {
					delete(t.own, p) // the same, so that nothing is lost with it
				}
			} else if !t.excused(p) {
				t.fail("%s is recorded as %q, and is %v", p, t.texts[f.SHA256], n)
			}
		}
	}
	for p, n := range t.disk {
		if !s.owns(p) || n.mode.IsDir() || !inFolder(p) || explained[p] {
			continue
		}
		if _, own := t.own[p]; !own {
			t.fail("%s is neither recorded nor the user's: %v", p, n)
		}
	}
}

// checkNewest finds every wanted skill as upstream has it now, but for what is
// the user's.
func (t *trial) checkNewest(a *attempt, r Receipt) {
	for _, dir := range a.folders(t) {
		for _, name := range t.up.names() {
			was, is := a.was.Item(dir, name), r.Item(dir, name)
			at := t.rel(path.Join(dir, name))
			if !a.wants(name, was) {
				continue
			}
			if n, ok := a.before[at]; !a.force && ok && !n.mode.IsDir() {
				continue // the user's link or file
			} else if !a.force && !ok && a.command == "update" && was != nil && !was.Left {
				continue // deleted, and reported
			}
			if was == nil && !a.force && a.foreign(t, at, name) {
				if is != nil {
					t.fail("%s is another's, and recorded", at)
				}
				continue
			}
			if is == nil || is.Left || is.Commit != t.up.commit() {
				t.fail("%s is not recorded as of the newest commit: %+v", at, is)
			}
			t.checkSkill(a, at, name)
		}
	}
	if a.command == "update" {
		t.checkOrphans(a, r)
	}
}

// checkSkill finds the files of one skill.
func (t *trial) checkSkill(a *attempt, at, name string) {
	head := t.up.skills[name]
	for rel, f := range head {
		p := path.Join(at, rel)
		n, ok := t.disk[p]
		switch {
		case ok && n.mode.IsRegular() && n.data == f.data:
			if exec := n.mode&0o100 != 0; exec != f.exec && modeMask != 0 && !t.modes[p] {
				t.fail("%s may be run: %v, upstream: %v", p, exec, f.exec)
			}
		case a.force && !t.inWay(p) || !t.excused(p):
			t.fail("%s is not upstream's newest %q: %v", p, f.data, n)
		}
	}
	for p, n := range t.disk {
		if rel, below := strings.CutPrefix(p, at+"/"); below && !n.mode.IsDir() {
			if _, own := t.own[p]; !own && head[rel].data == "" {
				t.fail("%s is gone upstream, and here still: %v", p, n)
			}
		}
	}
}

// checkOrphans finds no skill or agent that upstream has no more, but for those
// that the user has edited, which are whole.
func (t *trial) checkOrphans(a *attempt, r Receipt) {
	for _, was := range a.was.Items {
		if was.Left || t.up.has(was) || len(a.names) > 0 && !slices.Contains(a.names, was.Name) {
			continue
		}
		if was.Adopted {
			continue
		}
		at := t.rel(was.Path())
		edited := false
		for _, f := range was.Files {
			p := t.fileOf(was, f)
			n, ok := a.before[p]
			edited = edited || ok && (!n.mode.IsRegular() || digest([]byte(n.data)) != f.SHA256) && (!a.force || t.inWay(p))
		}
		if edited {
			if n := a.before[at]; r.Item(was.Folder, was.Name) == nil && n.mode.IsDir() == (was.Kind == KindSkill) && n.link == "" {
				t.fail("%s is edited and gone upstream: it is recorded no more", at)
			}
			continue
		}
		for p, n := range t.disk {
			if _, own := t.own[p]; within(p, at) && !own && !n.mode.IsDir() {
				t.fail("%s is gone upstream, and here still: %v", p, n)
			}
		}
	}
}

// foreign reports whether another's skill stands at the place of one: a folder
// with a SKILL.md that is not upstream's, file by file.
func (a *attempt) foreign(t *trial, at, name string) bool {
	skill, same := false, true
	for p := range a.before {
		skill = skill || strings.EqualFold(p, at+"/SKILL.md")
	}
	for rel, f := range t.up.skills[name] {
		n := a.before[path.Join(at, rel)]
		same = same && n.mode.IsRegular() && n.data == f.data
	}
	return skill && !same
}

// takeOver makes what an uninstall has left of an adopted skill the user's.
func (t *trial) takeOver(r Receipt) {
	for _, i := range r.Items {
		if !i.Left || !i.Adopted {
			continue
		}
		for p, n := range t.disk {
			if within(p, t.rel(i.Path())) && !n.mode.IsDir() {
				t.own[p] = n
			}
		}
	}
}

// checkDeleted finds what the user has deleted still gone, unless all of the
// skill was, or they asked for it.
func (t *trial) checkDeleted(a *attempt, r Receipt) {
	for p := range t.gone {
		if !a.site.owns(p) {
			continue
		}
		recorded := false
		for _, i := range r.Items {
			for _, f := range i.Files {
				recorded = recorded || t.fileOf(i, f) == p
			}
		}
		if n, back := t.disk[p]; back && !n.mode.IsDir() {
			_, stood := a.before[thingAt(p)]
			if (stood || a.command == "update") && recorded && a.installs && !a.force && a.recordedFile(t, p) {
				t.fail("%s is back, though the user deleted it", p)
			}
			delete(t.gone, p)
		} else if !recorded {
			delete(t.gone, p)
		}
	}
}

// recordedFile reports whether the receipt had the file before, as installed.
func (a *attempt) recordedFile(t *trial, p string) bool {
	for _, i := range a.was.Items {
		for _, f := range i.Files {
			if !i.Left && t.fileOf(i, f) == p {
				return true
			}
		}
	}
	return false
}

// checkOut finds nothing but what is the user's after all was taken out.
func (t *trial) checkOut(a *attempt, r Receipt) {
	if len(r.Recorded(false)) > 0 {
		return // a file that cannot be read has its entry still
	}
	for p, n := range t.disk {
		if !a.site.owns(p) {
			continue
		}
		_, own := t.own[p]
		switch {
		case n.mode.IsDir():
			if _, user := t.folders[p]; t.disk.empty(p) && !user {
				t.fail("%s is an empty folder of ours", p)
			}
		case !own && t.config(p) == nil:
			t.fail("%s is left: %v", p, n)
		}
	}
	for p, stays := range t.folders {
		if _, ok := t.disk[p]; !ok && stays {
			t.fail("the user's folder %s is gone", p)
		}
	}
}

// resync takes over what a restore has made of the user's files.
func (t *trial) resync(s *site, r Receipt) {
	for p, n := range t.disk {
		if !s.owns(p) || n.mode.IsDir() || !inFolder(p) {
			continue
		}
		if _, ours := t.texts[digest([]byte(n.data))]; !ours || n.link != "" || t.copied[p] {
			t.own[p] = n
		}
	}
	for _, i := range r.Items {
		for _, f := range i.Files {
			p := t.fileOf(i, f)
			if _, ok := t.disk[p]; !ok && !t.excused(p) {
				t.gone[p] = true
			}
		}
	}
}
