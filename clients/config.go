package clients

import (
	"bytes"
	"slices"
	"strings"

	"fsskills/clients/document"
)

// A Config is one place in which a client keeps servers, and the spelling of
// an entry there.
type Config struct {
	// Files are the places, in order of preference: the first that applies is
	// the one.
	Files  []File
	Format document.Format
	// Strict is true when the client is known to fail on comments and
	// trailing commas.
	Strict bool
	// Root is the path of the map or list that holds the entries. A key that
	// has a dot in it is one element.
	Root []string
	// ListKey is the field that names an entry where Root is a list, and empty
	// where it is a map.
	ListKey string
	// NeedsRoot limits the Config to a file that has a map of entries at Root
	// already: a layout that only some versions of the client know.
	NeedsRoot bool
	// Fields are those of a new entry, in the order of writing.
	Fields []Field
	// Drop are fields, beside those of another transport, that would stand in
	// the way of ours; Keep are fields that mean no transport here.
	Drop, Keep []string
	// Spare are fields, by their dotted paths, that a new entry has and without
	// which the client was seen to use an entry all the same.
	Spare []string
	// AlsoKey are the ways, beside that of Fields, in which the client is known
	// to take a variable in a header. In them "<key>" stands for its name.
	AlsoKey []string
	// NoKey says why the client cannot send a key from the environment. Nil
	// means that it can.
	NoKey *Unable
	// Literal are the fields that hold the key itself where NoKey is set, for
	// a user who asks for that. In their strings "<secret>" stands for the key.
	Literal []Field
	// Notes are steps that are due where something else is there too.
	Notes []Note
	// NotInURL are characters that a server's URL must not have in an entry
	// that starts a command with it.
	NotInURL string
	// Adapt, where an entry cannot be told by data alone, changes it to suit
	// the entry that the file holds already. That one is nil if there is none.
	Adapt func(e *document.Entry, old map[string]any, srv Server)
}

// A File is a place for a configuration file. A "*" in it stands for any name
// of one folder.
type File struct {
	At Paths
	// Found limits the File to one that is there.
	Found bool
	// Each makes it a place in each folder that the "*" of At stands for,
	// whether the file is there or not.
	Each bool
	// When and Unless limit it by another file or folder that is there.
	When, Unless Paths
	// Uses limits the places of Each, where the client has a list of those
	// folders that it uses.
	Uses func(s System, file string) bool
	// Shared is true for a file of another client too, by which this one is
	// not told.
	Shared bool
}

// A Note is a step for the user of a place for servers where Found is there.
type Note struct {
	Found Paths
	Says  string
}

// A Field is one value of an entry. In its strings "<url>", "<name>" and
// "<key>" stand for the server's URL, its name and the name of the variable
// that holds the key.
type Field struct {
	Path  string // keys joined by slashes, such as "headers/Authorization"
	Value any
	// Auth limits the field to one method; with the other it is dropped.
	Auth AuthMethod
	// Ensure keeps whatever value is there already.
	Ensure bool
}

// ServerFile returns where and how this client keeps the entry of srv on s:
// the first of [Client.ServerFiles].
//
// The error is an [*Unable] if the client takes no such entry. If only the
// auth method or the URL is in the way, the rest of the ServerFile is filled
// in all the same.
func (c Client) ServerFile(s System, srv Server) (ServerFile, error) {
	files := c.ServerFiles(s, srv)
	switch {
	case len(files) == 0:
		return ServerFile{}, c.Unplaced(srv)
	case files[0].Unable != nil:
		return files[0], files[0].Unable
	}
	return files[0], nil
}

// Unplaced says why the client takes no entry from a file here.
func (c Client) Unplaced(srv Server) *Unable {
	return &Unable{
		Reason: "no file is known in which " + c.Name + " keeps servers here",
		Remedy: "add the server in " + c.Name + " by hand (" + srv.URL + "): fsskills snippet prints an entry to paste",
	}
}

// ServerFiles returns every place where this client keeps the entry of srv on
// s, that which counts first in front; none if it keeps servers in no file
// there. Nothing about the places depends on srv but the entry's name.
func (c Client) ServerFiles(s System, srv Server) []ServerFile {
	var files []ServerFile
	for _, p := range c.serverPlaces(s) {
		files = append(files, c.serverFile(s, p.config, p.path, srv))
	}
	return files
}

// KeepsServers reports whether there is a file on s in which this client keeps its
// servers.
func (c Client) KeepsServers(s System) bool {
	_, file := c.config(s)
	return file != ""
}

// takes reports whether there is a place for srv of which nothing is in the way.
// No file is read for it.
func (c Client) takes(s System, srv Server) bool {
	return slices.ContainsFunc(c.serverPlaces(s), func(p serverPlace) bool { return c.unable(p.config, srv) == nil })
}

// A serverPlace is a file with a client's servers.
type serverPlace struct {
	config *Config
	path   string
}

// serverPlaces are those of this client on s, that which counts first in front.
func (c Client) serverPlaces(s System) []serverPlace {
	cfg, file := c.config(s)
	if file == "" {
		return nil
	}
	places := []serverPlace{{cfg, file}}
	for i := range c.More {
		cfg := &c.More[i]
		for _, file := range s.places(cfg) {
			if !slices.ContainsFunc(places, func(p serverPlace) bool { return p.path == file }) {
				places = append(places, serverPlace{cfg, file})
			}
		}
	}
	return places
}

// unable says what is in the way of an entry for srv, nil if nothing is.
func (c Client) unable(cfg *Config, srv Server) *Unable {
	switch {
	case srv.Auth == APIKey && cfg.NoKey != nil && !cfg.literal(srv):
		return cfg.noKey()
	case cfg.starts(srv.Auth) && strings.ContainsAny(srv.URL, cfg.NotInURL):
		return &Unable{
			Reason: c.Name + " starts a command here, and the URL has characters that the command line would take for its own",
			Remedy: "use a URL without any of " + cfg.NotInURL,
		}
	}
	return nil
}

// serverFile returns the entry of srv in one file.
func (c Client) serverFile(s System, cfg *Config, file string, srv Server) ServerFile {
	sf := ServerFile{
		Path:   file,
		Format: cfg.Format,
		Place:  document.Place{Root: cfg.Root, Name: srv.Name, ListKey: cfg.ListKey},
		Strict: cfg.Strict,
		Unable: c.unable(cfg, srv),
	}
	if sf.Unable != nil {
		return sf
	}
	sf.Entry = cfg.entry(srv)
	if cfg.Adapt != nil {
		cfg.Adapt(&sf.Entry, s.entry(sf), srv)
	}
	return sf
}

// starts reports whether an entry of cfg starts a command.
func (cfg *Config) starts(auth AuthMethod) bool {
	return slices.ContainsFunc(cfg.Fields, func(f Field) bool {
		return f.Path == "command" && (f.Auth == "" || f.Auth == auth)
	})
}

// config returns the Config that counts on s and the path of its file.
func (c Client) config(s System) (*Config, string) {
	for i := range c.Servers {
		if files := s.places(&c.Servers[i]); len(files) > 0 {
			return &c.Servers[i], files[0]
		}
	}
	return nil, ""
}

// places returns the paths that count for cfg: the first of its files that
// applies, or, for each of the folders that its "*" stands for, the file there.
func (s System) places(cfg *Config) []string {
	for _, f := range cfg.Files {
		if f.Each {
			if files := s.each(f); len(files) > 0 {
				return files
			}
			continue
		}
		file, ok := s.applies(f)
		if ok && (!cfg.NeedsRoot || s.hasRoot(file, cfg)) {
			return []string{file}
		}
	}
	return nil
}

// each returns the file of f in every folder that there is for it.
func (s System) each(f File) []string {
	at := s.at(f.At)
	if at == "" || s.exists(s.at(f.Unless)) {
		return nil
	}
	folder, name := s.split(at)
	folders, err := s.Glob(folder)
	if err != nil {
		return nil
	}
	var files []string
	for _, folder := range folders {
		file := s.clean(folder + "/" + name)
		if info, err := s.Stat(folder); err == nil && info.IsDir() && (f.Uses == nil || f.Uses(s, file)) {
			files = append(files, file)
		}
	}
	return files
}

// applies returns the path of f and whether its conditions hold.
func (s System) applies(f File) (string, bool) {
	file, there := s.existing(s.at(f.At))
	if file == "" || (f.Found && !there) {
		return "", false
	}
	if f.When != (Paths{}) && !s.exists(s.at(f.When)) {
		return "", false
	}
	return file, !s.exists(s.at(f.Unless))
}

// hasRoot reports whether file has a map at cfg.Root with nothing but maps in
// it, as entries are.
func (s System) hasRoot(file string, cfg *Config) bool {
	doc, err := s.parse(file, cfg.Format)
	if err != nil {
		return false
	}
	root, _ := doc.Lookup(cfg.Root...)
	entries, ok := root.(map[string]any)
	for _, e := range entries {
		if _, isMap := e.(map[string]any); !isMap {
			return false
		}
	}
	return ok
}

// entry returns what the file of sf holds in its place, nil if that is not a
// map. A file that cannot be read counts as empty: the editing of it will say
// so better.
func (s System) entry(sf ServerFile) map[string]any {
	src, err := s.ReadFile(sf.Path)
	if err != nil || lacks(src, sf.Format, sf.Place.Name) {
		return nil
	}
	doc, err := document.Parse(sf.Format, src)
	if err != nil {
		return nil
	}
	found, err := doc.Entries(sf.Place)
	if err != nil {
		return nil
	}
	for _, f := range found {
		if f.Name == sf.Place.Name {
			entry, _ := f.Value.(map[string]any)
			return entry
		}
	}
	return nil
}

// lacks reports whether a file has certainly no entry of a name, without the time
// that it takes to parse a large one: JSON spells a letter as itself or by its
// number.
func lacks(src []byte, format document.Format, name string) bool {
	isJSON := format == document.JSON || format == document.JSONC
	return isJSON && !strings.ContainsAny(name, `/"\`) && !bytes.Contains(src, []byte(name)) && !bytes.Contains(src, []byte(`\u00`))
}

func (s System) parse(file string, format document.Format) (document.Document, error) {
	src, err := s.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return document.Parse(format, src)
}

// entry returns the entry of srv in the spelling of cfg.
func (cfg *Config) entry(srv Server) document.Entry {
	words := []string{"<url>", srv.URL, "<name>", srv.Name, "<key>", srv.KeyEnv}
	if cfg.literal(srv) {
		words = append(words, "<secret>", hole)
	}
	fill := strings.NewReplacer(words...)
	var e document.Entry
	fields := cfg.fields(srv)
	stays := make(map[string]bool, len(fields)+len(cfg.Keep))
	for _, name := range cfg.Keep {
		stays[name] = true
	}
	for _, f := range fields {
		if f.Auth != "" && f.Auth != srv.Auth {
			stays[f.Path] = f.Ensure // the user's as much as ours
			continue
		}
		stays[f.Path] = true
		e.Fields = append(e.Fields, document.Field{
			Path: strings.Split(f.Path, "/"), Value: filled(f.Value, fill), Ensure: f.Ensure,
		})
	}
	drop := func(field string) {
		if !stays[field] {
			stays[field] = true
			e.Drop = append(e.Drop, strings.Split(field, "/"))
		}
	}
	for _, f := range fields {
		drop(f.Path)
	}
	for _, field := range cfg.Drop {
		drop(field)
	}
	for _, field := range transport {
		drop(field)
	}
	for _, f := range cfg.Literal {
		drop(f.Path)
	}
	return e
}

// transport are the fields by which some client or other tells how to reach a
// server, and the header that says who the user is. An entry keeps none of
// them but those that it is made of.
var transport = [...]string{
	"type", "transport", "transportType",
	"url", "serverUrl", "httpUrl", "uri", "baseUrl",
	"command", "cmd", "args", "env", "envFile", "cwd",
	"headers/Authorization", "headers/authorization",
}

// filled returns value with the placeholders in its strings filled in.
func filled(value any, fill *strings.Replacer) any {
	switch v := value.(type) {
	case string:
		return fill.Replace(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = filled(v[i], fill)
		}
		return out
	default:
		return v
	}
}
