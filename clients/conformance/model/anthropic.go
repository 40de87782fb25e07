package model

import "encoding/json"

// anthropic is Anthropic's API of messages, /v1/messages.
type anthropic struct{}

func (anthropic) decode(body []byte) (*turn, error) {
	var r struct {
		Model    string  `json:"model"`
		Stream   bool    `json:"stream"`
		System   content `json:"system"`
		Messages []struct {
			Role    string  `json:"role"`
			Content content `json:"content"`
		} `json:"messages"`
		Tools []struct {
			Type        string `json:"type"`
			Name        string `json:"name"`
			Description string `json:"description"`
			InputSchema object `json:"input_schema"`
			Deferred    bool   `json:"defer_loading"`
		} `json:"tools"`
		Output struct {
			Format struct {
				Schema object `json:"schema"`
			} `json:"format"`
		} `json:"output_config"`
	}
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, err
	}
	t := &turn{model: r.Model, stream: r.Stream, usage: true, system: r.System.texts(), schema: r.Output.Format.Schema}
	for _, o := range r.Tools {
		t.tools = append(t.tools, tool{name: o.Name, about: o.Description, schema: o.InputSchema, deferred: o.Deferred})
	}
	for _, m := range r.Messages {
		switch m.Role {
		case "system":
			t.system = append(t.system, m.Content.texts()...)
		case "user":
			t.users = append(t.users, m.Content.texts()...)
		}
		for _, p := range m.Content {
			switch p.Type {
			case "tool_use":
				t.calls = append(t.calls, call{id: p.ID, name: p.Name})
			case "tool_result":
				t.answered(p.ToolUseID, "", answer{text: p.Content.String(), failed: p.IsError})
			}
		}
	}
	return t, nil
}

// block returns the reply as a content block, and why the model stopped.
func (anthropic) block(r reply) (block object, stop string) {
	if r.tool == nil {
		return object{"type": "text", "text": r.text}, "end_turn"
	}
	return object{"type": "tool_use", "id": "toolu_" + r.id, "name": r.tool.name, "input": r.args}, "tool_use"
}

// message returns a message with the blocks.
func (anthropic) message(t *turn, r reply, blocks []any, stop any, out int) object {
	return object{
		"id": "msg_" + r.id, "type": "message", "role": "assistant", "model": t.model,
		"content": blocks, "stop_reason": stop, "stop_sequence": nil,
		"usage": object{"input_tokens": tokensIn, "output_tokens": out},
	}
}

func (a anthropic) whole(t *turn, r reply) any {
	block, stop := a.block(r)
	return a.message(t, r, []any{block}, stop, tokensOut)
}

func (a anthropic) stream(t *turn, r reply) []event {
	block, stop := a.block(r)
	delta := object{"type": "text_delta", "text": r.text}
	if r.tool == nil {
		block["text"] = ""
	} else {
		block["input"] = object{}
		delta = object{"type": "input_json_delta", "partial_json": r.arguments()}
	}
	var out []event
	for _, e := range []object{
		{"type": "message_start", "message": a.message(t, r, []any{}, nil, 1)},
		{"type": "content_block_start", "index": 0, "content_block": block},
		{"type": "content_block_delta", "index": 0, "delta": delta},
		{"type": "content_block_stop", "index": 0},
		{
			"type": "message_delta", "delta": object{"stop_reason": stop, "stop_sequence": nil},
			"usage": object{"output_tokens": tokensOut},
		},
		{"type": "message_stop"},
	} {
		out = append(out, typed(e))
	}
	return out
}

// typed returns the event that is named as its type.
func typed(data object) event {
	name, _ := data["type"].(string)
	return event{name: name, data: data}
}
