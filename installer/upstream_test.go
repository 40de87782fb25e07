package installer

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/registry"
)

// An upstream is the source as it is now.
type upstream struct {
	skills map[string]map[string]upstreamFile
	// agents are what each agent is told. Those that are refused are there, and
	// nobody can have them.
	agents  map[string]string
	refused map[string]bool
	readers []clients.Client // of agents
	commits int
	texts   map[string]string
}

type upstreamFile struct {
	data string
	exec bool
}

// What skills and their files and agents can be called, in the source and by the
// user.
var (
	skillNames = []string{"alpha", "beta", "delta", "gamma"}
	agentNames = []string{"alpha", "guide", "helper"}
	fileNames  = []string{"SKILL.md", "mine.md", "notes.md", "ref", "ref/x.md", "ref/y/z.md", "run.sh"}
)

// What files say of agents, beside their own names.
var spoken = map[string]string{"beta/SKILL.md": "ask the helper\n", "gamma/notes.md": "ask the guide\n"}

func (u *upstream) begin(texts map[string]string, everyone []clients.Client) {
	u.skills, u.texts = map[string]map[string]upstreamFile{}, texts
	u.agents, u.refused = map[string]string{}, map[string]bool{}
	u.readers = slices.DeleteFunc(everyone, func(c clients.Client) bool { return c.NoAgents() != "" })
	for _, p := range []string{"alpha/SKILL.md", "alpha/ref/x.md", "alpha/run.sh", "beta/SKILL.md", "gamma/SKILL.md", "gamma/notes.md"} {
		name, rel, _ := strings.Cut(p, "/")
		u.write(name, rel, strings.HasSuffix(rel, ".sh"))
	}
	u.tell("helper")
	u.commits = 1
}

// write changes a file, which takes the place of what is in its way.
func (u *upstream) write(name, rel string, exec bool) {
	skill := u.skills[name]
	if skill == nil {
		skill = map[string]upstreamFile{}
		u.skills[name] = skill
	}
	for other := range skill {
		if within(other, rel) || within(rel, other) {
			delete(skill, other)
		}
	}
	data := fmt.Sprintf("commit %d, %s/%s\n%s", u.commits, name, rel, spoken[name+"/"+rel])
	skill[rel] = upstreamFile{data, exec}
	u.texts[digest([]byte(data))] = data
}

func (u *upstream) names() []string {
	return slices.DeleteFunc(slices.Clone(skillNames), func(n string) bool { return u.skills[n] == nil })
}

func (u *upstream) commit() string { return fmt.Sprintf("%040x", u.commits) }

func (u *upstream) snapshot() *registry.Snapshot {
	s := &registry.Snapshot{Source: registry.Source{Kind: registry.Folder, URL: "/source"}, Commit: u.commit()}
	for _, name := range u.names() {
		k := registry.Skill{Name: name, Description: "about " + name, UserInvocable: true, Path: "skills/" + name}
		for _, rel := range fileNames {
			f, ok := u.skills[name][rel]
			if !ok {
				continue
			}
			mode := fs.FileMode(0o644)
			if f.exec {
				mode = 0o755
			}
			k.Files = append(k.Files, registry.File{Path: rel, Mode: mode, Data: []byte(f.data), SHA256: digest([]byte(f.data))})
		}
		s.Skills = append(s.Skills, k)
	}
	for _, name := range agentNames {
		switch told, ok := u.agents[name]; {
		case ok && u.refused[name]:
			s.Refused = append(s.Refused, registry.Refusal{Agent: name, Path: "agents/" + name + ".md", Reason: "the key color is not known", Unclear: true})
		case ok:
			s.Agents = append(s.Agents, agent(name, told))
		}
	}
	return s
}

func (t *trial) upstreamWrites(m move) {
	name, _ := pick(t.up.names(), m.a)
	rel, _ := pick(fileNames, m.b)
	t.up.commits++
	t.up.write(name, rel, strings.HasSuffix(rel, ".sh"))
	t.say("  upstream writes %s/%s", name, rel)
}

func (t *trial) upstreamRemoves(m move) {
	name, _ := pick(t.up.names(), m.a)
	rel, _ := pick(fileNames[1:], m.b)
	if _, ok := t.up.skills[name][rel]; ok {
		t.up.commits++
		delete(t.up.skills[name], rel)
		t.say("  upstream removes %s/%s", name, rel)
	}
}

func (t *trial) upstreamMode(m move) {
	name, _ := pick(t.up.names(), m.a)
	rel, _ := pick(fileNames, m.b)
	if f, ok := t.up.skills[name][rel]; ok {
		t.up.commits++
		f.exec = !f.exec
		t.up.skills[name][rel] = f
		t.say("  upstream lets %s/%s be run: %v", name, rel, f.exec)
	}
}

func (t *trial) upstreamAdds(m move) {
	name, _ := pick(skillNames, m.a)
	if t.up.skills[name] == nil {
		t.up.commits++
		t.up.write(name, "SKILL.md", false)
		rel, _ := pick(fileNames[1:], m.b)
		t.up.write(name, rel, false)
		t.say("  upstream has %s, with %s", name, rel)
	}
}

func (t *trial) upstreamDrops(m move) {
	if names := t.up.names(); len(names) > 1 {
		name, _ := pick(names, m.a)
		t.up.commits++
		delete(t.up.skills, name)
		t.say("  upstream drops %s", name)
	}
}
