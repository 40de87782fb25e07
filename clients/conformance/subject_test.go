package conformance

import (
	"slices"

	"fsskills/clients/conformance/judge"
	"fsskills/clients/conformance/model"
)

// A subject is a real client and how it is asked.
type subject struct {
	id        string // in the catalog
	pkg       string // on npm
	version   string // the one that the suite is known to hold for
	program   string // below node_modules
	installed string // absolute; set by the suite
	// env keeps it from asking other servers than those of the test.
	env []string

	// before are files that a user of the client has, by their paths below the
	// home or the project: a config with the server "neighbour" at <other>.
	before, beforeProject map[string]string

	looks []look
	// cannot says of what no look tells why that is so.
	cannot map[aspect]string

	// unset is what it sends while the variable of the key is not set.
	unset sends
	// probes: it asks each server once without the key, by GET, whether it wants
	// a sign-in.
	probes bool
	// writeKey: it reads no variable, so the key itself is written.
	writeKey bool
	// keyless: its files in a project take no key.
	keyless bool
	// hidden: of the skills it offers as slash commands, it leaves out those that
	// say that they are none.
	hidden bool
	// doubled: it shows both copies of a skill that lies in two of its folders.
	// second is such a folder, below the home.
	doubled bool
	second  string
	// foreign is what of our entry to replace by what, so that the key is
	// written as another client would take it.
	foreign [2]string
	// ending are the tools of its own that every sub-agent has to have.
	ending []string
	// waiting is how it lists a server that asks for a sign-in, if that is not
	// how it says so.
	waiting state
	// prepare writes what the client's user has agreed to outside of any
	// project: nothing for most.
	prepare func(*session) error
	// trust writes what the client itself writes once its user has trusted the
	// project and approved of what it brings. Nil: it asks for nothing.
	trust func(*session) error
}

// An aspect is one thing that a client can be asked for.
type aspect string

const (
	servers  aspect = "servers"  // which servers it has, and whether it is connected
	skills   aspect = "skills"   // which skills it has
	commands aspect = "commands" // which slash commands it offers
	agents   aspect = "agents"   // which agents it has
	talk     aspect = "talk"     // what it offers to its model and to a sub-agent
)

var aspects = []aspect{servers, skills, commands, agents, talk}

// A look is one way of asking: one start of the client, as a rule.
type look struct {
	at  []aspect
	ask func(*session, *seen) error
}

// can reports whether the client can be asked for a.
func (c *subject) can(a aspect) bool {
	return slices.ContainsFunc(c.looks, func(l look) bool { return slices.Contains(l.at, a) })
}

// signInState is how it lists a server that asks for a sign-in.
func (c *subject) signInState() state {
	if c.waiting != "" {
		return c.waiting
	}
	return signIn
}

// seen is what a client said, and what the judge and the model received while
// it was asked.
type seen struct {
	asked    []aspect
	servers  []server
	skills   []skill  // each as often as the client lists it
	commands []string // without the slash
	agents   []string
	// warnings are the lines in which the client complains.
	warnings []string
	requests []judge.Request
	model    model.Record
}

// was reports whether the client was asked for a.
func (s *seen) was(a aspect) bool { return slices.Contains(s.asked, a) }

// A server is one line of a client's list.
type server struct {
	name  string
	state state
	said  string // in the client's own words
}

type state string

const (
	connected state = "connected"
	signIn    state = "needs a sign-in"
	failed    state = "failed"
	approval  state = "waits for approval"
	off       state = "off"
	listed    state = "listed" // and not tried
)

// A skill is one line of a client's list.
type skill struct{ name, path string }

// sends is what a client does without the key that it should send.
type sends string

const (
	theText sends = "the text"     // Bearer ${FULLSTORY_API_KEY}
	empty   sends = "an empty key" // Bearer
	noKey   sends = "no key"       // nothing, or what the server takes for none
	nothing sends = "nothing"      // it does not ask the server at all
)
