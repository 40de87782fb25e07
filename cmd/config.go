package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fsskills/clients"
	"fsskills/clients/form"
	"fsskills/installer"
	"fsskills/registry"
)

// configName is the user's own file in ConfigDir.
const configName = "config.yaml"

// configVersion is the format that this program knows.
const configVersion = 1

// A config is what the user's own file says: what to take where no flag names
// and nothing records something else, and clients of their own. The zero value
// is that of a user without such a file.
type config struct {
	path        string // empty without a file
	source, ref string
	tokenEnv    string // for that source
	auth        string
	keyEnv      string
	url         string // of mcp-url, or of the region
	region      string
	clients     []string
	own         clients.Catalog
}

// configured is the user's own file, which is read once.
func (e *Env) configured() (*config, error) {
	if e.config == nil {
		c, err := e.readConfig()
		if err != nil {
			return nil, err
		}
		e.config = c
	}
	return e.config, nil
}

// catalog is every client that there is for this user.
func (e *Env) catalog() (clients.Catalog, error) {
	c, err := e.configured()
	if err != nil {
		return nil, err
	}
	return append(clients.All(), c.own...), nil
}

// largestConfig is far more than anybody writes by hand.
const largestConfig = 1 << 20

func (e *Env) readConfig() (*config, error) {
	if e.ConfigDir == "" {
		return &config{}, nil
	}
	path := filepath.Join(e.ConfigDir, configName)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		e.tracing.say("%s is not there", path)
		return &config{}, nil
	} else if err != nil {
		return nil, err
	}
	if err := e.guardConfig(path); err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, &usageError{msg: path + " is not a regular file", hint: "move it away: the file is optional"}
	case info.Size() > largestConfig:
		return nil, &usageError{msg: fmt.Sprintf("%s has %d bytes; %d is the limit", path, info.Size(), largestConfig), hint: "move it away: the file is optional"}
	}
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	c, mistakes := parseConfig(src, e)
	if len(mistakes) > 0 {
		lines := make([]string, len(mistakes))
		for i, m := range mistakes {
			lines[i] = path + ":" + m.String()
		}
		return nil, &usageError{msg: strings.Join(lines, "\n"), hint: "mend the file, or move it away: it is optional"}
	}
	c.path = path
	e.tracing.say("read %s: %d bytes", path, len(src))
	return c, nil
}

// parseConfig reads the file's text.
func parseConfig(src []byte, env *Env) (*config, []form.Mistake) {
	sheet, root := form.Read(src)
	for _, p := range root.Pairs() {
		if p.Name != "version" {
			continue
		}
		if v, ok := p.Whole(); ok && v > configVersion {
			// Of such a file the rest says little.
			p.Wrong("%d is newer than this fsskills knows (%d): update fsskills", v, configVersion)
			return nil, sheet.Mistakes()
		}
	}
	f := root.Fields("version", "source", "ref", "token-env", "auth", "api-key-env", "region", "mcp-url", "clients", "own-clients")
	if v, ok := f.At("version").Whole(); ok && v < configVersion {
		f.At("version").Wrong("%d is no version: write %d", v, configVersion)
	}
	c := &config{
		source: env.configSource(f.At("source")),
		ref:    f.At("ref").Text(),

		tokenEnv: f.At("token-env").Text(),

		auth:   f.At("auth").OneOf(string(clients.OAuth), string(clients.APIKey)),
		keyEnv: f.At("api-key-env").Text(),
		region: f.At("region").OneOf("us", "eu"),
		url:    f.At("mcp-url").Text(),
		own:    clients.Own(f.At("own-clients"), env.system(site{}), clients.All(), env.StateDir, env.CacheDir, env.ConfigDir),
	}
	if v := f.At("ref"); c.ref != "" {
		if _, err := registry.ParseSource("", c.ref, env.Home); err != nil {
			v.Wrong("%s", withHint(err))
		}
	}
	if c.keyEnv != "" && !clients.IsVariable(c.keyEnv) {
		// What is there may be the key itself: it is not repeated.
		f.At("api-key-env").Wrong("should be the name of a variable, such as %s, and not the key", defaultKeyEnv)
	}
	switch v := f.At("token-env"); {
	case c.tokenEnv != "" && !clients.IsVariable(c.tokenEnv):
		v.Wrong("should be the name of a variable, and not the token")
	case c.tokenEnv != "" && c.source == "":
		v.Wrong("is for the source that this file names, and it names none")
	}
	c.checkServer(f)
	catalog := append(clients.All(), c.own...)
	for _, v := range f.At("clients").List() {
		id := v.Text()
		c.clients = append(c.clients, id)
		if err := checkClients(catalog, []string{id}); err != nil && id != "" {
			v.Wrong("%s", withHint(err))
		}
	}
	return c, sheet.Mistakes()
}

// checkServer checks the server's address and whether a key may go there.
func (c *config) checkServer(f form.Fields) {
	at := f.At("mcp-url")
	switch {
	case c.url == "":
		c.url, _ = clients.ServerURL(c.region)
	case c.region != "":
		at.Wrong("excludes region: leave one of them out")
	default:
		if why := urlFault(c.url); why != "" {
			at.Wrong("%s: %s", why, urlHint)
		} else if c.auth == string(clients.APIKey) && c.keyEnv == "" && !keepsKey(c.url) {
			at.Wrong("the API key would go to %s, which is not Fullstory's: name its variable with api-key-env if that is meant", host(c.url))
		}
	}
}

// isOwnerRepo reports whether text can be the name of a repository on GitHub behind
// that of its owner.
func isOwnerRepo(text string) bool {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"
	owner, repo, two := strings.Cut(text, "/")
	return two && owner != "" && owner[0] != '-' && repo != "" && strings.Trim(owner, letters) == "" && strings.Trim(repo, letters+"._") == ""
}

// configSource is a source that is the same wherever fsskills is started.
func (e *Env) configSource(v form.Value) string {
	text := v.Text()
	switch rest, inHome := strings.CutPrefix(text, "~/"); {
	case text == "":
	case inHome:
		return filepath.Join(e.Home, filepath.FromSlash(rest))
	case filepath.IsAbs(text), strings.HasPrefix(text, "file:"):
		// Whether it is there is looked at when it is needed.
	case !strings.Contains(text, ":") && !isOwnerRepo(text) || strings.HasPrefix(text, "."):
		v.Wrong("%q is relative: give owner/repo, a git URL, or the whole path of a folder or archive", text)
	default:
		// The folder is none that a project could bring along.
		if _, err := registry.ParseSource(text, "", e.ConfigDir); err != nil {
			v.Wrong("%s", withHint(err))
		}
	}
	return text
}

// withHint is an error and the way out in one sentence.
func withHint(err error) string {
	if h, ok := errors.AsType[hinter](err); ok {
		return err.Error() + ": " + h.Hint()
	}
	if remedy := installer.Remedy(err); remedy != "" {
		return err.Error() + ": " + remedy
	}
	return err.Error()
}

// skills is the source that the file names, and Fullstory's if it names none.
func (c *config) skills(env *Env, ref string) (registry.Source, error) {
	switch ref {
	case "":
		ref = c.ref
	case "HEAD":
		ref = ""
	}
	src, err := registry.ParseSource(c.source, ref, env.ConfigDir)
	if err != nil && c.source != "" {
		return src, fmt.Errorf("%s: %w", c.path, err)
	}
	return src, err
}

// mentionOtherSource says that the file's source is not the one that is used:
// what is installed stays with its own.
func (r *run) mentionOtherSource(opts sourceOptions, used registry.Source) {
	if r.config.source == "" && r.config.ref == "" || opts.source != "" || r.receipt.Source.URL == "" {
		return
	}
	own, err := r.config.skills(r.env, "")
	switch {
	case err != nil:
		r.warn(err.Error())
	case r.config.source != "" && own.URL != used.URL:
		r.note(fmt.Sprintf("%s names another source, %s; what is installed stays with its own until --source names one", r.config.path, own.URL))
	case r.config.ref != "" && opts.ref == "" && own.Ref != used.Ref:
		r.note(fmt.Sprintf("%s names another ref, %s; what is installed stays with its own until --ref names one", r.config.path, own.Ref))
	}
}

// mentionRecorded names the clients whose recorded entry is not as the file
// says: it stays as it is.
func (r *run) mentionRecorded(opts entryOptions, targets []installer.Target) {
	var names []string
	for _, t := range targets {
		if t.Server == nil || r.receipt.ServerOf(t.Client.ID) == nil {
			continue
		}
		otherURL := opts.url == "" && opts.region == "" && r.config.url != "" && t.Server.URL != r.config.url
		otherAuth := opts.auth == "" && r.config.auth != "" && string(t.Server.Auth) != r.config.auth
		if otherURL || otherAuth {
			names = append(names, t.Client.Name)
		}
	}
	if len(names) > 0 {
		r.note(fmt.Sprintf("%s says something else about the server than what is recorded for %s, which stays: --auth, --region or --mcp-url change it", r.config.path, strings.Join(names, ", ")))
	}
}

// redirected says what is not Fullstory's own, or not as the program has it by
// itself, and that the file is to blame.
func (rep *reporter) redirected(plan installer.Plan) []string {
	r := rep.run
	var lines []string
	if rep.snapshot != nil && r.config.source != "" {
		if own, err := r.config.skills(r.env, ""); err == nil && own.URL == plan.Source.URL {
			lines = append(lines, "source from "+r.config.path)
		}
	}
	for _, t := range rep.targets {
		if t.Server == nil || clients.Ours(t.Server.URL) {
			continue
		}
		line := "server " + t.Server.URL
		if t.Server.URL == r.config.url {
			line += " from " + r.config.path
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}
