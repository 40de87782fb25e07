package model

import (
	"encoding/json"
	"slices"
	"strings"
)

// A Script is what the model does.
type Script struct {
	// Agent is the sub-agent that it asks for in the main conversation. If it is
	// empty, the model says something and ends.
	Agent string
	// Tool is a part of the name of the tool that it calls in the sub-agent's
	// conversation; empty: it calls none.
	Tool string
}

// The sub-agent's task begins with mark, by which its conversation is known,
// and what it says at the end with ending.
const (
	mark   = "CONFORMANCE-TASK-4417"
	ending = "CONFORMANCE-END-4417"
	task   = mark + " use your tool once and say what it gave back"
)

// maxWaits is how often the model waits for a sub-agent that runs on its own,
// and waitFor how long each time.
const (
	maxWaits = 3
	waitFor  = 20_000 // milliseconds
)

// play returns what the model does at the turn.
func (s Script) play(t *turn) reply {
	switch {
	case t.sub():
		return s.work(t)
	case t.side():
		return aside(t)
	case s.Agent == "":
		return reply{text: "There is nothing to do."}
	}
	return s.dispatch(t)
}

// sub reports whether the turn is of the sub-agent's conversation. The task has
// to stand at the beginning of a line: a client that tells the model of its
// calls quotes it inside of one.
func (t *turn) sub() bool {
	return slices.ContainsFunc(t.users, func(text string) bool {
		return strings.HasPrefix(text, mark) || strings.Contains(text, "\n"+mark)
	})
}

// side reports whether the turn is none of a conversation: a title, a summary.
func (t *turn) side() bool { return !t.sub() && len(t.tools) == 0 }

// aside answers a side request, in JSON if that is asked for.
func aside(t *turn) reply {
	if t.schema == nil {
		return reply{text: "Conformance"}
	}
	body, err := json.Marshal(fill(t.schema, nil))
	if err != nil {
		panic("model: sample: " + err.Error()) // it comes from JSON
	}
	return reply{text: string(body)}
}

// dispatch plays the main conversation: ask for the agent, wait for it, end.
func (s Script) dispatch(t *turn) reply {
	i := slices.IndexFunc(t.calls, func(c call) bool { return dispatches(c.name) })
	if i < 0 {
		r, ok := t.reach(func(o tool) bool { return dispatches(o.name) }, "agent task", s.order)
		if ok {
			return r
		}
		return reply{text: "There is no agent to ask."}
	}
	if r, ok := t.wait(t.calls[i].answer); ok {
		return r
	}
	return reply{text: "The agent was asked."}
}

// order returns the arguments that ask for the agent.
func (s Script) order(d tool) object {
	given := object{"run_in_background": false}
	kinds := []string{"subagent_type", "agent_type", "agent_name", "agentName"}
	for _, key := range kinds {
		given[key] = s.Agent
	}
	for _, key := range []string{"prompt", "message", "task"} {
		given[key] = task
	}
	properties, _ := d.schema["properties"].(object)
	mode, _ := properties["mode"].(object)
	if modes, _ := mode["enum"].([]any); slices.Contains(modes, any("sync")) {
		given["mode"] = "sync" // for some it says what the agent may do
	}
	codex := strings.EqualFold(d.name, "spawn_agent")
	if codex { // elsewhere it is for copies of the conversation only
		given["fork_turns"] = "none"
		given["task_name"] = "conformance"
	}
	args := fill(d.schema, given)
	named := slices.ContainsFunc(kinds, func(key string) bool { return args[key] != nil })
	if codex && !named {
		args["agent_type"] = s.Agent // Codex hides it while it has no roles
	}
	return args
}

// wait returns a call that waits for the agent if the client has only promised
// to run it, and it has not ended.
func (t *turn) wait(promise *answer) (reply, bool) {
	waiter := t.first(func(o tool) bool { return waits(o.name) })
	if waiter == nil || promise == nil || promise.failed || t.ended() {
		return reply{}, false
	}
	id := promised(promise.text)
	n := 0
	for _, c := range t.calls {
		if waits(c.name) {
			n++
		}
	}
	if id == "" || n >= maxWaits {
		return reply{}, false
	}
	ids := []any{id}
	return reply{tool: waiter, args: fill(waiter.schema, object{
		"targets": ids, "ids": ids, "agent_ids": ids, "agent_id": id, "timeout_ms": waitFor,
	})}, true
}

// ended reports whether the sub-agent's last words have reached the main
// conversation.
func (t *turn) ended() bool {
	return slices.ContainsFunc(t.users, func(text string) bool { return strings.Contains(text, ending) }) ||
		slices.ContainsFunc(t.calls, func(c call) bool { return c.answer != nil && strings.Contains(c.answer.text, ending) })
}

// promised returns the id of the agent that an answer says is running, empty if
// it says nothing of the kind.
func promised(text string) string {
	var agent struct {
		ID   string `json:"agent_id"`
		Task string `json:"task_name"`
	}
	if json.Unmarshal([]byte(text), &agent) != nil {
		return ""
	}
	if agent.ID != "" {
		return agent.ID
	}
	return agent.Task
}

// work plays the sub-agent's conversation: call the tool, end.
func (s Script) work(t *turn) reply {
	said := ending + " no tool was called"
	i := slices.IndexFunc(t.calls, func(c call) bool { return s.wants(c.String()) })
	if i >= 0 {
		said = ending + " the tool was called"
	} else if s.Tool != "" {
		wanted := func(o tool) bool { return s.wants(o.String()) }
		if r, ok := t.reach(wanted, s.Tool, func(o tool) object { return fill(o.schema, nil) }); ok {
			return r
		}
	}
	last := t.first(func(o tool) bool { return finishes(o.name) })
	if last == nil || slices.ContainsFunc(t.calls, func(c call) bool { return finishes(c.name) }) {
		return reply{text: said}
	}
	args := fill(last.schema, nil)
	for key, v := range args {
		if _, ok := v.(string); ok {
			args[key] = said
		}
	}
	return reply{tool: last, args: args}
}

// wants reports whether the sub-agent should call the tool of the name.
func (s Script) wants(name string) bool {
	return s.Tool != "" && strings.Contains(name, s.Tool) && !searches(name)
}

// reach returns a call of the first tool that is meant, or of the search for
// tools if it may be behind that. It returns false if there is no way to it.
func (t *turn) reach(meant func(tool) bool, query string, args func(tool) object) (reply, bool) {
	found := t.first(func(o tool) bool { return !o.deferred && meant(o) })
	search := t.first(func(o tool) bool { return searches(o.name) })
	if found == nil && search != nil && !slices.ContainsFunc(t.calls, func(c call) bool { return searches(c.name) }) {
		given := object{"query": query, "max_results": 10, "limit": 10}
		return reply{tool: search, args: fill(search.schema, given)}, true
	}
	if found == nil {
		found = t.first(meant)
	}
	if found == nil {
		return reply{}, false
	}
	return reply{tool: found, args: args(*found)}, true
}

// dispatches reports whether a tool of the name starts sub-agents.
func dispatches(name string) bool {
	return is(name, "Agent", "Task", "invoke_agent", "spawn_agent", "runSubagent")
}

// waits reports whether a tool of the name waits for sub-agents.
func waits(name string) bool { return is(name, "wait_agent") }

// finishes reports whether a sub-agent has to end with a tool of the name.
func finishes(name string) bool { return is(name, "complete_task", "return_result") }

// searches reports whether a tool of the name looks for other tools.
func searches(name string) bool { return is(name, "tool_search", "ToolSearch") }

// is reports whether the name is one of those, however it is written.
func is(name string, names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}
