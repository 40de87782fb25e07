package installer

import (
	"fmt"
	"maps"
	"reflect"
	"strings"

	"fsskills/clients"
	"fsskills/clients/document"
)

// A config is a config file as the user knows it.
type config struct {
	path   string
	site   *site
	ids    []string
	format document.Format
	place  document.Place
	configText
}

// A configText is what the user has in the file beside our entry.
type configText struct {
	exists bool
	text   string // the user's own bytes
	// loose says that the text is known by its values alone: the client has
	// written the file anew, or the user has edited our entry.
	loose  bool
	value  any
	broken string // the whole file, if it cannot be read
	whole  string // what it was before it was broken
	other  bool   // the entry is another server's
}

// The files as they may be. Each has a line that marks where the user edits.
var configSeeds = map[document.Format][]string{
	document.JSON: {
		"{\n  \"mark\": \"m0\",\n  \"mcpServers\": {}\n}", "{ \"mark\": \"m0\",\n\"z\": [1, 2.50], \"mcpServers\": { \"a\": { \"command\": \"a\" } } }\n",
		"{\r\n\t\"mark\": \"m0\",\r\n\t\"last\": 1e3\r\n}\r\n",
	},
	document.JSONC: {
		"// mine\n{\n  \"mark\": \"m0\", // keep\n  \"servers\": {},\n}\n", "{ \"mark\": \"m0\",\n\"mcp\": { \"a\": { /* mine */ } } }",
	},
	document.TOML: {"# mine\nmark = \"m0\"\n\n[mcp_servers.mine]\ncommand = \"mine\" # keep\n", "mark = \"m0\"\r\n[other]\r\nx = 1"},
	document.YAML: {"# mine\nmark: m0\nextensions:\n  mine: # keep\n    type: stdio\n", "mark: m0\nother: [a, b]\n"},
}

func (t *trial) seedConfigs(chance int) {
	n := chance
	for _, s := range t.sites {
		for _, target := range s.targets(s.ids) {
			for _, file := range target.Client.ServerFiles(s.sys, *target.Server) {
				if c := t.config(t.rel(file.Path)); c != nil {
					c.ids = append(c.ids, target.Client.ID)
					continue
				}
				c := &config{path: t.rel(file.Path), site: s, ids: []string{target.Client.ID}, format: file.Format, place: file.Place}
				t.configs = append(t.configs, c)
				n = n*7 + 3
				if seeds := configSeeds[file.Format]; n%4 != 0 && len(seeds) > 0 {
					t.write(c.path, seeds[n/4%len(seeds)])
					c.read(t)
				}
			}
		}
	}
}

func (t *trial) config(path string) *config {
	for _, c := range t.configs {
		if c.path == path {
			return c
		}
	}
	return nil
}

// read takes the file for the user's as it is.
func (c *config) read(t *trial) {
	n, ok := t.disk[c.path]
	c.configText = configText{exists: ok, text: n.data}
	if value, entry, err := c.split(n.data); err == nil {
		c.value = value
		c.other = entry != nil && !clients.Ours(clients.EntryURL(entry))
	} else {
		c.broken = n.data
	}
}

// split decodes a text and takes our entry out of its value, with the maps
// above it that are empty then.
func (c *config) split(text string) (value, entry any, err error) {
	doc, err := document.Parse(c.format, []byte(text))
	if err != nil {
		return nil, nil, err
	}
	value, _ = doc.Lookup()
	entry, _ = doc.Lookup(append(append([]string{}, c.place.Root...), c.place.Name)...)
	return less(value, c.place.Root, c.place.Name), entry, nil
}

// less is a value less what is at a place.
func less(value any, root []string, name string) any {
	m, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	m = maps.Clone(m)
	if len(root) == 0 {
		delete(m, name)
	} else if inner := less(m[root[0]], root[1:], name); inner == nil {
		delete(m, root[0])
	} else {
		m[root[0]] = inner
	}
	if len(m) == 0 {
		return nil
	}
	return m
}

// around reports whether the user's text stands in have, with something added.
func around(user, have string) bool {
	for i := range len(user) {
		n := strings.IndexByte(have, user[i])
		if n < 0 {
			return false
		}
		have = have[n+1:]
	}
	return true
}

// checkConfigs finds all that the user has in config files, whatever was done
// to our entries.
func (t *trial) checkConfigs(a *attempt) {
	for _, c := range t.configs {
		n, ok := t.disk[c.path]
		bad := ""
		value, _, err := c.split(n.data)
		switch {
		case c.broken != "":
			if n.data != c.broken {
				bad = "it could not be read, and was written"
			}
		case err != nil:
			bad = err.Error()
		case !ok && c.exists:
			bad = "it is gone"
		case !reflect.DeepEqual(value, c.value):
			bad = fmt.Sprintf("it has %v", value)
		case !c.loose && !around(c.text, n.data):
			bad = "not every byte is there"
		}
		if bad == "" {
			continue
		}
		by := a
		if c.site != a.site && c.site.pending != nil {
			by = c.site.pending.attempt
		}
		if was, there := by.before[c.path]; !by.restores || c.site != by.site || there && !t.kept(was) {
			t.fail("%s: %s; the user has (loosely: %v)\n%s\nthe file has\n%s", c.path, bad, c.loose, c.text, n.data)
		}
	}
}

// checkEntries finds the entries as an operation should have left them.
func (t *trial) checkEntries(a *attempt, r Receipt, whole bool) {
	for _, c := range t.configs {
		if c.site != a.site {
			continue
		}
		n := t.disk[c.path]
		rec := r.live(t.path(c.path))
		if a.restores {
			t.recall(c, rec)
			continue
		}
		if c.broken != "" {
			continue
		}
		if whole && a.command == "install" && !a.skillsOnly && len(without(c.ids, a.ids)) < len(c.ids) {
			_, entry, err := c.split(n.data)
			t.must(err)
			before, _, _ := c.split(a.before[c.path].data)
			switch {
			case c.other && a.was.live(t.path(c.path)) == nil && !a.force:
				if n.data != a.before[c.path].data {
					t.fail("%s: another's entry was changed\n%s", c.path, n.data)
				}
			case clients.EntryURL(entry) != serverURL:
				t.fail("%s: the entry is %v, around it %v", c.path, entry, before)
			default:
				c.loose, c.other = c.loose || c.other, false
			}
		}
		if rec == nil {
			if !c.loose && (n.data != c.text || (n.mode == 0) == c.exists) {
				t.fail("%s: without our entry the user has\n%s\nthe file has\n%s", c.path, c.text, n.data)
			}
			c.read(t)
		}
		t.remember(c, rec)
	}
}

// remember notes what the user has while the file holds these bytes.
func (t *trial) remember(c *config, rec *Server) {
	t.history[fmt.Sprint(c.path, rec != nil, t.disk[c.path].data)] = c.configText
}

// recall is about a file that may have the bytes of earlier again.
func (t *trial) recall(c *config, rec *Server) {
	n, ok := t.disk[c.path]
	if was, known := t.history[fmt.Sprint(c.path, rec != nil, n.data)]; known {
		c.configText = was
		return
	}
	c.read(t)
	c.loose = true
	_, entry, _ := c.split(n.data)
	if rec != nil && (c.value == nil || !ok) && entry != nil {
		c.exists = false
	}
}

// notedConfigs is about an operation that was undone after the user had edited
// a file: their bytes and ours may be apart no more as they were.
func (t *trial) notedConfigs(p *pending) {
	for _, c := range t.configs {
		if p.touched[c.path] {
			c.loose = true
		}
	}
}
