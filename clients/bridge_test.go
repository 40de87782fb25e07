package clients

import (
	"errors"
	"testing"

	"fsskills/clients/document"

	"github.com/google/go-cmp/cmp"
)

// TestBridge looks at how the clients that need the bridge start it.
func TestBridge(t *testing.T) {
	t.Parallel()
	const oldKilo = `~\AppData\Roaming\Code\User\globalStorage\kilocode.kilo-code\settings\mcp_settings.json`
	url := server(OAuth).URL
	npx := []document.Field{{Path: []string{"command"}, Value: "npx"}, {Path: []string{"args"}, Value: []any{"-y", bridge, url}}}
	cmd := []document.Field{{Path: []string{"command"}, Value: "cmd"}, {Path: []string{"args"}, Value: []any{"/c", "npx", "-y", bridge, url}}}
	for _, tt := range []struct {
		client string
		scope  Scope
		m      machine
		want   []document.Field
	}{
		{"junie", UserScope, machine{}, npx},
		{"junie", UserScope, machine{goos: "windows"}, cmd},
		{"junie", ProjectScope, machine{goos: "windows"}, npx}, // for a team with several systems
		{"trae", UserScope, machine{goos: "darwin"}, npx},
		{"trae", UserScope, machine{goos: "windows"}, cmd},
		{"trae-cn", UserScope, machine{goos: "windows"}, cmd},
		{"trae-cn", ProjectScope, machine{goos: "windows"}, npx},
		{"roo", UserScope, machine{}, npx},
		{"roo", UserScope, machine{goos: "windows"}, npx}, // it asks the command interpreter itself
		{"iflow", UserScope, machine{}, npx},
		{"iflow", UserScope, machine{goos: "windows"}, cmd},
		{"firebender", UserScope, machine{goos: "darwin"}, npx},
		{"firebender", UserScope, machine{goos: "windows"}, cmd},
		{"kilo", UserScope, machine{goos: "windows", files: map[string]string{oldKilo: "{}"}}, cmd},
	} {
		t.Run(tt.client+" "+string(tt.scope)+" "+tt.m.goos, func(t *testing.T) {
			t.Parallel()
			c, _ := All().Find(tt.client)
			c, _ = c.In(tt.scope)
			sf, err := c.ServerFile(tt.m.system(), server(OAuth))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, sf.Entry.Fields); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if tt.m.goos != "windows" {
				return
			}
			srv := server(OAuth)
			srv.URL += "?a=1&calc"
			sf, err = c.ServerFile(tt.m.system(), srv)
			if unable := (*Unable)(nil); !errors.As(err, &unable) || len(sf.Entry.Fields) > 0 {
				t.Errorf("a URL with & gives %+v, %v", sf, err)
			}
		})
	}
}

// A URL that is no argument of a command may have what a command may not.
func TestURLWithoutBridge(t *testing.T) {
	t.Parallel()
	srv := server(APIKey)
	srv.URL += "?a=1&b=2"
	if _, err := roo.ServerFile(machine{goos: "windows"}.system(), srv); err != nil {
		t.Error(err)
	}
}

// Each editor has a file of its own for an extension that keeps one.
func TestRooInSeveralEditors(t *testing.T) {
	t.Parallel()
	const place = "/User/globalStorage/rooveterinaryinc.roo-cline"
	s := machine{files: map[string]string{
		"~/.config/Code" + place + "/settings/mcp_settings.json": "{}",
		"~/.config/Windsurf" + place + "/":                       "",
		"~/.config/Cursor/User/globalStorage/state.vscdb":        "",
		"~/.vscode-server/data" + place + "/":                    "",
	}}.system()
	want := []string{
		"/home/ann/.config/Code" + place + "/settings/mcp_settings.json",
		"/home/ann/.config/Windsurf" + place + "/settings/mcp_settings.json",
		"/home/ann/.vscode-server/data" + place + "/settings/mcp_settings.json",
	}
	if diff := cmp.Diff(want, paths(roo, s)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, sf := range roo.ServerFiles(s, server(APIKey)) {
		if sf.Unable != nil || !sf.Strict || len(sf.Entry.Fields) == 0 {
			t.Errorf("%s: %+v", sf.Path, sf)
		}
	}
}
