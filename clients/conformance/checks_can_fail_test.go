package conformance

import (
	"slices"
	"testing"

	"fsskills/clients/conformance/judge"
	"fsskills/clients/conformance/model"
)

// good is what a client shows that does everything right.
func good() *seen {
	right := []string{"Bearer " + testKey}
	return &seen{
		asked:    aspects,
		servers:  []server{{"neighbour", connected, "Connected"}, {serverName, connected, "Connected"}},
		skills:   []skill{{"one", "/home/skills/one/SKILL.md"}, {"two", "/home/skills/two/SKILL.md"}},
		commands: []string{"help", "one"},
		agents:   []string{"reader"},
		requests: []judge.Request{
			{Path: string(judge.Keyed), Verb: "POST", Methods: []string{"initialize"}, Authorization: right, Status: 200},
			{Path: string(judge.Keyed), Verb: "POST", Methods: []string{"tools/list"}, Authorization: right, Status: 200},
			{Path: string(judge.Other), Verb: "POST", Methods: []string{"tools/list"}, Status: 200},
			{Path: string(judge.Keyed), Verb: "POST", Methods: []string{"tools/call"}, Tool: "read", Authorization: right, Status: 200},
		},
		model: model.Record{
			Main: "one: The first\nskill. two: The \\\"second\\\" skill.", Named: []string{"dispatch tool"}, Started: true,
			Offered: []string{"mcp__fullstory__read", "finish"}, Called: "mcp__fullstory__read",
		},
	}
}

// TestChecks has each check hold for a client that does everything right, and
// fail for one thing that is wrong.
func TestChecks(t *testing.T) {
	t.Parallel()
	c := &subject{
		id: "test", unset: theText, hidden: true, ending: []string{"finish"},
		looks: []look{{at: []aspect{servers, skills, commands, agents}}, {at: []aspect{talk}}},
	}
	want := expectation{
		content: content{
			skills: []offered{{name: "one", description: "The first skill."}, {name: "two", description: `The "second" skill.`, hidden: true}},
			agents: []offered{{name: "reader", tools: []string{"read"}}},
		},
		path: judge.Keyed, header: []string{"Bearer " + testKey}, state: connected,
	}
	oauth := want
	oauth.path, oauth.header, oauth.state = judge.OAuth, nil, signIn
	waiting := func() *seen {
		s := good()
		s.servers[1] = server{serverName, signIn, "Needs authentication"}
		s.requests = []judge.Request{{Path: string(judge.OAuth), Verb: "POST", Methods: []string{"initialize"}, Status: 401}}
		return s
	}
	unset := func() *seen {
		s := good()
		s.requests = []judge.Request{{Path: string(judge.Keyed), Verb: "POST", Authorization: []string{"Bearer ${" + keyEnv + "}"}, Status: 401}}
		return s
	}
	gone := func() *seen {
		return &seen{asked: aspects, servers: []server{{"neighbour", connected, "Connected"}}, commands: []string{"help"}, model: model.Record{Main: "Nothing."}}
	}
	type check func(*subject, expectation, *seen) error
	for _, tt := range []struct {
		name  string
		check check
		want  expectation
		seen  func() *seen
		wrong map[string]func(*seen)
	}{
		{"server", checkServer, want, good, map[string]func(*seen){
			"twice":         func(s *seen) { s.servers = append(s.servers, s.servers[1]) },
			"another name":  func(s *seen) { s.servers = append(s.servers, server{name: "Fullstory-2"}) },
			"not there":     func(s *seen) { s.servers = s.servers[:1] },
			"not connected": func(s *seen) { s.servers[1].state = failed },
			"listed and not asked": func(s *seen) {
				s.servers[1].state = listed
				s.requests = s.requests[:1]
			},
		}},
		{"key", checkHeader, want, good, map[string]func(*seen){
			"another key":           func(s *seen) { s.requests[1].Authorization = []string{"Bearer other"} },
			"two headers":           func(s *seen) { s.requests[0].Authorization = []string{"Bearer " + testKey, "Bearer " + testKey} },
			"one without":           func(s *seen) { s.requests[0].Authorization = nil },
			"never asked":           func(s *seen) { s.requests = s.requests[2:3] },
			"not asked for tools":   func(s *seen) { s.requests = s.requests[:1] },
			"refused all the while": func(s *seen) { s.requests[1].Status = 401 },
		}},
		{"other servers", checkNeighbour, want, good, map[string]func(*seen){
			"not there":     func(s *seen) { s.servers = s.servers[1:] },
			"not connected": func(s *seen) { s.servers[0].state = failed },
			"never asked":   func(s *seen) { s.requests = s.requests[:2] },
			"sent our key":  func(s *seen) { s.requests[2].Authorization = []string{"Bearer " + testKey} },
		}},
		{"skills", checkSkills, want, good, map[string]func(*seen){
			"one twice":           func(s *seen) { s.skills = append(s.skills, skill{"one", "/elsewhere"}) },
			"one missing":         func(s *seen) { s.skills = s.skills[1:] },
			"offered twice":       func(s *seen) { s.model.Main += s.model.Main },
			"not offered":         func(s *seen) { s.model.Main = "Nothing." },
			"model not asked":     func(s *seen) { s.model.Main = "" },
			"a word of complaint": func(s *seen) { s.warnings = []string{"conflict of one"} },
		}},
		{"commands", checkCommands, want, good, map[string]func(*seen){
			"hidden one offered": func(s *seen) { s.commands = append(s.commands, "two") },
			"not offered":        func(s *seen) { s.commands = nil },
			"twice":              func(s *seen) { s.commands = append(s.commands, "one") },
		}},
		{"agent", checkAgent, want, good, map[string]func(*seen){
			"not listed":       func(s *seen) { s.agents = []string{"other"} },
			"not started":      func(s *seen) { s.model.Started = false },
			"no tool":          func(s *seen) { s.model.Offered = []string{"finish"} },
			"another tool":     func(s *seen) { s.model.Offered = append(s.model.Offered, "shell") },
			"a neighbour's":    func(s *seen) { s.model.Offered = append(s.model.Offered, "mcp__neighbour__read") },
			"only that":        func(s *seen) { s.model.Offered = []string{"mcp__neighbour__read"} },
			"a longer name":    func(s *seen) { s.model.Offered = []string{"mcp__fullstory__spread"} },
			"twice":            func(s *seen) { s.model.Offered = append(s.model.Offered, "fullstory-read") },
			"not offered":      func(s *seen) { s.model.Named = nil },
			"none listed":      func(s *seen) { s.agents = nil },
			"call not arrived": func(s *seen) { s.requests = s.requests[:3] },
		}},
		{"uninstall", checkNothing, want, gone, map[string]func(*seen){
			"server":    func(s *seen) { s.servers = append(s.servers, server{name: serverName}) },
			"requests":  func(s *seen) { s.requests = []judge.Request{{Path: string(judge.Keyed)}} },
			"skill":     func(s *seen) { s.skills = []skill{{name: "one"}} },
			"command":   func(s *seen) { s.commands = append(s.commands, "one") },
			"offered":   func(s *seen) { s.model.Main += "The first skill." },
			"agent":     func(s *seen) { s.agents = []string{"reader"} },
			"sub-agent": func(s *seen) { s.model.Started = true },
			"old path":  func(s *seen) { s.requests = []judge.Request{{Path: string(judge.Both)}} },
			"renamed":   func(s *seen) { s.servers = append(s.servers, server{name: "Fullstory"}) },
			"prefixed":  func(s *seen) { s.commands = append(s.commands, "skill:one") },
			"not asked": func(s *seen) { s.asked = []aspect{servers} },
			"no model":  func(s *seen) { s.model.Main = "" },
		}},
		{"without the key", checkUnset, want, unset, map[string]func(*seen){
			"empty":     func(s *seen) { s.requests[0].Authorization = []string{"Bearer"} },
			"no header": func(s *seen) { s.requests[0].Authorization = nil },
			"the key":   func(s *seen) { s.requests[0].Authorization = []string{"Bearer " + testKey} },
			"not asked": func(s *seen) { s.requests = nil },
		}},
		{"no header", checkNoHeader, oauth, waiting, map[string]func(*seen){
			"a header":  func(s *seen) { s.requests[0].Authorization = []string{"Bearer x"} },
			"let in":    func(s *seen) { s.requests[0].Status = 200 },
			"not asked": func(s *seen) { s.requests = nil },
		}},
		{"sign-in", checkSignIn, oauth, waiting, map[string]func(*seen){
			"another state":              func(s *seen) { s.servers[1].state = failed },
			"listed without looking up":  func(s *seen) { s.servers[1].state = listed },
			"connected without signing":  func(s *seen) { s.servers[1].state = connected },
			"not listed among the other": func(s *seen) { s.servers = s.servers[:1] },
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if err := tt.check(c, tt.want, tt.seen()); err != nil {
				t.Errorf("fails where all is right: %v", err)
			}
			for name, spoil := range tt.wrong {
				s := tt.seen()
				spoil(s)
				if tt.check(c, tt.want, s) == nil {
					t.Errorf("holds in spite of: %s", name)
				}
			}
		})
	}
}

// TestWhere is where skills may be from.
func TestWhere(t *testing.T) {
	t.Parallel()
	if err := checkWhere("/home", good()); err != nil {
		t.Error(err)
	}
	for name, s := range map[string]*seen{
		"elsewhere":          {skills: []skill{{"one", "/home/one"}, {"two", "/other/two"}}},
		"beside":             {skills: []skill{{"one", "/home2/one"}}},
		"nothing was listed": {},
	} {
		if checkWhere("/home", s) == nil {
			t.Errorf("holds in spite of: %s", name)
		}
	}
}

// TestUnset is what counts as each way of going without the key.
func TestUnset(t *testing.T) {
	t.Parallel()
	text := []judge.Request{{Path: string(judge.Keyed), Authorization: []string{"Bearer ${" + keyEnv + "}"}, Status: 401}}
	bare := []judge.Request{{Path: string(judge.Keyed), Authorization: []string{"Bearer"}, Status: 401}}
	none := []judge.Request{{Path: string(judge.Keyed), Status: 401}}
	for _, tt := range []struct {
		sends    sends
		requests []judge.Request
		right    bool
	}{
		{theText, text, true},
		{theText, bare, false},
		{theText, none, false},
		{theText, nil, false},
		{empty, bare, true},
		{empty, text, false},
		{empty, nil, false},
		{noKey, none, true},
		{noKey, nil, false},
		{noKey, []judge.Request{{Path: string(judge.Keyed), Status: 200}}, false},
		{nothing, nil, true},
		{nothing, none, false},
		{nothing, text, false},
	} {
		err := checkUnset(&subject{unset: tt.sends}, expectation{path: judge.Keyed}, &seen{requests: tt.requests})
		if (err == nil) != tt.right {
			t.Errorf("%s, with %v: %v", tt.sends, tt.requests, err)
		}
	}
}

// TestSubjects: the catalog has each client as observed, in the version that
// is asked here, and its next steps say what it was seen to do without the key.
func TestSubjects(t *testing.T) {
	t.Parallel()
	var ids []string
	for _, c := range subjects {
		if slices.Contains(ids, c.id) {
			t.Errorf("%s is there twice", c.id)
		}
		ids = append(ids, c.id)
		c.checkCatalog(t)
	}
}
