package clients

import (
	"slices"
	"strings"

	"fsskills/clients/document"
)

// Signs say how to tell that a client is on a machine. Its server files are a
// sign too and are not repeated here; a client without any other is not looked
// for.
type Signs struct {
	// Programs are names to look for on PATH, and NotIn parts of paths in
	// which a program of that name is another one.
	Programs, NotIn []string
	// Apps are where installers put the application.
	Apps []Paths
	// Files are files and folders that only the client itself makes. A folder
	// that holds what we write is none.
	Files []Paths
}

func (s Signs) none() bool { return len(s.Programs) == 0 && len(s.Apps) == 0 && len(s.Files) == 0 }

// tooLarge is the size in bytes from which a file certainly holds more than an
// entry of ours.
const tooLarge = 16 << 10

// Detect reports whether the client is on s: a program, an application or a
// file of its own. Neither a bare configuration folder counts nor a file that
// holds nothing but an entry named [ServerName]; both come from installers
// like this one. Nor does a server file that is another client's too.
func (c Client) Detect(s System) Detection {
	if c.Signs.none() {
		return Detection{Why: "not looked for: name it with --client " + c.ID}
	}
	elsewhere := ""
	for _, name := range c.Signs.Programs {
		switch file, ok := s.program(name, c.Signs.NotIn); {
		case !ok:
		case onWindowsDrive(file) && s.WSL():
			elsewhere = name + " on PATH is the one of Windows (" + file + "), which has a home of its own: run fsskills in Windows for it"
		default:
			return found(name + " on PATH (" + file + ")")
		}
	}
	for _, ps := range slices.Concat(c.Signs.Apps, c.Signs.Files) {
		if file, ok := s.existing(s.at(ps)); ok {
			return found(s.tilde(file))
		}
	}
	bare := ""
	for _, cfg := range c.Servers {
		for _, f := range cfg.Files {
			file, ok := s.existing(s.at(f.At))
			switch {
			case !ok || f.Shared:
			case c.holdsOnlyOurs(s, file):
				bare = s.tilde(file)
			default:
				return found(s.tilde(file))
			}
		}
	}
	if bare != "" {
		return Detection{Why: "not found: " + bare + " holds nothing but the " + ServerName + " entry"}
	}
	if elsewhere != "" {
		return Detection{Why: "not found: " + elsewhere}
	}
	return Detection{Why: "not found: " + strings.Join(c.missing(s), ", ")}
}

// missing names the places where the client would be seen first.
func (c Client) missing(s System) []string {
	var missing []string
	for _, name := range c.Signs.Programs {
		missing = append(missing, "no "+name+" on PATH")
	}
	for _, ps := range c.Signs.Apps {
		if app := s.at(ps); app != "" {
			missing = append(missing, "no "+s.tilde(app))
			break
		}
	}
	if _, file := c.config(s); file != "" {
		missing = append(missing, "no "+s.tilde(file))
	}
	return missing
}

func found(what string) Detection { return Detection{Found: true, Why: "found " + what} }

// program looks for name on PATH.
func (s System) program(name string, notIn []string) (string, bool) {
	file, err := s.LookPath(name)
	if err != nil {
		return "", false
	}
	slashed := strings.ReplaceAll(file, `\`, "/")
	for _, part := range notIn {
		if strings.Contains(slashed, part) {
			return "", false
		}
	}
	return file, true
}

// holdsOnlyOurs reports whether a server file holds our entry and nothing else.
func (c Client) holdsOnlyOurs(s System, file string) bool {
	if info, err := s.Stat(file); err != nil || info.IsDir() || info.Size() > tooLarge {
		return false
	}
	return slices.ContainsFunc(c.Servers, func(cfg Config) bool {
		doc, err := s.parse(file, cfg.Format)
		return err == nil && isChain(doc, document.Place{Root: cfg.Root, Name: ServerName, ListKey: cfg.ListKey})
	})
}

// isChain reports whether doc is nothing but a map with the first key of
// place's root as its only member, which holds nothing but the second, and so
// on down to the entry.
func isChain(doc document.Document, place document.Place) bool {
	for i, key := range place.Root {
		if !holdsOnly(doc, document.Place{Root: place.Root[:i], Name: key}) {
			return false
		}
	}
	return holdsOnly(doc, place)
}

// holdsOnly reports whether the entry at place is there and alone.
func holdsOnly(doc document.Document, place document.Place) bool {
	found, err := doc.Entries(place)
	return err == nil && len(found) == 1 && found[0].Name == place.Name
}
