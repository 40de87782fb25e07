package clients

import (
	"path"
	"strings"

	"fsskills/clients/document"
)

// A Marker is where a client shows that it has Fullstory's own plugin or
// extension, which brings the same skills and the same server.
type Marker struct {
	// Folder is there when the plugin is; a "*" in it stands for any name.
	Folder Paths
	// Settings is a file that has the plugins at Key, each under its name and
	// its marketplace, as in "fullstory@acme". If Flag is empty, the value is
	// true while the plugin is enabled, else the value's field Flag is.
	Settings Paths
	Format   document.Format
	Key      []string
	Flag     string
	// Off is a file that has, for each plugin, a list "overrides" of patterns
	// of folders; one that starts with "!" turns the plugin off there. What
	// counts is Where, the home folder if that is empty.
	Off   Paths
	Where Path
}

// pluginName is what Fullstory's plugin is called in every marketplace.
const pluginName = "fullstory"

// Plugin returns the path of the file or folder which shows that Fullstory's
// plugin is installed and enabled in this client, or "" if it is not. Of two
// files that say something about the same plugin, the first marker's counts.
func (c Client) Plugin(s System) string {
	decided := map[string]bool{}
	for i := range c.Plugins {
		m := &c.Plugins[i]
		if folder, ok := s.existing(s.at(m.Folder)); ok && !s.turnedOff(m) {
			return folder
		}
		file := s.at(m.Settings)
		enabled := false
		for id, on := range s.plugins(file, m) {
			enabled = enabled || (on && !decided[id])
			decided[id] = true
		}
		if enabled {
			return file
		}
	}
	return ""
}

// plugins returns whether each of Fullstory's plugins that file knows is
// enabled there, by name and marketplace.
func (s System) plugins(file string, m *Marker) map[string]bool {
	if file == "" {
		return nil
	}
	doc, err := s.parse(file, m.Format)
	if err != nil {
		return nil
	}
	value, _ := doc.Lookup(m.Key...)
	all, _ := value.(map[string]any)
	ours := make(map[string]bool)
	for id, state := range all {
		name, _, _ := strings.Cut(id, "@")
		if !strings.EqualFold(name, pluginName) {
			continue
		}
		if m.Flag != "" {
			fields, _ := state.(map[string]any)
			state = fields[m.Flag]
		}
		if on, ok := state.(bool); ok {
			ours[id] = on
		}
	}
	return ours
}

// turnedOff reports whether the plugin is off in the whole folder that the
// marker asks about.
func (s System) turnedOff(m *Marker) bool {
	file, where := s.at(m.Off), s.Home
	if m.Where != "" {
		where = s.Path(m.Where)
	}
	if file == "" || where == "" {
		return false
	}
	doc, err := s.parse(file, document.JSON)
	if err != nil {
		return false
	}
	value, _ := doc.Lookup(pluginName, "overrides")
	rules, _ := value.([]any)
	folder := path.Join("/", strings.ReplaceAll(where, `\`, "/")) + "/"
	off := false
	for _, rule := range rules { // the last one that matches counts
		pattern, _ := rule.(string)
		pattern, disables := strings.CutPrefix(pattern, "!")
		above, below := strings.CutSuffix(pattern, "*")
		if pattern == folder || (below && strings.HasPrefix(folder, above)) {
			off = disables
		}
	}
	return off
}
