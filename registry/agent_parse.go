package registry

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// toolPrefix is how a source spells that a tool is of Fullstory's server.
const toolPrefix = "fullstory:"

// ParseAgent reads the file of the agent of this name, which is the file's less
// its extension. Unlike a skill, an agent is written anew for each client, so
// what is not understood cannot be passed on: the error says what that is. Path
// and File are left empty. The error is an [UnclearError] if nothing is unsafe.
func ParseAgent(stem string, data []byte) (Agent, error) {
	a := agentReader{Agent: Agent{Name: stem}}
	if problem := checkAgentName(stem); problem != "" {
		return Agent{}, errors.New(problem)
	}
	problem := a.parse(data)
	switch {
	case problem == "":
		return a.Agent, nil
	case a.unsafe:
		return Agent{}, errors.New(problem)
	}
	return Agent{}, &UnclearError{problem}
}

// An UnclearError says what in the file of an agent is not understood. It need
// not be wrong: sources have written agents in several ways.
type UnclearError struct{ What string }

func (e *UnclearError) Error() string { return e.What }

// An agentReader reads the file of an agent.
type agentReader struct {
	Agent
	// unsafe is true once something is found that nobody writes in good faith,
	// or that is no name of a file.
	unsafe bool
}

// refuse notes that a problem is one of safety.
func (a *agentReader) refuse(problem string) string {
	a.unsafe = true
	return problem
}

// parse reads the whole file, and says what is wrong with it, or "".
func (a *agentReader) parse(data []byte) (problem string) {
	switch {
	case !utf8.Valid(data):
		return a.refuse("not valid UTF-8")
	case bytes.IndexByte(data, 0) >= 0:
		return a.refuse("not a text: it has a zero byte")
	}
	defer func() { a.Findings = reviewAgent(a.Findings, File{Path: a.Name + agentExt, Data: data}) }()
	data = bytes.TrimPrefix(data, []byte(bom))
	front, found := splitFrontMatter(data)
	switch {
	case !found && bytes.HasPrefix(data, []byte("---")):
		return "the front matter does not end, in a line of ---, within " + size(maxFrontMatterBytes)
	case !found:
		return "no front matter"
	}
	a.Body = textBelow(data, front)
	// With the line above it, the numbers of lines are those of the file.
	front = data[:bytes.IndexByte(data, '\n')+1+len(front)]
	if problem := a.readFront(string(front)); problem != "" {
		return problem
	}
	if len(bytes.TrimSpace(a.Body)) == 0 {
		return "nothing stands below the front matter"
	}
	return ""
}

// readFront reads the front matter and says what is wrong with it, or "".
func (a *agentReader) readFront(front string) (problem string) {
	front = strings.ReplaceAll(front, "\r\n", "\n")
	// YAML ends lines at some of these, where an editor does not.
	if i := strings.IndexFunc(front, func(r rune) bool { return isControl(r) || r == 0x2028 || r == 0x2029 }); i >= 0 {
		r, _ := utf8.DecodeRuneInString(front[i:])
		return a.refuse(fmt.Sprintf("line %d: control character U+%04X", 1+strings.Count(front[:i], "\n"), r))
	}
	root, problem := parseMapping(front)
	if problem != "" {
		return problem
	}
	lines := strings.Split(front, "\n")
	if hasProperty(root, lines) {
		return "the front matter as a whole has an anchor or a tag"
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		if key.Kind != yaml.ScalarNode || hasProperty(key, lines) {
			return fmt.Sprintf("line %d: a key that is no plain word", key.Line)
		}
		name := fmt.Sprintf("%q", shorten(key.Value))
		switch {
		case seen[key.Value]:
			return "the key " + name + " is there twice"
		case hasProperty(value, lines):
			return "the value of " + name + " has an anchor or a tag"
		}
		seen[key.Value] = true
		switch key.Value {
		case "name":
			problem = a.readName(value)
		case "description":
			problem = a.readDescription(value)
		case "tools":
			problem = a.readTools(value, lines)
		default:
			problem = "unknown key " + name
		}
		if problem != "" {
			return problem
		}
	}
	for _, key := range []string{"name", "description", "tools"} {
		if !seen[key] {
			return fmt.Sprintf("the front matter has no %q", key)
		}
	}
	return ""
}

// isControl recognises the control characters that no line of text needs.
func isControl(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

// parseMapping reads text as a single YAML mapping.
func parseMapping(text string) (root *yaml.Node, problem string) {
	var doc, more yaml.Node
	d := yaml.NewDecoder(strings.NewReader(text))
	err := d.Decode(&doc)
	if err == nil {
		err = d.Decode(&more)
		if err == nil {
			return nil, "the front matter is more than one YAML document"
		}
	}
	switch {
	case !errors.Is(err, io.EOF):
		return nil, "the front matter is not valid YAML: " + shorten(yamlProblem(err))
	case len(doc.Content) == 0 || doc.Content[0].Tag == "!!null":
		return nil, "the front matter is empty"
	case doc.Content[0].Kind != yaml.MappingNode:
		return nil, "the front matter is not made of keys and values"
	}
	return doc.Content[0], ""
}

// yamlProblem gives the text of a parser's error without the line, which is the
// one above for half of them.
func yamlProblem(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if line, rest, found := strings.Cut(text, ": "); found && strings.HasPrefix(line, "line ") {
		return rest
	}
	return text
}

// hasProperty says whether a node has an anchor, without which there are no
// aliases, or a tag. The parser drops the tag !, so it is looked for in the text.
func hasProperty(n *yaml.Node, lines []string) bool {
	if n.Anchor != "" {
		return true
	}
	if n.Line < 1 || n.Line > len(lines) {
		return false
	}
	line := []rune(lines[n.Line-1])
	return n.Column >= 1 && n.Column <= len(line) && line[n.Column-1] == '!'
}

func (a *agentReader) readName(value *yaml.Node) (problem string) {
	switch {
	case !isScalar(value):
		return `"name" is not a text`
	case value.Value != "" && checkAgentName(value.Value) != "":
		return a.refuse(fmt.Sprintf("the name %q: %s", shorten(value.Value), checkAgentName(value.Value)))
	case value.Value != a.Name:
		return fmt.Sprintf("the name %q differs from the file's, %s", shorten(value.Value), a.Name)
	}
	return ""
}

// isScalar says whether a value is a text, a number or the like, and not null.
func isScalar(value *yaml.Node) bool {
	return value.Kind == yaml.ScalarNode && value.Tag != "!!null"
}

// readDescription takes the value as it is. A YAML escape can stand for what the
// file itself does not show.
func (a *agentReader) readDescription(value *yaml.Node) (problem string) {
	switch {
	case value.Kind != yaml.ScalarNode:
		return `"description" is not a text`
	case !isScalar(value) || strings.TrimSpace(value.Value) == "":
		return `"description" is empty`
	}
	if i := strings.IndexFunc(value.Value, isControl); i >= 0 {
		r, _ := utf8.DecodeRuneInString(value.Value[i:])
		return a.refuse(fmt.Sprintf(`"description" has the control character U+%04X`, r))
	}
	for _, f := range hiddenIn([]byte(value.Value)) {
		a.Findings = append(a.Findings, Finding{Line: value.Line, Kind: f.Kind, Text: f.Text + ` in the value of "description"`})
	}
	a.Description = value.Value
	return ""
}

// readTools takes a list of tools of Fullstory's server and nothing else: a
// client that does not know an entry drops it, or the agent, or all of its own
// configuration, and an agent without a list is given every tool there is.
func (a *agentReader) readTools(value *yaml.Node, lines []string) (problem string) {
	switch {
	case isScalar(value):
		return fmt.Sprintf(`"tools" is %q, not a list with entries such as %s<tool>`, shorten(value.Value), toolPrefix)
	case value.Kind != yaml.SequenceNode:
		return fmt.Sprintf(`"tools" is not a list with entries such as %s<tool>`, toolPrefix)
	case len(value.Content) == 0:
		return `"tools" is an empty list`
	}
	for i, entry := range value.Content {
		if entry.Kind != yaml.ScalarNode || hasProperty(entry, lines) {
			return fmt.Sprintf(`entry %d of "tools" is not a plain text such as %s<tool>`, i+1, toolPrefix)
		}
		shown := fmt.Sprintf(`entry %d of "tools", %q,`, i+1, shorten(entry.Value))
		tool, found := strings.CutPrefix(entry.Value, toolPrefix)
		switch {
		case !found || !isKey(tool):
			return fmt.Sprintf("%s is not of the form %s<tool>", shown, toolPrefix)
		case slices.Contains(a.Tools, tool):
			return shown + " is there twice"
		}
		a.Tools = append(a.Tools, tool)
	}
	return ""
}
