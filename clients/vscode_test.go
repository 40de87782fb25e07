package clients

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// paths returns where the client keeps servers.
func paths(c Client, s System) []string {
	var paths []string
	for _, sf := range c.ServerFiles(s, server(OAuth)) {
		paths = append(paths, sf.Path)
	}
	return paths
}

func TestVSCodeProfiles(t *testing.T) {
	t.Parallel()
	const user = "/home/ann/.config/Code/User"
	tests := []struct {
		name    string
		storage string // nothing: no such file
		want    []string
	}{
		{"profiles", `{"theme": "x", "userDataProfiles": [{"location": "-5c2f", "name": "Work"}, {"location": "9e01", "name": "Play", "useDefaultFlags": {"settings": true}}]}`, []string{"-5c2f", "9e01"}},
		{"one with the servers of the default", `{"userDataProfiles": [{"location": "-5c2f", "name": "Work", "useDefaultFlags": {"mcp": true}}, {"location": "9e01", "name": "Play", "useDefaultFlags": {"mcp": false}}]}`, []string{"9e01"}},
		{"a location of older versions", `{"userDataProfiles": [{"location": {"$mid": 1, "path": "` + user + `/profiles/9e01", "scheme": "file"}, "name": "Play"}]}`, []string{"9e01"}},
		{"a folder that is no profile", `{"userDataProfiles": [{"location": "builtin/agents", "name": "Agents"}]}`, nil},
		{"an odd list", `{"userDataProfiles": [null, 4, {}, {"name": "x"}]}`, nil},
		{"no list", `{}`, nil},
		{"broken", `{"userDataProfiles": [`, nil},
		{"none", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{
				user + "/profiles/-5c2f/settings.json": "{}", user + "/profiles/9e01/mcp.json": "{}",
				user + "/profiles/builtin/agents/x": "", user + "/profiles/afile": "",
			}
			if tt.storage != "" {
				files[user+"/globalStorage/storage.json"] = tt.storage
			}
			want := []string{user + "/mcp.json"}
			for _, id := range tt.want {
				want = append(want, user+"/profiles/"+id+"/mcp.json")
			}
			if diff := cmp.Diff(want, paths(vscode, machine{files: files}.system())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestVSCodeProfilesElsewhere has one profile in each of the places where the
// user folder may be.
func TestVSCodeProfilesElsewhere(t *testing.T) {
	t.Parallel()
	const list = `{"userDataProfiles": [{"location": "a1", "name": "Work"}]}`
	for _, tt := range []struct {
		name string
		c    Client
		m    machine
		user string
	}{
		{"Mac", vscode, machine{goos: "darwin"}, "/Users/ann/Library/Application Support/Code/User"},
		{"Windows", vscode, machine{goos: "windows"}, `C:\Users\ann\AppData\Roaming\Code\User`},
		{"portable", vscode, machine{env: map[string]string{"VSCODE_PORTABLE": "/p"}}, "/p/user-data/User"},
		{"Flatpak", vscode, machine{}, "/home/ann/.var/app/com.visualstudio.code/config/Code/User"},
		{"Insiders", vscodeInsiders, machine{}, "/home/ann/.config/Code - Insiders/User"},
		{"Insiders on Windows", vscodeInsiders, machine{goos: "windows"}, `C:\Users\ann\AppData\Roaming\Code - Insiders\User`},
		{"Insiders from Flatpak", vscodeInsiders, machine{}, "/home/ann/.var/app/com.visualstudio.code.insiders/config/Code - Insiders/User"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			slash := "/"
			if tt.m.goos == "windows" {
				slash = `\`
			}
			at := func(names ...string) string { return tt.user + slash + strings.Join(names, slash) }
			tt.m.files = map[string]string{at("globalStorage", "storage.json"): list, at("profiles", "a1", "settings.json"): "{}"}
			want := []string{at("mcp.json"), at("profiles", "a1", "mcp.json")}
			if diff := cmp.Diff(want, paths(tt.c, tt.m.system())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestVSCodeProfilesOfAnother has profiles of a VS Code that does not count.
func TestVSCodeProfilesOfAnother(t *testing.T) {
	t.Parallel()
	const list = `{"userDataProfiles": [{"location": "a1"}]}`
	portable := map[string]string{"VSCODE_PORTABLE": "/p"}
	for _, tt := range []struct {
		name  string
		c     Client
		env   map[string]string
		other string
		here  string // is there
		want  string
	}{
		{"portable", vscode, portable, "~/.config/Code/User", "/p/", "/p/user-data/User"},
		{"Insiders", vscode, nil, "~/.config/Code - Insiders/User", "~/.config/Code/User/x", "/home/ann/.config/Code/User"},
		{"Flatpak", vscode, nil, "~/.var/app/com.visualstudio.code/config/Code/User", "~/.config/Code/User/x", "/home/ann/.config/Code/User"},
		{"Insiders from Flatpak", vscodeInsiders, nil, "~/.var/app/com.visualstudio.code.insiders/config/Code - Insiders/User", "~/.config/Code - Insiders/User/x", "/home/ann/.config/Code - Insiders/User"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := machine{env: tt.env, files: map[string]string{
				tt.here: "", tt.other + "/globalStorage/storage.json": list, tt.other + "/profiles/a1/mcp.json": "{}",
			}}.system()
			if diff := cmp.Diff([]string{tt.want + "/mcp.json"}, paths(tt.c, s)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Editors that read the file of a project together get one entry there.
func TestDotVSCode(t *testing.T) {
	t.Parallel()
	s := machine{}.system()
	var first ServerFile
	for _, c := range []Client{vscode, vscodeInsiders, visualStudio} {
		c, _ := c.In(ProjectScope)
		sf, err := c.ServerFile(s, server(OAuth))
		if err != nil {
			t.Fatal(err)
		}
		if first.Path == "" {
			first = sf
		}
		if diff := cmp.Diff(first, sf); diff != "" {
			t.Errorf("%s (-vscode +%s):\n%s", c.ID, c.ID, diff)
		}
	}
}
