package cmd

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"fsskills/installer"
	"fsskills/registry"
)

// A doctorSource is where skills come from in the document of doctor.
type doctorSource struct {
	URL       string `json:"url"`
	Ref       string `json:"ref,omitempty"`
	Commit    string `json:"commit,omitempty"` // that it has now
	Reachable bool   `json:"reachable"`
	// Proxy is how it was reached, as a user has set it up.
	Proxy string `json:"proxy,omitempty"`
}

// checkSource asks the source once what it has. Without skills nobody needs it.
func (c *checkup) checkSource(ctx context.Context) ([]finding, error) {
	skills := slices.ContainsFunc(c.receipt.Items, func(i installer.Item) bool { return !i.Left })
	if c.where.offline || !skills && len(c.receipt.Recorded(false)) > 0 && c.where.source == "" {
		return nil, nil
	}
	src, err := c.source(c.where)
	if err != nil {
		return []finding{failure(err, "")}, nil
	}
	c.asked = &doctorSource{URL: clean(src.URL), Ref: clean(src.Ref)}
	if src.Kind != registry.Git {
		if c.asked.Reachable = isThere(src.URL); c.asked.Reachable {
			return nil, nil
		}
		return []finding{{
			Severity: severityError, Path: src.URL, Message: "the source " + src.URL + " is not there",
			Remedy: "put it back, or name another: 'fsskills install" + c.at.flags() + " --source WHERE'",
		}}, nil
	}
	c.asked.Proxy = c.env.proxyFor(src.URL)
	remote, err := c.remote(c.where, src)
	if err != nil {
		return []finding{failure(err, "")}, nil
	}
	session, err := remote.Open(ctx, src)
	if err == nil {
		c.asked.Commit, c.asked.Reachable = session.Commit(), true
		err = session.Close()
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err == nil {
		return nil, nil
	}
	f := failure(err, "")
	f.Message = "the source cannot be asked: " + f.Message
	if c.asked.Proxy != "" {
		f.Message += " (" + c.asked.Proxy + ")"
	}
	f.Remedy = first(f.Remedy, "check the network, or use --offline to leave this out")
	f.auth = errors.Is(err, registry.ErrAuth)
	return []finding{f}, nil
}

// proxyFor says how the address is reached as far as a variable says so: through
// which proxy, without what it is given to log in, or that the variable for
// exceptions names the host.
func (e *Env) proxyFor(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	value, name := e.eitherCase(strings.ToUpper(u.Scheme) + "_PROXY")
	if value == "" {
		if value, name = e.eitherCase("ALL_PROXY"); value == "" {
			return ""
		}
	}
	through, err := e.proxies(u.Scheme)
	if err != nil {
		return ""
	}
	proxy, err := through(&http.Request{URL: u})
	switch {
	case err != nil:
		return ""
	case proxy == nil && isLoopback(u.Hostname()):
		return "without a proxy: it is on this machine"
	case proxy == nil:
		return "without a proxy, as NO_PROXY says"
	}
	return "through the proxy " + clean((&url.URL{Scheme: proxy.Scheme, Host: proxy.Host}).String()) + ", as " + name + " says"
}
