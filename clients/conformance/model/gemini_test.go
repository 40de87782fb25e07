package model_test

import (
	"net/http"
	"testing"

	"fsskills/clients/conformance/model"
)

// TestGemini has conversations as Gemini CLI has them.
func TestGemini(t *testing.T) {
	t.Parallel()
	const (
		invoke = `{"name":"invoke_agent","description":"Starts agents.","parametersJsonSchema":{"type":"object","required":["agent_name","prompt"],
			"properties":{"agent_name":{"type":"string"},"prompt":{"type":"string"},"wait":{"type":"boolean"}}}}`
		tool   = `{"name":"mcp_fixture_read_log","parameters":{"type":"OBJECT","required":["id","n"],"properties":{"id":{"type":"STRING"},"n":{"type":"NUMBER"}}}}`
		finish = `{"name":"complete_task","parametersJsonSchema":{"required":["result"],"properties":{"result":{"type":"string"},"wait":{"type":"boolean"}}}}`
		main   = `{"systemInstruction":{"role":"user","parts":[{"text":"Agents: <name>log-reader</name>"}]},
			"tools":[{"functionDeclarations":[` + invoke + `,` + tool + `]}],"contents":[{"role":"user","parts":[{"text":"context"},{"text":"begin"}]}`
		asked = main + `,{"role":"model","parts":[{"functionCall":{"name":"invoke_agent","args":{"prompt":"TASK"}},"thoughtSignature":"x"}]}
			,{"role":"user","parts":[{"functionResponse":{"id":"own","name":"invoke_agent","response":`
		sub = `{"tools":[{"functionDeclarations":[` + tool + `,` + finish + `]}],"contents":[{"role":"user","parts":[{"text":"TASK"}]}`
		end = "says The agent was asked."

		orders = `calls invoke_agent {"agent_name":"log-reader","prompt":"TASK"}`
		reads  = `calls mcp_fixture_read_log {"id":"conformance","n":1}`
		called = sub + `,{"role":"model","parts":[{"functionCall":{"name":"mcp_fixture_read_log","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"name":"mcp_fixture_read_log","response":`
	)
	names := []string{"invoke_agent", "mcp_fixture_read_log"}
	named := []string{model.InSystem}
	offered := []string{"mcp_fixture_read_log", "complete_task"}
	path := func(stream bool) string {
		if stream {
			return "/v1beta1/publishers/google/models/m:streamGenerateContent?alt=sse"
		}
		return "/v1beta/models/m:generateContent"
	}
	run(t, path, readGemini, []conversation{
		{
			name: "an agent with its tool",
			turns: []exchange{
				{main + `]}`, orders},
				{sub + `]}`, reads},
				{called + `{"output":"a line"}}}]}]}`, `calls complete_task {"result":"CONFORMANCE-END-4417 the tool was called"}`},
				{called + `{"output":"a line"}}}]},{"role":"model","parts":[{"functionCall":{"name":"complete_task","args":{}}}]}]}`, "says CONFORMANCE-END-4417 the tool was called"},
				{asked + `{"output":"done"}}}]}]}`, end},
			},
			main: []string{"<name>log-reader</name>", "Starts agents.", "context", "begin"},
			want: model.Record{
				Tools: names, Named: named, Started: true, Offered: offered, Called: "mcp_fixture_read_log", Answer: "a line",
			},
		},
		{
			name:   "a script without a tool",
			script: &model.Script{Agent: "log-reader"},
			turns: []exchange{
				{main + `]}`, orders},
				{sub + `]}`, `calls complete_task {"result":"CONFORMANCE-END-4417 no tool was called"}`},
			},
			want: model.Record{Tools: names, Named: named, Started: true, Offered: offered},
		},
		{
			name: "an answer of another form",
			turns: []exchange{
				{main + `]}`, orders},
				{called + `{"lines":["one"]}}}]}]}`, `calls complete_task {"result":"CONFORMANCE-END-4417 the tool was called"}`},
			},
			want: model.Record{Tools: names, Named: named, Started: true, Offered: offered, Answer: `{"lines":["one"]}`},
		},
		{
			name: "no such agent",
			turns: []exchange{
				{main + `,{"role":"model","parts":[{"text":"log-reader"}]}]}`, orders},
				{asked + `{"error":"not found"}}},{"functionCall":{"name":"invoke_agent"}},{"functionResponse":{"name":"invoke_agent","response":{"error":"nor now"}}}]}]}`, end},
			},
			want: model.Record{Tools: names, Named: named, Errors: []string{"not found", "nor now"}},
		},
		{
			name: "an agent that ends with an error",
			turns: []exchange{
				{main + `]}`, orders},
				{sub + `]}`, reads},
				{asked + `{"error":"it broke"}}}]}]}`, end},
			},
			want: model.Record{
				Tools: names, Named: named, Started: true, Offered: offered, Called: "mcp_fixture_read_log", Errors: []string{"it broke"},
			},
		},
		{
			name: "side requests in JSON",
			turns: []exchange{
				{`{"contents":[],"generationConfig":{"responseMimeType":"application/json","responseJsonSchema":{"type":"object","required":["next"],
					"properties":{"next":{"type":"string","enum":["user","model"]}}}}}`, `says {"next":"user"}`},
				{`{"contents":[],"generationConfig":{"responseSchema":{"type":"OBJECT","required":["n"],"properties":{"n":{"type":"INTEGER"}}}}}`, `says {"n":1}`},
				{`{"contents":[],"generationConfig":{"responseMimeType":"application/json"}}`, "says {}"},
			},
		},
	})
}

type geminiAnswer struct {
	ResponseID, ModelVersion string
	Candidates               []struct {
		Index        int
		FinishReason string
		Content      struct {
			Role  string
			Parts []struct {
				Text         *string
				FunctionCall *struct {
					Name string
					Args map[string]any
				}
			}
		}
	}
	UsageMetadata struct{ PromptTokenCount, CandidatesTokenCount, TotalTokenCount int }
}

// readGemini reads an answer, which is the only event if it is a stream.
func readGemini(t *testing.T, body []byte, stream bool) heard {
	t.Helper()
	if stream {
		all := events(t, body)
		same(t, "number of events", len(all), 1)
		same(t, "name of the event", all[0].name, "")
		body = all[0].data
	}
	a := strict[geminiAnswer](t, body)
	if len(a.Candidates) != 1 || a.UsageMetadata.TotalTokenCount != 15 {
		t.Fatalf("%s", body)
	}
	c := a.Candidates[0]
	if c.FinishReason != "STOP" || c.Content.Role != "model" || len(c.Content.Parts) != 1 {
		t.Fatalf("%s", body)
	}
	p := c.Content.Parts[0]
	if p.FunctionCall != nil {
		if p.Text != nil {
			t.Fatalf("both a text and a call: %s", body)
		}
		return heard{call: true, id: "none", name: p.FunctionCall.Name, args: p.FunctionCall.Args}
	}
	return heard{text: *p.Text}
}

// TestGeminiList has the stream of a client that did not ask for events.
func TestGeminiList(t *testing.T) {
	t.Parallel()
	m := start(t, script)
	status, kind, body := ask(t, m, http.MethodPost, "/v1beta/models/m:streamGenerateContent", `{"contents":[]}`)
	if status != http.StatusOK || kind != "application/json" {
		t.Errorf("%d %s", status, kind)
	}
	same(t, "answers", len(strict[[]geminiAnswer](t, body)), 1)
}
