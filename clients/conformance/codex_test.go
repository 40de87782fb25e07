package conformance

import (
	"fmt"
)

// codex is asked by the messages that its editor extension uses. Its server
// list by itself does not connect.
var codex = &subject{
	id:      "codex",
	pkg:     "@openai/codex",
	version: "0.171.0",
	program: ".bin/codex",
	before: map[string]string{
		".codex/config.toml": "# mine\nmodel = \"gpt-5.1\"\ncheck_for_update_on_startup = false\n\n[analytics]\nenabled = false\n\n[mcp_servers.neighbour]\nurl = \"<other>\"\n",
	},
	looks: []look{
		{at: []aspect{servers, skills}, ask: askCodex},
		{at: []aspect{talk}, ask: func(s *session, _ *seen) error {
			_, err := s.runWith([]string{"STANDIN_KEY=none"}, "exec",
				"-c", `model_provider="standin"`,
				"-c", `model_providers.standin={name="standin",base_url="`+s.model+`/v1",env_key="STANDIN_KEY",wire_api="responses",request_max_retries=1,stream_max_retries=1}`,
				"--skip-git-repo-check", "Begin.")
			return err
		}},
	},
	cannot: map[aspect]string{
		commands: "in Codex a skill is called by $name and is no command",
		agents:   "Codex has no list of agents: they are seen in what it offers its model",
	},
	unset:   nothing,
	doubled: true,
	second:  ".codex/skills",
	foreign: [2]string{`bearer_token_env_var = "` + keyEnv + `"`, `http_headers = { Authorization = "Bearer ${` + keyEnv + `}" }`},
	trust: func(s *session) error {
		return s.append(".codex/config.toml", fmt.Sprintf("\n[projects.%q]\ntrust_level = \"trusted\"\n", s.dir))
	},
}

func askCodex(s *session, got *seen) error {
	d, err := s.dialog(nil, "app-server")
	if err != nil {
		return err
	}
	defer d.close()
	if _, err := d.call(1, "initialize", map[string]any{"clientInfo": map[string]any{"name": "conformance", "version": "1"}}); err != nil {
		return err
	}
	answer, err := d.call(2, "thread/start", map[string]any{"cwd": s.dir})
	if err != nil {
		return err
	}
	var started struct{ Thread struct{ ID string } }
	if err := decode(answer, &started); err != nil {
		return err
	}
	if answer, err = d.call(3, "mcpServerStatus/list", map[string]any{"threadId": started.Thread.ID}); err != nil {
		return err
	}
	var status struct {
		Data []struct {
			Name, AuthStatus string
			Tools            map[string]any
			ToolsError       any
		}
	}
	if err := decode(answer, &status); err != nil {
		return err
	}
	for _, one := range status.Data {
		said := server{name: one.Name, state: failed, said: one.AuthStatus}
		switch {
		case len(one.Tools) > 0:
			said.state = connected
		case one.AuthStatus == "notLoggedIn":
			said.state = signIn
		case one.ToolsError != nil:
			said.said = fmt.Sprint(one.ToolsError)
		}
		got.servers = append(got.servers, said)
	}
	if answer, err = d.call(4, "skills/list", map[string]any{"cwds": []string{s.dir}}); err != nil {
		return err
	}
	var list struct {
		Data []struct {
			Skills []struct{ Name, Path, Scope string }
			Errors []struct{ Path, Message string }
		}
	}
	if err := decode(answer, &list); err != nil {
		return err
	}
	if len(list.Data) != 1 {
		return fmt.Errorf("Codex answers skills/list with %v", answer)
	}
	for _, one := range list.Data[0].Skills {
		if one.Scope != "system" {
			got.skills = append(got.skills, skill{one.Name, one.Path})
		}
	}
	for _, e := range list.Data[0].Errors {
		got.warnings = append(got.warnings, e.Path+": "+e.Message)
	}
	return nil
}
