package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

const (
	// pluginName is the plugin whose skills are taken, in any letter case.
	pluginName = "fullstory"
	// skillFile is what makes a folder a skill
	// (https://agentskills.io/specification).
	skillFile = "SKILL.md"
	// manifestDir and manifestName are where a Claude Code marketplace lists
	// its plugins (https://code.claude.com/docs/en/plugin-marketplaces).
	manifestDir  = ".claude-plugin"
	manifestName = "marketplace.json"
)

// findSkills finds the folder that holds the skills and the names of those
// skills. Upstream has moved it twice: the manifest says where it is, and if
// it does not, the two places where it was are tried.
func findSkills(ctx context.Context, t tree) (dir string, skills []entry, looked, warnings []string, err error) {
	places := []string{"plugins/" + pluginName + "/skills", "skills"}
	place, warnings, err := readManifest(ctx, t)
	if err != nil {
		return "", nil, nil, nil, err
	}
	if place != "" {
		places = slices.Insert(slices.DeleteFunc(places, func(s string) bool { return s == place }), 0, place)
	}
	for _, dir := range places {
		skills, notes, err := listSkills(ctx, t, dir)
		if err != nil {
			return "", nil, nil, nil, err
		}
		warnings = append(warnings, notes...)
		if len(skills) > 0 {
			return dir, skills, nil, warnings, nil
		}
		note, err := blocked(ctx, t, dir)
		if err != nil {
			return "", nil, nil, nil, err
		}
		if note != "" {
			warnings = append(warnings, note)
			dir += ": " + note
		}
		looked = append(looked, dir)
	}
	return "", nil, looked, warnings, nil
}

// blocked says what on the way to a folder is not followed, or "".
func blocked(ctx context.Context, t tree, dir string) (note string, err error) {
	above := ""
	for step := range strings.SplitSeq(dir, "/") {
		entries, err := t.list(ctx, above)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errTooLarge) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		i := slices.IndexFunc(entries, func(e entry) bool { return e.name == step })
		if i < 0 {
			return "", nil
		}
		above = path.Join(above, step)
		if kind := entries[i].kind; kind != folder {
			if kind.isFile() {
				return "", nil
			}
			return fmt.Sprintf("%s is ignored: a %s is not followed", above, kind), nil
		}
	}
	return "", nil
}

// listSkills gives the entries of dir that are or pretend to be skills. Those
// that are not folders are in it, so that they are refused by name.
func listSkills(ctx context.Context, t tree, dir string) (skills []entry, warnings []string, err error) {
	entries, err := t.list(ctx, dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, nil
	case errors.Is(err, errTooLarge) || len(entries) > maxSkills:
		return nil, nil, &LimitError{Where: dir, What: fmt.Sprintf("%d entries", maxSkills)}
	case err != nil:
		return nil, nil, err
	}
	sortEntries(entries)
	found := false
	for _, e := range entries {
		switch e.kind {
		case symlink, hardLink, submodule, special:
			skills = append(skills, e)
		case folder:
			if !isSafeStep(e.name) {
				skills = append(skills, e)
				continue
			}
			files, err := t.list(ctx, path.Join(dir, e.name))
			if errors.Is(err, errTooLarge) {
				skills = append(skills, e) // nothing is known of it but that
				continue
			}
			if err != nil {
				return nil, nil, err
			}
			if slices.ContainsFunc(files, func(f entry) bool { return f.name == skillFile }) {
				skills = append(skills, e)
				found = true
				continue
			}
			i := slices.IndexFunc(files, func(f entry) bool { return strings.EqualFold(f.name, skillFile) })
			if i >= 0 {
				warnings = append(warnings, fmt.Sprintf("%s/%s/%s is ignored: the file must be named %s", dir, e.name, files[i].name, skillFile))
			}
		default: // a README beside the skills
		}
	}
	if !found {
		return nil, warnings, nil
	}
	return skills, warnings, nil
}

// isSafeStep says whether a folder's name can be used in a path at all.
func isSafeStep(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.ContainsRune(name, '/')
}

// readManifest gives the skills folder that the marketplace manifest names for
// our plugin, or "" and perhaps a warning.
func readManifest(ctx context.Context, t tree) (place string, warnings []string, err error) {
	file := manifestDir + "/" + manifestName
	entries, err := t.list(ctx, manifestDir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", nil, err
	}
	i := slices.IndexFunc(entries, func(e entry) bool { return e.name == manifestName && e.kind.isFile() })
	if i < 0 {
		note, err := blocked(ctx, t, file)
		if note != "" {
			warnings = []string{note}
		}
		return "", warnings, err
	}
	data, err := t.read(ctx, manifestDir, entries[i], maxManifestBytes)
	if errors.Is(err, errTooLarge) {
		return "", []string{fmt.Sprintf("%s is ignored: larger than %d KiB", file, maxManifestBytes>>10)}, nil
	}
	if err != nil {
		return "", nil, err
	}
	place, problem := parseManifest(data)
	if problem != "" {
		warnings = append(warnings, file+" is ignored: "+problem)
	}
	return place, warnings, nil
}

// parseManifest reads a marketplace manifest. A manifest without our plugin is
// no problem; one that names a place outside the source is.
func parseManifest(data []byte) (place, problem string) {
	var manifest struct {
		Plugins []struct {
			Name   string          `json:"name"`
			Source json.RawMessage `json:"source"`
		} `json:"plugins"`
	}
	data = bytes.TrimPrefix(data, []byte(bom))
	err := json.Unmarshal(data, &manifest)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return "", fmt.Sprintf("a manifest has no %s at byte %d", wrong.Value, wrong.Offset)
	}
	if err != nil {
		return "", err.Error()
	}
	for _, p := range manifest.Plugins {
		if !strings.EqualFold(p.Name, pluginName) {
			continue
		}
		var source string
		if err := json.Unmarshal(p.Source, &source); err != nil {
			return "", "the source of plugin " + pluginName + " is not a folder in this repository"
		}
		if len(source) > maxPlaceBytes {
			return "", fmt.Sprintf("the source of plugin %s has more than %d bytes", pluginName, maxPlaceBytes)
		}
		dir := path.Clean(source)
		if source == "" || path.IsAbs(dir) || dir == ".." || strings.HasPrefix(dir, "../") || strings.ContainsAny(source, "\\:\x00") {
			return "", fmt.Sprintf("the source %q of plugin %s is not a folder in this repository", source, pluginName)
		}
		return path.Join(dir, "skills"), ""
	}
	return "", ""
}
