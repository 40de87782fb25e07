package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fsskills/clients"
)

func TestInstalledVersion(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("node/@owner/tool/package.json", `{"name":"@owner/tool","version":"1.2.3"}`)
	npm := write("node/@owner/tool/dist/bin/tool.js", "")
	write("app/resources/app/package.json", `{"name":"editor","version":"4.5"}`)
	editor := write("app/bin/editor", "")
	write("other/package.json", `{"private":true,"version":"9"}`)
	bare := write("other/bin/bare", "")
	write("broken/package.json", `{`)
	broken := write("broken/bin/broken", "")
	programs := map[string]string{"npm": npm, "editor": editor, "bare": bare, "broken": broken}
	if link := filepath.Join(root, "link"); os.Symlink(npm, link) == nil {
		programs["npm"] = link
	}
	env := Env{Home: root, LookPath: func(name string) (string, error) {
		if path, ok := programs[name]; ok {
			return path, nil
		}
		return "", os.ErrNotExist
	}}
	for name, want := range map[string]string{"npm": "1.2.3", "editor": "4.5", "bare": "", "broken": "", "gone": ""} {
		if got := env.installedVersion(clients.Client{Signs: clients.Signs{Programs: []string{name}}}); got != want {
			t.Errorf("%s: version %q, want %q", name, got, want)
		}
	}
}

func TestHeadline(t *testing.T) {
	t.Parallel()
	d := doctorDoc{Versions: doctorVersions{Fsskills: "1.0", OS: "linux", Arch: "amd64"}}
	if got := d.headline(); got != "fsskills 1.0, linux/amd64" {
		t.Error(got)
	}
	d.Clients = []doctorClient{{Name: "A", Detected: true, Version: "1"}, {Name: "B"}, {Name: "C", Detected: true}}
	if got := d.headline(); got != "fsskills 1.0, linux/amd64; found: A 1, C" {
		t.Error(got)
	}
	for range 9 {
		d.Clients = append(d.Clients, doctorClient{Name: "D", Detected: true})
	}
	if got := d.headline(); !strings.HasSuffix(got, "; found: A 1, C, D, D, D, D, 5 more") {
		t.Error(got)
	}
}

// TestProxyFor: what a proxy is given to log in is not said.
func TestProxyFor(t *testing.T) {
	t.Parallel()
	vars := map[string]string{}
	env := Env{Getenv: func(name string) string { return vars[name] }}
	check := func(address, want string) {
		t.Helper()
		if got := env.proxyFor(address); got != want {
			t.Errorf("%s with %v: %q, want %q", address, vars, got, want)
		}
	}
	check("https://example.com/x", "")
	vars["HTTPS_PROXY"] = "http://ann:secret@proxy.example:8080"
	check("https://example.com/x", "through the proxy http://proxy.example:8080, as HTTPS_PROXY says")
	check("http://example.com/x", "")
	check("ssh://example.com/x", "")
	check("https://127.0.0.1/x", "without a proxy: it is on this machine")
	vars["no_proxy"] = "example.com"
	check("https://example.com/x", "without a proxy, as NO_PROXY says")
	delete(vars, "no_proxy")
	delete(vars, "HTTPS_PROXY")
	vars["all_proxy"] = "socks5://proxy.example:1080"
	check("https://example.com/x", "through the proxy socks5://proxy.example:1080, as all_proxy says")
}

func TestRegionOf(t *testing.T) {
	t.Parallel()
	for server, want := range map[string]string{
		"https://api.fullstory.com/mcp/fullstory": "us", "https://api.eu1.fullstory.com/mcp/fullstory": "eu",
		"https://eu1.example.com/mcp": "", "http://127.0.0.1:8080/mcp": "", "": "",
	} {
		if got := regionOf(server); got != want {
			t.Errorf("%s: %q, want %q", server, got, want)
		}
	}
}

func TestRealmApart(t *testing.T) {
	t.Parallel()
	const us, eu = "https://api.fullstory.com/mcp/fullstory", "https://api.eu1.fullstory.com/mcp/fullstory"
	for _, c := range []struct {
		key, server, region string
		other               bool
	}{
		{"na1.x", us, "us", false},
		{"na1.x", eu, "us", true},
		{"eu1.x", us, "eu", true},
		{"eu1.x", eu, "eu", false},
		{"na1.x", "http://127.0.0.1:8080/mcp", "us", false},
		{"na1", eu, "us", false},
		{"x.y", eu, "", false},
	} {
		if region, other := realmApart(c.key, c.server); region != c.region || other != c.other {
			t.Errorf("%s at %s: %q, %v", c.key, c.server, region, other)
		}
	}
}

// TestDoctorText: on a terminal no line is wider than it, and elsewhere none is
// broken.
func TestDoctorText(t *testing.T) {
	t.Parallel()
	nothing := func(string) string { return "" }
	long := strings.Repeat("some words ", 20) + "here"
	d := doctorDoc{
		Versions: doctorVersions{Fsskills: "1.0", OS: "linux", Arch: "amd64"},
		Clients:  []doctorClient{{Name: strings.Repeat("One ", 30), Detected: true}},
		Findings: []finding{{Check: "files", Severity: severityWarning, Message: long, Remedy: long}},
	}
	for _, width := range []int{20, 40, 80} {
		for line := range strings.Lines(d.text(&Env{OutTTY: true, Width: width, Getenv: nothing}, site{})) {
			if n := len(strings.TrimRight(line, "\n")); n > width {
				t.Errorf("%d of %d columns: %q", n, width, line)
			}
		}
	}
	d.Findings[0].Message += "\na second mistake"
	if text := d.text(&Env{Getenv: nothing}, site{}); strings.Count(text, "\n") != 5 {
		t.Errorf("broken though it is no terminal:\n%s", text)
	}
}
