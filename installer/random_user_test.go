package installer

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// inFolders are the files and links in folders of skills and agents, the user's
// own among them, and links and files in the place of skills.
func (t *trial) inFolders() []string {
	var out []string
	for p, n := range t.disk {
		if inFolder(p) && !n.mode.IsDir() {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

// inFolder reports whether a path is in a folder of skills or agents.
func inFolder(p string) bool {
	return slices.ContainsFunc([]string{"/skills/", "/agents/", "/agent/"}, func(dir string) bool { return strings.Contains("/"+p, dir) })
}

// places are where skills and agents may be.
func (t *trial) places() []string {
	var out []string
	for _, s := range t.sites {
		for _, at := range s.agents {
			out = append(out, at.path)
		}
		for _, target := range s.targets(s.ids) {
			for _, name := range skillNames {
				out = append(out, t.rel(skillPath(target.Client.SkillsDir(s.sys), name)))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// fresh is a text that nobody has written before.
func (t *trial) fresh() string {
	t.written++
	return fmt.Sprintf("the user, %d\n", t.written)
}

// recorded returns the recorded files of both sites at or below a path, with
// their digests.
func (t *trial) recorded(at string) map[string]File {
	out := map[string]File{}
	for _, s := range t.sites {
		for _, i := range t.receipt(s).Items {
			for _, f := range i.Files {
				if p := t.fileOf(i, f); within(p, at) {
					out[p] = f
				}
			}
		}
	}
	return out
}

// takeAway removes what stands at a path, as the user.
func (t *trial) takeAway(at string) {
	t.must(os.RemoveAll(t.path(at)))
	for p := range t.own {
		if within(p, at) {
			for _, s := range t.sites {
				if s.pending != nil && s.owns(p) {
					s.pending.deleted[p] = t.own[p]
				}
			}
			delete(t.own, p)
		}
	}
	for p := range t.recorded(at) {
		t.gone[p] = true
	}
	t.touch(at)
}

// put gives the user's own bytes a place.
func (t *trial) put(p, data string) {
	t.write(p, data)
	t.own[p] = t.disk[p]
	delete(t.gone, p)
}

// moveIn makes the folders above a file of the user's theirs too.
func (t *trial) moveIn(p string) {
	for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
		if _, known := t.folders[dir]; !known {
			t.folders[dir] = false
		}
	}
}

func (t *trial) editFile(m move) {
	p, ok := pick(t.inFolders(), m.a)
	if !ok || !t.disk[p].mode.IsRegular() {
		return
	}
	t.edit(p)
}

// edit gives a file that is there a text of the user's. What an undone operation
// has made above it is theirs then.
func (t *trial) edit(p string) {
	t.put(p, t.fresh())
	if !t.calm() {
		t.moveIn(p)
	}
	t.say("  the user edits %s: %q", p, t.disk[p].data)
}

func (t *trial) deleteFile(m move) {
	if p, ok := pick(t.inFolders(), m.a); ok {
		t.takeAway(p)
		t.say("  the user deletes %s", p)
	}
}

func (t *trial) deleteSkill(m move) {
	p, _ := pick(t.places(), m.a)
	if _, ok := t.disk[p]; ok {
		t.takeAway(p)
		t.say("  the user deletes %s", p)
	}
}

// free reports whether a file can be made at a path.
func (t *trial) free(p string) bool {
	if _, there := t.disk[p]; there {
		return false
	}
	for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
		if n, ok := t.disk[dir]; ok && !n.mode.IsDir() {
			return false
		}
	}
	return true
}

// calm reports whether nothing is interrupted: what is to be undone then goes,
// whoever else wrote the same bytes.
func (t *trial) calm() bool {
	return !slices.ContainsFunc(t.sites, func(s *site) bool { return s.pending != nil })
}

func (t *trial) addFile(m move) {
	place, _ := pick(t.places(), m.a)
	name, _ := pick(fileNames, m.b)
	p := path.Join(place, name)
	if !t.free(p) {
		return
	}
	text := t.fresh()
	if f, ok := t.up.skills[path.Base(place)][name]; ok && m.c&3 == 0 && t.calm() {
		text = f.data // they have copied it by hand, and not its mode
		t.modes[p], t.copied[p] = true, true
	}
	t.put(p, text)
	t.moveIn(p)
	t.say("  the user adds %s: %q", p, text)
}

// takeBack gives a file the text again that fsskills wrote.
func (t *trial) takeBack(m move) {
	var changed []string
	files := t.recorded("")
	for p, f := range files {
		if n, ok := t.disk[p]; (!ok || n.mode.IsRegular() && digest([]byte(n.data)) != f.SHA256) && (ok || t.free(p)) {
			changed = append(changed, p)
		}
	}
	slices.Sort(changed)
	p, ok := pick(changed, m.a)
	if !ok || !t.calm() {
		return
	}
	delete(t.own, p)
	delete(t.gone, p)
	t.write(p, t.texts[files[p].SHA256])
	if files[p].Exec {
		t.must(os.Chmod(t.path(p), 0o755))
		t.touch(p)
	}
	t.say("  the user takes back %s: %q", p, t.disk[p].data)
}

func (t *trial) replaceByLink(m move) {
	p, _ := pick(t.places(), m.a)
	if files := t.inFolders(); m.b&1 == 1 && len(files) > 0 {
		p, _ = pick(files, m.a)
	}
	if _, ok := t.disk[p]; !ok && !t.free(p) {
		return
	}
	t.takeAway(p)
	t.write(p, "") // makes the folders
	t.must(os.Remove(t.path(p)))
	if os.Symlink(t.path("elsewhere"), t.path(p)) != nil {
		t.touch(p)
		return // no links here
	}
	t.touch(p)
	t.own[p] = t.disk[p]
	delete(t.gone, p)
	t.moveIn(p)
	t.say("  the user links %s", p)
}

func (t *trial) replaceByFile(m move) {
	p, _ := pick(t.places(), m.a)
	if _, ok := t.disk[p]; !ok && !t.free(p) {
		return
	}
	t.takeAway(p)
	t.put(p, t.fresh())
	t.moveIn(p)
	t.say("  the user puts a file at %s", p)
}

func (t *trial) changeMode(m move) {
	p, ok := pick(t.inFolders(), m.a)
	if !ok || !t.disk[p].mode.IsRegular() {
		return
	}
	mode := os.FileMode(0o600)
	if m.b&1 == 1 {
		mode = 0o755
	}
	t.must(os.Chmod(filepath.FromSlash(t.path(p)), mode))
	t.touch(p)
	t.modes[p] = true
	t.say("  the user makes %s %v", p, mode)
}
