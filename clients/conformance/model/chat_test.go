package model_test

import (
	"strings"
	"testing"

	"fsskills/clients/conformance/model"
)

// TestChat has conversations as OpenCode, Kilo, Copilot CLI and Qwen Code have
// them.
func TestChat(t *testing.T) {
	t.Parallel()
	const (
		head = `{"model":"m","stream":STREAM,"stream_options":{"include_usage":true},`
		task = `{"type":"function","function":{"name":"task","description":"Agents:\n- log-reader","parameters":{"type":"object",
			"required":["description","prompt","subagent_type"],"properties":{"description":{"type":"string"},"prompt":{"type":"string"},
			"subagent_type":{"type":"string"},"task_id":{"type":"string"},"background":{"type":"boolean"}}}}}`
		tool  = `{"type":"function","function":{"name":"fixture_read_log","parameters":{"type":"object","properties":{"id":{"type":"string"}}}}}`
		other = `{"type":"function","function":{"name":"fixture_write_log","description":"log-reader may not"}}`
		main  = head + `"tools":[` + task + `,` + tool + `],"messages":[{"role":"system","content":"You are a fixture."},{"role":"user","content":"begin"}`
		asked = main + `,{"role":"assistant","content":"","tool_calls":[{"id":"ID1","type":"function","function":{"name":"task","arguments":"{}"}}]}
			,{"role":"tool","tool_call_id":"ID1","content":`
		sub = head + `"messages":[{"role":"system","content":"You read logs."},
			{"role":"user","content":[{"type":"text","text":"<now>\n\nTASK"},{"type":"text","text":"more"}]}`
		read = sub + `,{"role":"assistant","content":null,"tool_calls":[{"id":"ID2","type":"function","function":{"name":"fixture_read_log","arguments":"{}"}}]}
			,{"role":"tool","tool_call_id":"ID2","content":[{"type":"text","text":"a line"}]}`
		orders = `calls task {"description":"conformance","prompt":"TASK","subagent_type":"log-reader"}`
		end    = "says The agent was asked."
	)
	names := []string{"task", "fixture_read_log"}
	named := []string{model.InTool}
	run(t, func(bool) string { return "/v1/chat/completions" }, readChat, []conversation{
		{
			name: "an agent with its tool",
			turns: []exchange{
				{head + `"messages":[{"role":"system","content":"You make titles."},{"role":"user","content":"begin"}]}`, "says Conformance"},
				{main + `]}`, orders},
				{sub + `],"tools":[` + tool + `]}`, `calls fixture_read_log {}`},
				{read + `],"tools":[` + tool + `]}`, "says CONFORMANCE-END-4417 the tool was called"},
				{asked + `"done"}]}`, end},
			},
			main: []string{"You are a fixture.", "- log-reader", "fixture_read_log", "begin"},
			want: model.Record{
				Tools: names, Named: named, Started: true,
				Offered: []string{"fixture_read_log"}, Called: "fixture_read_log", Answer: "a line",
			},
		},
		{
			name: "an agent without its tool",
			turns: []exchange{
				{main + `]}`, orders},
				{sub + `],"tools":[` + other + `]}`, "says CONFORMANCE-END-4417 no tool was called"},
				{asked + `"done"}]}`, end},
			},
			want: model.Record{Tools: names, Named: named, Started: true, Offered: []string{"fixture_write_log"}},
		},
		{
			name: "an agent that has to end with a tool",
			turns: []exchange{
				{main + `]}`, orders},
				{sub + `],"tools":[{"function":{"name":"return_result","parameters":{"required":["text","n"],"properties":{"text":{"type":"string"},"n":{"type":"number"}}}}}]}`, `calls return_result {"n":1,"text":"CONFORMANCE-END-4417 no tool was called"}`},
			},
			want: model.Record{Tools: names, Named: named, Started: true, Offered: []string{"return_result"}},
		},
		{
			name:   "a script without a tool",
			script: &model.Script{Agent: "log-reader"},
			turns: []exchange{
				{main + `]}`, orders},
				{sub + `],"tools":[` + tool + `]}`, "says CONFORMANCE-END-4417 no tool was called"},
			},
			want: model.Record{Tools: names, Named: named, Started: true, Offered: []string{"fixture_read_log"}},
		},
		{
			name: "no such agent",
			turns: []exchange{
				{strings.ReplaceAll(main, "log-reader", "plugin:log-reader") + `]}`, orders},
				{asked + `"Unknown agent type: log-reader"}]}`, end},
			},
			want: model.Record{Tools: names, Errors: []string{"Unknown agent type: log-reader"}},
		},
		{
			name:  "no tool that starts agents",
			turns: []exchange{{head + `"tools":[` + other + `],"messages":[{"role":"developer","content":"log-reader"},{"role":"user","content":"log-reader"}]}`, "says There is no agent to ask."}},
			want:  model.Record{Tools: []string{"fixture_write_log"}, Named: []string{model.InSystem, model.InReminder}},
		},
		{
			name: "names in a list, and a mode",
			turns: []exchange{{
				head + `"messages":[{"role":"user","content":"begin"}],"tools":[{"type":"function","function":{"name":"task","parameters":{
				"properties":{"prompt":{"type":"string"},"agent_type":{"type":"string","enum":["explore","log-reader"]},"name":{"type":"string"},
				"mode":{"type":"string","enum":["sync","background"]}},"required":["name","prompt","agent_type"]}}}]}`,
				`calls task {"agent_type":"log-reader","mode":"sync","name":"conformance","prompt":"TASK"}`,
			}},
			want: model.Record{Tools: []string{"task"}, Named: named},
		},
		{
			name: "agents without names",
			turns: []exchange{{
				head + `"messages":[{"role":"user","content":"begin"}],"tools":[{"type":"function","function":{"name":"runSubagent","parameters":{
				"properties":{"prompt":{"type":"string"},"mode":{"type":"string","enum":["plan"]}}}}}]}`,
				`calls runSubagent {"prompt":"TASK"}`,
			}},
			want: model.Record{Tools: []string{"runSubagent"}},
		},
		{
			name:   "a tool with the name of the search in its own",
			script: &model.Script{Agent: "log-reader", Tool: "Search"},
			turns: []exchange{
				{main + `]}`, orders},
				{sub + `],"tools":[{"type":"function","function":{"name":"ToolSearch"}},{"type":"function","function":{"name":"LogSearch"}}]}`, `calls LogSearch {}`},
			},
			want: model.Record{Tools: names, Named: named, Started: true, Offered: []string{"ToolSearch", "LogSearch"}, Called: "LogSearch"},
		},
		{
			name: "a fork and what runs behind the scenes",
			turns: []exchange{{
				head + `"messages":[{"role":"user","content":"begin"}],"tools":[{"type":"function","function":{"name":"agent","parameters":{
				"properties":{"prompt":{"type":"string"},"subagent_type":{"type":"string"},"fork_turns":{"oneOf":[{"type":"string"}]},
				"run_in_background":{"type":"boolean","default":true}},"required":["prompt"]}}}]}`,
				`calls agent {"prompt":"TASK","run_in_background":false,"subagent_type":"log-reader"}`,
			}},
			want: model.Record{Tools: []string{"agent"}},
		},
		{
			name: "a title in JSON, without usage",
			turns: []exchange{{`{"stream":STREAM,"messages":[{"role":"user","content":"begin"}],"response_format":{"type":"json_schema","json_schema":{"name":"x",
				"schema":{"type":"object","properties":{"title":{"type":"string"}},"required":["title"]}}}}`, `says {"title":"conformance"}`}},
		},
	})
}

type completion struct {
	ID, Object, Model string
	Created           int
	Choices           []struct {
		Index          int
		Message, Delta *chatMessage
		FinishReason   *string `json:"finish_reason"`
	}
	Usage *struct {
		Prompt     int `json:"prompt_tokens"`
		Completion int `json:"completion_tokens"`
		Total      int `json:"total_tokens"`
	}
}

type chatMessage struct {
	Role    string
	Content *string
	Calls   []struct {
		Index    *int
		ID, Type string
		Function struct{ Name, Arguments string }
	} `json:"tool_calls"`
}

// readChat reads a completion, or puts it together from its chunks.
func readChat(t *testing.T, body []byte, stream bool) heard {
	t.Helper()
	if !stream {
		c := strict[completion](t, body)
		if c.Object != "chat.completion" || c.Usage == nil || len(c.Choices) != 1 || c.Choices[0].FinishReason == nil {
			t.Fatalf("%s", body)
		}
		same(t, "usage", c.Usage.Prompt+c.Usage.Completion, c.Usage.Total)
		return hearChat(t, *c.Choices[0].Message, *c.Choices[0].FinishReason, false)
	}
	all := events(t, body)
	same(t, "end", string(all[len(all)-1].data), "[DONE]")
	var chunks []completion
	for _, e := range all[:len(all)-1] {
		c := strict[completion](t, e.data)
		same(t, "object", c.Object, "chat.completion.chunk")
		same(t, "name of an event", e.name, "")
		chunks = append(chunks, c)
	}
	if len(chunks) == 3 {
		if len(chunks[2].Choices) != 0 || chunks[2].Usage == nil {
			t.Fatalf("usage: %+v", chunks[2])
		}
		chunks = chunks[:2]
	}
	if len(chunks) != 2 || len(chunks[0].Choices) != 1 || chunks[0].Choices[0].FinishReason != nil {
		t.Fatalf("%+v", chunks)
	}
	if last := chunks[1].Choices[0]; last.Delta == nil || last.Delta.Role != "" || last.FinishReason == nil {
		t.Fatalf("%+v", last)
	}
	return hearChat(t, *chunks[0].Choices[0].Delta, *chunks[1].Choices[0].FinishReason, true)
}

func hearChat(t *testing.T, m chatMessage, stop string, stream bool) heard {
	t.Helper()
	same(t, "role", m.Role, "assistant")
	if m.Calls == nil {
		same(t, "finish reason", stop, "stop")
		return heard{text: *m.Content}
	}
	same(t, "finish reason", stop, "tool_calls")
	c := m.Calls[0]
	if len(m.Calls) != 1 || c.Type != "function" || m.Content != nil || c.ID == "" || (c.Index != nil) != stream {
		t.Fatalf("%+v", m)
	}
	return heard{call: true, id: c.ID, name: c.Function.Name, args: strict[map[string]any](t, []byte(c.Function.Arguments))}
}

// TestChatUsage has a stream of a client that wants to know what it used, and
// one of a client that does not.
func TestChatUsage(t *testing.T) {
	t.Parallel()
	m := start(t, script)
	for options, want := range map[string]int{`"stream_options":{"include_usage":true},`: 4, "": 3} {
		got := events(t, talk(t, m, "/v1/chat/completions", `{"stream":true,`+options+`"messages":[]}`, true))
		same(t, options, len(got), want)
	}
}
