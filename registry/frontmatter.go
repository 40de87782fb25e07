package registry

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
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
	grants []grant
	// scalars are all texts below a field, with its name.
	scalars []scalar
	second  bool // there is another document of YAML, which some programs read
}

// A scalar is a text in the value of a field.
type scalar struct{ key, text string }

// findings are what a user should see of the fields. front is the text that they
// were read from; its first line is the file's second.
func (f fieldSet) findings(front []byte) []Finding {
	var out fewFindings
	for _, g := range f.grants {
		key := "allowed-tools"
		if g.kind == FindingHooks {
			key = "hooks"
		}
		out.add(lineOf(front, key), g.kind, func() string { return g.text })
	}
	found := out.all()
	if f.second {
		found = append(found, Finding{Line: secondDocument(front), Kind: FindingHidden, Text: "a second YAML document in the front matter"})
	}
	if hiddenIn(front) != nil {
		return found // said of the whole file
	}
	var escaped fewFindings
	for _, field := range f.scalars {
		for _, h := range hiddenIn([]byte(field.text)) { // by an escape, as YAML has them
			escaped.add(lineOf(front, field.key), h.Kind, func() string { return fmt.Sprintf("%s in the value of %q", h.Text, shorten(field.key)) })
		}
	}
	return append(found, escaped.all()...)
}

// lineOf is the line of the file on which a field stands: the first that begins
// with its name, else the first that has it, else that of the front matter.
func lineOf(front []byte, key string) int {
	line, has := 1, 1
	for text := range bytes.Lines(front) {
		line++
		if bytes.HasPrefix(bytes.TrimLeft(text, " \t\"'{?"), []byte(key)) {
			return line
		}
		if has == 1 && bytes.Contains(text, []byte(key)) {
			has = line
		}
	}
	return has
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
	documents := yaml.NewDecoder(bytes.NewReader(front))
	var doc yaml.Node
	switch err := documents.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return fieldSet{values: map[string]string{}}, true // empty, or comments only
	case err != nil:
		return fieldSet{}, false
	}
	f := fieldSet{values: map[string]string{}}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return fieldSet{}, false
	}
	f.grants = grantsOf(root, map[*yaml.Node]bool{})
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := scalarOf(root.Content[i]), root.Content[i+1]
		f.keys = append(f.keys, key)
		f.scalars = scalarsOf(f.scalars, key, value)
		value = resolved(value)
		if value.Kind == yaml.ScalarNode && value.Tag != "!!null" {
			f.values[key] = value.Value
		}
	}
	f.readSecond(documents, front)
	return f, true
}

// readSecond looks for a document behind the first. What is no YAML there is
// one too: who stops behind the first does not see that it is none.
func (f *fieldSet) readSecond(documents *yaml.Decoder, front []byte) {
	for {
		var doc yaml.Node
		err := documents.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return
		}
		f.second = true
		if err != nil {
			for i := secondDocument(front) - 2; i > 0; i-- {
				_, front, _ = bytes.Cut(front, []byte("\n"))
			}
			f.grants = append(f.grants, readLines(string(front)).grants...)
			return
		}
		f.grants = append(f.grants, grantsOf(doc.Content[0], map[*yaml.Node]bool{})...)
	}
}

// secondDocument is the line of the file on which the first document of the
// front matter ends.
func secondDocument(front []byte) int {
	line, begun := 1, false
	for text := range bytes.Lines(front) {
		line++
		marked := bytes.HasPrefix(text, []byte("---"))
		if marked && begun || bytes.HasPrefix(text, []byte("...")) {
			return line
		}
		begun = begun || marked || len(bytes.TrimSpace(text)) > 0
	}
	return line
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
		var folded strings.Builder
		for i+1 < len(lines) && strings.HasPrefix(lines[i+1], " ") && strings.TrimSpace(lines[i+1]) != "" {
			i++
			folded.WriteString(" " + strings.TrimSpace(lines[i]))
		}
		value += folded.String()
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
		if key, value, found := strings.Cut(line, ":"); found {
			// Who reads what is broken may read it in any way.
			if kind := grantKind(strings.Trim(key, " \t\"'{?-")); kind != "" {
				f.grants = append(f.grants, grant{kind, cmp.Or(oneLine(value, maxShown), "on the lines below")})
			}
		}
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
