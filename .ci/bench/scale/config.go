package main

import (
	"bytes"
	"fmt"
)

// The texts are config files as years make them, of size bytes or a little more. Their
// servers come last, behind all the rest.

// jsonText is a file with projects and what was asked in them.
func jsonText(size int) []byte {
	b := bytes.NewBufferString("{\n  \"numStartups\": 412,\n  \"theme\": \"dark\",\n  \"projects\": {")
	const rest = "\n  },\n  \"mcpServers\": {\n    \"tracker\": {\n      \"type\": \"http\",\n      \"url\": \"https://mcp.example.com/tracker\"\n    }\n  }\n}\n"
	for i := 0; i == 0 || b.Len()+len(rest) < size; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, "\n    \"/home/ada/work/project-%d\": {\n      \"allowedTools\": [\"Bash(make:*)\"],\n      \"history\": [", i)
		for n := 0; n < 20 && (n == 0 || b.Len()+len(rest) < size); n++ {
			if n > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(b, "\n        {\n          \"display\": \"Why does \\\"part %d\\\" of project %d fail in the caf\\u00e9, and é elsewhere?\\nHere is what it says.\",\n          \"pastedContents\": {}\n        }", n, i)
		}
		fmt.Fprintf(b, "\n      ],\n      \"mcpServers\": {},\n      \"lastCost\": 0.%d,\n      \"hasTrustDialogAccepted\": true\n    }", i)
	}
	b.WriteString(rest)
	return b.Bytes()
}

// tomlText is a file with a table for each project.
func tomlText(size int) []byte {
	b := bytes.NewBufferString("# As I like it\nmodel = \"o-large\"   # the slow one\napproval_policy = 'on-request'\n")
	const rest = "\n[mcp_servers.tracker]\ncommand = \"tracker-mcp\"   # keep me\nargs = [\"--port\", \"8080\"]\n"
	for i := 0; b.Len()+len(rest) < size; i++ {
		fmt.Fprintf(b, "\n[projects.\"/home/ada/work/project-%d\"]\ntrust_level = \"trusted\"   # since day %d\nlast_cost = 0.%d\ntools = [\"make\", \"go test\"]\n", i, i, i)
	}
	b.WriteString(rest)
	return b.Bytes()
}

// yamlText is a file with a mapping for each project.
func yamlText(size int) []byte {
	b := bytes.NewBufferString("# As I like it\nGOOSE_MODEL: o-large   # the slow one\nprojects:\n  home: {trusted: true}\n")
	const rest = "extensions:\n  tracker:\n    enabled: true\n    name: tracker\n    type: streamable_http\n    uri: https://mcp.example.com/tracker\n    timeout: 300\n"
	for i := 0; b.Len()+len(rest) < size; i++ {
		fmt.Fprintf(b, "  project-%d:\n    trusted: true   # since day %d\n    cost: 0.%d\n    tools: [make, \"go test\"]\n    last: \"What does \\\"part %d\\\" say?\"\n", i, i, i, i)
	}
	b.WriteString(rest)
	return b.Bytes()
}
