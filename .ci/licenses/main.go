// Licenses lists every module that go.mod leads to, with its licence and where
// it ends up: in the binary, in tests only, or nowhere, which is a module that
// others name and nothing here is built from.
//
//	go run ./.ci/licenses
//	go run ./.ci/licenses -texts    the texts of those in the binary, to go with it
//
// It reads what "go list -m -json all" prints. A module that is built from and
// whose licence it does not know is an error.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	texts := flag.Bool("texts", false, "print the texts of the licences of what is in the binary")
	flag.Parse()
	lines, err := report(*texts)
	for _, line := range lines {
		fmt.Println(line)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "licenses:", err)
		os.Exit(1)
	}
}

// A module is what go list says of one, and where it ends up.
type module struct {
	Path    string
	Version string
	Dir     string
	Main    bool

	where string
}

// report is what is to be printed.
func report(texts bool) ([]string, error) {
	all, err := modules()
	if err != nil {
		return nil, err
	}
	if texts {
		return inBinary(all)
	}
	return list(all)
}

// modules are all that go.mod leads to, sorted.
func modules() ([]module, error) {
	out, err := run(nil, "list", "-m", "-json", "all")
	if err != nil {
		return nil, err
	}
	tests, err := builtFrom("-test", "./...")
	if err != nil {
		return nil, err
	}
	binary, err := builtFrom("./cmd/fsskills")
	if err != nil {
		return nil, err
	}
	var all []module
	for dec := json.NewDecoder(strings.NewReader(out)); ; {
		var m module
		if err := dec.Decode(&m); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		m.where = "nowhere"
		switch {
		case m.Main:
			continue
		case binary[m.Path]:
			m.where = "binary"
		case tests[m.Path]:
			m.where = "tests"
		}
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return all, nil
}

// list gives a line for each module, and what is wrong with some.
func list(all []module) ([]string, error) {
	var lines []string
	var unknown error
	for _, m := range all {
		name := "-" // it may not be on this machine
		if m.where != "nowhere" {
			var err error
			name, err = licence(m.Dir)
			unknown = errors.Join(unknown, err)
		}
		lines = append(lines, m.Path+" "+name+" "+m.where)
	}
	return lines, unknown
}

// inBinary gives the licences, and the notices that some ask to be passed on, of
// what is in the binary: of each module and of Go itself.
func inBinary(all []module) ([]string, error) {
	root, err := run(nil, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	version, err := run(nil, "env", "GOVERSION")
	if err != nil {
		return nil, err
	}
	parts := []module{{Path: "Go", Version: strings.TrimSpace(version), Dir: strings.TrimSpace(root), where: "binary"}}
	lines := []string{"fsskills contains parts of the following, under these licences."}
	for _, m := range append(parts, all...) {
		if m.where != "binary" {
			continue
		}
		files, err := textFiles(m.Dir)
		if err != nil {
			return nil, err
		}
		if len(files) == 0 {
			return nil, fmt.Errorf("no licence in %s", m.Dir)
		}
		heading := m.Path + " " + m.Version
		lines = append(lines, "", strings.Repeat("=", len(heading)), heading, strings.Repeat("=", len(heading)))
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			lines = append(lines, "", strings.TrimRight(strings.ReplaceAll(string(data), "\r", ""), "\n"))
		}
	}
	return lines, nil
}

// textFiles are the licences and notices in a folder.
func textFiles(dir string) ([]string, error) {
	licences, err := licenceFiles(dir)
	if err != nil {
		return nil, err
	}
	notices, err := filepath.Glob(filepath.Join(dir, "[Nn][Oo][Tt][Ii][Cc][Ee]*"))
	return append(licences, notices...), err
}

// licenceFiles are the licences in a folder.
func licenceFiles(dir string) ([]string, error) {
	return filepath.Glob(filepath.Join(dir, "[LlCc][IiOo][CcPp][EeYy][NnIi][CcSsNn]*"))
}

// builtFrom are the modules that packages are made of, on some system.
func builtFrom(packages ...string) (map[string]bool, error) {
	modules := map[string]bool{}
	for _, goos := range []string{"linux", "darwin", "windows"} {
		args := append([]string{"list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}"}, packages...)
		out, err := run([]string{"GOOS=" + goos, "GOARCH=amd64", "CGO_ENABLED=0"}, args...)
		if err != nil {
			return nil, err
		}
		for path := range strings.FieldsSeq(out) {
			modules[path] = true
		}
	}
	return modules, nil
}

func run(env []string, args ...string) (string, error) {
	c := exec.Command("go", args...)
	c.Env = append(os.Environ(), env...)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	return string(out), nil
}

// licence names what is in dir, each licence by a phrase that only it has. Some
// modules are partly under one and partly under another.
func licence(dir string) (string, error) {
	files, err := licenceFiles(dir)
	if err != nil {
		return "", err
	}
	var names []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return "", err
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
				names = append(names, known.name)
				break // the texts have phrases in common
			}
		}
	}
	if len(names) == 0 {
		return "", fmt.Errorf("no licence that is known in %s", dir)
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), "+"), nil
}
