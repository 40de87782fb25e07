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
	known := map[string]bool{}
	for _, rec := range c.receipt.Servers {
		if rec.Left || rec.Auth != clients.APIKey {
			continue
		}
		if rec.Key != nil {
			found = append(found, c.keyFile(rec.Path)...)
			continue
		}
		if region := rec.KeyEnv + "\x00" + rec.URL; !known[region] {
			known[region] = true
			found = append(found, c.realm(rec.KeyEnv, rec.URL)...)
		}
		if !known[rec.KeyEnv] {
			known[rec.KeyEnv] = true
			found = append(found, c.variable(rec.KeyEnv)...)
		}
	}
	return found, nil
}

// variable are the findings of one variable.
func (c *checkup) variable(name string) []finding {
	var all, desktop []string
	unset := ""
	for _, p := range c.patients() {
		if s := c.receipt.ServerOf(p.ID); s == nil || s.Auth != clients.APIKey || s.KeyEnv != name || s.Key != nil {
			continue
		}
		all = append(all, p.Name)
		unset = first(unset, p.Steps.Unset)
		if p.Steps.Desktop {
			desktop = append(desktop, p.Name)
		}
	}
	if len(all) == 0 {
		return nil
	}
	value := c.env.Getenv(name)
	if value == "" {
		f := finding{
			Severity: severityWarning, Message: "the variable " + name + " is not set, from which these take the API key: " + strings.Join(all, ", "),
			Remedy: setKey(c.env.GOOS, name, len(desktop) > 0),
		}
		if unset != "" {
			f.Message += "; until then " + strings.ReplaceAll(unset, "<key>", name)
		}
		return []finding{f}
	}
	if _, err := clients.NewSecret(value); err != nil {
		return []finding{{
			Severity: severityWarning, Message: "the API key in " + name + " " + err.Error(),
			Remedy: "set " + name + " to the key as Fullstory shows it and nothing else",
		}}
	}
	if len(desktop) == 0 || c.seenByDesktop(name) {
		return nil
	}
	return []finding{{
		Severity: severityInfo,
		Message:  name + " is set here, but an application that is not started from this terminal may not see it: " + strings.Join(desktop, ", "),
		Remedy:   showDesktop(c.env.GOOS, name),
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
	prefix, _, dotted := strings.Cut(c.env.Getenv(name), ".")
	key := map[string]string{"na1": "us", "eu1": "eu"}[prefix]
	region := regionOf(server)
	if !dotted || key == "" || region == "" || key == region {
		return nil
	}
	return []finding{{
		Severity: severityWarning,
		Message:  fmt.Sprintf("the API key in %s begins with %s., for the region %s, and the server %s is that of %s", name, prefix, key, server, region),
		Remedy:   "'fsskills install" + c.at.flags() + " --region " + key + "', or set " + name + " to a key of the region " + region,
	}}
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
