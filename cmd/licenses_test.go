package cmd_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLicenses checks that the modules which end up in the binary are those
// that somebody looked at, under the licences of that day. After a look at a
// new one: go test ./cmd -run TestLicenses -update
func TestLicenses(t *testing.T) {
	const golden = "testdata/licenses.golden"
	var lines []string
	for _, goos := range []string{"linux", "darwin", "windows"} {
		for module, dir := range linkedModules(t, goos) {
			lines = append(lines, fmt.Sprintf("%s %s\n", module, license(t, dir)))
		}
	}
	slices.Sort(lines)
	got := strings.Join(slices.Compact(lines), "")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("licences of the modules in the binary (-want +got):\n%s", diff)
	}
}

// linkedModules maps the modules that the binary for goos is made of, besides
// our own, to their folders.
func linkedModules(t *testing.T, goos string) map[string]string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-deps",
		"-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Dir}}{{end}}{{end}}", "./fsskills")
	list.Env = append(os.Environ(), "GOOS="+goos, "GOARCH=amd64", "CGO_ENABLED=0")
	var stderr strings.Builder
	list.Stderr = &stderr
	out, err := list.Output()
	if err != nil {
		t.Skipf("the modules for %s cannot be listed, perhaps there is no network: %v\n%s", goos, err, &stderr)
	}
	modules := make(map[string]string)
	for line := range strings.Lines(string(out)) {
		if module, dir, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			modules[module] = dir
		}
	}
	if len(modules) == 0 {
		t.Fatalf("no modules for %s", goos)
	}
	return modules
}

// license names the licence of the module in dir by a phrase that only this
// licence has.
func license(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "[Ll][Ii][Cc][Ee][Nn][CcSs][Ee]*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(string(data)), " ")
		for _, known := range []struct{ phrase, name string }{
			{"Apache License Version 2.0", "Apache-2.0"},
			{"Mozilla Public License Version 2.0", "MPL-2.0"},
			{"Neither the name of", "BSD-3-Clause"},
			{"Redistribution and use in source and binary forms", "BSD-2-Clause"},
			{"Permission is hereby granted, free of charge", "MIT"},
			{"Permission to use, copy, modify, and/or distribute this software", "ISC"},
		} {
			if strings.Contains(text, known.phrase) {
				return known.name
			}
		}
	}
	t.Errorf("no licence that this test knows in %s", dir)
	return "unknown"
}
