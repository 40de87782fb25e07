package cmd

import (
	"context"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fsskills/clients"
)

// checkKey looks at the variables that hold an API key, as the entries name
// them. Nothing of a key is said but the region that it begins with.
func (c *checkup) checkKey(context.Context) ([]finding, error) {
	var found []finding
	for _, rec := range c.receipt.Servers {
		if rec.Key != nil && !rec.Left {
			found = append(found, c.keyFile(rec.Path)...)
		}
	}
	var uses []keyUse
	for _, p := range c.patients() {
		for _, f := range p.files {
			for _, e := range c.entriesIn(f) {
				name := e.Variable()
				if !f.Counts || name == "" || isSecretLike(name) && !strings.Contains(name, "_") || e.Place.Name != clients.ServerName {
					continue
				}
				i := slices.IndexFunc(uses, func(u keyUse) bool { return u.name == name })
				if i < 0 {
					i = len(uses)
					uses = append(uses, keyUse{name: name})
				}
				uses[i].add(p, e.URL)
			}
		}
	}
	for _, u := range uses {
		for _, server := range u.urls {
			found = append(found, c.realm(u.name, server)...)
		}
		found = append(found, c.variable(u)...)
	}
	return found, nil
}

// A keyUse is a variable with the clients that take the key from it.
type keyUse struct {
	name         string
	all, desktop []string
	unset        string // what the first of them does without it
	urls         []string
}

func (u *keyUse) add(p patient, url string) {
	if !slices.Contains(u.urls, url) {
		u.urls = append(u.urls, url)
	}
	if slices.Contains(u.all, p.Name) {
		return
	}
	u.all, u.unset = append(u.all, p.Name), first(u.unset, p.Steps.Unset)
	if p.Steps.Desktop {
		u.desktop = append(u.desktop, p.Name)
	}
}

// variable are the findings of one variable.
func (c *checkup) variable(u keyUse) []finding {
	value := c.env.Getenv(u.name)
	if value == "" {
		f := finding{
			Severity: severityWarning, Message: "the variable " + u.name + " is not set, from which these take the API key: " + some(u.all),
			Remedy: setKey(c.env.GOOS, u.name, len(u.desktop) > 0),
		}
		if u.unset != "" {
			f.Message += "; until then " + strings.ReplaceAll(u.unset, "<key>", u.name)
		}
		return []finding{f}
	}
	if _, err := clients.NewSecret(value); err != nil {
		return []finding{{
			Severity: severityWarning, Message: "the API key in " + u.name + " " + err.Error(),
			Remedy: "set " + u.name + " to the key as Fullstory shows it and nothing else",
		}}
	}
	if len(u.desktop) == 0 || c.seenByDesktop(u.name) {
		return nil
	}
	return []finding{{
		Severity: severityInfo,
		Message:  u.name + " is set here, but an application that is not started from this terminal may not see it: " + some(u.desktop),
		Remedy:   showDesktop(c.env.GOOS, u.name),
	}}
}

// setKey is how to set the variable for good.
func setKey(goos, name string, desktop bool) string {
	switch {
	case goos == "windows":
		return "in PowerShell, with your key: [Environment]::SetEnvironmentVariable('" + name + "', '…', 'User'), and start the clients anew"
	case desktop:
		return "put export " + name + "=… into your shell profile, with your key, and start the clients from a new terminal"
	default:
		return "put export " + name + "=… into your shell profile, with your key, and open a new terminal"
	}
}

// showDesktop is how applications come to see the variable.
func showDesktop(goos, name string) string {
	switch goos {
	case "windows":
		return "nothing, if it is set for your user; else: [Environment]::SetEnvironmentVariable('" + name + "', $env:" + name + ", 'User'), and start them anew"
	case "darwin":
		return "start them from a terminal, or run this after each login and start them anew: launchctl setenv " + name + ` "$` + name + `"`
	default:
		return "start them from a terminal, or put the variable into ~/.config/environment.d/fullstory.conf, with mode 600, and log in again"
	}
}

// seenByDesktop reports whether the name of the variable stands in a file from
// which applications of the desktop have their variables: of systemd
// (https://www.freedesktop.org/software/systemd/man/latest/environment.d.html), of
// the login shell and PAM, or a launch agent on macOS.
func (c *checkup) seenByDesktop(name string) bool {
	home := func(parts ...string) string { return filepath.Join(append([]string{c.env.Home}, parts...)...) }
	var files []string
	switch c.env.GOOS {
	case "windows":
		return false
	case "darwin":
		files, _ = filepath.Glob(home("Library", "LaunchAgents", "*.plist"))
	default:
		files, _ = filepath.Glob(home(".config", "environment.d", "*.conf"))
		files = append(files, home(".profile"), home(".xprofile"), home(".xsessionrc"), home(".pam_environment"))
	}
	return slices.ContainsFunc(files, func(file string) bool {
		data, err := readRegular(file)
		return err == nil && strings.Contains(string(data), name)
	})
}

// realm is the finding of a key for another region than that of the server.
func (c *checkup) realm(name, server string) []finding {
	key, other := realmApart(c.env.Getenv(name), server)
	if !other {
		return nil
	}
	prefix, _, _ := strings.Cut(c.env.Getenv(name), ".")
	return []finding{{
		Severity: severityWarning,
		Message:  fmt.Sprintf("the API key in %s begins with %s., for the region %s, and the server %s is that of %s", name, prefix, key, host(server), regionOf(server)),
		Remedy:   "'fsskills install" + c.at.flags() + " --region " + key + "', or set " + name + " to a key of the region " + regionOf(server),
	}}
}

// realmApart is the region that a key begins with, and whether it is another
// than that of one of Fullstory's servers.
func realmApart(key, server string) (region string, other bool) {
	prefix, _, dotted := strings.Cut(key, ".")
	region = map[string]string{"na1": "us", "eu1": "eu"}[prefix]
	of := regionOf(server)
	return region, dotted && region != "" && of != "" && region != of
}

// regionOf is the region of one of Fullstory's servers, empty for another.
func regionOf(server string) string {
	u, err := url.Parse(server)
	if err != nil || !clients.Ours(server) {
		return ""
	}
	if strings.Contains(u.Hostname(), ".eu1.") || strings.HasPrefix(u.Hostname(), "eu1.") {
		return "eu"
	}
	return "us"
}

// keyFile is the finding of a file that has the key itself in it, and that
// others can read.
func (c *checkup) keyFile(path string) []finding {
	info, err := os.Stat(path)
	if err != nil || c.env.GOOS == "windows" || info.Mode()&0o077 == 0 {
		return nil
	}
	const private fs.FileMode = 0o600
	return []finding{{
		Severity: severityWarning, Path: path, Message: "others can read " + path + ", and the API key in it", Remedy: "chmod 600 " + path,
		mend: func(context.Context) (string, error) { return "closed to others", os.Chmod(path, info.Mode()&private) },
	}}
}
