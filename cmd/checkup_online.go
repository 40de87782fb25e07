package cmd

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/clients/probe"
	"fsskills/installer"
)

// A doctorServer is a server that was asked, in the document of doctor.
type doctorServer struct {
	URL     string             `json:"url"`
	Auth    clients.AuthMethod `json:"auth"`
	KeyEnv  string             `json:"keyEnv,omitempty"`
	OK      bool               `json:"ok"`
	Trouble probe.Trouble      `json:"trouble,omitempty"` // why not
	Status  int                `json:"status,omitempty"`  // of HTTP, with which it refused
	// With a key: what it says of itself, and its tools.
	Name    string   `json:"name,omitempty"`
	Version string   `json:"version,omitempty"`
	Tools   []string `json:"tools,omitempty"`
	// Without one: who signs users in.
	Issuer string `json:"issuer,omitempty"`
	Proxy  string `json:"proxy,omitempty"`
}

// An inquiry is a server to be asked, and what to ask it with.
type inquiry struct {
	srv clients.Server
	key clients.Secret
	// file is one that has the key itself in it.
	file string
}

// checkOnline asks the servers as a client would.
func (c *checkup) checkOnline(ctx context.Context) ([]finding, error) {
	inquiries, err := c.inquiries()
	if err != nil {
		return nil, err
	}
	var found []finding
	for _, q := range inquiries {
		doc := doctorServer{URL: clean(q.srv.URL), Auth: q.srv.Auth, KeyEnv: clean(q.srv.KeyEnv), Proxy: c.env.proxyFor(q.srv.URL)}
		one, err := c.askServer(ctx, q, &doc)
		c.servers = append(c.servers, doc)
		if ctx.Err() != nil {
			return found, ctx.Err()
		}
		if err != nil {
			return found, err
		}
		found = append(found, one...)
	}
	return found, nil
}

// inquiries are the servers that are recorded, each once, or what the flags and
// the defaults say if there are none or a flag names one.
func (c *checkup) inquiries() ([]inquiry, error) {
	var all []inquiry
	flags := first(c.server.auth, c.server.keyEnv, c.server.region, c.server.url) != ""
	for _, rec := range c.receipt.Servers {
		if rec.Left || flags {
			continue
		}
		q := inquiry{srv: clients.Server{Name: clients.ServerName, URL: rec.URL, Auth: rec.Auth, KeyEnv: rec.KeyEnv}}
		if rec.Key != nil {
			q.file, q.key = rec.Path, c.keyInFile(rec)
		}
		same := func(o inquiry) bool { return o.srv == q.srv && (o.file == "" || q.key.IsZero() || o.key.Equal(q.key)) }
		if !slices.ContainsFunc(all, same) {
			all = append(all, q)
		}
	}
	if len(all) == 0 {
		srv, err := c.server.server(c.receipt, "", c.config)
		if err != nil {
			return nil, err
		}
		all = append(all, inquiry{srv: srv})
	}
	for i := range all {
		if q := &all[i]; q.srv.Auth == clients.APIKey && q.key.IsZero() {
			q.key = c.env.keyIn(q.srv.KeyEnv)
		}
	}
	return all, nil
}

// keyInFile is the key that is in a file of a client's.
func (c *checkup) keyInFile(rec installer.Server) clients.Secret {
	want := clients.Server{Name: rec.Place.Name, URL: rec.URL, Auth: rec.Auth, KeyEnv: rec.KeyEnv, Literal: true}
	for _, p := range c.patients() {
		for _, sf := range p.ServerFiles(c.sys, want) {
			if sf.Path != rec.Path {
				continue
			}
			for _, f := range p.files {
				for _, e := range c.entriesIn(f) {
					if key, ok := sf.KeyIn(e.Value); ok && e.Path == rec.Path && e.Place.Name == rec.Place.Name {
						return key
					}
				}
			}
		}
	}
	return clients.Secret{}
}

// askServer asks one server. The error is one of the user's set-up.
func (c *checkup) askServer(ctx context.Context, q inquiry, doc *doctorServer) ([]finding, error) {
	keyed := q.srv.Auth == clients.APIKey
	if why := c.mayAsk(q); why != nil {
		return []finding{*why}, nil
	}
	u, err := url.Parse(q.srv.URL)
	if err != nil {
		return nil, err // a fault of the address, which mayAsk has seen
	}
	transport, err := c.env.transport(c.at, c.where, u.Scheme)
	if err != nil {
		return nil, err
	}
	bounded, cancel := context.WithTimeout(ctx, c.where.timeout)
	defer cancel()
	server := probe.Server{URL: q.srv.URL, HTTP: transport, Name: "fsskills", Version: readBuildInfo().Version}
	if !keyed {
		in, err := server.SignIn(bounded)
		if err != nil {
			return c.trouble(ctx, q, doc, err)
		}
		doc.OK, doc.Issuer = true, clean(in.Issuer)
		text := q.srv.URL + " answers, and lets users sign in at " + host(in.Issuer)
		if !in.Registers {
			text += ", which takes no clients that it does not know: a client has to be known there"
		}
		return []finding{{Severity: severityInfo, Message: text, Remedy: "nothing: clients sign in from here"}}, nil
	}
	server.Key = q.key
	greeting, err := server.Greet(bounded)
	if err != nil {
		return c.trouble(ctx, q, doc, err)
	}
	doc.OK, doc.Name, doc.Version = true, clean(greeting.Name), clean(greeting.Version)
	for _, tool := range greeting.Tools {
		doc.Tools = append(doc.Tools, shorten(clean(tool), 128))
	}
	return c.greeted(q, greeting), nil
}

// greeted are the findings of a server that takes the key.
func (c *checkup) greeted(q inquiry, g probe.Greeting) []finding {
	text := fmt.Sprintf("%s takes the key%s and has %s", q.srv.URL, q.from(), counted(len(g.Tools), "tool"))
	if len(g.Tools) == 0 {
		return []finding{{
			Severity: severityWarning, Message: text + ": the skills can do nothing with it",
			Remedy: "ask Fullstory whether the account of this key may use the MCP server",
		}}
	}
	found := []finding{{Severity: severityInfo, Message: text, Remedy: "nothing: clients can use it"}}
	var missing []string
	for _, tool := range c.toolsOfSkills() {
		if !slices.Contains(g.Tools, tool) {
			missing = append(missing, tool)
		}
	}
	if len(missing) > 0 {
		found = append(found, finding{
			Severity: severityInfo, Message: "the skills speak of tools that " + host(q.srv.URL) + " does not list: " + strings.Join(missing, ", "),
			Remedy: "'fsskills update" + c.at.flags() + "', or ask Fullstory whether this key may use them",
		})
	}
	return found
}

// toolsOfSkills are the tools of the server that the installed skills call by
// name, as "fullstory:get_lines".
func (c *checkup) toolsOfSkills() []string {
	const most = 1 << 20
	var tools []string
	for _, i := range c.receipt.Items {
		if i.Kind != installer.KindSkill || i.Left {
			continue
		}
		data, err := readRegular(i.Path() + "/SKILL.md")
		if err != nil || len(data) > most {
			continue
		}
		for text := string(data); ; {
			_, rest, ok := strings.Cut(text, clients.ServerName+":")
			if !ok {
				break
			}
			n := 0
			for n < len(rest) && (rest[n] == '_' || 'a' <= rest[n] && rest[n] <= 'z' || '0' <= rest[n] && rest[n] <= '9') {
				n++
			}
			if tool := rest[:n]; strings.Contains(tool, "_") && !slices.Contains(tools, tool) {
				tools = append(tools, tool)
			}
			text = rest
		}
	}
	slices.Sort(tools)
	return tools
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// from says where the key is from.
func (q inquiry) from() string {
	switch {
	case q.srv.Auth != clients.APIKey:
		return ""
	case q.file != "":
		return " in " + q.file
	}
	return " in " + q.srv.KeyEnv
}

// mayAsk says why a server is not asked, nil if it is.
func (c *checkup) mayAsk(q inquiry) *finding {
	if fault := urlFault(q.srv.URL); fault != "" {
		return &finding{Severity: severityError, Message: "the server's address " + q.srv.URL + " " + fault, Remedy: urlHint}
	}
	if err := c.trustServer(c.server, q.srv); err != nil {
		f := failure(err, "")
		f.Severity = severityWarning
		return &f
	}
	switch {
	case q.srv.Auth != clients.APIKey:
		return nil
	case !keepsKey(q.srv.URL) && c.server.keyEnv == "":
		return &finding{
			Severity: severityInfo, Message: q.srv.URL + " is not asked: the API key would go to " + host(q.srv.URL) + ", which is not Fullstory's",
			Remedy: "if that is meant, add --api-key-env " + q.srv.KeyEnv,
		}
	case q.key.IsZero():
		return &finding{
			Severity: severityWarning, auth: true, Message: q.srv.URL + " cannot be asked: there is no API key" + q.from(),
			Remedy: setKey(c.env.GOOS, q.srv.KeyEnv, false),
		}
	}
	return nil
}

// trouble is the finding of a server that is of no use.
func (c *checkup) trouble(ctx context.Context, q inquiry, doc *doctorServer, err error) ([]finding, error) {
	e, ok := errors.AsType[*probe.Error](err)
	if !ok {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	doc.Trouble, doc.Status = e.Trouble, e.Status
	message, remedy := c.words(q, e)
	f := finding{Severity: severityError, Message: message, Remedy: remedy, auth: e.Trouble == probe.Refused}
	if e.Trouble == probe.Open {
		f.Severity = severityWarning
	}
	return []finding{f}, nil
}
