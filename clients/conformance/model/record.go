package model

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Record is what a client offered to the model.
type Record struct {
	// Requests counts those for an answer, side requests among them.
	Requests int
	// Unknown has the requests in no known dialect, as "POST /path".
	Unknown []string
	// Tools are the names of those offered in the main conversation.
	Tools []string
	// Named says where the agent's name stood in the main conversation before
	// the model asked for it: InTool, InSystem, InReminder. Which of them counts
	// differs by client.
	Named []string
	// Main is all text of the main conversation's first request: the system's,
	// the tools', the user's.
	Main string
	// Started is set if the sub-agent's own conversation was seen.
	Started bool
	// Offered are the names of the tools offered to the sub-agent, each once, in
	// order, as the client spells them; "namespace.name" where it has namespaces.
	Offered []string
	// Called is the name of the tool that the sub-agent called; empty: none.
	Called string
	// Answer is the text that the call gave back.
	Answer string
	// Errors are the client's answers when asked for the agent that are errors: it
	// says so, or the agent's conversation was never seen.
	Errors []string
}

// Where the name of an agent may stand.
const (
	InTool     = "dispatch tool" // the tool that starts sub-agents
	InSystem   = "system prompt"
	InReminder = "reminder" // a text in the user's name
)

// A notebook is a record while it is made.
type notebook struct {
	Record
	answers []answer // to the calls that ask and wait for the agent
}

// note writes down a turn and what the model did at it.
func (n *notebook) note(s Script, t *turn, r reply) {
	n.Requests++
	switch {
	case t.sub():
		n.noteSub(s, t, r)
	case !t.side():
		n.noteMain(s, t)
	}
}

func (n *notebook) noteSub(s Script, t *turn, r reply) {
	n.Started = true
	n.Offered = appendNames(n.Offered, t.tools)
	if r.tool != nil && s.wants(r.tool.String()) {
		n.Called = r.tool.String()
	}
	for _, c := range t.calls {
		if s.wants(c.String()) && c.answer != nil {
			n.Answer = c.answer.text
		}
	}
}

func (n *notebook) noteMain(s Script, t *turn) {
	n.Tools = appendNames(n.Tools, t.tools)
	if n.Main == "" {
		n.Main = t.text()
	}
	asked := false
	for _, c := range t.calls {
		asked = asked || dispatches(c.name)
		if c.answer != nil && (dispatches(c.name) || waits(c.name)) && !slices.Contains(n.answers, *c.answer) {
			n.answers = append(n.answers, *c.answer)
		}
	}
	if asked || s.Agent == "" {
		return // from here on the name may be an echo
	}
	for _, place := range t.places(s.Agent) {
		if !slices.Contains(n.Named, place) {
			n.Named = append(n.Named, place)
		}
	}
}

// done returns the record.
func (n *notebook) done() Record {
	for _, a := range n.answers {
		if a.failed || !n.Started {
			n.Errors = append(n.Errors, a.text)
		}
	}
	return n.Record
}

// appendNames appends the names of tools that are not in the list.
func appendNames(names []string, tools []tool) []string {
	for _, t := range tools {
		if !slices.Contains(names, t.String()) {
			names = append(names, t.String())
		}
	}
	return names
}

// text returns all that the model reads before it has called anything.
func (t *turn) text() string {
	all := slices.Clone(t.system)
	for _, o := range t.tools {
		all = append(all, o.text())
	}
	return strings.Join(append(all, t.users...), "\n")
}

// places returns where the name of the agent stands.
func (t *turn) places(agent string) []string {
	var out []string
	if slices.ContainsFunc(t.tools, func(o tool) bool { return dispatches(o.name) && names(o.text(), agent) }) {
		out = append(out, InTool)
	}
	if slices.ContainsFunc(t.system, func(text string) bool { return names(text, agent) }) {
		out = append(out, InSystem)
	}
	if slices.ContainsFunc(t.users, func(text string) bool { return names(text, agent) }) {
		out = append(out, InReminder)
	}
	return out
}

// names reports whether a text has the name as a word of its own: not as a part
// of a longer name, of a plugin's "plugin:name", of a path or of a file's name.
func names(text, name string) bool {
	for off := 0; ; {
		i := strings.Index(text[off:], name)
		if i < 0 {
			return false
		}
		start, end := off+i, off+i+len(name)
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		after, _ := utf8.DecodeRuneInString(text[end:])
		if !inName(before, ":/.-") && !inName(after, "/-") && !fileEnding(text[end:]) {
			return true
		}
		off = end
	}
}

// inName reports whether a name goes on with the rune. At the end of a text it
// is utf8.RuneError, which is in none.
func inName(r rune, signs string) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || strings.ContainsRune(signs, r)
}

// fileEnding reports whether the text behind a name makes it that of a file.
func fileEnding(text string) bool {
	return slices.ContainsFunc([]string{".agent", ".md", ".toml"}, func(e string) bool { return strings.HasPrefix(text, e) })
}
