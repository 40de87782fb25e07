package conformance

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"fsskills/clients/conformance/judge"
)

// serverName is the name of our entry.
const serverName = "fullstory"

// An expectation is what is right in one place.
type expectation struct {
	content
	path   judge.Path
	header []string // of every request to path
	state  state    // of our server
	open   bool     // the client cannot hold an agent to its tools
}

// checkServer holds if our server is listed once, and in the state that is
// expected. A client that lists without trying has to have asked the judge.
func checkServer(_ *subject, want expectation, got *seen) error {
	one, err := got.server(serverName)
	if err != nil {
		return err
	}
	switch {
	case one.state == want.state:
	case one.state == listed && want.state == connected && got.answered(want.path) != nil:
		return errors.Join(errors.New("it is listed, but"), got.answered(want.path))
	case one.state == listed:
	default:
		return fmt.Errorf("%s is %s (%q), want %s", serverName, one.state, one.said, want.state)
	}
	return nil
}

// server is the one line of the list that has the name, or has it in its own.
func (s *seen) server(name string) (server, error) {
	var found []server
	for _, one := range s.servers {
		if strings.Contains(strings.ToLower(one.name), name) {
			found = append(found, one)
		}
	}
	if len(found) != 1 {
		return server{}, fmt.Errorf("%s is listed %s, with %v", name, times(len(found)), s.servers)
	}
	return found[0], nil
}

// answered is an error unless the server at path was asked for its tools, and
// answered.
func (s *seen) answered(path judge.Path) error {
	var statuses []string
	for _, r := range s.at(path) {
		if slices.Contains(r.Methods, "tools/list") && r.Status == http.StatusOK {
			return nil
		}
		statuses = append(statuses, fmt.Sprint(r.Verb, " ", strings.Join(r.Methods, ","), " ", r.Status))
	}
	return fmt.Errorf("%s was never asked for its tools, only %v", path, statuses)
}

func (s *seen) at(path judge.Path) []judge.Request {
	var all []judge.Request
	for _, r := range s.requests {
		if r.Path == string(path) {
			all = append(all, r)
		}
	}
	return all
}

// checkHeader holds if each request to our server had exactly the header that
// is expected, and there was one that was answered.
func checkHeader(c *subject, want expectation, got *seen) error {
	requests := c.keyed(got.at(want.path))
	if len(requests) == 0 {
		return fmt.Errorf("%s was never asked", want.path)
	}
	for _, r := range requests {
		if !slices.Equal(r.Authorization, want.header) {
			return fmt.Errorf("%s %s came with the header %q, want %q", r.Verb, strings.Join(r.Methods, ","), r.Authorization, want.header)
		}
	}
	if want.state == connected {
		return got.answered(want.path)
	}
	return nil
}

// keyed are the requests in which the client says who it is: all, unless it
// probes.
func (c *subject) keyed(requests []judge.Request) []judge.Request {
	return slices.DeleteFunc(slices.Clone(requests), func(r judge.Request) bool {
		return c.probes && r.Verb == http.MethodGet && len(r.Authorization) == 0 && r.Status == http.StatusUnauthorized
	})
}

// checkNeighbour holds if the user's other server is listed and works.
func checkNeighbour(_ *subject, _ expectation, got *seen) error {
	one, err := got.server("neighbour")
	if err != nil {
		return err
	}
	if one.state != connected && one.state != listed {
		return fmt.Errorf("neighbour is %s (%q)", one.state, one.said)
	}
	for _, r := range got.at(judge.Other) {
		if len(r.Authorization) > 0 {
			return fmt.Errorf("neighbour was sent the header %q", r.Authorization)
		}
	}
	return got.answered(judge.Other)
}

// checkSkills holds if each skill is listed once, and offered to the model
// once, and the client does not complain.
func checkSkills(c *subject, want expectation, got *seen) error {
	var errs []error
	for _, one := range want.skills {
		if c.lists() {
			var paths []string
			for _, listed := range got.skills {
				if listed.name == one.name {
					paths = append(paths, listed.path)
				}
			}
			if len(paths) != 1 {
				errs = append(errs, fmt.Errorf("%s is listed %s: %v", one.name, times(len(paths)), paths))
			}
		}
		if got.was(talk) {
			if n := strings.Count(flat(got.model.Main), flat(one.description)); n != 1 {
				errs = append(errs, fmt.Errorf("%s is offered to the model %s", one.name, times(n)))
			}
		}
	}
	if got.was(talk) && got.model.Main == "" {
		errs = append(errs, fmt.Errorf("the model was not asked, only %v", got.model.Unknown))
	}
	if !got.was(talk) && !c.lists() {
		errs = append(errs, errors.New("it was not asked for skills"))
	}
	for _, warning := range got.warnings {
		for _, one := range want.skills {
			if strings.Contains(warning, one.name) {
				errs = append(errs, fmt.Errorf("it says: %s", warning))
			}
		}
	}
	return errors.Join(errs...)
}

// lists reports whether there is a list of skills, not just what the model is
// offered.
func (c *subject) lists() bool {
	return slices.ContainsFunc(c.looks, func(l look) bool {
		return slices.Contains(l.at, skills) && !slices.Contains(l.at, talk)
	})
}

// flat is text without line breaks and in one quoting, as clients put
// descriptions into all sorts of text.
func flat(text string) string {
	return strings.Join(strings.Fields(strings.NewReplacer(`\n`, " ", `\"`, `"`, "&quot;", `"`, "&apos;", "'", "&amp;", "&").Replace(text)), " ")
}

// checkCommands holds if each skill is offered as a slash command, once, and
// one that says that it is none is not, if the client heeds that. One that does
// not heed it is to be known for that.
func checkCommands(c *subject, want expectation, got *seen) error {
	var errs []error
	for _, one := range want.skills {
		n := 0
		for _, command := range got.commands {
			if one.isCalled(command) {
				n++
			}
		}
		switch {
		case one.hidden && c.hidden && n > 0:
			errs = append(errs, fmt.Errorf("/%s is offered, which is no command", one.name))
		case one.hidden && !c.hidden && n == 0:
			errs = append(errs, fmt.Errorf("/%s is not offered any more: the client heeds now that it is no command", one.name))
		case !one.hidden && n != 1:
			errs = append(errs, fmt.Errorf("/%s is offered %s", one.name, times(n)))
		}
	}
	return errors.Join(errs...)
}

// isCalled reports whether a command is the skill: clients put a word before its
// name, or none.
func (o offered) isCalled(command string) bool {
	return slices.Contains([]string{o.name, "skill:" + o.name, "skill-" + o.name}, command)
}

// checkAgent holds if the agent is offered to the model, gets the tool that it
// names and no other, and the server is called by it.
func checkAgent(c *subject, want expectation, got *seen) error {
	if len(want.agents) == 0 {
		return errors.New("the source has no agent")
	}
	agent := want.agents[0]
	var errs []error
	if got.was(agents) && !slices.Contains(got.agents, agent.name) {
		errs = append(errs, fmt.Errorf("%s is not among the agents %v", agent.name, got.agents))
	}
	if len(got.model.Named) == 0 {
		errs = append(errs, fmt.Errorf("%s is not offered to the model", agent.name))
	}
	if !got.model.Started {
		return errors.Join(append(errs, fmt.Errorf("%s did not start: %v", agent.name, got.model.Errors))...)
	}
	var right, extra []string
	for _, tool := range got.model.Offered {
		switch {
		case isTool(tool, agent.tools[0]):
			right = append(right, tool)
		case !want.open && !slices.Contains(c.ending, tool):
			extra = append(extra, tool)
		}
	}
	if len(right) != 1 {
		errs = append(errs, fmt.Errorf("%s is offered %s of %s %s: %v", agent.name, agent.tools[0], serverName, times(len(right)), got.model.Offered))
	}
	if len(extra) > 0 {
		errs = append(errs, fmt.Errorf("%s is offered %v too", agent.name, extra))
	}
	calls := 0
	for _, r := range got.at(want.path) {
		if r.Tool == agent.tools[0] && r.Status == http.StatusOK {
			calls++
		}
	}
	if calls == 0 {
		errs = append(errs, fmt.Errorf("the server was not called by %s: %s", agent.name, got.model.Answer))
	}
	return errors.Join(errs...)
}

// isTool reports whether the name by which a client offers a tool is that of
// ours: it has our server in it, and ends in the tool as a word of its own.
func isTool(offered, tool string) bool {
	before, ok := strings.CutSuffix(offered, tool)
	return ok && strings.Contains(before, serverName) && strings.ContainsAny(before[len(before)-1:], "_-./:")
}

// checkNothing holds if nothing of ours is seen.
func checkNothing(c *subject, want expectation, got *seen) error {
	var errs []error
	for _, one := range got.servers {
		if strings.Contains(strings.ToLower(one.name), serverName) {
			errs = append(errs, fmt.Errorf("%s is still listed (%s)", one.name, one.said))
		}
	}
	for _, r := range got.requests {
		if slices.Contains([]judge.Path{judge.Open, judge.Keyed, judge.OAuth, judge.Both}, judge.Path(r.Path)) {
			errs = append(errs, fmt.Errorf("%s was still asked", r.Path))
		}
	}
	for _, one := range want.skills {
		if slices.ContainsFunc(got.skills, func(s skill) bool { return s.name == one.name }) || slices.ContainsFunc(got.commands, one.isCalled) {
			errs = append(errs, fmt.Errorf("%s is still listed", one.name))
		}
		if strings.Contains(flat(got.model.Main), flat(one.description)) {
			errs = append(errs, fmt.Errorf("%s is still offered to the model", one.name))
		}
	}
	for _, one := range want.agents {
		if slices.Contains(got.agents, one.name) || got.model.Started || len(got.model.Named) > 0 {
			errs = append(errs, fmt.Errorf("%s is still there", one.name))
		}
	}
	for _, a := range aspects {
		if c.can(a) && !got.was(a) {
			errs = append(errs, fmt.Errorf("it was not asked for its %s", a))
		}
	}
	if got.was(talk) && got.model.Main == "" {
		errs = append(errs, fmt.Errorf("the model was not asked, only %v", got.model.Unknown))
	}
	return errors.Join(errs...)
}

// checkUnset holds if the server gets what the catalog says that the client
// sends while the variable is not set.
func checkUnset(c *subject, want expectation, got *seen) error {
	requests := c.keyed(got.at(want.path))
	if c.unset == nothing {
		if len(requests) > 0 {
			return fmt.Errorf("the server was asked, with the header %q", requests[0].Authorization)
		}
		return nil
	}
	if len(requests) == 0 {
		return errors.New("the server was not asked")
	}
	for _, r := range requests {
		right := false
		switch header := strings.TrimSpace(strings.Join(r.Authorization, ",")); c.unset {
		case theText:
			right = header == "Bearer ${"+keyEnv+"}"
		case empty:
			right = header == "Bearer"
		case noKey, nothing:
			right = r.Status == http.StatusUnauthorized
		}
		if !right {
			return fmt.Errorf("the server received %q, and not %s", r.Authorization, c.unset)
		}
	}
	return nil
}

// checkNoHeader holds if the server was asked without a header, and said that
// it wants a sign-in.
func checkNoHeader(c *subject, want expectation, got *seen) error {
	if err := checkHeader(c, want, got); err != nil {
		return err
	}
	for _, r := range got.at(want.path) {
		if r.Status != http.StatusUnauthorized {
			return fmt.Errorf("the server answered %d", r.Status)
		}
	}
	return nil
}

// checkSignIn holds if the client says that its user has to sign in. One that
// lists servers and no more has to have looked up where.
func checkSignIn(c *subject, want expectation, got *seen) error {
	want.state = signIn
	if err := checkServer(c, want, got); err != nil {
		return err
	}
	if one, err := got.server(serverName); err != nil || one.state != listed {
		return err
	}
	for _, r := range got.requests {
		if strings.HasPrefix(r.Path, "/.well-known/oauth-protected-resource") && r.Status == http.StatusOK {
			return nil
		}
	}
	return errors.New("the server is listed, and the client did not look up where to sign in")
}

// checkWhere holds if the skills that are listed lie in one folder, that of the
// scope.
func checkWhere(root string, got *seen) error {
	if len(got.skills) == 0 {
		return errors.New("no skill is listed")
	}
	for _, one := range got.skills {
		if one.path != "" && !strings.HasPrefix(filepath.Clean(one.path), root+string(filepath.Separator)) {
			return fmt.Errorf("%s is from %s, not from below %s", one.name, one.path, root)
		}
	}
	return nil
}

func times(n int) string {
	switch n {
	case 0:
		return "never"
	case 1:
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
