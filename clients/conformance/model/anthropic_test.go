package model_test

import (
	"encoding/json"
	"testing"

	"fsskills/clients/conformance/model"
)

// TestAnthropic has conversations as Claude Code has them.
func TestAnthropic(t *testing.T) {
	t.Parallel()
	const (
		agent = `{"name":"Agent","description":"Starts agents.","input_schema":{"type":"object","required":["description","prompt"],"properties":{
			"description":{"type":"string"},"prompt":{"type":"string"},"subagent_type":{"type":"string"},
			"run_in_background":{"type":"boolean"},"mode":{"type":"string","enum":["plan","default"]}}}}`
		bash = `{"name":"Bash","description":"Runs commands.","input_schema":{"type":"object"}}`
		tool = `{"name":"mcp__fixture__read_log","description":"Reads.","input_schema":{"type":"object","required":["id","many"],
			"properties":{"id":{"type":"string"},"many":{"type":["integer","null"],"minimum":3},"more":{"type":"string"}}}}`
		main = `{"model":"m","stream":STREAM,"system":[{"type":"text","text":"You are a fixture."}],"tools":[` + agent + `,` + bash + `],"messages":[
			{"role":"user","content":[{"type":"text","text":"Agents:\n- log-reader: reads"},{"type":"text","text":"begin"}]}`
		asked = main + `,{"role":"assistant","content":[{"type":"tool_use","id":"ID1","name":"Agent","input":{"prompt":"TASK"}}]}
			,{"role":"user","content":[{"type":"tool_result","tool_use_id":"ID1",`
		sub = `{"model":"m","stream":STREAM,"system":"You read logs.","messages":[{"role":"user","content":[
			{"type":"text","text":"a reminder"},{"type":"text","text":"TASK"}]}`
		orders = `calls Agent {"description":"conformance","prompt":"TASK","run_in_background":false,"subagent_type":"log-reader"}`
		reads  = `calls mcp__fixture__read_log {"id":"conformance","many":3}`
		end    = "says The agent was asked."
	)
	names := []string{"Agent", "Bash"}
	run(t, func(bool) string { return "/v1/messages" }, readAnthropic, []conversation{
		{
			name: "an agent with its tool",
			turns: []exchange{
				{main + `]}`, orders},
				{sub + `],"tools":[` + tool + `]}`, reads},
				{sub + `,{"role":"assistant","content":[{"type":"tool_use","id":"ID2","name":"mcp__fixture__read_log","input":{}}]}
					,{"role":"user","content":[{"type":"tool_result","tool_use_id":"ID2","content":[{"type":"text","text":"line 1"},{"type":"image","source":{}},{"type":"text","text":"line 2"}]}]}
					],"tools":[` + tool + `]}`, "says CONFORMANCE-END-4417 the tool was called"},
				{asked + `"content":"done"}]}]}`, end},
			},
			main: []string{"You are a fixture.", "Starts agents.", "- log-reader: reads", "begin", "run_in_background"},
			want: model.Record{
				Tools: names, Named: []string{model.InReminder}, Started: true,
				Offered: []string{"mcp__fixture__read_log"}, Called: "mcp__fixture__read_log", Answer: "line 1\nline 2",
			},
		},
		{
			name: "an agent that is refused",
			turns: []exchange{
				{main + `]}`, orders},
				{asked + `"is_error":true,"content":"zero tools"}]}]}`, end},
			},
			want: model.Record{Tools: names, Named: []string{model.InReminder}, Errors: []string{"zero tools"}},
		},
		{
			name: "an agent that ends with an error",
			turns: []exchange{
				{main + `]}`, orders},
				{sub + `]}`, "says CONFORMANCE-END-4417 no tool was called"},
				{asked + `"is_error":true,"content":"it broke"}]}]}`, end},
				{asked + `"is_error":true,"content":"it broke"}]},{"role":"user","content":"log-reader"}]}`, end},
			},
			want: model.Record{Tools: names, Named: []string{model.InReminder}, Started: true, Errors: []string{"it broke"}},
		},
		{
			name: "a tool behind a search",
			turns: []exchange{
				{main + `]}`, orders},
				{sub + `],"tools":[{"name":"mcp__fixture__read_log","defer_loading":true},{"name":"ToolSearch",
					"input_schema":{"properties":{"query":{"type":"string"},"max_results":{"type":"number"}},"required":["query","max_results"]}}]}`, `calls ToolSearch {"max_results":10,"query":"read_log"}`},
				{sub + `,{"role":"assistant","content":[{"type":"tool_use","id":"ID2","name":"ToolSearch","input":{}}]}
					,{"role":"user","content":[{"type":"tool_result","tool_use_id":"ID2","content":[{"type":"tool_reference","tool_name":"mcp__fixture__read_log"}]}]}
					],"tools":[{"name":"mcp__fixture__read_log","defer_loading":true},{"name":"ToolSearch"}]}`, `calls mcp__fixture__read_log {}`},
			},
			want: model.Record{
				Tools: names, Named: []string{model.InReminder}, Started: true,
				Offered: []string{"mcp__fixture__read_log", "ToolSearch"}, Called: "mcp__fixture__read_log",
			},
		},
		{
			name: "an agent's tool behind a search",
			turns: []exchange{
				{`{"stream":STREAM,"messages":[{"role":"user","content":"log-reader"}],"tools":[{"name":"ToolSearch","input_schema":{"properties":{"query":{}}}}]}`, `calls ToolSearch {"query":"agent task"}`},
				{`{"stream":STREAM,"messages":[{"role":"user","content":"log-reader"},{"role":"system","content":"log-reader"},
					{"role":"assistant","content":[{"type":"tool_use","id":"ID1","name":"ToolSearch","input":{}}]},
					{"role":"user","content":[{"type":"tool_result","tool_use_id":"ID1","content":[]}]}],"tools":[{"name":"ToolSearch"},` + agent + `]}`, orders},
			},
			want: model.Record{Tools: []string{"ToolSearch", "Agent"}, Named: []string{model.InReminder, model.InSystem}},
		},
		{
			name: "a title in JSON, of a conversation that is told of",
			turns: []exchange{
				{main + `]}`, orders},
				{`{"stream":STREAM,"messages":[{"role":"user","content":"Input: {\"prompt\":\"TASK\"}"}],
					"output_config":{"format":{"type":"json_schema","schema":{"type":"object","required":["title","ok","list","kind"],"properties":{
					"title":{"type":"string"},"ok":{"type":"boolean"},"list":{"type":"array"},"kind":{"anyOf":[{"enum":["a","b"]},{}]},"not":{"type":"number"}}}}}}`, `says {"kind":"a","list":[],"ok":false,"title":"conformance"}`},
			},
			want: model.Record{Tools: names, Named: []string{model.InReminder}},
		},
		{
			name:   "a script without an agent",
			script: &model.Script{},
			turns:  []exchange{{main + `]}`, "says There is nothing to do."}},
			main:   []string{"log-reader"},
			want:   model.Record{Tools: names},
		},
	})
}

// A claudeBlock is a content block.
type claudeBlock struct {
	Type  string         `json:"type"`
	Text  *string        `json:"text"`
	ID    string         `json:"id"`
	Name  string         `json:"name"`
	Input map[string]any `json:"input"`
}

type claudeMessage struct {
	ID, Type, Role, Model string
	Content               []claudeBlock
	StopReason            *string `json:"stop_reason"`
	StopSequence          *string `json:"stop_sequence"`
	Usage                 claudeUsage
}

type claudeUsage struct {
	Input  int `json:"input_tokens"`
	Output int `json:"output_tokens"`
}

type claudeEvent struct {
	Type    string
	Message *claudeMessage
	Index   *int
	Block   *claudeBlock `json:"content_block"`
	Delta   struct {
		Type, Text   string
		Partial      string  `json:"partial_json"`
		StopReason   string  `json:"stop_reason"`
		StopSequence *string `json:"stop_sequence"`
	}
	Usage claudeUsage
}

// readAnthropic reads a message, or puts it together from its events.
func readAnthropic(t *testing.T, body []byte, stream bool) heard {
	t.Helper()
	if !stream {
		return hearClaude(t, strict[claudeMessage](t, body))
	}
	var order []string
	var all []claudeEvent
	for _, e := range events(t, body) {
		all = append(all, strict[claudeEvent](t, e.data))
		same(t, "name of an event", e.name, all[len(all)-1].Type)
		order = append(order, e.name)
	}
	same(t, "events", order, []string{
		"message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop",
	})
	m := *all[0].Message
	if len(m.Content) != 0 || m.StopReason != nil {
		t.Fatalf("it starts with %+v", m)
	}
	for _, e := range all[1:4] {
		same(t, "index", *e.Index, 0)
	}
	block, delta := *all[1].Block, all[2].Delta
	switch block.Type {
	case "text":
		same(t, "delta", delta.Type, "text_delta")
		*block.Text += delta.Text
	default:
		same(t, "delta", delta.Type, "input_json_delta")
		same(t, "input at first", block.Input, map[string]any{})
		block.Input = strict[map[string]any](t, json.RawMessage(delta.Partial))
	}
	m.Content = []claudeBlock{block}
	m.StopReason = &all[4].Delta.StopReason
	m.Usage.Output = all[4].Usage.Output
	return hearClaude(t, m)
}

// hearClaude reads a message, which has to be right in all its parts.
func hearClaude(t *testing.T, m claudeMessage) heard {
	t.Helper()
	if m.Type != "message" || m.Role != "assistant" || m.ID == "" || len(m.Content) != 1 || m.StopReason == nil {
		t.Fatalf("%+v", m)
	}
	same(t, "usage", m.Usage, claudeUsage{Input: 10, Output: 5})
	b := m.Content[0]
	if b.Type == "text" {
		same(t, "stop reason", *m.StopReason, "end_turn")
		return heard{text: *b.Text}
	}
	same(t, "type", b.Type, "tool_use")
	same(t, "stop reason", *m.StopReason, "tool_use")
	return heard{call: true, id: b.ID, name: b.Name, args: b.Input}
}
