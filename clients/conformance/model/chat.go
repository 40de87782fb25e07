package model

import "encoding/json"

// chat is OpenAI's API of chat completions, /v1/chat/completions.
type chat struct{}

func (chat) decode(body []byte) (*turn, error) {
	var r struct {
		Model   string `json:"model"`
		Stream  bool   `json:"stream"`
		Options struct {
			Usage bool `json:"include_usage"`
		} `json:"stream_options"`
		Messages []struct {
			Role    string  `json:"role"`
			Content content `json:"content"`
			Calls   []struct {
				ID       string `json:"id"`
				Function struct {
					Name string `json:"name"`
				} `json:"function"`
			} `json:"tool_calls"`
			CallID string `json:"tool_call_id"`
		} `json:"messages"`
		Tools []struct {
			Function struct {
				Name        string `json:"name"`
				Description string `json:"description"`
				Parameters  object `json:"parameters"`
			} `json:"function"`
		} `json:"tools"`
		Format struct {
			JSONSchema struct {
				Schema object `json:"schema"`
			} `json:"json_schema"`
		} `json:"response_format"`
	}
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, err
	}
	t := &turn{model: r.Model, stream: r.Stream, usage: r.Options.Usage, schema: r.Format.JSONSchema.Schema}
	for _, o := range r.Tools {
		t.tools = append(t.tools, tool{name: o.Function.Name, about: o.Function.Description, schema: o.Function.Parameters})
	}
	for _, m := range r.Messages {
		switch m.Role {
		case "system", "developer":
			t.system = append(t.system, m.Content.texts()...)
		case "user":
			t.users = append(t.users, m.Content.texts()...)
		case "assistant":
			for _, c := range m.Calls {
				t.calls = append(t.calls, call{id: c.ID, name: c.Function.Name})
			}
		case "tool":
			t.answered(m.CallID, "", answer{text: m.Content.String()})
		}
	}
	return t, nil
}

// message returns the reply as a message, and why the model stopped.
func (chat) message(r reply) (message object, stop string) {
	message = object{"role": "assistant", "content": r.text}
	if r.tool == nil {
		return message, "stop"
	}
	message["content"] = nil
	message["tool_calls"] = []any{object{
		"id": "call_" + r.id, "type": "function",
		"function": object{"name": r.tool.name, "arguments": r.arguments()},
	}}
	return message, "tool_calls"
}

// completion returns an object of the kind with the choices.
func (chat) completion(t *turn, r reply, kind string, choices ...any) object {
	if choices == nil {
		choices = []any{}
	}
	return object{"id": "chatcmpl-" + r.id, "object": kind, "created": 1, "model": t.model, "choices": choices}
}

func (chat) used() object {
	return object{"prompt_tokens": tokensIn, "completion_tokens": tokensOut, "total_tokens": tokensIn + tokensOut}
}

func (c chat) whole(t *turn, r reply) any {
	message, stop := c.message(r)
	out := c.completion(t, r, "chat.completion", object{"index": 0, "message": message, "finish_reason": stop})
	out["usage"] = c.used()
	return out
}

func (c chat) stream(t *turn, r reply) []event {
	const kind = "chat.completion.chunk"
	message, stop := c.message(r)
	if calls, ok := message["tool_calls"].([]any); ok {
		calls[0].(object)["index"] = 0 // which call it is a piece of
	}
	out := []event{
		{data: c.completion(t, r, kind, object{"index": 0, "delta": message, "finish_reason": nil})},
		{data: c.completion(t, r, kind, object{"index": 0, "delta": object{}, "finish_reason": stop})},
	}
	if t.usage {
		last := c.completion(t, r, kind)
		last["usage"] = c.used()
		out = append(out, event{data: last})
	}
	return append(out, event{data: "[DONE]"})
}
