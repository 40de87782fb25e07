package conformance

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"fsskills/clients"
	"fsskills/clients/conformance/judge"
)

// results is what the checks found, for the page and the summary.
var results = &outcomes{clients: map[string]*outcome{}}

type outcomes struct {
	mu      sync.Mutex
	clients map[string]*outcome
	crowd   string // why not all were asked together
}

// An outcome is what was found with one client.
type outcome struct {
	version string
	skipped string                              // why none of it was asked
	checks  map[clients.Scope]map[string]string // by the name of a check: "" holds, else what is wrong
	skips   map[clients.Scope]map[string]string // and why it was not made
	said    map[string]said
}

// said is what a client said of our server, and what the server received.
type said struct {
	Words    string `json:"words"`
	Received string `json:"received"`
}

func (o *outcomes) of(c *subject) *outcome {
	one := o.clients[c.id]
	if one == nil {
		one = &outcome{
			checks: map[clients.Scope]map[string]string{clients.UserScope: {}, clients.ProjectScope: {}, together: {}},
			skips:  map[clients.Scope]map[string]string{"": {}, clients.UserScope: {}, clients.ProjectScope: {}, together: {}},
			said:   map[string]said{},
		}
		o.clients[c.id] = one
	}
	return one
}

// together is where all clients are in one home.
const together clients.Scope = "together"

func (o *outcomes) version(c *subject, version string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.of(c).version = version
}

func (o *outcomes) versionOf(c *subject) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.of(c).version
}

func (o *outcomes) add(c *subject, scope clients.Scope, check string, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	wrong := ""
	if err != nil {
		wrong = err.Error()
	}
	o.of(c).checks[scope][check] = wrong
}

func (o *outcomes) say(c *subject, what, words, received string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.of(c).said[what] = said{words, received}
}

// skip ends a test that cannot be made, with the reason. It is never a pass.
func (o *outcomes) skip(t *testing.T, c *subject, scope clients.Scope, check, reason string) {
	t.Helper()
	o.mu.Lock()
	if check == "" && scope == "" {
		o.of(c).skipped = reason
	} else {
		o.of(c).skips[scope][check] = reason
	}
	o.mu.Unlock()
	t.Skipf("skipped: %s", reason)
}

// noCrowd ends a test of all clients together that cannot be made.
func (o *outcomes) noCrowd(t *testing.T, reason string) {
	t.Helper()
	o.mu.Lock()
	o.crowd = reason
	o.mu.Unlock()
	t.Skipf("skipped: %s", reason)
}

// ours is how the client lists our server.
func (s *seen) ours() string {
	var all []string
	for _, one := range s.servers {
		switch {
		case one.name != serverName:
		case one.state == listed:
			all = append(all, string(listed))
		default:
			all = append(all, one.said)
		}
	}
	if len(all) == 0 {
		return "it is not listed"
	}
	return strings.Join(all, "; ")
}

// received is what came with requests, each header once.
func received(requests []judge.Request) string {
	if len(requests) == 0 {
		return "nothing"
	}
	var all []string
	known := map[string]bool{}
	for _, r := range requests {
		text := "no header"
		if r.Authorization != nil {
			text = fmt.Sprintf("`%s`", strings.TrimSpace(strings.Join(r.Authorization, ", ")))
		}
		if !known[text] {
			known[text] = true
			all = append(all, text)
		}
	}
	return strings.Join(all, ", ")
}

// summary is a line for each client that was to be asked: what holds, what does
// not, and what was skipped and why.
func (o *outcomes) summary() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var lines []string
	for _, c := range chosen() {
		one := o.of(c)
		if one.skipped != "" {
			lines = append(lines, fmt.Sprintf("%s: skipped: %s", c.id, one.skipped))
			continue
		}
		holds, wrong := 0, 0
		for _, made := range one.checks {
			for _, err := range made {
				if err == "" {
					holds++
				} else {
					wrong++
				}
			}
		}
		parts := []string{fmt.Sprintf("%s %s: %d checks hold", c.id, one.version, holds)}
		if wrong > 0 {
			parts = append(parts, fmt.Sprintf("%d do not", wrong))
		}
		for _, reason := range reasons(record{Skipped: one.skips}) {
			parts = append(parts, "skipped "+reason)
		}
		lines = append(lines, strings.Join(parts, "; "))
	}
	if o.crowd != "" {
		lines = append(lines, "all together: skipped: "+o.crowd)
	}
	return lines
}
