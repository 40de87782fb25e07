package clients

import (
	"slices"
	"strings"

	"fsskills/clients/document"
)

// A KeptFile is a file that is there and in which a client, in one of its
// versions or layouts, keeps servers.
type KeptFile struct {
	Path   string // absolute
	Format document.Format
	Strict bool
	// Counts is true if the client looks there as it is here: it is one of
	// [Client.ServerFiles], or Local. Local is true if it is where the client keeps
	// servers of a project for its user alone, and Unread if the client looks for
	// none there.
	Counts, Local, Unread bool

	configs []*Config
}

// A KeptEntry is an entry in such a file that is about a server of these skills:
// by its name, or by where it leads.
type KeptEntry struct {
	Path  string
	Place document.Place // Name is the entry's own
	Line  int
	Value any
	URL   string // where it leads, empty if it leads nowhere
	// Counts and Local are those of the file.
	Counts, Local bool

	config *Config
}

// KeptFiles returns every such file of this client, each once.
func (c Client) KeptFiles(s System) []KeptFile {
	var files []KeptFile
	counts := c.ServerFiles(s, Server{Name: ServerName})
	add := func(cfg *Config, path string) { c.keep(s, &files, counts, cfg, path) }
	for _, configs := range [][]Config{c.Servers, c.More} {
		for i := range configs {
			cfg := &configs[i]
			for _, f := range cfg.Files {
				switch at := s.at(f.At); {
				case at == "":
				case f.Each:
					for _, path := range s.each(f) {
						add(cfg, path)
					}
				default:
					if path, there := s.existing(at); there {
						add(cfg, path)
					}
				}
			}
		}
	}
	for i := range c.Unread {
		if path, there := s.existing(s.at(c.Unread[i].Files[0].At)); there {
			files = append(files, KeptFile{Path: path, Format: c.Unread[i].Format, Unread: true, configs: []*Config{&c.Unread[i]}})
		}
	}
	return files
}

// keep adds a file, or a further place in one, if it is there.
func (c Client) keep(s System, files *[]KeptFile, counts []ServerFile, cfg *Config, path string) {
	info, err := s.Stat(path)
	if err != nil || info.IsDir() {
		return
	}
	i := slices.IndexFunc(*files, func(f KeptFile) bool { return f.Path == path })
	if i < 0 {
		i = len(*files)
		*files = append(*files, KeptFile{Path: path, Format: cfg.Format, Strict: cfg.Strict})
		(*files)[i].Counts = slices.ContainsFunc(counts, func(f ServerFile) bool { return f.Path == path })
	}
	(*files)[i].configs = append((*files)[i].configs, cfg)
}

// LocalFile returns the file in which the client, as it is in the catalog, keeps
// servers of the project for its user alone. It reports false if there is none.
func (c Client) LocalFile(s System) (KeptFile, bool) {
	if c.Project == nil || c.Project.Local == nil || s.Project == "" {
		return KeptFile{}, false
	}
	cfg := *c.Project.Local
	cfg.Root = slices.Clone(cfg.Root)
	for i := range cfg.Root {
		if cfg.Root[i] == "<project>" {
			cfg.Root[i] = s.Project
		}
	}
	paths := s.places(&cfg)
	if len(paths) == 0 || !s.exists(paths[0]) {
		return KeptFile{}, false
	}
	return KeptFile{Path: paths[0], Format: cfg.Format, Strict: cfg.Strict, Counts: true, Local: true, configs: []*Config{&cfg}}, true
}

// Parse reads the file. The error is that of reading it, or a
// [*document.SyntaxError].
func (f KeptFile) Parse(s System) (document.Document, error) { return s.parse(f.Path, f.Format) }

// Entries returns those entries of the parsed file, in the places where the
// client looks for them.
func (f KeptFile) Entries(doc document.Document) []KeptEntry {
	var entries []KeptEntry
	for _, cfg := range f.configs {
		entries = append(entries, f.entries(doc, cfg, entries)...)
	}
	return entries
}

// Misplaced returns those of its entries that stand where other clients look
// for them, of which roots are the places, and this one does not.
func (f KeptFile) Misplaced(doc document.Document, roots [][]string) []KeptEntry {
	var entries []KeptEntry
	for _, root := range roots {
		if slices.ContainsFunc(f.configs, func(cfg *Config) bool { return slices.Equal(cfg.Root, root) }) {
			continue
		}
		entries = append(entries, f.entries(doc, &Config{Root: root}, entries)...)
	}
	return entries
}

// entries are those in the place of cfg which are not among the known ones.
func (f KeptFile) entries(doc document.Document, cfg *Config, known []KeptEntry) []KeptEntry {
	place := document.Place{Root: cfg.Root, Name: ServerName, ListKey: cfg.ListKey}
	found, err := doc.Entries(place)
	if err != nil {
		return nil // something else is there: an edit would say so
	}
	var entries []KeptEntry
	for _, e := range found {
		url := cfg.addressIn(e.Value)
		if e.Name != ServerName && !Ours(url) {
			continue
		}
		place.Name = e.Name
		if slices.ContainsFunc(known, func(k KeptEntry) bool { return slices.Equal(k.Place.Root, place.Root) && k.Place.Name == e.Name }) {
			continue
		}
		entries = append(entries, KeptEntry{Path: f.Path, Place: place, Line: e.Line, Value: e.Value, URL: url, Counts: f.Counts, Local: f.Local, config: cfg})
	}
	return entries
}

// Roots returns the places of the file in which this client looks for entries,
// for people.
func (f KeptFile) Roots() []string {
	var roots []string
	for _, cfg := range f.configs {
		if root := strings.Join(cfg.Root, "."); !slices.Contains(roots, root) {
			roots = append(roots, root)
		}
	}
	return roots
}

// Roots returns every place in a file under which some client keeps its servers.
func (all Catalog) Roots() [][]string {
	var roots [][]string
	for i := range all {
		lists := [][]Config{all[i].Servers, all[i].More}
		if all[i].Project != nil {
			lists = append(lists, all[i].Project.Servers)
		}
		for _, configs := range lists {
			for j := range configs {
				root := configs[j].Root
				if configs[j].ListKey == "" && len(root) > 0 && !slices.ContainsFunc(roots, func(r []string) bool { return slices.Equal(r, root) }) {
					roots = append(roots, root)
				}
			}
		}
	}
	return roots
}
