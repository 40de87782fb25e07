package model_test

import (
	"encoding/json"
	"testing"

	"fsskills/clients/conformance/model"
)

// TestResponses has conversations as Codex has them.
func TestResponses(t *testing.T) {
	t.Parallel()
	const (
		spawn = `{"type":"function","name":"spawn_agent","description":"Starts agents.","parameters":{"type":"object","properties":{
			"agent_type":{"type":"string","description":"Roles:\nlog-reader: {}"},"message":{"type":"string"},"fork_context":{"type":"boolean"}}}}`
		wait = `{"type":"function","name":"wait_agent","parameters":{"type":"object","required":["targets"],"properties":{
			"targets":{"type":"array","items":{"type":"string"}},"timeout_ms":{"type":"number"}}}}`
		tool   = `{"type":"function","name":"read_log","parameters":{"type":"object","properties":{}}}`
		space  = `{"type":"namespace","name":"mcp__fixture","description":"Of a fixture.","tools":[{"type":"function","name":"write_log"},` + tool + `]}`
		tools  = `"tools":[{"type":"function","name":"exec"},{"type":"namespace","name":"agents","description":"Of agents.","tools":[` + spawn + `,` + wait + `]},{"type":"web_search"}]`
		main   = `{"model":"m","stream":STREAM,` + tools + `,"instructions":"You are a fixture.","input":[` + begin
		asked  = main + `,{"type":"function_call","name":"spawn_agent","namespace":"agents","call_id":"ID1","arguments":"{}"}`
		ran    = asked + `,{"type":"function_call_output","call_id":"ID1","output":"{\"agent_id\":\"a1\",\"nickname\":\"n\"}"}`
		sub    = `{"model":"m","stream":STREAM,"tools":[` + space + `],"input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"TASK"}]}`
		read   = sub + `,{"type":"function_call","name":"read_log","namespace":"mcp__fixture","call_id":"ID3","arguments":"{}"}`
		orders = `calls agents.spawn_agent {"agent_type":"log-reader","message":"TASK"}`
		waits  = `calls agents.wait_agent {"targets":["a1"],"timeout_ms":20000}`
		end    = "says The agent was asked."
	)
	waited := func(id, output string) string {
		return `,{"type":"function_call","name":"wait_agent","namespace":"agents","call_id":"` + id + `","arguments":"{}"}
			,{"type":"function_call_output","call_id":"` + id + `","output":` + output + `}`
	}
	names := []string{"exec", "agents.spawn_agent", "agents.wait_agent", "web_search"}
	offered := []string{"mcp__fixture.write_log", "mcp__fixture.read_log"}
	run(t, func(bool) string { return "/v1/responses" }, readResponses, []conversation{
		{
			name: "an agent with its tool, awaited",
			turns: []exchange{
				{main + `]}`, orders},
				{ran + `]}`, waits},
				{sub + `]}`, `calls mcp__fixture.read_log {}`},
				{read + `,{"type":"function_call_output","call_id":"ID3","output":[{"type":"input_text","text":"Output:"},{"type":"input_text","text":"a line"}]}]}`, "says CONFORMANCE-END-4417 the tool was called"},
				{ran + waited("ID2", `"{}"`) + `]}`, waits},
				{ran + waited("ID2", `"{}"`) + waited("ID4", `"{\"completed\":\"CONFORMANCE-END-4417\"}"`) + `]}`, end},
			},
			main: []string{"You are a fixture.", "developed", "Of agents.", "Starts agents.", "log-reader: {}", "begin"},
			want: model.Record{
				Tools: names, Named: []string{model.InTool}, Started: true,
				Offered: offered, Called: "mcp__fixture.read_log", Answer: "Output:\na line",
			},
		},
		{
			name: "an agent that is awaited in vain",
			turns: []exchange{
				{main + `]}`, orders},
				{ran + `]}`, waits},
				{ran + waited("ID2", `"none yet"`) + waited("x", `"none yet"`) + waited("y", `"none at all"`) + `]}`, end},
			},
			want: model.Record{
				Tools: names, Named: []string{model.InTool},
				Errors: []string{`{"agent_id":"a1","nickname":"n"}`, "none yet", "none at all"},
			},
		},
		{
			name:   "a tool by its namespace, of an agent with a path",
			script: &model.Script{Agent: "log-reader", Tool: "fixture.read"},
			turns: []exchange{
				{main + `]}`, orders},
				{asked + `,{"type":"function_call_output","call_id":"ID1","output":"{\"task_name\":\"/root/conformance\"}"}]}`, `calls agents.wait_agent {"targets":["/root/conformance"],"timeout_ms":20000}`},
				{sub + `]}`, `calls mcp__fixture.read_log {}`},
				{read + `]}`, "says CONFORMANCE-END-4417 the tool was called"},
			},
			want: model.Record{
				Tools: names, Named: []string{model.InTool}, Started: true, Offered: offered, Called: "mcp__fixture.read_log",
			},
		},
		{
			name: "an agent of which the client tells by itself",
			turns: []exchange{
				{main + `]}`, orders},
				{ran + `,{"role":"user","content":[{"type":"input_text","text":"<note>\nCONFORMANCE-END-4417"}]}]}`, end},
			},
			want: model.Record{Tools: names, Named: []string{model.InTool}, Errors: []string{`{"agent_id":"a1","nickname":"n"}`}},
		},
		{
			name: "no such agent, and roles are hidden",
			turns: []exchange{
				{`{"stream":STREAM,"input":"begin","tools":[{"name":"spawn_agent","parameters":{"properties":{"message":{"type":"string"},
					"fork_turns":{"type":"string"},"task_name":{"type":"string"}}}},` + wait + `]}`, `calls spawn_agent {"agent_type":"log-reader","fork_turns":"none","message":"TASK","task_name":"conformance"}`},
				{asked + `,{"type":"function_call_output","call_id":"ID1","output":"unknown agent_type"}]}`, end},
			},
			main: []string{"begin", "!You are a fixture."},
			want: model.Record{
				Tools:  append([]string{"spawn_agent", "wait_agent"}, names...),
				Errors: []string{"unknown agent_type"},
			},
		},
		{
			name: "a tool behind a search, and a task from another agent",
			turns: []exchange{
				{main + `]}`, orders},
				{`{"stream":STREAM,"input":[{"type":"agent_message","content":[{"type":"input_text","text":"Payload:\nTASK"}]}],
					"tools":[{"type":"tool_search","execution":"client","parameters":{"properties":{"query":{"type":"string"},"limit":{"type":"number"}}}},
					{"type":"function","name":"all_read_log","defer_loading":true}]}`, `calls its own search {"limit":10,"query":"read_log"}`},
				{`{"stream":STREAM,"input":[{"type":"agent_message","content":[{"type":"input_text","text":"Payload:\nTASK"}]},
					{"type":"tool_search_call","execution":"client","call_id":"ID2","arguments":{"query":"read_log"}},
					{"type":"tool_search_output","call_id":"ID2","tools":[{"type":"namespace","name":"mcp__fixture","tools":[{"type":"function","name":"read_log","defer_loading":true}]}]}],
					"tools":[{"type":"tool_search","execution":"client"}]}`, `calls mcp__fixture.read_log {}`},
			},
			want: model.Record{
				Tools: names, Named: []string{model.InTool}, Started: true,
				Offered: []string{"tool_search", "all_read_log", "mcp__fixture.read_log"}, Called: "mcp__fixture.read_log",
			},
		},
		{
			name: "a tool that is added later, and one that is not found",
			turns: []exchange{
				{main + `]}`, orders},
				{`{"stream":STREAM,"input":[{"role":"user","content":"TASK"},{"type":"tool_search_call","call_id":"x"},{"type":"tool_search_output","call_id":"x","tools":[]}],
					"tools":[{"type":"tool_search"}]}`, "says CONFORMANCE-END-4417 no tool was called"},
				{`{"stream":STREAM,"input":[{"role":"user","content":"TASK"},{"type":"additional_tools","tools":[` + tool + `]}]}`, `calls read_log {}`},
			},
			want: model.Record{
				Tools: names, Named: []string{model.InTool}, Started: true, Offered: []string{"tool_search", "read_log"}, Called: "read_log",
			},
		},
		{
			name: "a title in JSON",
			turns: []exchange{{`{"stream":STREAM,"input":"begin","text":{"format":{"type":"json_schema","schema":{"type":"object",
				"properties":{"title":{"type":"string"}},"required":["title"]}}}}`, `says {"title":"conformance"}`}},
		},
	})
}

// begin are the items with which a conversation begins.
const begin = `{"type":"message","role":"developer","content":[{"type":"input_text","text":"developed"}]},
	{"type":"message","role":"user","content":[{"type":"input_text","text":"begin"}]}`

type codexItem struct {
	ID, Type, Status, Role, Execution string
	CallID                            string `json:"call_id"`
	Namespace, Name                   string
	Arguments                         json.RawMessage
	Content                           []codexPart
}

type codexPart struct {
	Type, Text  string
	Annotations []any
}

type codexResponse struct {
	ID, Object, Model, Status string
	CreatedAt                 int `json:"created_at"`
	Output                    []codexItem
	Error                     any
	Incomplete                any `json:"incomplete_details"`
	Usage                     *struct {
		Input  int            `json:"input_tokens"`
		In     map[string]int `json:"input_tokens_details"`
		Output int            `json:"output_tokens"`
		Out    map[string]int `json:"output_tokens_details"`
		Total  int            `json:"total_tokens"`
	}
}

type codexEvent struct {
	Type            string
	Sequence        int `json:"sequence_number"`
	Response        *codexResponse
	OutputIndex     *int   `json:"output_index"`
	ItemID          string `json:"item_id"`
	Item            *codexItem
	ContentIndex    *int `json:"content_index"`
	Part            *codexPart
	Delta           string
	Text, Arguments string
}

// readResponses reads a response, or the last event of one, with which all
// others have to agree.
func readResponses(t *testing.T, body []byte, stream bool) heard {
	t.Helper()
	if !stream {
		return hearCodex(t, strict[codexResponse](t, body))
	}
	var order []string
	var all []codexEvent
	for i, e := range events(t, body) {
		all = append(all, strict[codexEvent](t, e.data))
		same(t, "name of an event", e.name, all[i].Type)
		same(t, "number of an event", all[i].Sequence, i)
		order = append(order, e.name)
	}
	last := all[len(all)-1].Response
	item := last.Output[0]
	want := []string{"response.created", "response.in_progress", "response.output_item.added"}
	added := *all[2].Item
	same(t, "status of the item at first", added.Status, "in_progress")
	switch item.Type {
	case "message":
		want = append(want, "response.content_part.added", "response.output_text.delta", "response.output_text.done", "response.content_part.done")
		same(t, "content at first", added.Content, []codexPart{})
		for i, text := range []string{all[4].Delta, all[5].Text, all[6].Part.Text} {
			same(t, want[i+4], text, item.Content[0].Text)
		}
		same(t, "part at first", all[3].Part.Text, "")
	case "function_call":
		want = append(want, "response.function_call_arguments.delta", "response.function_call_arguments.done")
		same(t, "arguments at first", string(added.Arguments), `""`)
		for _, text := range []string{all[3].Delta, all[4].Arguments} {
			quoted, err := json.Marshal(text)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "arguments", string(quoted), string(item.Arguments))
		}
	}
	same(t, "events", order, append(want, "response.output_item.done", "response.completed"))
	for _, e := range all[3 : len(all)-2] {
		same(t, e.Type, e.ItemID, item.ID)
		same(t, e.Type, *e.OutputIndex, 0)
	}
	same(t, "item", *all[len(all)-2].Item, item)
	for _, e := range all[:2] {
		if e.Response.Status != "in_progress" || len(e.Response.Output) != 0 || e.Response.ID != last.ID {
			t.Fatalf("%+v", e)
		}
	}
	return hearCodex(t, *last)
}

func hearCodex(t *testing.T, r codexResponse) heard {
	t.Helper()
	if r.Object != "response" || r.Status != "completed" || r.ID == "" || len(r.Output) != 1 || r.Usage == nil {
		t.Fatalf("%+v", r)
	}
	same(t, "usage", r.Usage.Input+r.Usage.Output, r.Usage.Total)
	item := r.Output[0]
	same(t, "status", item.Status, "completed")
	out := heard{call: true, id: item.CallID, name: item.Name}
	switch item.Type {
	case "message":
		if item.Role != "assistant" || len(item.Content) != 1 || item.Content[0].Type != "output_text" {
			t.Fatalf("%+v", item)
		}
		return heard{text: item.Content[0].Text}
	case "tool_search_call":
		same(t, "execution", item.Execution, "client")
		out.name, out.args = "its own search", strict[map[string]any](t, item.Arguments)
	case "function_call":
		out.args = strict[map[string]any](t, []byte(strict[string](t, item.Arguments)))
		if item.Namespace != "" {
			out.name = item.Namespace + "." + item.Name
		}
	default:
		t.Fatalf("%+v", item)
	}
	return out
}
