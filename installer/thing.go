package installer

import (
	"fmt"
	"path"
	"path/filepath"

	"fsskills/clients"
	"fsskills/registry"
)

// A thing is a skill or an agent as one folder is to have it: files, whatever
// has become of them on their way from the source. A skill's are the source's
// own, an agent's are spelt for the clients of the folder.
type thing struct {
	kind          Kind
	name          string
	description   string
	userInvocable bool
	commit        string // of the source
	files         []registry.File
	// raw is the digest of an agent's file as the source has it.
	raw string
	// findings are what a user should look at in it.
	findings []registry.Finding
}

// aSkill is a skill as every client has it.
func aSkill(s registry.Skill, commit string) thing {
	return thing{
		kind: KindSkill, name: s.Name, description: s.Description, userInvocable: s.UserInvocable,
		commit: commit, files: s.Files, findings: s.Findings,
	}
}

// anAgent is an agent as the client has it. The error says why it cannot.
func anAgent(a registry.Agent, commit string, client clients.Client) (thing, error) {
	name, data, err := client.AgentFile(clients.Agent{Name: a.Name, Description: a.Description, Tools: a.Tools, Body: a.Body})
	if err != nil {
		return thing{}, fmt.Errorf("%s cannot have the agent %s: %w", client.Name, a.Name, err)
	}
	file := registry.File{Path: name, Mode: sharedFile, Data: data, SHA256: digest(data)}
	return thing{
		kind: KindAgent, name: a.Name, description: a.Description, commit: commit,
		files: []registry.File{file}, raw: a.File.SHA256, findings: a.Findings,
	}, nil
}

// within is where the files of a thing have their paths, below its folder: a
// skill has a folder of its own, an agent is a file among those of others.
func (k Kind) within(name string) string {
	if k == KindAgent {
		return ""
	}
	return name
}

// one is the kind with its article.
func (k Kind) one() string {
	if k == KindAgent {
		return "an agent"
	}
	return "a skill"
}

// deleted says that the user has taken it away.
func (k Kind) deleted() string {
	if k == KindAgent {
		return "its file was deleted"
	}
	return "its folder was deleted"
}

// place is where a thing lies, absolute: the folder of a skill, the file of an
// agent, which is named by its path in the folder.
func (k Kind) place(folder, name, file string) string {
	if k == KindAgent {
		name = filepath.FromSlash(file)
	}
	return filepath.Join(folder, name)
}

// look finds out what stands at the place of a thing in a folder.
func (k Kind) look(dir, name, file string) (present, error) {
	at := k.place(dir, name, file)
	if k != KindAgent {
		return look(at)
	}
	p := present{kind: folder, dir: dir, shared: true}
	there, err := p.file(file)
	if err != nil {
		return present{}, blocked(at, err)
	}
	p.taken, p.link, p.content = true, there.Link, there
	if !there.Exists() {
		p.kind = nothing
	}
	return p, nil
}

// mainFile is the file of a thing by which it is known.
func mainFile(files []registry.File) string {
	if len(files) == 0 {
		return ""
	}
	return files[0].Path
}

// FilePath is where a file of the action's skill or agent lies, absolute.
func (a Action) FilePath(file string) string {
	if a.Kind == KindAgent {
		return filepath.Join(filepath.Dir(a.Path), filepath.FromSlash(file))
	}
	return filepath.Join(a.Path, filepath.FromSlash(file))
}

// rel is where a file of the action's skill or agent lies below their folder,
// slash-separated.
func (a Action) rel(file string) string { return path.Join(a.Kind.within(a.Name), file) }
