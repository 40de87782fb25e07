package registry

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// ParseSkill reads the SKILL.md of the skill in the folder dir, leniently: it
// takes what it can, and says in Traits and Warnings what clients may make of
// the rest. The folder's name is the skill's. Path and Files are left empty, and
// Findings are of the front matter alone.
func ParseSkill(dir string, data []byte) Skill {
	s, _ := parseSkill(dir, data)
	return s
}

// parseSkill is ParseSkill, and gives the name that the front matter has.
func parseSkill(dir string, data []byte) (s Skill, name string) {
	s = Skill{Name: dir, UserInvocable: true}
	if text, found := bytes.CutPrefix(data, []byte(bom)); found {
		data = text
		s.note(TraitBOM, "begins with a byte order mark")
	}
	front, found := splitFrontMatter(data)
	if !found {
		s.note(TraitNoFrontMatter, noFrontMatter(data))
		if bytes.HasPrefix(data, []byte("---")) {
			// It is too long for us, or does not end: another program may read on.
			_, front, _ = bytes.Cut(data, []byte("\n"))
			s.Findings = readLines(string(front)).findings(front)
		}
		return s, ""
	}
	f := parseFields(front)
	s.Findings = f.findings(front)
	switch {
	case f.broken:
		s.note(TraitBrokenYAML, "the front matter is not valid YAML")
	case f.colon:
		s.note(TraitUnquotedColon, `a value contains ": " and is not quoted`)
	}
	s.readName(f)
	s.readDescription(f)
	// A null or missing field means the default, which is to offer the skill.
	s.UserInvocable = !strings.EqualFold(strings.TrimSpace(f.values["user-invocable"]), "false")
	s.checkKeys(f.keys)
	return s, strings.TrimSpace(f.values["name"])
}

// noFrontMatter says why splitFrontMatter finds none.
func noFrontMatter(data []byte) string {
	first, rest, _ := bytes.Cut(data, []byte("\n"))
	switch {
	case string(bytes.TrimRight(first, " \t\r")) != "---":
		return "has no front matter"
	case len(rest) > maxFrontMatterBytes:
		return "the front matter is longer than " + size(maxFrontMatterBytes) + ", and is not read"
	default:
		return "the front matter has no end"
	}
}

// note adds a trait with the warning that explains it.
func (s *Skill) note(t Trait, warning string) {
	s.Traits = append(s.Traits, t)
	s.warn(warning)
}

func (s *Skill) warn(warning string) {
	s.Warnings = append(s.Warnings, skillFile+": "+warning)
}

func (s *Skill) readName(f fieldSet) {
	name := strings.TrimSpace(f.values["name"])
	switch {
	case name == "":
		s.note(TraitNoName, "the front matter has no name")
	case name != s.Name:
		s.warn(fmt.Sprintf("the name %q differs from the folder's, %s; some clients show the former", shorten(name), s.Name))
	}
}

func (s *Skill) readDescription(f fieldSet) {
	s.Description = strings.TrimSpace(strings.ToValidUTF8(f.values["description"], "\uFFFD"))
	if s.Description == "" {
		s.note(TraitNoDescription, "the front matter has no description")
		return
	}
	// The clients that count are written in JavaScript and count UTF-16 units.
	units := 0
	for _, r := range s.Description {
		units += utf16.RuneLen(r)
	}
	if units > maxDescription {
		s.note(TraitLongDescription, fmt.Sprintf("the description has %d characters; %d is the limit", units, maxDescription))
	}
}

// checkKeys warns about fields that neither the specification nor a widely
// used client knows: most are misspelled.
func (s *Skill) checkKeys(keys []string) {
	seen := map[string]bool{}
	for _, key := range keys[:min(len(keys), maxFields)] {
		switch {
		case seen[key]:
			s.warn(fmt.Sprintf("the field %q is there twice", shorten(key)))
		case !slices.Contains(knownFields(), key):
			s.warn(fmt.Sprintf("unknown field %q", shorten(key)))
		}
		seen[key] = true
	}
}

// maxFields ends the list of warnings about one SKILL.md.
const maxFields = 50

// knownFields are those of https://agentskills.io/specification, then the
// extensions of https://code.claude.com/docs/en/skills that others took over.
func knownFields() []string {
	return []string{
		"name", "description", "license", "compatibility", "metadata", "allowed-tools",
		"user-invocable", "disable-model-invocation", "argument-hint", "arguments", "model", "effort",
		"context", "agent", "hooks", "paths", "shell", "version", "when_to_use", "disallowed-tools",
	}
}

// shorten keeps a warning on one line.
func shorten(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
