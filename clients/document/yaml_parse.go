package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// A yamlTree is a YAML source and its nodes, which know where they start.
type yamlTree struct {
	src   []byte
	doc   *yaml.Node // nil if the document is empty
	lines []int      // where each line starts, as yaml.v3 counts them
}

func parseYAML(src []byte) (tree, error) {
	start, err := checkEncoding(src)
	if err != nil {
		return nil, err
	}
	t := &yamlTree{src: src, lines: yamlLines(src, start)}
	text := maskDirective(src, start)
	nodes, err := decodeYAML(text[start:])
	if err != nil {
		line, column := yamlLine(err), 1
		if len(src) <= maxYAMLSearch {
			line, column = t.errorPosition(text, start, err)
		}
		msg := yamlMessage(err)
		if at := t.offset(&yaml.Node{Line: line, Column: column}); at < len(src) && src[at] == '\t' {
			msg = "a tab cannot stand here; YAML is indented by spaces"
		}
		return nil, &SyntaxError{Line: line, Column: column, Msg: msg}
	}
	switch len(nodes) {
	case 0:
	case 1:
		t.doc = nodes[0]
	default:
		return nil, errorAt(src, t.offset(nodes[1]), "the file holds more than one YAML document")
	}
	return t, nil
}

// decodeYAML returns the content of the documents in text, two at most. An
// empty document counts only if another one comes before or behind it.
func decodeYAML(text []byte) (docs []*yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil { // yaml.v3 panics on some broken input
			docs, err = nil, fmt.Errorf("%v", r)
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader(text))
	for len(docs) < 2 {
		var n yaml.Node
		if err := d.Decode(&n); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		if len(n.Content) == 1 {
			docs = append(docs, n.Content[0])
		}
	}
	if len(docs) == 1 && yamlEmpty(docs[0]) {
		return nil, nil
	}
	return docs, nil
}

// yamlEmpty reports whether a value is a null without a letter.
func yamlEmpty(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Value == "" && n.Tag == "!!null" && n.Anchor == "" && n.Style == 0
}

// maskDirective returns src with the %YAML directive, which yaml.v3 refuses
// for version 1.2, made a comment. Positions stay what they are.
func maskDirective(src []byte, start int) []byte {
	for i := start; i < len(src); {
		switch {
		case bytes.HasPrefix(src[i:], []byte("%YAML")):
			src = bytes.Clone(src)
			src[i] = '#'
		case bytes.IndexByte([]byte("%#\r\n"), src[i]) < 0:
			return src
		}
		i = lineEnd(src, i)
		i += lineBreak(src, i)
	}
	return src
}

// yamlLines finds the line starts. yaml.v3 ends a line also at U+0085, U+2028
// and U+2029, and counts characters, not bytes, in a line.
func yamlLines(src []byte, start int) []int {
	lines := []int{start}
	for i := start; i < len(src); {
		if c := src[i]; c > '\r' && c < utf8.RuneSelf {
			i++ // most bytes, and no line ends with them
			continue
		}
		n := lineBreak(src, i)
		if n == 0 {
			n = unicodeBreak(src[i:])
		}
		if n > 0 {
			i += n
			lines = append(lines, i)
			continue
		}
		i++
	}
	return lines
}

func unicodeBreak(b []byte) int {
	for _, br := range [...]string{"\u0085", "\u2028", "\u2029"} {
		if bytes.HasPrefix(b, []byte(br)) {
			return len(br)
		}
	}
	return 0
}

// offset is where a node starts, its anchor and tag included.
func (t *yamlTree) offset(n *yaml.Node) int {
	if n.Line < 1 || n.Line > len(t.lines) {
		return len(t.src)
	}
	i := t.lines[n.Line-1]
	for c := 1; c < n.Column && i < len(t.src); c++ {
		_, size := utf8.DecodeRune(t.src[i:])
		i += size
	}
	return i
}

// maxYAMLSearch is how large a file may be for its error to be searched, which
// parses it some twenty times.
const maxYAMLSearch = 256 << 10

// yamlLine is the line that yaml.v3 gives, 1 if it gives none.
func yamlLine(err error) int {
	var line int
	if _, err := fmt.Sscanf(err.Error(), "yaml: line %d:", &line); err != nil {
		return 1
	}
	return line
}

// errorPosition finds where a syntax error is. The line that yaml.v3 gives is
// often the one before, or none at all, and there is no column; but it reads
// forwards, so that the shortest beginning of the file with the same error ends
// at the place.
func (t *yamlTree) errorPosition(text []byte, start int, err error) (line, column int) {
	msg := yamlMessage(err)
	fails := func(end int) bool {
		_, err := decodeYAML(text[start:end])
		return err != nil && yamlMessage(err) == msg
	}
	ends := slices.Concat(t.lines[1:], []int{len(text)})
	line = sort.Search(len(ends)-1, func(i int) bool { return fails(ends[i]) })
	first := t.lines[line]
	chars := bytes.Runes(text[first:ends[line]])
	column = sort.Search(len(chars)-1, func(i int) bool {
		return fails(first + len(string(chars[:i+1])))
	})
	return line + 1, column + 1
}

// yamlMessage is an error of yaml.v3 without its prefix and line.
func yamlMessage(err error) string {
	msg := strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(msg, "line "); ok {
		if _, what, ok := strings.Cut(rest, ": "); ok {
			return what
		}
	}
	return msg
}
