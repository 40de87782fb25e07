package clients

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

func TestCatalog(t *testing.T) {
	t.Parallel()
	word := regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)
	owner := map[string]string{}
	for _, c := range All() {
		for _, id := range append([]string{c.ID}, c.Aliases...) {
			if !word.MatchString(id) {
				t.Errorf("%s: %q is no ID", c.ID, id)
			}
			if other, taken := owner[id]; taken {
				t.Errorf("%q is a name of both %s and %s", id, other, c.ID)
			}
			owner[id] = c.ID
		}
		if c.Name == "" {
			t.Errorf("%s has no name", c.ID)
		}
		if len(c.Docs) == 0 {
			t.Errorf("%s has no documentation", c.ID)
		}
		for _, doc := range c.Docs {
			if u, err := url.Parse(doc); err != nil || u.Scheme != "https" || u.Host == "" {
				t.Errorf("%s: %q is no https URL", c.ID, doc)
			}
		}
		switch c.Evidence {
		case Observed, Documented, Reported:
		default:
			t.Errorf("%s: evidence is %q", c.ID, c.Evidence)
		}
		if (c.Evidence == Observed) != (c.Version != "") {
			t.Errorf("%s is %s, with the version %q: that is for the observed ones, and all of them", c.ID, c.Evidence, c.Version)
		}
		if len(c.Steps.Skills) == 0 {
			t.Errorf("%s does not say how new skills appear", c.ID)
		}
		if len(c.Servers) > 0 && len(c.Steps.OAuth) == 0 {
			t.Errorf("%s does not say how to sign in", c.ID)
		}
		user, _ := c.In(UserScope)
		if p := c.Project; user.Skills.Dir == (Paths{}) && len(user.Servers) == 0 && p == nil {
			t.Errorf("%s has nothing anywhere", c.ID)
		}
	}
}

// Nothing that is written for a client may be what the client is told by.
func TestSignsAreNotWhatWeWrite(t *testing.T) {
	t.Parallel()
	for _, goos := range []string{"linux", "darwin", "windows"} {
		s := machine{goos: goos}.system()
		written := map[string]string{} // with what is above it
		note := func(id, p string) {
			for p != "" && !strings.EqualFold(p, s.Home) {
				written[p] = id
				p = p[:max(0, strings.LastIndexAny(p, `/\`))]
			}
		}
		for _, c := range All() {
			note(c.ID, c.SkillsDir(s))
			note(c.ID, c.AgentsDir(s))
			for i := range c.Servers {
				for _, f := range c.Servers[i].Files {
					if !f.Found && f.When == (Paths{}) { // others are where the client was before
						note(c.ID, s.at(f.At))
					}
				}
			}
		}
		for _, c := range All() {
			for _, ps := range append(c.Signs.Apps, c.Signs.Files...) {
				if id, ok := written[s.at(ps)]; ok && s.at(ps) != "" {
					t.Errorf("%s on %s is told by %s, which is made for %s", c.ID, goos, s.at(ps), id)
				}
			}
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"claude-code":       "claude-code",
		"Claude-Code":       "claude-code",
		"\tclaude\n":        "claude-code",
		"claude-app":        "claude-desktop",
		"code":              "vscode",
		"vs-code":           "vscode",
		"code-insiders":     "vscode-insiders",
		"github-copilot":    "copilot-cli",
		"COPILOT":           "copilot-cli",
		"gemini":            "gemini-cli",
		"codeium":           "windsurf",
		"cascade":           "windsurf",
		"open-code":         "opencode",
		"openai-codex":      "codex",
		"vibe":              "mistral-vibe",
		"cn":                "continue",
		"ampcode":           "amp",
		"factory":           "droid",
		"antigravity-cli":   "antigravity",
		"agy":               "antigravity",
		"qwen":              "qwen-code",
		"crush":             "crush",
		"kilocode":          "kilo",
		"roo-code":          "roo",
		"trae":              "trae",
		"trae-cn":           "trae-cn",
		"visualstudio":      "visual-studio",
		"copilot-jetbrains": "jetbrains-copilot",
		"junie-cli":         "junie",
		"hermes-agent":      "hermes",
		"iflow-cli":         "iflow",
		"tabnine-cli":       "tabnine",
		"clawdbot":          "openclaw",
		"qoderclicn":        "qoder-cn",
		"rovo-dev":          "rovodev",
		"ibm-bob":           "bob",
		"mastra":            "mastracode",
		"Mux":               "mux",
		"devin":             "devin-cli",
		"devin-desktop":     "windsurf",
		"kiro-cli":          "kiro",
		"auggie":            "augment",
		"kimi-code-cli":     "kimi",
		"lm-studio":         "lmstudio",
		"grok-build":        "grok",
		"pi-coding-agent":   "pi",
		"openhands":         "openhands",
		"mcporter":          "mcporter",
		"warp":              "warp",
		"emacs":             "",
		"":                  "",
		"claude-code-extra": "",
	} {
		c, ok := All().Find(id)
		if c.ID != want || ok != (want != "") {
			t.Errorf("All().Find(%q) = %q, %v, want %q", id, c.ID, ok, want)
		}
	}
}

func TestAllIsTheCallers(t *testing.T) {
	t.Parallel()
	All()[0].ID = "changed"
	if id := All()[0].ID; id != "claude-code" {
		t.Errorf("All()[0].ID = %q after a caller changed its copy", id)
	}
}

func TestInvoke(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"claude-code": "/demo", "claude-desktop": "automatic", "cursor": "/demo", "vscode": "/demo",
		"vscode-insiders": "/demo", "copilot-cli": "/demo", "codex": "$demo", "gemini-cli": "automatic",
		"opencode": "/demo", "windsurf": "/demo", "zed": "/demo", "cline": "/demo", "goose": "/demo",
		"antigravity": "/demo",
		"qwen-code":   "/demo", "droid": "/demo", "crush": "automatic",
		"kilo": "/demo", "roo": "/demo", "junie": "automatic", "trae": "automatic",
		"visual-studio": "automatic", "jetbrains-copilot": "automatic",
		"amp": "automatic", "mistral-vibe": "/demo", "continue": "/skill-demo",
		"openclaw": "automatic", "hermes": "/demo", "qoder": "/demo", "qoder-cn": "/demo", "codebuddy": "/demo",
		"cortex": "$demo", "bob": "automatic", "replit": "automatic", "mux": "automatic",
		"devin-cli": "/demo", "kiro": "/demo", "warp": "/demo", "augment": "/demo", "grok": "/demo",
		"kimi": "/skill:demo", "pi": "/skill:demo", "openhands": "automatic", "lmstudio": "automatic", "mcporter": "automatic",
	} {
		c, _ := All().Find(id)
		if got := c.Invoke("demo", true); got != want {
			t.Errorf("%s: Invoke = %q, want %q", id, got, want)
		}
		if got := c.Invoke("demo", false); got != "automatic" {
			t.Errorf("%s: Invoke of a skill that users cannot call = %q", id, got)
		}
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	all := []SkillTrait{HasBOM, UnquotedColon, LongDescription, NoFrontMatter, BrokenYAML, NoDescription, NoName}
	for id, want := range map[string]string{
		"claude-code": "bom",
		"codex":       "bom no-front-matter broken-yaml no-description",
		"gemini-cli":  "bom no-front-matter no-description no-name",
		"opencode":    "no-front-matter broken-yaml no-name",
		"copilot-cli": "unquoted-colon long-description no-front-matter broken-yaml",
		"cline":       "unquoted-colon broken-yaml",
		"qwen-code":   "no-front-matter no-description no-name",
		"goose":       "no-front-matter broken-yaml no-name",
		"kilo":        "no-front-matter broken-yaml no-name",
		"zed":         "",
		"openclaw":    "no-front-matter broken-yaml no-description",
		"qoder":       "bom",
		"grok":        "bom",
		"kimi":        "unquoted-colon no-front-matter broken-yaml no-description no-name",
		"pi":          "unquoted-colon no-front-matter broken-yaml no-description",
	} {
		c, _ := All().Find(id)
		words := make([]string, 0, len(all))
		for _, trait := range c.Refuses(all) {
			words = append(words, string(trait))
		}
		if got := strings.Join(words, " "); got != want {
			t.Errorf("%s refuses %q, want %q", id, got, want)
		}
		if got := c.Refuses(nil); got != nil {
			t.Errorf("%s refuses %v of an ordinary skill", id, got)
		}
	}
}
