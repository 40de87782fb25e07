package clients

import (
	"strings"
)

// Steps are what a user has to do in a client after something was written for
// it. In them "<name>", "<url>" and "<key>" stand for the server's name, its
// URL and the name of the variable that holds the key.
type Steps struct {
	// Approve are the steps that come first. One that has "<name>" in it is
	// left out where no server is written.
	Approve []string
	// ByHand are the steps by which a user adds the server to a client that
	// keeps servers in no file that is known.
	ByHand []string
	// OAuth are the steps of signing in.
	OAuth []string
	// APIKey are the steps with a key, beside making its variable known.
	APIKey []string
	// Unset says what the client does while the variable is not set.
	Unset string
	// Desktop is true for an application that is not started from a shell.
	Desktop bool
	// Skills are the steps that make new skills appear.
	Skills []string
	// Agents are those that make new agents appear, and new skills too.
	Agents []string
}

// Next returns the steps that are left to the user in this client, in their
// order: those for the server srv, unless its Auth is empty, and those for new
// skills and agents. Whether the key's variable is set is asked of s.
func (c Client) Next(s System, srv Server, skills, agents bool) []string {
	cfg, _ := c.config(s)
	byHand := srv.Auth != "" && cfg == nil
	if byHand || !c.takes(s, srv) {
		srv.Auth = "" // there is no entry to make work
	}
	var steps []string
	for _, step := range c.Steps.Approve {
		if srv.Auth != "" || ((skills || agents) && !strings.Contains(step, "<name>")) {
			steps = append(steps, step)
		}
	}
	switch {
	case byHand && len(c.Steps.ByHand) > 0:
		steps = append(steps, c.Steps.ByHand...)
	case byHand:
		steps = append(steps, "add the server where "+c.Name+" keeps its MCP servers: fsskills snippet prints an entry to paste")
	}
	if srv.Auth != "" {
		for _, note := range cfg.Notes {
			if s.exists(s.at(note.Found)) {
				steps = append(steps, note.Says)
			}
		}
	}
	switch srv.Auth {
	case OAuth:
		steps = append(steps, c.Steps.OAuth...)
	case APIKey:
		if !cfg.literal(srv) {
			steps = append(steps, c.keySteps(s, srv)...)
		}
		steps = append(steps, c.Steps.APIKey...)
	}
	switch {
	case agents:
		steps = append(steps, c.Steps.Agents...)
	case skills:
		steps = append(steps, c.Steps.Skills...)
	}
	fill := strings.NewReplacer("<name>", srv.Name, "<url>", srv.URL, "<key>", srv.KeyEnv)
	for i := range steps {
		steps[i] = fill.Replace(steps[i])
	}
	return steps
}

// keySteps returns how to make the key's variable known to the client.
func (c Client) keySteps(s System, srv Server) []string {
	var steps []string
	if s.Getenv(srv.KeyEnv) == "" {
		set := "put this into your shell profile, with your key, and open a new terminal: export <key>=…"
		if s.GOOS == "windows" {
			set = "run this in PowerShell, with your key, and open a new terminal: [Environment]::SetEnvironmentVariable('<key>', '…', 'User')"
		}
		if c.Steps.Unset != "" {
			set += " (while it is not set, " + c.Steps.Unset + ")"
		}
		steps = append(steps, set)
	}
	switch {
	case !c.Steps.Desktop:
	case s.GOOS == "windows":
		steps = append(steps, "start "+c.Name+" anew: it sees <key> only if it is set for your user, not in one terminal")
	default:
		steps = append(steps, "start "+c.Name+" anew, from a shell that has <key> or after logging in again: "+
			"an application started from the desktop sees only what the login shell's profile sets")
	}
	return steps
}
