package conformance

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// geminiCLI says that a server is not connected, and not why. Without trust in
// the folder it turns off every server, so the user is one who trusts it.
var geminiCLI = &subject{
	id:      "gemini-cli",
	pkg:     "@google/gemini-cli",
	version: "0.61.0",
	program: ".bin/gemini",
	env: []string{
		"GEMINI_TELEMETRY_ENABLED=false", "GOOGLE_GENAI_USE_VERTEXAI=true", "GOOGLE_API_KEY=none",
	},
	before: map[string]string{
		".gemini/settings.json": "{\n  // mine\n  \"general\": {\"disableAutoUpdate\": true, \"disableUpdateNag\": true},\n  \"privacy\": {\"usageStatisticsEnabled\": false},\n" +
			"  \"mcpServers\": {\"neighbour\": {\"httpUrl\": \"<other>\"}}\n}\n",
	},
	looks: []look{
		{at: []aspect{servers}, ask: func(s *session, got *seen) error {
			o, err := s.run("mcp", "list")
			if err != nil {
				return err
			}
			if o.code != 0 {
				return fmt.Errorf("gemini mcp list ends with %d:\n%s", o.code, tail(o.all()))
			}
			got.warnings = append(got.warnings, geminiWarnings(o.all())...)
			got.servers, err = geminiServers(o.all())
			return err
		}},
		{at: []aspect{skills}, ask: func(s *session, got *seen) error {
			o, err := s.run("skills", "list")
			if err != nil {
				return err
			}
			got.warnings = append(got.warnings, geminiWarnings(o.all())...)
			got.skills, err = geminiSkills(o.all())
			return err
		}},
		{at: []aspect{talk}, ask: func(s *session, got *seen) error {
			o, err := s.runWith([]string{"GOOGLE_VERTEX_BASE_URL=" + s.model}, "-y", "-m", "gemini-2.5-flash", "-p", "Begin.")
			got.warnings = append(got.warnings, geminiWarnings(o.all())...)
			return err
		}},
	},
	cannot: map[aspect]string{
		commands: "Gemini CLI takes skills for its model alone: its commands are for reloading and listing them",
		agents:   "Gemini CLI has no list of agents outside of a terminal: they are seen in what it offers its model",
	},
	unset:   empty,
	second:  ".gemini/skills",
	doubled: true, // it warns of each
	ending:  []string{"complete_task"},
	waiting: failed,
	foreign: [2]string{"Bearer ${" + keyEnv + "}", "Bearer {env:" + keyEnv + "}"},
	prepare: geminiTrusts,
	trust: func(s *session) error {
		if err := geminiTrusts(s); err != nil {
			return err
		}
		return geminiEnables(s)
	},
}

// geminiTrusts writes what Gemini CLI writes when the user trusts a folder.
func geminiTrusts(s *session) error {
	data, err := json.Marshal(map[string]string{s.dir: "TRUST_FOLDER"})
	if err != nil {
		return err
	}
	return s.write(".gemini/trustedFolders.json", string(data)+"\n")
}

// geminiEnables writes what it writes when the user enables the agents of a
// project: their names with digests of their files.
func geminiEnables(s *session) error {
	files, err := filepath.Glob(filepath.Join(s.dir, ".gemini", "agents", "*.md"))
	if err != nil {
		return err
	}
	enabled := map[string]string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		digest := sha256.Sum256(data)
		enabled[strings.TrimSuffix(filepath.Base(file), ".md")] = hex.EncodeToString(digest[:])
	}
	data, err := json.Marshal(map[string]any{s.dir: enabled})
	if err != nil {
		return err
	}
	return s.write(".gemini/acknowledgments/agents.json", string(data)+"\n")
}

var geminiServer = regexp.MustCompile(`^(\S) (\S+): (\S+) \((\w+)\) - (.+)$`)

var geminiMark = regexp.MustCompile(`^[^\w\s"'(\[]`)

// geminiServers reads gemini mcp list, whose lines of servers are
//
//	✓ fullstory: http://127.0.0.1:1/mcp (http) - Connected
//
// Qwen Code was made from it and says the same.
func geminiServers(text string) ([]server, error) {
	_, list, ok := strings.Cut(text, "Configured MCP servers:")
	if !ok {
		if strings.Contains(text, "No MCP servers configured") {
			return nil, nil
		}
		return nil, fmt.Errorf("no list of servers in:\n%s", tail(text))
	}
	var all []server
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		m := geminiServer.FindStringSubmatch(line)
		if m == nil && (strings.Contains(line, "://") || geminiMark.MatchString(line)) {
			return nil, fmt.Errorf("a server is listed in a new form: %s", line)
		}
		if m == nil {
			continue
		}
		state, ok := map[string]state{
			"Connected": connected, "Disconnected": failed, "Disabled": off, "Blocked": off, "Connecting": failed, "Pending approval": approval,
		}[strings.TrimSpace(strings.SplitN(m[5], "(", 2)[0])]
		if !ok {
			return nil, fmt.Errorf("the state of %s is called %q", m[2], m[5])
		}
		all = append(all, server{name: m[2], state: state, said: m[5]})
	}
	return all, nil
}

var geminiSkill = regexp.MustCompile(`(?m)^(\S+) \[(Enabled|Disabled)\].*\n(?:  .*\n)*?  Location: +(.+)$`)

// geminiSkills reads gemini skills list.
func geminiSkills(text string) ([]skill, error) {
	if strings.Contains(text, "No skills discovered") {
		return nil, nil
	}
	if !strings.Contains(text, "Discovered Agent Skills:") {
		return nil, fmt.Errorf("no list of skills in:\n%s", tail(text))
	}
	var all []skill
	for _, m := range geminiSkill.FindAllStringSubmatch(text, -1) {
		if m[2] == "Enabled" {
			all = append(all, skill{m[1], m[3]})
		}
	}
	if strings.Count(text, "Location:") != len(geminiSkill.FindAllString(text, -1)) || !geminiSkill.MatchString(text) {
		return nil, fmt.Errorf("a list of skills in a new form:\n%s", tail(text))
	}
	return all, nil
}

// geminiWarnings are the lines about skills and agents that it does not like.
func geminiWarnings(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if strings.Contains(line, "Skill conflict") || strings.Contains(line, "Error loading") || strings.Contains(line, "Invalid") {
			all = append(all, strings.TrimSpace(line))
		}
	}
	return all
}

func TestGeminiServers(t *testing.T) {
	t.Parallel()
	got, err := geminiServers(`Some other line.
Configured MCP servers:

✓ fullstory: http://127.0.0.1:1/mcp (http) - Connected
✗ one: http://127.0.0.1:1/one (http) - Disconnected
○ two: http://127.0.0.1:1/two (http) - Disabled
`)
	want := []server{{"fullstory", connected, "Connected"}, {"one", failed, "Disconnected"}, {"two", off, "Disabled"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(server{})); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if got, err := geminiServers("No MCP servers configured.\n"); got != nil || err != nil {
		t.Errorf("no servers are %v, %v", got, err)
	}
	refuses(t, geminiServers,
		"Configured MCP servers:\n\n✓ fullstory: http://127.0.0.1:1/mcp (http) - Resting\n",
		"Configured MCP servers:\n\n✓ fullstory (from elsewhere): Disabled\n",
		"Configured MCP servers:\n\nfullstory at http://127.0.0.1:1/mcp\n",
		"Servers:\n",
	)
}

func TestGeminiSkills(t *testing.T) {
	t.Parallel()
	got, err := geminiSkills(`Discovered Agent Skills:

one [Enabled]
  Description: First
  Location:    /home/one/SKILL.md

two [Disabled]
  Description: Second
  Location:    /home/two/SKILL.md

one [Enabled]
  Description: First again
  Location:    /other/one/SKILL.md
`)
	want := []skill{{"one", "/home/one/SKILL.md"}, {"one", "/other/one/SKILL.md"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(skill{})); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	refuses(t, geminiSkills,
		"Skills: one", "Discovered Agent Skills:\n\n* one\n",
		"Discovered Agent Skills:\n\none [Enabled]\n  Location: /one\n\ntwo (enabled)\n  Location: /two\n",
	)
}
