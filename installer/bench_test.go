package installer

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fsskills/clients"
	"fsskills/clients/document"
	"fsskills/registry"
)

// manyClients are forty clients, each with a skills folder and a config file of
// its own.
func manyClients(w *world, s *registry.Snapshot) Request {
	req := Request{Command: "install", System: w.sys, Snapshot: s}
	for i := range fleet {
		at := func(rel string) clients.Paths {
			p := clients.Path(fmt.Sprintf("~/.client%d/%s", i, rel))
			return clients.Paths{Linux: p, Darwin: p, Windows: p}
		}
		c := clients.Client{
			ID: fmt.Sprintf("client%d", i), Name: fmt.Sprintf("Client %d", i),
			Skills: clients.Skills{Dir: at("skills"), Call: clients.Slash},
			Servers: []clients.Config{{
				Files: []clients.File{{At: at("mcp.json")}}, Format: document.JSON, Root: []string{"mcpServers"},
				Fields: []clients.Field{{Path: "type", Value: "http"}, {Path: "url", Value: "<url>"}},
			}},
		}
		w.write(fmt.Sprintf(".client%d/mcp.json", i), "{\n  \"mcpServers\": {\n    \"other\": { \"command\": \"other\" }\n  }\n}\n")
		req.Targets = append(req.Targets, Target{
			Client: c, Skills: true,
			Server: &clients.Server{Name: clients.ServerName, URL: serverURL, Auth: clients.OAuth},
		})
	}
	return req
}

// upstreamSized is a snapshot of three skills with the sizes of the real ones.
func upstreamSized(commit string) *registry.Snapshot {
	text := func(n int) string { return strings.Repeat("A line of instructions.\n", n/24) + commit + "\n" }
	return snapshot(commit, map[string]string{
		"general-analysis/SKILL.md": text(8000), "general-analysis/references/a.md": text(4000),
		"general-analysis/references/b.md": text(4000), "comparisons/SKILL.md": text(3000), "session-review/SKILL.md": text(3000),
	})
}

const fleet = 40

func BenchmarkPlanInstall(b *testing.B) {
	w := newWorld(b)
	req := manyClients(w, upstreamSized("1111"))
	r := w.receipt()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := NewInstall(r, req); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPlanNothingToDo(b *testing.B) {
	w := newWorld(b)
	req := manyClients(w, upstreamSized("1111"))
	w.install(req)
	r := w.receipt()
	b.ReportAllocs()
	for b.Loop() {
		plan, err := NewInstall(r, req)
		if err != nil || !plan.Empty() {
			b.Fatal("there is something to do:", err)
		}
	}
}

// BenchmarkApply installs into 40 clients; taking it out again is not timed.
func BenchmarkApply(b *testing.B) {
	w := newWorld(b)
	req := manyClients(w, upstreamSized("1111"))
	b.ReportAllocs()
	for b.Loop() {
		w.install(req)
		b.StopTimer()
		w.uninstall(Removal{})
		w.dropBackups()
		b.StartTimer()
	}
}

func BenchmarkApplyUpdate(b *testing.B) {
	w := newWorld(b)
	odd, even := upstreamSized("1111"), upstreamSized("2222")
	req := manyClients(w, odd)
	w.install(req)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		req.Snapshot = even
		if i%2 == 1 {
			req.Snapshot = odd
		}
		w.update(req)
		b.StopTimer()
		w.dropBackups()
		b.StartTimer()
	}
}

func (w *world) dropBackups() {
	w.t.Helper()
	paths, err := filepath.Glob(filepath.Join(w.store.Dir, backupsName, "*.tar"))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, p := range paths {
		if err := os.Remove(p); err != nil {
			w.t.Fatal(err)
		}
	}
}
