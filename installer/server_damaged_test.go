package installer

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"fsskills/clients"
)

// TestEditsThatDoNotFit has a receipt whose edits are not those of the file,
// though the file is as the receipt says: no command falls over them, and the
// entry goes by structure.
func TestEditsThatDoNotFit(t *testing.T) {
	for _, damage := range []struct {
		name string
		do   func(*Server)
	}{
		{"far behind the end", func(s *Server) { s.Edits[0].Off = 1 << 20 }},
		{"a few bytes on", func(s *Server) { s.Edits[0].Off += 3 }},
		{"another text", func(s *Server) { s.Edits[0].New = bytes.ToUpper(s.Edits[0].New) }},
		{"a shorter text", func(s *Server) { s.Edits[0].New = s.Edits[0].New[1:] }},
		{"none", func(s *Server) { s.Edits = nil }},
	} {
		for _, run := range []struct {
			name string
			do   func(*world)
			gone bool
		}{
			{"uninstall", func(w *world) { w.uninstall(Removal{}) }, true},
			{"install", func(w *world) { w.install(w.request(first(), "cursor")) }, false},
			{"install of another", func(w *world) {
				req := w.request(first(), "cursor")
				req.Targets[0].Server = &clients.Server{Name: clients.ServerName, URL: "https://api.eu1.fullstory.com/mcp/fullstory", Auth: clients.OAuth}
				w.install(req)
			}, false},
		} {
			t.Run(fmt.Sprintf("%s, %s", damage.name, run.name), func(t *testing.T) {
				w := newWorld(t)
				w.write(".cursor/mcp.json", "{\n  // mine\n  \"mcpServers\": { \"a\": { \"command\": \"a\" } }\n}\n")
				w.install(w.request(first(), "cursor"))
				r := w.receipt()
				damage.do(&r.Servers[0])
				if err := w.store.saveReceipt(r); err != nil {
					t.Fatal(err)
				}
				run.do(w)
				got := w.read(".cursor/mcp.json")
				if there := strings.Contains(got, "fullstory"); there == run.gone {
					t.Errorf("ours is there: %v\n%s", there, got)
				}
				if !strings.Contains(got, "// mine") || !strings.Contains(got, `"a": { "command": "a" }`) {
					t.Errorf("the user's is not as it was:\n%s", got)
				}
				w.uninstall(Removal{})
				if got := w.read(".cursor/mcp.json"); strings.Contains(got, "fullstory") {
					t.Errorf("in the end:\n%s", got)
				}
			})
		}
	}
}
