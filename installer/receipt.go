package installer

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"

	"fsskills/clients"
	"fsskills/clients/document"
)

// receiptVersion is the format that this program writes.
const receiptVersion = 1

// A Receipt is what fsskills wrote and what the user chose. It is the only
// memory between runs: a file is ours if the receipt has it, and pristine if
// its digest is the receipt's.
type Receipt struct {
	Version int `json:"version"`
	// Operation is the id of the last operation that was completed.
	Operation string   `json:"operation,omitempty"`
	Choices   Choices  `json:"choices"`
	Source    Source   `json:"source"`
	Items     []Item   `json:"items,omitempty"`
	Servers   []Server `json:"servers,omitempty"`
	// Made are the folders that fsskills created, to be removed when they are
	// empty again. Parents come first.
	Made []string `json:"made,omitempty"`
	// Project is the root of the project that the receipt is about, and Lock
	// the digest of the project's lock as it was last seen. Others are what the
	// lock says of clients that are not known here.
	Project string       `json:"project,omitempty"`
	Lock    string       `json:"lock,omitempty"`
	Others  LockedOthers `json:"others,omitzero"`
}

// Choices are the answers that a later run takes over when it is not told
// otherwise.
type Choices struct {
	// Skills are the named skills; none, once SkillsSet, means all, those to
	// come too.
	Skills    []string `json:"skills,omitempty"`
	SkillsSet bool     `json:"skillsSet,omitempty"`
	// Without are skills and agents that were uninstalled by name: "all" does
	// not bring them back.
	Without []string `json:"without,omitempty"`
	// NoAgents is true when no agents are to come.
	NoAgents bool               `json:"noAgents,omitempty"`
	Auth     clients.AuthMethod `json:"auth,omitempty"`
	KeyEnv   string             `json:"keyEnv,omitempty"`
	URL      string             `json:"url,omitempty"`
	// Token is where the token for the source is, of which nothing is recorded.
	Token SourceToken `json:"token,omitzero"`
	// Trusted is what the user has named in a project, where a lock may name
	// anything.
	Trusted Trusted `json:"trusted,omitzero"`
}

// A SourceToken is the name of the variable that holds a token for one source,
// as the user has given it. It is in no lock.
type SourceToken struct {
	Source string `json:"source"` // the address, the only one that the token goes to
	Env    string `json:"env"`
}

// A Trusted is sources, servers and variables for a key that the user has
// named themselves, by a flag: what only a lock has named is not among them.
type Trusted struct {
	Sources []string `json:"sources,omitempty"`
	Servers []string `json:"servers,omitempty"`
	KeyEnvs []string `json:"keyEnvs,omitempty"`
}

// An Item is one skill in one skills folder, or one agent in a folder of
// agents.
type Item struct {
	Kind          Kind     `json:"kind"`
	Name          string   `json:"name"`
	Folder        string   `json:"folder"`
	Clients       []string `json:"clients"`
	Commit        string   `json:"commit"`
	Description   string   `json:"description"`
	UserInvocable bool     `json:"userInvocable"`
	// Formerly are the names that upstream gave the skill before.
	Formerly []string `json:"formerly,omitempty"`
	// Adopted is true when every file was there, byte for byte, before
	// fsskills came.
	Adopted bool `json:"adopted,omitempty"`
	// Left is true when the skill was uninstalled and what was not ours
	// stayed: files that the user had edited, or all of it if it was Adopted.
	Left  bool   `json:"left,omitempty"`
	Files []File `json:"files"`
	// Upstream are the files as the commit has them, in a project, where they
	// differ from Files because the user has edited some.
	Upstream []File `json:"upstream,omitempty"`

	shared bool // in a project
}

// A File is one file of an Item as fsskills wrote it last.
type File struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Exec   bool   `json:"exec,omitempty"`
	// Kept is the digest of upstream's version over which the user's own was
	// kept last, or keptOverNothing if upstream had it no more.
	Kept string `json:"kept,omitempty"`
}

// keptOverNothing is File.Kept when upstream has the file no more.
const keptOverNothing = "gone"

// A Server is one entry in one config file.
type Server struct {
	Path    string             `json:"path"`
	Format  document.Format    `json:"format"`
	Place   document.Place     `json:"place"`
	Clients []string           `json:"clients"`
	URL     string             `json:"url"`
	Auth    clients.AuthMethod `json:"auth"`
	KeyEnv  string             `json:"keyEnv,omitempty"`
	// Found is true when the entry was there and right before fsskills came.
	Found bool `json:"found,omitempty"`
	// Left is true when fsskills was uninstalled and the entry, being Found,
	// stayed.
	Left bool `json:"left,omitempty"`
	// Created is true when the file did not exist.
	Created bool `json:"created,omitempty"`
	// Inserted is true when the entry did not exist, and MadeRoot is how many
	// of the maps above it, from the innermost, did not either.
	Inserted bool `json:"inserted,omitempty"`
	MadeRoot int  `json:"madeRoot,omitempty"`
	// SHA256 is the digest of the file as we left it. As long as it holds,
	// the inverse of Edits gives back the user's own bytes.
	SHA256 string           `json:"sha256,omitempty"`
	Edits  []document.Edit  `json:"edits,omitempty"`
	Prior  []document.Prior `json:"prior,omitempty"`
	// Key is set when the entry holds the user's API key itself. Cuts say
	// where a key is blotted out in Edits and Prior.
	Key  *Key      `json:"key,omitempty"`
	Cuts []TextCut `json:"cuts,omitempty"`
}

// same reports whether two records are of the same bytes.
func (f File) same(o File) bool { return f.Path == o.Path && f.SHA256 == o.SHA256 && f.Exec == o.Exec }

// is reports whether c is the file as it was written. In a project, git may
// have given the text another kind of line ends when it checked it out.
func (f File) is(c Content, shared bool) bool {
	return c.SHA256 == f.SHA256 || shared && c.Link == "" && bytes.Contains(c.Data, []byte("\r\n")) &&
		digest(bytes.ReplaceAll(c.Data, []byte("\r\n"), []byte("\n"))) == f.SHA256
}

func (s *Store) saveReceipt(r Receipt) error { return s.write(receiptName, r, durable) }

// write writes a receipt into a file of the store.
func (s *Store) write(name string, r Receipt, how durability) error {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encode receipt: %w", err)
	}
	return writeFileAtomic(s.path(name), append(data, '\n'), how)
}

// Recorded returns the ids of the clients that have something of ours. With
// left, edited files that stayed behind after an uninstall count too.
func (r Receipt) Recorded(left bool) []string {
	var ids []string
	for _, i := range r.Items {
		if left || !i.Left {
			ids = append(ids, i.Clients...)
		}
	}
	for _, s := range r.Servers {
		if left || !s.Left {
			ids = append(ids, s.Clients...)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Item returns what is recorded of a skill in a folder.
func (r Receipt) Item(folder, name string) *Item {
	for i := range r.Items {
		if r.Items[i].Folder == folder && r.Items[i].Name == name {
			return &r.Items[i]
		}
	}
	return nil
}

// Server returns what is recorded of the entry in a file.
func (r Receipt) Server(path string) *Server {
	for i := range r.Servers {
		if r.Servers[i].Path == path {
			return &r.Servers[i]
		}
	}
	return nil
}

// live returns what is recorded of the entry in a file, unless it is only left
// there.
func (r Receipt) live(path string) *Server {
	if s := r.Server(path); s != nil && !s.Left {
		return s
	}
	return nil
}

// ServerOf returns what is recorded of a client's entry.
func (r Receipt) ServerOf(client string) *Server {
	for i := range r.Servers {
		if !r.Servers[i].Left && slices.Contains(r.Servers[i].Clients, client) {
			return &r.Servers[i]
		}
	}
	return nil
}

// putServer records an entry, or forgets it if server is nil.
func (r *Receipt) putServer(path string, server *Server) {
	r.Servers = slices.DeleteFunc(r.Servers, func(s Server) bool { return s.Path == path })
	if server != nil {
		r.Servers = append(r.Servers, *server)
	}
}

func (r Receipt) clone() Receipt {
	r.Items = slices.Clone(r.Items)
	r.Servers = slices.Clone(r.Servers)
	r.Made = slices.Clone(r.Made)
	return r
}

// sort gives the receipt its one order, so that equal receipts are equal bytes.
func (r *Receipt) sort() {
	sortFunc(r.Items, func(a, b *Item) int {
		return cmp.Or(cmp.Compare(a.Folder, b.Folder), cmp.Compare(a.Name, b.Name))
	})
	sortFunc(r.Servers, func(a, b *Server) int { return cmp.Compare(a.Path, b.Path) })
	slices.Sort(r.Made)
	r.Made = slices.Compact(r.Made)
}

// equal reports whether two receipts say the same, as their files have it. The id of the operation
// does not count.
func (r Receipt) equal(o Receipt) bool {
	r.Operation, o.Operation = "", ""
	a, err := json.Marshal(r)
	if err != nil {
		return false // writing it says why
	}
	b, err := json.Marshal(o)
	return err == nil && bytes.Equal(a, b)
}

// without returns ids less the ones in gone, sorted.
func without(ids, gone []string) []string {
	left := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(gone, id) })
	slices.Sort(left)
	return left
}

// union returns the ids of both, sorted, once each.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// skillPath is where a skill lies on disk.
func skillPath(folder, name string) string { return filepath.Join(folder, name) }

// Path is where the skill's folder or the agent's file is, absolute.
func (i Item) Path() string { return i.Kind.place(i.Folder, i.Name, i.file()) }

// file is the path of an agent's file below its folder.
func (i Item) file() string {
	if len(i.Files) == 0 {
		return i.Name
	}
	return i.Files[0].Path
}

// look finds out what stands in the item's place.
func (i Item) look() (present, error) { return i.Kind.look(i.Folder, i.Name, i.file()) }
