package cmd

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"fsskills/clients"
	"fsskills/clients/document"
	"fsskills/installer"
)

type snippetOptions struct {
	entryOptions
	scopeOptions
	clients []string
	form    string
	asJSON  bool
}

func newSnippet(env *Env) *cobra.Command {
	var opts snippetOptions
	c := &cobra.Command{
		Use:     "snippet",
		GroupID: groupSkills,
		Short:   "Print the server entry to paste",
		Long: `Prints the entry of the MCP server "fullstory" for gateways, shared services and
clients that fsskills does not know, or for a client that it knows, in that
client's own spelling. Only the text to paste is printed to stdout; where it
belongs is said on stderr. Nothing is written, and no key is printed.`,
		Example: `  fsskills snippet
  fsskills snippet --form yaml --auth api-key
  fsskills snippet --client cursor --region eu
  fsskills snippet --client claude-code --scope project`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return runSnippet(env, opts) },
	}
	f := c.Flags()
	f.SetNormalizeFunc(agentIsClient)
	f.StringSliceVarP(&opts.clients, "client", "a", nil, "in the spelling of this `client` (--agent means the same)")
	f.StringVar(&opts.form, "form", "", "in a `spelling` that others read: "+strings.Join(formWords(), ", ")+" (default "+formWords()[0]+")")
	opts.declareServer(c)
	opts.scopeOptions.declare(c)
	f.BoolVar(&opts.asJSON, "json", false, "print one JSON document")
	return c
}

func formWords() []string {
	var words []string
	for _, form := range clients.Forms() {
		words = append(words, form.Word)
	}
	return words
}

func (o *snippetOptions) check() error {
	if o.form != "" && len(o.clients) > 0 {
		return contradiction("--form", "--client")
	}
	if len(o.clients) > 1 || len(o.clients) == 1 && isAll(o.clients[0]) {
		return &usageError{msg: "a snippet is for one client", hint: "name one with --client, or none for the form that most read"}
	}
	if words := formWords(); o.form != "" && !slices.Contains(words, o.form) {
		return unknownValue(fmt.Sprintf("--form %s is not known", clean(o.form)), "--form", o.form, words)
	}
	return o.entryOptions.check()
}

// A snippet is an entry to paste and what is to be said about it.
type (
	snippetDoc struct {
		SchemaVersion int           `json:"schemaVersion"`
		Command       string        `json:"command"`
		Client        string        `json:"client,omitempty"`
		Form          string        `json:"form,omitempty"`
		Scope         clients.Scope `json:"scope"`
		placedText
		Auth      clients.AuthMethod `json:"auth"`
		URL       string             `json:"url"`
		APIKeyEnv string             `json:"apiKeyEnv,omitempty"`
		// KeyText is what stands in Text for the key, to be replaced by hand.
		KeyText  string      `json:"keyText,omitempty"`
		Text     string      `json:"text"`
		More     []placedDoc `json:"more,omitempty"` // a client with several files
		Next     []string    `json:"next"`
		Warnings []string    `json:"warnings"`
		about    string
	}
	placedText struct {
		Format string `json:"format"`
		Path   string `json:"path,omitempty"`
	}
	placedDoc struct {
		placedText
		Text string `json:"text"`
	}
)

func runSnippet(env *Env, opts snippetOptions) error {
	if err := opts.check(); err != nil {
		return err
	}
	at, err := opts.site(env)
	if err != nil {
		return err
	}
	cfg, err := env.configured()
	if err != nil {
		return err
	}
	srv, err := opts.server(installer.Receipt{}, "", cfg)
	if err != nil {
		return err
	}
	doc := snippetDoc{
		SchemaVersion: schemaVersion, Command: "snippet", Scope: at.scope,
		Auth: srv.Auth, URL: srv.URL, APIKeyEnv: srv.KeyEnv, Next: []string{}, Warnings: []string{},
	}
	if note := regionNote(srv); note != "" {
		doc.Warnings = append(doc.Warnings, note)
	}
	if len(opts.clients) > 0 {
		err = doc.fillClient(env, at, opts.clients[0], srv)
	} else {
		doc.fillForm(first(opts.form, formWords()[0]), srv)
	}
	if err != nil {
		return err
	}
	interruptions := env.interruptions(at)
	for _, w := range interruptions {
		env.warn(w)
	}
	if opts.asJSON {
		doc.Warnings = append(doc.Warnings, interruptions...)
		return printJSON(env, doc)
	}
	return doc.print(env)
}

// fillForm gives the entry in a form that is no one client's.
func (d *snippetDoc) fillForm(word string, srv clients.Server) {
	for _, form := range clients.Forms() {
		if form.Word != word {
			continue
		}
		d.Form, d.about = word, "For "+form.Readers
		d.placedText, d.Text = place(form.ServerFile(srv))
	}
}

// fillClient gives the entry in a client's own spelling.
func (d *snippetDoc) fillClient(env *Env, at site, name string, srv clients.Server) error {
	catalog, err := env.catalog()
	if err != nil {
		return err
	}
	if err := checkClients(catalog, []string{name}); err != nil {
		return err
	}
	c, _ := catalog.Find(name)
	c, ok := c.In(at.scope)
	if !ok && at.scope == clients.ProjectScope {
		return &hintedError{err: errors.New(c.Name + " reads nothing of a project"), hint: "leave --scope project out"}
	}
	sys := env.system(at)
	if !c.KeepsServers(sys) && at.scope != clients.ProjectScope {
		d.fillForm(formWords()[0], srv)
		d.Client, d.about = c.ID, c.Unplaced(srv).Reason+"; this is the form that most clients read"
		if srv.Auth == clients.APIKey {
			d.Warnings = append(d.Warnings, "whether "+c.Name+" fills in the variable is not known: look at what the server answers")
		}
		return nil
	}
	file, err := c.ServerFile(sys, srv)
	if err != nil {
		reason := file.Unable
		srv.Literal = at.scope != clients.ProjectScope // whose files are for everybody
		if file, err = c.ServerFile(sys, srv); err != nil {
			return err
		}
		d.KeyText = clients.KeyText
		d.Warnings = append(d.Warnings, reason.Reason+"; put your key in the place of "+clients.KeyText+", and keep the file to yourself")
	}
	d.Client, d.about = c.ID, c.Name+" keeps servers in "+file.Path
	d.placedText, d.Text = place(file)
	for _, file := range c.ServerFiles(sys, srv)[1:] {
		if file.Unable != nil {
			d.Warnings = append(d.Warnings, file.Path+" is left out: "+file.Unable.Reason)
			continue
		}
		more := placedDoc{}
		more.placedText, more.Text = place(file)
		d.More = append(d.More, more)
	}
	if d.KeyText == "" {
		d.Next = append(d.Next, c.Next(sys, srv, false, false)...)
	}
	return nil
}

// place is where an entry goes and its text.
func place(file clients.ServerFile) (placedText, string) {
	text := document.Render(file.Format, file.Place, file.Sample())
	return placedText{Format: file.Format.String(), Path: file.Path}, string(text)
}

// print writes the text to paste to stdout, and all that is said about it to
// stderr.
func (d *snippetDoc) print(env *Env) error {
	st := env.errStyle()
	say := func(format string, args ...any) { fmt.Fprintf(env.Err, format+"\n", args...) }
	say("%s:", env.brief(d.about))
	if _, err := io.WriteString(env.Out, d.Text); err != nil {
		return err
	}
	for _, more := range d.More {
		if more.Text == d.Text {
			say("The same goes into %s.", env.brief(more.Path))
			continue
		}
		say("%s takes it in another spelling:", env.brief(more.Path))
		for line := range strings.Lines(more.Text) {
			say("  %s", clean(untab(line)))
		}
	}
	for _, w := range d.Warnings {
		say("%s %s", st.dim("note:"), env.brief(w))
	}
	if d.Form != "" && d.APIKeyEnv != "" {
		say("The key is read from the variable %s.", d.APIKeyEnv)
	}
	for _, step := range d.Next {
		say("Next: %s", env.brief(step))
	}
	return nil
}
