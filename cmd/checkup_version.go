package cmd

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"fsskills/clients"
)

// installedVersion is the version of a client's program, as the package says
// that it lies in; empty if none tells. No program is started.
func (e *Env) installedVersion(client clients.Client) string {
	for _, name := range client.Signs.Programs {
		path, err := e.LookPath(name)
		if err != nil {
			continue
		}
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real
		}
		if version := e.packageVersion(path); version != "" {
			return version
		}
	}
	return ""
}

// packageVersion is the version of the nearest package around a program: that of
// npm (https://docs.npmjs.com/cli/configuring-npm/package-json) or, in an
// application that is built on Electron, the one in its resources
// (https://www.electronjs.org/docs/latest/tutorial/application-distribution).
func (e *Env) packageVersion(program string) string {
	const upwards = 5 // node_modules/@owner/name/dist/bin is as deep as it gets
	dir := filepath.Dir(program)
	for range upwards {
		if dir == e.Home || dir == filepath.Dir(dir) {
			break
		}
		for _, file := range []string{filepath.Join(dir, "package.json"), filepath.Join(dir, "resources", "app", "package.json")} {
			if version := readVersion(file); version != "" {
				return version
			}
		}
		dir = filepath.Dir(dir)
	}
	return ""
}

// readVersion is what a package.json says. Of one without a name, as it stands
// in many a folder, nothing is taken.
func readVersion(file string) string {
	const most = 1 << 20
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > most {
		return ""
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	var pkg struct{ Name, Version string }
	if json.Unmarshal(data, &pkg) != nil || pkg.Name == "" {
		return ""
	}
	return strings.TrimSpace(pkg.Version)
}

// headline says what is asked about, in one line: this program, the system, and
// the clients that are here.
func (d doctorDoc) headline() string {
	const most = 6 // more are a list, and there is a command for that
	text := fmt.Sprintf("fsskills %s, %s/%s", d.Versions.Fsskills, d.Versions.OS, d.Versions.Arch)
	var names []string
	for _, c := range d.Clients {
		if c.Detected {
			names = append(names, strings.TrimSpace(c.Name+" "+shorten(c.Version, 20)))
		}
	}
	more := len(names) - most
	if more > 0 {
		names = append(names[:most], fmt.Sprintf("%d more", more))
	}
	if len(names) > 0 {
		text += "; found: " + strings.Join(names, ", ")
	}
	return text
}
