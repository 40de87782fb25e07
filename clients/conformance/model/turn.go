package model

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// object is a JSON object.
type object = map[string]any

// A turn is one request to the model, in the form that all dialects share: a
// conversation up to the place where the model has to speak.
type turn struct {
	model  string
	stream bool     // the answer is wanted as a stream of events
	usage  bool     // the stream is to end with what it used
	system []string // texts of the client to the model
	users  []string // texts in the user's name, which may be the client's too
	tools  []tool
	calls  []call // what the model has called so far, oldest first
	schema object // the answer has to be JSON of this schema; nil: any text
}

// A tool is something that the client offers to the model.
type tool struct {
	space    string // the namespace that it is in; empty: none
	name     string
	about    string
	schema   object // of its arguments
	deferred bool   // offered only to who searches for it
	native   bool   // the dialect's own search for tools, called in its own way
}

// String returns the name with the namespace, as it is recorded.
func (t tool) String() string { return spell(t.space, t.name) }

// text returns all that the model reads of the tool.
func (t tool) text() string {
	return strings.Join(append([]string{t.String(), t.about}, words(t.schema)...), "\n")
}

// A call is one that the model has made, with what the client gave back.
type call struct {
	id, space, name string
	answer          *answer // nil: none yet
}

func (c call) String() string { return spell(c.space, c.name) }

// An answer is what a client gave back for a call. Failed is set where the
// dialect has a sign of errors and the client gave it.
type answer struct {
	text   string
	failed bool
}

func spell(space, name string) string {
	if space == "" {
		return name
	}
	return space + "." + name
}

// answered puts an answer to the call with the id. Without an id it goes to the
// first call of the name that has none.
func (t *turn) answered(id, name string, a answer) {
	for i := range t.calls {
		c := &t.calls[i]
		if id != "" && c.id == id || id == "" && c.name == name && c.answer == nil {
			c.answer = &a
			return
		}
	}
}

// first returns the first tool that is meant, nil if there is none.
func (t *turn) first(meant func(tool) bool) *tool {
	i := slices.IndexFunc(t.tools, meant)
	if i < 0 {
		return nil
	}
	return &t.tools[i]
}

// A reply is what the model does: it calls a tool, or says something.
type reply struct {
	id   string // differs from that of every other reply
	tool *tool
	args object // of the tool
	text string // without a tool
}

// arguments returns the reply's arguments as JSON text.
func (r reply) arguments() string {
	body, err := json.Marshal(r.args)
	if err != nil {
		panic(fmt.Sprintf("model: arguments: %v", err)) // they come from JSON
	}
	return string(body)
}

// fill returns an object of the schema: the given values for the properties
// that it has, samples for others that it requires.
func fill(schema, given object) object {
	out := object{}
	properties, _ := schema["properties"].(object)
	required, _ := schema["required"].([]any)
	for name, property := range properties {
		if v, ok := given[name]; ok {
			out[name] = v
		} else if slices.Contains(required, any(name)) {
			out[name] = sample(property)
		}
	}
	return out
}

// sample returns some value of the schema.
func sample(schema any) any {
	s, _ := schema.(object)
	for _, key := range []string{"enum", "anyOf", "oneOf"} {
		if list, ok := s[key].([]any); ok && len(list) > 0 {
			if key == "enum" {
				return list[0]
			}
			return sample(list[0])
		}
	}
	kind := s["type"]
	if list, ok := kind.([]any); ok && len(list) > 0 {
		kind = list[0]
	}
	name, _ := kind.(string)
	switch strings.ToLower(name) { // Gemini writes OBJECT
	case "object":
		return fill(s, nil)
	case "array":
		return []any{}
	case "integer", "number":
		if least, ok := s["minimum"]; ok {
			return least
		}
		return 1
	case "boolean":
		return false
	}
	return "conformance"
}

// words returns all keys and texts in a JSON value.
func words(v any) []string {
	var out []string
	switch v := v.(type) {
	case string:
		out = append(out, v)
	case []any:
		for _, e := range v {
			out = append(out, words(e)...)
		}
	case object:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = append(append(out, key), words(v[key])...)
		}
	}
	return out
}

// content is what a message holds: a text, or a list of parts.
type content []part

// A part is a piece of a message. All dialects but Gemini have texts in this
// form; the rest is of Anthropic.
type part struct {
	Type      string  `json:"type"`
	Text      string  `json:"text"`
	ID        string  `json:"id"`
	Name      string  `json:"name"`
	ToolUseID string  `json:"tool_use_id"`
	Content   content `json:"content"`
	IsError   bool    `json:"is_error"`
}

// UnmarshalJSON reads both forms.
func (c *content) UnmarshalJSON(src []byte) error {
	var text string
	if json.Unmarshal(src, &text) == nil {
		*c = content{{Type: "text", Text: text}}
		return nil
	}
	return json.Unmarshal(src, (*[]part)(c))
}

// texts returns the texts among the parts.
func (c content) texts() []string {
	var out []string
	for _, p := range c {
		if p.Text != "" {
			out = append(out, p.Text)
		}
	}
	return out
}

func (c content) String() string { return strings.Join(c.texts(), "\n") }
