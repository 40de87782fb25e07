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
	// of folders; one that starts with "!" turns the plugin off there.
	Off Paths
}

// pluginName is what Fullstory's plugin is called in every marketplace.
const pluginName = "fullstory"

// Plugin returns the path of the file or folder which shows that Fullstory's
// plugin is installed and enabled in this client, or "" if it is not.
func (c Client) Plugin(s System) string {
	for i := range c.Plugins {
		m := &c.Plugins[i]
		if folder, ok := s.existing(s.at(m.Folder)); ok && !s.turnedOff(m) {
			return folder
		}
		if file := s.at(m.Settings); file != "" && s.enables(file, m) {
			return file
		}
	}
	return ""
}

func (s System) enables(file string, m *Marker) bool {
	doc, err := s.parse(file, m.Format)
	if err != nil {
		return false
	}
	value, _ := doc.Lookup(m.Key...)
	plugins, _ := value.(map[string]any)
	for id, state := range plugins {
		name, _, _ := strings.Cut(id, "@")
		if !strings.EqualFold(name, pluginName) {
			continue
		}
		if m.Flag != "" {
			fields, _ := state.(map[string]any)
			state = fields[m.Flag]
		}
		if state == true {
			return true
		}
	}
	return false
}

// turnedOff reports whether the plugin is off in the whole home folder.
func (s System) turnedOff(m *Marker) bool {
	file := s.at(m.Off)
	if file == "" {
		return false
	}
	doc, err := s.parse(file, document.JSON)
	if err != nil {
		return false
	}
	value, _ := doc.Lookup(pluginName, "overrides")
	rules, _ := value.([]any)
	home := path.Join("/", strings.ReplaceAll(s.Home, `\`, "/")) + "/"
	off := false
	for _, rule := range rules { // the last one that matches counts
		pattern, _ := rule.(string)
		where, disables := strings.CutPrefix(pattern, "!")
		if where == home+"*" || where == home {
			off = disables
		}
	}
	return off
}
