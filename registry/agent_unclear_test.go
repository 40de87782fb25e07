package registry

import (
	"errors"
	"strings"
	"testing"
)

// TestUnclearAgents tells agents that are only written in an unknown way from
// those that nobody writes in good faith.
func TestUnclearAgents(t *testing.T) {
	for change, unclear := range map[string]bool{
		"tools:\n  - fullstory:get_a|tools: mcp__other__get_a": true,
		"name: helper|name: helper\nmodel: fast":               true,
		"fullstory:get_a|Read":                                 true,
		"name: helper|name: other":                             true,
		"name: helper|name: [":                                 true,
		"---\nname|name":                                       true,
		"Helps.|\"\"":                                          true,
		"name: helper|name: ../helper":                         false,
		"name: helper|name: con":                               false,
		"name: helper|name: a/b":                               false,
		"Helps.|\"Helps\\x1b[2J\"":                             false,
		"told|\x00":                                            false,
		"told|\xff":                                            false,
	} {
		from, to, _ := strings.Cut(change, "|")
		text := "---\nname: helper\ndescription: Helps.\ntools:\n  - fullstory:get_a\n---\nWhat it is told.\n"
		_, err := ParseAgent("helper", []byte(strings.Replace(text, from, to, 1)))
		if err == nil {
			t.Errorf("%q is taken", change)
			continue
		}
		if _, is := errors.AsType[*UnclearError](err); is != unclear {
			t.Errorf("%q: %v: unclear is %v", change, err, is)
		}
	}
}
