package model

import "encoding/json"

// gemini is the API of Gemini and Vertex, …:generateContent and
// …:streamGenerateContent.
type gemini struct {
	streams bool
	list    bool // the stream is wanted as a JSON list
}

// A geminiContent is a message.
type geminiContent struct {
	Role  string `json:"role"`
	Parts []struct {
		Text string `json:"text"`
		Call *struct {
			Name string `json:"name"`
		} `json:"functionCall"`
		Response *struct {
			Name     string `json:"name"`
			Response object `json:"response"`
		} `json:"functionResponse"`
	} `json:"parts"`
}

func (g gemini) decode(body []byte) (*turn, error) {
	var r struct {
		Contents []geminiContent `json:"contents"`
		System   geminiContent   `json:"systemInstruction"`
		Tools    []struct {
			Functions []struct {
				Name        string `json:"name"`
				Description string `json:"description"`
				Parameters  object `json:"parameters"`
				JSONSchema  object `json:"parametersJsonSchema"`
			} `json:"functionDeclarations"`
		} `json:"tools"`
		Config struct {
			MIME       string `json:"responseMimeType"`
			Schema     object `json:"responseSchema"`
			JSONSchema object `json:"responseJsonSchema"`
		} `json:"generationConfig"`
	}
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, err
	}
	t := &turn{stream: g.streams && !g.list, usage: true, system: r.System.texts()}
	for _, o := range r.Tools {
		for _, f := range o.Functions {
			t.tools = append(t.tools, tool{name: f.Name, about: f.Description, schema: either(f.JSONSchema, f.Parameters)})
		}
	}
	for _, c := range r.Contents {
		t.hear(c)
	}
	if t.schema = either(r.Config.JSONSchema, r.Config.Schema); t.schema == nil && r.Config.MIME == "application/json" {
		t.schema = object{}
	}
	return t, nil
}

// hear adds a message to the turn. Answers have the names of calls; an id is
// the client's own.
func (t *turn) hear(c geminiContent) {
	if c.Role != "model" {
		t.users = append(t.users, c.texts()...)
	}
	for _, p := range c.Parts {
		if p.Call != nil {
			t.calls = append(t.calls, call{name: p.Call.Name})
		}
		if p.Response != nil {
			t.answered("", p.Response.Name, returned(p.Response.Response))
		}
	}
}

// returned returns what is in a function's response: a text under "output" or
// "error", or what else there is as JSON.
func returned(response object) answer {
	_, failed := response["error"]
	for _, key := range []string{"error", "output"} {
		if text, ok := response[key].(string); ok {
			return answer{text: text, failed: failed}
		}
	}
	body, err := json.Marshal(response)
	if err != nil {
		panic("model: response: " + err.Error()) // it comes from JSON
	}
	return answer{text: string(body), failed: failed}
}

// texts returns the texts of the message.
func (c geminiContent) texts() []string {
	var out []string
	for _, p := range c.Parts {
		if p.Text != "" {
			out = append(out, p.Text)
		}
	}
	return out
}

// either returns the first of two schemas, or the second if there is none.
func either(a, b object) object {
	if a != nil {
		return a
	}
	return b
}

// response returns the reply as an object, which is also the only one of a
// stream.
func (gemini) response(r reply) object {
	part := object{"text": r.text}
	if r.tool != nil {
		part = object{"functionCall": object{"name": r.tool.name, "args": r.args}}
	}
	return object{
		"responseId": r.id, "modelVersion": "local",
		"candidates": []any{object{
			"index": 0, "finishReason": "STOP",
			"content": object{"role": "model", "parts": []any{part}},
		}},
		"usageMetadata": object{
			"promptTokenCount": tokensIn, "candidatesTokenCount": tokensOut, "totalTokenCount": tokensIn + tokensOut,
		},
	}
}

func (g gemini) whole(_ *turn, r reply) any {
	if g.list {
		return []any{g.response(r)}
	}
	return g.response(r)
}

func (g gemini) stream(_ *turn, r reply) []event {
	return []event{{data: g.response(r)}}
}
