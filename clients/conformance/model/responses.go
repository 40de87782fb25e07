package model

import (
	"encoding/json"
	"strings"
)

// responses is OpenAI's API of responses, /v1/responses.
type responses struct{}

// An openItem is one of the items that a conversation is a list of.
type openItem struct {
	Type      string     `json:"type"` // empty: a message
	Role      string     `json:"role"`
	Content   content    `json:"content"`
	CallID    string     `json:"call_id"`
	Name      string     `json:"name"`
	Namespace string     `json:"namespace"`
	Output    content    `json:"output"`
	Tools     []openTool `json:"tools"`
}

// An openTool is a tool, or a namespace of tools.
type openTool struct {
	Type        string     `json:"type"`
	Name        string     `json:"name"`
	Description string     `json:"description"`
	Parameters  object     `json:"parameters"`
	Deferred    bool       `json:"defer_loading"`
	Tools       []openTool `json:"tools"`
}

// openInput is the conversation: the items, or the user's only text.
type openInput []openItem

// UnmarshalJSON reads both forms.
func (in *openInput) UnmarshalJSON(src []byte) error {
	var text content
	if strings.HasPrefix(string(src), `"`) {
		*in = openInput{{Role: "user"}}
		if err := json.Unmarshal(src, &text); err != nil {
			return err
		}
		(*in)[0].Content = text
		return nil
	}
	return json.Unmarshal(src, (*[]openItem)(in))
}

func (responses) decode(body []byte) (*turn, error) {
	var r struct {
		Model        string     `json:"model"`
		Stream       bool       `json:"stream"`
		Instructions content    `json:"instructions"`
		Input        openInput  `json:"input"`
		Tools        []openTool `json:"tools"`
		Text         struct {
			Format struct {
				Schema object `json:"schema"`
			} `json:"format"`
		} `json:"text"`
	}
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, err
	}
	t := &turn{model: r.Model, stream: r.Stream, usage: true, system: r.Instructions.texts(), schema: r.Text.Format.Schema}
	t.offer(r.Tools)
	for _, item := range r.Input {
		t.take(item)
	}
	return t, nil
}

// take adds an item to the turn.
func (t *turn) take(item openItem) {
	switch item.Type {
	case "", "message", "agent_message": // the last is of another agent
		switch item.Role {
		case "developer", "system":
			t.system = append(t.system, item.Content.texts()...)
		case "user", "":
			t.users = append(t.users, item.Content.texts()...)
		}
	case "function_call":
		t.calls = append(t.calls, call{id: item.CallID, space: item.Namespace, name: item.Name})
	case "function_call_output":
		t.answered(item.CallID, "", answer{text: item.Output.String()})
	case "tool_search_call":
		t.calls = append(t.calls, call{id: item.CallID, name: "tool_search"})
	case "tool_search_output", "additional_tools":
		t.offer(item.Tools)
	}
}

// offer adds tools to the turn.
func (t *turn) offer(tools []openTool) {
	for _, o := range tools {
		if o.Type != "namespace" {
			t.tools = append(t.tools, o.tool("", ""))
			continue
		}
		for _, member := range o.Tools {
			t.tools = append(t.tools, member.tool(o.Name, o.Description))
		}
	}
}

// tool returns the tool in a namespace of which about is told.
func (o openTool) tool(space, about string) tool {
	t := tool{space: space, name: o.Name, about: o.Description, schema: o.Parameters, deferred: o.Deferred}
	if about != "" {
		t.about = about + "\n" + o.Description
	}
	if t.name == "" { // one of the API's own, as web_search
		t.name = o.Type
	}
	t.native = o.Type == "tool_search"
	return t
}

// item returns the reply as an output item.
func (responses) item(r reply) object {
	item := object{"id": "item_" + r.id, "status": "completed"}
	switch {
	case r.tool == nil:
		item["type"], item["role"] = "message", "assistant"
		item["content"] = []any{said(r.text)}
	case r.tool.native:
		item["type"], item["execution"] = "tool_search_call", "client"
		item["call_id"], item["arguments"] = "call_"+r.id, r.args
	default:
		item["type"], item["name"] = "function_call", r.tool.name
		item["call_id"], item["arguments"] = "call_"+r.id, r.arguments()
		if r.tool.space != "" {
			item["namespace"] = r.tool.space
		}
	}
	return item
}

// said returns a part of a message that holds the text.
func said(text string) object {
	return object{"type": "output_text", "text": text, "annotations": []any{}}
}

// response returns the whole answer in a state.
func (responses) response(t *turn, r reply, status string, output []any) object {
	out := object{
		"id": "resp_" + r.id, "object": "response", "created_at": 1, "model": t.model,
		"status": status, "output": output, "error": nil, "incomplete_details": nil,
	}
	if status == "completed" {
		out["usage"] = object{
			"input_tokens": tokensIn, "input_tokens_details": object{"cached_tokens": 0},
			"output_tokens": tokensOut, "output_tokens_details": object{"reasoning_tokens": 0},
			"total_tokens": tokensIn + tokensOut,
		}
	}
	return out
}

func (o responses) whole(t *turn, r reply) any {
	return o.response(t, r, "completed", []any{o.item(r)})
}

func (o responses) stream(t *turn, r reply) []event {
	begun := o.response(t, r, "in_progress", []any{})
	item := o.item(r)
	first := o.item(r) // the item before it has its content
	first["status"] = "in_progress"
	var middle []object
	switch first["type"] {
	case "message":
		first["content"] = []any{}
		middle = []object{
			{"type": "response.content_part.added", "content_index": 0, "part": said("")},
			{"type": "response.output_text.delta", "content_index": 0, "delta": r.text},
			{"type": "response.output_text.done", "content_index": 0, "text": r.text},
			{"type": "response.content_part.done", "content_index": 0, "part": said(r.text)},
		}
	case "function_call":
		first["arguments"] = ""
		middle = []object{
			{"type": "response.function_call_arguments.delta", "delta": r.arguments()},
			{"type": "response.function_call_arguments.done", "arguments": r.arguments()},
		}
	}
	for _, e := range middle {
		e["item_id"], e["output_index"] = item["id"], 0
	}
	all := []object{
		{"type": "response.created", "response": begun},
		{"type": "response.in_progress", "response": begun},
		{"type": "response.output_item.added", "output_index": 0, "item": first},
	}
	all = append(all, middle...)
	all = append(all,
		object{"type": "response.output_item.done", "output_index": 0, "item": item},
		object{"type": "response.completed", "response": o.whole(t, r)},
	)
	out := make([]event, len(all))
	for i, e := range all {
		e["sequence_number"] = i
		out[i] = typed(e)
	}
	return out
}
