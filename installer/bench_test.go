package installer

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fsskills/clients"
	"fsskills/clients/document"
	"fsskills/registry"
)

// A scale is how much a benchmark has to do.
type scale struct{ clients, skills int }

func (s scale) String() string { return fmt.Sprintf("clients=%d/skills=%d", s.clients, s.skills) }

// onDisk are the scales of benchmarks that need the skills on the disk.
var onDisk = append(slices.Clone(written), scale{10, 1000})

// written are those of benchmarks that write them each time.
var written = []scale{{10, 3}, {40, 3}, {200, 3}, {10, 100}}

// inMemory are those of benchmarks that need none.
var inMemory = append(slices.Clone(onDisk), scale{200, 1000})

// eachScale runs a benchmark for each scale, in a world of its own.
func eachScale(b *testing.B, scales []scale, run func(b *testing.B, w *world, s scale)) {
	b.Helper()
	for _, s := range scales {
		b.Run(s.String(), func(b *testing.B) {
			b.ReportAllocs()
			run(b, newWorld(b), s)
		})
	}
}

// manyClients wants the snapshot in n clients, each with a skills folder and a
// config file of its own.
func manyClients(w *world, n int, s *registry.Snapshot) Request {
	req := Request{Command: "install", System: w.sys, Snapshot: s}
	for i := range n {
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

// upstreamSized is a snapshot of n skills. The first three have the sizes of the
// real ones, and so have those that follow.
func upstreamSized(commit string, n int) *registry.Snapshot {
	text := func(n int) string { return strings.Repeat("A line of instructions.\n", n/24) + commit + "\n" }
	files := map[string]string{}
	for i := range n {
		name := fmt.Sprintf("skill-%d/", i)
		switch i % 3 {
		case 0:
			files[name+"SKILL.md"] = text(8000)
			files[name+"references/a.md"], files[name+"references/b.md"] = text(4000), text(4000)
		default:
			files[name+"SKILL.md"] = text(3000)
		}
	}
	return snapshot(commit, files)
}

func BenchmarkPlanInstall(b *testing.B) {
	eachScale(b, inMemory, func(b *testing.B, w *world, s scale) {
		b.Helper()
		req := manyClients(w, s.clients, upstreamSized("1111", s.skills))
		r := w.receipt()
		for b.Loop() {
			if _, err := NewInstall(r, req); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkPlanNothingToDo(b *testing.B) {
	eachScale(b, onDisk, func(b *testing.B, w *world, s scale) {
		b.Helper()
		req := manyClients(w, s.clients, upstreamSized("1111", s.skills))
		w.install(req)
		r := w.receipt()
		for b.Loop() {
			plan, err := NewInstall(r, req)
			if err != nil || !plan.Empty() {
				b.Fatal("there is something to do:", err)
			}
		}
	})
}

// BenchmarkPlanUpdate plans to change each file of each skill.
func BenchmarkPlanUpdate(b *testing.B) {
	eachScale(b, onDisk, func(b *testing.B, w *world, s scale) {
		b.Helper()
		req := manyClients(w, s.clients, upstreamSized("1111", s.skills))
		w.install(req)
		r := w.receipt()
		req.Command, req.Snapshot = "update", upstreamSized("2222", s.skills)
		for b.Loop() {
			plan, err := NewUpdate(r, req)
			if err != nil || plan.Empty() {
				b.Fatal("there is nothing to do:", err)
			}
		}
	})
}

func BenchmarkPlanUninstall(b *testing.B) {
	eachScale(b, onDisk, func(b *testing.B, w *world, s scale) {
		b.Helper()
		w.install(manyClients(w, s.clients, upstreamSized("1111", s.skills)))
		r := w.receipt()
		for b.Loop() {
			if NewUninstall(r, Removal{}).Empty() {
				b.Fatal("there is nothing to do")
			}
		}
	})
}

// BenchmarkStatus compares what is recorded with the disk, and beside that with
// a snapshot that has the same.
func BenchmarkStatus(b *testing.B) {
	for _, online := range []bool{false, true} {
		b.Run(fmt.Sprintf("upstream=%t", online), func(b *testing.B) {
			eachScale(b, onDisk, func(b *testing.B, w *world, s scale) {
				b.Helper()
				req := manyClients(w, s.clients, upstreamSized("1111", s.skills))
				w.install(req)
				r := w.receipt()
				if !online {
					req.Snapshot = nil
				}
				for b.Loop() {
					checks, _ := NewStatus(r, req)
					if len(checks) != s.clients*(s.skills+1) || slices.ContainsFunc(checks, Check.Differs) {
						b.Fatalf("%d checks, and something differs", len(checks))
					}
				}
			})
		})
	}
}

// BenchmarkReceipt reads the receipt.
func BenchmarkReceipt(b *testing.B) {
	eachScale(b, onDisk, func(b *testing.B, w *world, s scale) {
		b.Helper()
		w.install(manyClients(w, s.clients, upstreamSized("1111", s.skills)))
		for b.Loop() {
			if len(w.receipt().Items) != s.clients*s.skills {
				b.Fatal("not all is recorded")
			}
		}
	})
}

// BenchmarkApply installs; taking it out again is not timed.
func BenchmarkApply(b *testing.B) {
	eachScale(b, written, func(b *testing.B, w *world, s scale) {
		b.Helper()
		req := manyClients(w, s.clients, upstreamSized("1111", s.skills))
		for b.Loop() {
			w.install(req)
			b.StopTimer()
			w.uninstall(Removal{})
			w.dropBackups()
			b.StartTimer()
		}
	})
}

// BenchmarkApplyUpdate changes each file of each skill.
func BenchmarkApplyUpdate(b *testing.B) {
	eachScale(b, written, func(b *testing.B, w *world, s scale) {
		b.Helper()
		odd, even := upstreamSized("1111", s.skills), upstreamSized("2222", s.skills)
		req := manyClients(w, s.clients, odd)
		w.install(req)
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
	})
}

// BenchmarkApplyUninstall takes all of it out; putting it in is not timed.
func BenchmarkApplyUninstall(b *testing.B) {
	eachScale(b, written, func(b *testing.B, w *world, s scale) {
		b.Helper()
		req := manyClients(w, s.clients, upstreamSized("1111", s.skills))
		for b.Loop() {
			b.StopTimer()
			w.install(req)
			b.StartTimer()
			w.uninstall(Removal{})
			b.StopTimer()
			w.dropBackups()
			b.StartTimer()
		}
	})
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
