package registry

import (
	"bytes"
	"strings"

	"gopkg.in/yaml.v3"
)

// bom is the byte order mark of UTF-8.
const bom = "\xef\xbb\xbf"

// A fieldSet is the front matter of a SKILL.md as far as anybody asks for it.
type fieldSet struct {
	keys   []string          // in the order of the file
	values map[string]string // of scalars only; null is absent
	broken bool              // no YAML in any reading
	colon  bool              // YAML only once a plain value with ": " is quoted
}

// splitFrontMatter gives the text between the first line, which is ---, and
// the next such line.
func splitFrontMatter(data []byte) (front []byte, found bool) {
	first, rest, _ := bytes.Cut(data, []byte("\n"))
	if string(bytes.TrimRight(first, " \t\r")) != "---" {
		return nil, false
	}
	for at := 0; at < len(rest) && at <= maxFrontMatterBytes; {
		line, _, more := bytes.Cut(rest[at:], []byte("\n"))
		if string(bytes.TrimRight(line, " \t\r")) == "---" {
			return rest[:at], true
		}
		if !more {
			break
		}
		at += len(line) + 1
	}
	return nil, false
}

// textBelow gives what stands below the front matter that splitFrontMatter has
// found in data.
func textBelow(data, front []byte) []byte {
	begin := bytes.IndexByte(data, '\n') + 1 + len(front)
	_, body, _ := bytes.Cut(data[begin:], []byte("\n"))
	return body
}

// parseFields reads front matter as the most lenient clients do: as YAML, then
// as YAML with its plain values quoted, then line by line.
func parseFields(front []byte) fieldSet {
	front = bytes.ReplaceAll(front, []byte("\r\n"), []byte("\n"))
	if f, ok := parseYAML(front); ok {
		return f
	}
	if quoted, changed := quoteColons(string(front)); changed {
		if f, ok := parseYAML([]byte(quoted)); ok {
			f.colon = true
			return f
		}
	}
	return readLines(string(front))
}

// parseYAML reads a YAML mapping into nodes only: aliases stay aliases, so
// that a few of them cannot become many values.
func parseYAML(front []byte) (fieldSet, bool) {
	var doc yaml.Node
	if err := yaml.Unmarshal(front, &doc); err != nil {
		return fieldSet{}, false
	}
	f := fieldSet{values: map[string]string{}}
	if doc.Kind == 0 {
		return f, true // empty, or comments only
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return fieldSet{}, false
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		if value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		f.keys = append(f.keys, key.Value)
		if value.Kind == yaml.ScalarNode && value.Tag != "!!null" {
			f.values[key.Value] = value.Value
		}
	}
	return f, true
}

// quoteColons quotes the top-level plain values that contain what YAML takes
// for another key. Their continuation lines are folded in, as YAML would.
func quoteColons(front string) (quoted string, changed bool) {
	var out strings.Builder
	lines := strings.Split(front, "\n")
	for i := 0; i < len(lines); i++ {
		key, value, ok := plainField(lines[i])
		if !ok {
			out.WriteString(lines[i] + "\n")
			continue
		}
		var valueSb96 strings.Builder
		for i+1 < len(lines) && strings.HasPrefix(lines[i+1], " ") && strings.TrimSpace(lines[i+1]) != "" {
			i++
			valueSb96.WriteString(" " + strings.TrimSpace(lines[i]))
		}
		value += valueSb96.String()
		if strings.Contains(value, ": ") || strings.HasSuffix(value, ":") {
			value = "'" + strings.ReplaceAll(value, "'", "''") + "'"
			changed = true
		}
		out.WriteString(key + ": " + value + "\n")
	}
	return out.String(), changed
}

// plainField splits a line such as "description: some text", whose value is
// neither quoted nor any other construct of YAML.
func plainField(line string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	ok = ok && isKey(key) && value != "" && !strings.ContainsRune("\"'|>[]{}&*!#%@`-?,", rune(value[0]))
	return key, value, ok
}

func isKey(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && !isDigit(c) && c != '-' && c != '_' {
			return false
		}
	}
	return s != ""
}

// readLines takes the fields of what is no YAML from lines of their own.
func readLines(front string) fieldSet {
	f := fieldSet{values: map[string]string{}, broken: true}
	for line := range strings.Lines(front) {
		key, value, found := strings.Cut(strings.TrimRight(line, "\n"), ":")
		if !found || !isKey(key) {
			continue
		}
		value = strings.TrimSpace(value)
		if n := len(value); n > 1 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
			value = value[1 : n-1]
		}
		f.keys = append(f.keys, key)
		if _, twice := f.values[key]; value != "" && !twice {
			f.values[key] = value
		}
	}
	return f
}
