package cmd

import (
	"fmt"
	"strings"

	"fsskills/clients"
	"fsskills/clients/probe"
)

// words are what is wrong with a server, and the one thing to do.
func (c *checkup) words(q inquiry, e *probe.Error) (message, remedy string) {
	server := q.srv.URL
	if e.URL != "" && clean(e.URL) != server && !strings.HasPrefix(server, clean(e.URL)) {
		server += " leads to " + e.URL + ", which"
	}
	status := ""
	if e.Status != 0 {
		status = fmt.Sprintf(" (%d)", e.Status)
	}
	detail := ""
	if e.Detail != "" {
		detail = ": " + shorten(clean(e.Detail), 300)
	}
	keyed := q.srv.Auth == clients.APIKey
	switch e.Trouble {
	case probe.Refused:
		message = server + " refuses the API key" + q.from() + status
		remedy = "make a new key in Fullstory, under Settings, Integrations, API Keys (the level Standard is enough), and set " + q.srv.KeyEnv + " to it"
		if q.file != "" {
			remedy += ": 'fsskills install --mcp-only --write-key' writes it into the file"
		}
		if key, other := realmApart(q.key.Reveal(), q.srv.URL); other {
			remedy = "the key is for another region: --region " + key
		}
	case probe.Forbidden:
		message = server + " knows who is asking and lets them do nothing" + status
		if !keyed {
			message = server + " forbids to ask it" + status
		}
		remedy = "ask Fullstory whether your account takes part in the beta programme of its MCP server, and whether the key has the level Standard"
	case probe.Missing:
		message = "there is no MCP server at " + server + status
		remedy = "check --region and --mcp-url: Fullstory's server is " + defaultServer()
	case probe.Rejected:
		message = server + " is not well" + status
		remedy = "try again later; if it stays so, ask Fullstory's support"
	case probe.Moved:
		message = server + " redirects to another host, " + clean(e.Detail) + ", where no key is sent"
		remedy = "if you trust it, install with --mcp-url and its address"
	case probe.NotFound:
		message = "no address is known of " + host(q.srv.URL) + detail
		remedy = "check the spelling of the address and the network; behind a proxy, set HTTPS_PROXY"
	case probe.Proxied:
		message = "the proxy " + clean(e.Proxy) + " does not lead to " + host(q.srv.URL) + status + detail
		remedy = "ask who runs the proxy to let through to " + host(q.srv.URL) + ", or name that host in NO_PROXY"
		switch e.Status {
		case 0:
			remedy = "check that the proxy runs, and its address in the variable, or name " + host(q.srv.URL) + " in NO_PROXY"
		case 407:
			remedy = "put a user and a password for the proxy into its variable: http://USER:PASSWORD@HOST:PORT"
		}
	case probe.NotTrusted:
		message = server + " cannot be trusted" + detail
		remedy = "if a proxy of your company reads what goes through, name its authority with --ca-file or SSL_CERT_FILE"
	case probe.Silent:
		message = server + " has not answered within " + c.where.timeout.String()
		remedy = "check the network, or give it longer with --timeout"
	case probe.Unreachable:
		message = server + " cannot be reached" + detail
		remedy = "check the network and the address; behind a proxy, set HTTPS_PROXY"
	default:
		message, remedy = c.signInWords(server, status, detail, e)
	}
	if e.Proxy != "" && e.Trouble != probe.Proxied {
		message += " (through the proxy " + clean(e.Proxy) + ")"
	}
	return message, remedy
}

// signInWords are those about an answer that is none of MCP or of OAuth.
func (c *checkup) signInWords(server, status, detail string, e *probe.Error) (message, remedy string) {
	remedy = "check --mcp-url; for Fullstory's own server, ask its support"
	switch e.Trouble {
	case probe.TooMuch:
		message = server + " gives an answer without end, which was cut off"
	case probe.Open:
		message = server + " lets anybody in, so that no client will sign in"
		remedy = "if it is a gateway that knows its users by itself, nothing; else check --mcp-url"
	case probe.NoMetadata:
		message = server + " asks to sign in and does not say where" + status
	case probe.BadMetadata:
		message = server + " says of signing in what clients cannot use" + status + detail
	default:
		message = server + " does not answer as an MCP server" + detail
	}
	return message, remedy
}

// defaultServer is the address of Fullstory's server.
func defaultServer() string {
	us, _ := clients.ServerURL("us")
	return us
}
