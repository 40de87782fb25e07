package clients

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"fsskills/clients/document"
)

// AgentFile returns an agent as the client has it: the name of the file in
// [Client.AgentsDir] and its bytes. The description and the body are as they
// were, to the byte; of everything else the file has what the catalog says and
// nothing more. The error says why the client cannot have this agent.
func (c Client) AgentFile(a Agent) (name string, data []byte, err error) {
	if why := c.NoAgents(); why != "" {
		return "", nil, fmt.Errorf("%s %s", c.Name, why)
	}
	if err := a.check(); err != nil {
		return "", nil, err
	}
	if c.Agents.Form == TOMLKeys {
		return a.Name + c.Agents.Ext, c.Agents.toml(a), nil
	}
	return a.Name + c.Agents.Ext, c.Agents.markdown(a), nil
}

// longestAgentName is what the names of skills are held to.
const longestAgentName = 64

// check refuses what would be more than a name, a tool or a text in a file.
func (a Agent) check() error {
	if a.Name == "" || len(a.Name) > longestAgentName || a.Name[0] == '-' || !madeOf(a.Name, agentNameByte) {
		return fmt.Errorf("the agent's name %q is not made of the letters a to z, digits and hyphens, at most %d", a.Name, longestAgentName)
	}
	if len(a.Tools) == 0 {
		return errors.New("the agent names no tools: it would be given all of them")
	}
	for i, tool := range a.Tools {
		if tool == "" || !madeOf(tool, toolNameByte) {
			return fmt.Errorf("the agent's tool %q is not made of letters, digits, underscores and hyphens", tool)
		}
		if slices.Contains(a.Tools[:i], tool) {
			return fmt.Errorf("the agent names the tool %s twice", tool)
		}
	}
	switch {
	case strings.TrimSpace(a.Description) == "":
		return errors.New("the agent has no description, by which assistants know when to start it")
	case !utf8.ValidString(a.Description):
		return errors.New("the agent's description is not UTF-8")
	case len(bytes.TrimSpace(a.Body)) == 0:
		return errors.New("the agent is told nothing: there is no text behind its front matter")
	case !utf8.Valid(a.Body):
		return errors.New("the agent's text is not UTF-8")
	}
	return nil
}

func madeOf(s string, allowed func(c byte) bool) bool {
	for i := range len(s) {
		if !allowed(s[i]) {
			return false
		}
	}
	return true
}

func agentNameByte(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' }

func toolNameByte(c byte) bool { return agentNameByte(c) || 'A' <= c && c <= 'Z' || c == '_' }

// spelled are the names of the agent's tools in the client's spellings.
func (as *Agents) spelled(a Agent) []string {
	names := make([]string, 0, len(a.Tools)*len(as.Spellings))
	for _, tool := range a.Tools {
		fill := strings.NewReplacer("<server>", ServerName, "<tool>", tool)
		for _, spelling := range as.Spellings {
			names = append(names, fill.Replace(spelling))
		}
	}
	return names
}

// markdown is the agent with front matter. Its lines end with a line feed, and
// the body's as they did.
func (as *Agents) markdown(a Agent) []byte {
	var out bytes.Buffer
	out.WriteString("---\n")
	if !as.Unnamed {
		fmt.Fprintf(&out, "name: %s\n", yamlText(a.Name))
	}
	fmt.Fprintf(&out, "description: %s\n", yamlText(a.Description))
	for _, k := range as.Fixed {
		fmt.Fprintf(&out, "%s: %s\n", k.Key, yamlText(k.Value))
	}
	names := as.spelled(a)
	switch as.Tools {
	case ToolLine:
		fmt.Fprintf(&out, "tools: %s\n", strings.Join(names, ", "))
	case ToolItems:
		fmt.Fprintf(&out, "tools:\n  - %s\n", strings.Join(names, "\n  - "))
	case Permissions: // the last one that matches counts
		fmt.Fprintf(&out, "permission:\n  \"*\": deny\n  %s: allow\n", strings.Join(names, ": allow\n  "))
	case NoToolList:
	}
	out.WriteString("---\n")
	out.Write(a.Body)
	return out.Bytes()
}

// toml is the agent as a TOML file.
func (as *Agents) toml(a Agent) []byte {
	var out bytes.Buffer
	for _, k := range append([]AgentKey{{"name", a.Name}, {"description", a.Description}}, as.Fixed...) {
		fmt.Fprintf(&out, "%s = %s\n", k.Key, document.Quoted(document.TOML, k.Value))
	}
	fmt.Fprintf(&out, "developer_instructions = %s\n", tomlLines(string(a.Body)))
	return out.Bytes()
}

// tomlLines is text as a TOML string that has a line for each of its lines.
// Nothing but a line feed stands for itself at the end of one: TOML lets its
// readers take other line breaks for that.
func tomlLines(text string) string {
	var out strings.Builder
	out.WriteString(`"""`)
	for line := range strings.SplitSeq(text, "\n") {
		quoted := document.Quoted(document.TOML, line)
		out.WriteByte('\n') // the first one does not count
		out.WriteString(quoted[1 : len(quoted)-1])
	}
	out.WriteString(`"""`)
	return out.String()
}

// yamlText is s as a YAML value on one line, without quotes if it is nothing
// but that string to every reader.
func yamlText(s string) string {
	if yamlPlain(s) {
		return s
	}
	return document.Quoted(document.YAML, s)
}

// yamlPlain reports whether s is an ordinary line: it starts with a letter, and
// nothing in it looks like a key, a comment or a value of another type.
func yamlPlain(s string) bool {
	if s == "" || s[0]|0x20 < 'a' || s[0]|0x20 > 'z' {
		return false
	}
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	switch strings.ToLower(s) {
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n":
		return false
	}
	last := s[len(s)-1]
	return last != ' ' && last != ':' && !strings.Contains(s, ": ") && !strings.Contains(s, " #")
}
