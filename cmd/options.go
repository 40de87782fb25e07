package cmd

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"fsskills/clients"
	"fsskills/installer"
)

// defaultKeyEnv is the variable that holds the API key.
const defaultKeyEnv = "FULLSTORY_API_KEY"

// runOptions are the flags of every command that may write.
type runOptions struct {
	clients []string
	dryRun  bool
	diff    bool
	yes     bool
	force   bool
	asJSON  bool
	quiet   bool
	verbose bool
}

func (o *runOptions) declare(c *cobra.Command) {
	f := c.Flags()
	f.StringSliceVarP(&o.clients, "client", "a", nil, "only these `clients`, by commas or repeated; all: every one that is found (--agent means the same)")
	f.SetNormalizeFunc(agentIsClient)
	o.declareRun(c, "overwrite what you edited or what is in the way, after a backup")
}

// declareRun declares the flags about how to run, with what --force does.
func (o *runOptions) declareRun(c *cobra.Command, force string) {
	f := c.Flags()
	f.BoolVarP(&o.dryRun, "dry-run", "n", false, "show what would change and stop")
	f.BoolVar(&o.diff, "diff", false, "show the changes as text")
	f.BoolVarP(&o.yes, "yes", "y", false, "accept the plan without asking")
	f.BoolVar(&o.force, "force", false, force)
	f.BoolVar(&o.asJSON, "json", false, "print one JSON document")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "print errors and warnings only")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "print unchanged files too")
}

// reviewOptions is the flag about what a user should look at first.
type reviewOptions struct{ strict bool }

func (o *reviewOptions) declare(c *cobra.Command) {
	c.Flags().BoolVar(&o.strict, "strict", false, "leave out skills with hidden text, commands of their own, programs, or links to hosts that are not Fullstory's")
}

// declareSkills declares the flag that names skills, as arguments do too.
func declareSkills(c *cobra.Command, env *Env, skills *[]string, help string) {
	c.Flags().StringSliceVarP(skills, "skill", "s", nil, help)
	c.ValidArgsFunction = completeArgs(env.skillWords)
}

// agentIsClient takes --agent, the word of other tools, for --client.
func agentIsClient(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	if name == "agent" {
		name = "client"
	}
	return pflag.NormalizedName(name)
}

// check refuses what cannot be done, before anything is read.
func (o *runOptions) check(env *Env) error {
	if o.quiet && o.verbose {
		return contradiction("--quiet", "--verbose")
	}
	if !o.dryRun && !o.yes {
		return env.canAsk("--yes (or look first with --dry-run)")
	}
	return nil
}

func contradiction(a, b string) error {
	return &usageError{msg: a + " and " + b + " exclude each other", hint: "leave one of them out"}
}

// entryOptions are the flags about the server entry.
type entryOptions struct {
	auth       string
	keyEnv     string
	region     string
	url        string
	skillsOnly bool
	mcpOnly    bool
	writeKey   bool
}

func (o *entryOptions) declare(c *cobra.Command) {
	o.declareServer(c)
	f := c.Flags()
	f.BoolVar(&o.skillsOnly, "skills-only", false, "leave the MCP server entry alone")
	f.BoolVar(&o.mcpOnly, "mcp-only", false, "leave skills alone; needs no source")
	f.BoolVar(&o.writeKey, "write-key", false, "write the API key itself into the files of those clients that cannot read a variable")
}

// declareServer declares the flags that say what is in an entry.
func (o *entryOptions) declareServer(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.auth, "auth", "", "`how` clients sign in: oauth or api-key (default oauth)")
	f.StringVar(&o.keyEnv, "api-key-env", "", "`name` of the variable that holds the API key (default "+defaultKeyEnv+")")
	f.StringVar(&o.region, "region", "", "`where` your Fullstory account lives: us or eu (default us)")
	f.StringVar(&o.url, "mcp-url", "", "another `address` for the MCP server")
}

func (o *entryOptions) check() error {
	if o.skillsOnly && o.mcpOnly {
		return contradiction("--skills-only", "--mcp-only")
	}
	if o.region != "" && o.url != "" {
		return contradiction("--region", "--mcp-url")
	}
	if o.skillsOnly {
		for flag, value := range map[string]string{"--auth": o.auth, "--api-key-env": o.keyEnv, "--region": o.region, "--mcp-url": o.url} {
			if value != "" {
				return contradiction("--skills-only", flag)
			}
		}
	}
	if err := o.checkWriteKey(); err != nil {
		return err
	}
	if o.auth != "" && o.auth != string(clients.OAuth) && o.auth != string(clients.APIKey) {
		return unknownValue(fmt.Sprintf("--auth %s is not a way to sign in", clean(o.auth)), "--auth", o.auth, []string{string(clients.OAuth), string(clients.APIKey)})
	}
	if o.keyEnv != "" && (!clients.IsVariable(o.keyEnv) || isSecretLike(o.keyEnv) && !strings.Contains(o.keyEnv, "_")) {
		// What was given may be the key itself: it is not repeated.
		return &usageError{msg: "--api-key-env takes the name of a variable", hint: "export the key as " + defaultKeyEnv + " and leave the flag out"}
	}
	if o.keyEnv != "" && o.auth == string(clients.OAuth) {
		return contradiction("--api-key-env", "--auth oauth")
	}
	if o.region != "" {
		if _, ok := clients.ServerURL(o.region); !ok {
			return unknownValue(fmt.Sprintf("--region %s is not known", clean(o.region)), "--region", o.region, []string{"us", "eu"})
		}
	}
	if o.url != "" {
		return checkURL(o.url)
	}
	return nil
}

// checkURL takes https, or http on this machine.
func checkURL(raw string) error {
	if why := urlFault(raw); why != "" {
		return &usageError{msg: "--mcp-url " + why, hint: urlHint}
	}
	return nil
}

const urlHint = "give an https address, such as https://api.fullstory.com/mcp/fullstory"

// urlFault says what is wrong with a server's address, "" if nothing is.
func urlFault(raw string) string {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "" || strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return "is not an address"
	case u.User != nil:
		return "must not hold a user name or password"
	case u.Fragment != "":
		return "must not hold a fragment"
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return ""
	case u.Scheme == "http":
		return "is not encrypted: http is for this machine only"
	}
	return "must begin with https://"
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// server is the entry that a client should have: what the flags say, else what
// is recorded of the client, else what was chosen last, else what the user's
// own file says, else the default.
func (o *entryOptions) server(r installer.Receipt, id string, cfg *config) (clients.Server, error) {
	usURL, _ := clients.ServerURL("us")
	last := installer.Server{URL: r.Choices.URL, Auth: r.Choices.Auth, KeyEnv: r.Choices.KeyEnv}
	if own := r.ServerOf(id); own != nil {
		last = *own
	}
	flagURL := o.url
	if o.region != "" {
		flagURL, _ = clients.ServerURL(o.region)
	}
	srv := clients.Server{
		Name:   "fullstory",
		URL:    first(flagURL, last.URL, cfg.url, usURL),
		Auth:   clients.AuthMethod(first(o.auth, string(last.Auth), cfg.auth, string(clients.OAuth))),
		KeyEnv: first(o.keyEnv, last.KeyEnv, cfg.keyEnv, defaultKeyEnv),
	}
	if srv.Auth != clients.APIKey {
		if o.keyEnv != "" {
			return srv, &usageError{msg: "--api-key-env needs --auth api-key", hint: "add --auth api-key, or leave --api-key-env out"}
		}
		srv.KeyEnv = ""
		return srv, nil
	}
	known := last.URL == srv.URL && last.Auth == clients.APIKey || cfg.url == srv.URL && cfg.keyEnv == srv.KeyEnv
	if o.keyEnv == "" && !known && !keepsKey(srv.URL) {
		return srv, &usageError{
			msg:  "the API key would go to " + host(srv.URL) + ", which is not Fullstory's",
			hint: "if that is meant, name the variable with --api-key-env",
		}
	}
	return srv, nil
}

// keepsKey reports whether a Fullstory key may go to the address unasked.
func keepsKey(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (clients.Ours(raw) || isLoopback(u.Hostname()))
}

func host(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "another host"
	}
	return u.Host
}

func first(values ...string) string {
	i := slices.IndexFunc(values, func(v string) bool { return v != "" })
	if i < 0 {
		return ""
	}
	return values[i]
}

// agentOptions is the flag about agents. It is nil as long as nobody has given
// it: what was chosen last holds.
type agentOptions struct{ noAgents *bool }

func (o *agentOptions) declare(c *cobra.Command) {
	c.Flags().VarPF(o, "no-agents", "", "leave the companion agents out (--no-agents=false brings them again)").NoOptDefVal = "true"
}

// Set, String and Type make it a flag.
func (o *agentOptions) Set(text string) error {
	no, err := strconv.ParseBool(text)
	o.noAgents = &no
	return err
}

func (o *agentOptions) String() string {
	if o.noAgents == nil {
		return ""
	}
	return strconv.FormatBool(*o.noAgents)
}

func (o *agentOptions) Type() string { return "bool" }

// sourceOptions are the flags about where skills come from.
type sourceOptions struct {
	source   string
	ref      string
	tokenEnv string
	caFile   string
	timeout  time.Duration
	offline  bool
}

func (o *sourceOptions) declare(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.source, "source", "", "where the skills are: owner/repo, a git `URL`, a folder or an archive")
	f.StringVar(&o.ref, "ref", "", "`branch`, tag or full commit id (default the source's HEAD)")
	f.StringVar(&o.tokenEnv, "token-env", "", "`name` of a variable with a token, or user:password, for a private https source")
	f.StringVar(&o.caFile, "ca-file", "", "also trust the certificate authorities in this PEM `file`")
	f.BoolVar(&o.offline, "offline", false, "use no network: take the skills of a git source as they were kept last")
	f.DurationVar(&o.timeout, "timeout", 60*time.Second, "give up when the network is silent for so long, or an answer takes ten times as long")
}

func (o *sourceOptions) check() error {
	if o.timeout <= 0 {
		return &usageError{msg: "--timeout must be more than nothing", hint: "try --timeout 60s"}
	}
	return checkTokenEnv(o.tokenEnv)
}
