package conformance

// kilo was made from OpenCode and is asked the same. Its file in a project
// takes nothing from the environment.
var kilo = &subject{
	id:      "kilo",
	pkg:     "@kilocode/cli",
	version: "7.7.7",
	program: ".bin/kilo",
	env: []string{
		"KILO_DISABLE_MODELS_FETCH=1", "KILO_DISABLE_AUTOUPDATE=1", "KILO_DISABLE_LSP_DOWNLOAD=1", "KILO_TELEMETRY_LEVEL=off",
		"KILO_DISABLE_SESSION_INGEST=1", "KILO_DISABLE_SHARE=1", "KILO_API_URL=http://127.0.0.1:9",
	},
	before: map[string]string{
		".config/kilo/kilo.jsonc": "{\n  // mine\n  \"mcp\": {\n    \"neighbour\": {\"type\": \"remote\", \"url\": \"<other>\"},\n  },\n}\n",
	},
	beforeProject: map[string]string{
		"kilo.json": "{\n  // ours\n  \"mcp\": {\n    \"neighbour\": {\"type\": \"remote\", \"url\": \"<other>\"},\n  },\n}\n",
	},
	looks: openCodeLooks(func(s *session) error {
		_, err := s.answerWith([]string{"KILO_CONFIG_CONTENT=" + openCodeModel(s.model)}, "run", "--auto", "-m", "standin/local", "Begin.")
		return err
	}),
	unset:   empty,
	keyless: true,
	second:  ".kilo/skills",
	foreign: [2]string{"Bearer {env:" + keyEnv + "}", "Bearer ${" + keyEnv + "}"},
}
