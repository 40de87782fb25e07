package cmd

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// proxies tells by the environment through which proxy a request goes, as git
// and curl do: https_proxy and http_proxy, each before its name in capitals,
// all_proxy where the one that fits is not set, and no_proxy for what goes
// without (https://curl.se/docs/manpage.html#ENVIRONMENT). A value that will be
// used for scheme, or after a redirect, has to be an address.
func (e *Env) proxies(scheme string) (func(*http.Request) (*url.URL, error), error) {
	all, allName := e.eitherCase("ALL_PROXY")
	secure, secureName := e.eitherCase("HTTPS_PROXY")
	plain, plainName := e.eitherCase("HTTP_PROXY")
	if e.Getenv("REQUEST_METHOD") != "" && plainName == "HTTP_PROXY" {
		plain = "" // a header of a web request may be behind it: https://httpoxy.org
	}
	if secure == "" {
		secure, secureName = all, allName
	}
	if plain == "" {
		plain, plainName = all, allName
	}
	var err error
	if secure, err = proxyAddress(secureName, secure); err != nil {
		return nil, err
	}
	if plain, err = proxyAddress(plainName, plain); err != nil && scheme == "http" {
		return nil, err
	}
	except, exceptName := e.eitherCase("NO_PROXY")
	through := (&httpproxy.Config{HTTPProxy: plain, HTTPSProxy: secure, NoProxy: except}).ProxyFunc()
	return func(req *http.Request) (*url.URL, error) {
		proxy, err := through(req.URL)
		if e.tracing != nil {
			name, set := secureName, secure
			if req.URL.Scheme == "http" {
				name, set = plainName, plain
			}
			e.tracing.once("%s", routeText(req.URL.Host, proxy, name, set, exceptName, except))
		}
		return proxy, err
	}, nil
}

// routeText says how a host is reached, and why so.
func routeText(host string, proxy *url.URL, name, set, exceptName, except string) string {
	switch {
	case proxy != nil:
		return fmt.Sprintf("%s: through the proxy %s://%s of %s", host, proxy.Scheme, proxy.Host, name)
	case set == "":
		return host + ": without a proxy, since no variable names one"
	case except != "":
		return fmt.Sprintf("%s: without the proxy of %s, since %s excepts it (%s) or it is this machine", host, name, exceptName, except)
	}
	return fmt.Sprintf("%s: without the proxy of %s, since it is this machine", host, name)
}

// eitherCase is a variable by its name in small letters, else as it is, and the
// name that was found.
func (e *Env) eitherCase(name string) (value, found string) {
	for _, found := range []string{strings.ToLower(name), name} {
		if value := e.Getenv(found); value != "" {
			return value, found
		}
	}
	return "", ""
}

// proxyAddress is the address of a proxy with its scheme, which is http unless it
// says otherwise. An error does not repeat it: there may be a password in it.
func proxyAddress(name, value string) (string, error) {
	if value == "" {
		return "", nil
	}
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	_, address, _ := strings.Cut(value, "://")
	hint := "set " + name + " to an address such as http://proxy.example.com:8080, or unset it"
	if strings.Contains(address, "@") {
		hint += "; in a password, @ / ? # are written %40 %2F %3F %23"
	}
	wrong := func(what string) (string, error) {
		return "", &usageError{msg: "the variable " + name + " " + what, hint: hint}
	}
	// Whatever stands behind one of these would be taken for no part of the
	// password, and be shown.
	if strings.ContainsAny(strings.TrimSuffix(address, "/"), `/\?#`) || strings.Count(address, "@") > 1 {
		return wrong("holds more than the address of a proxy")
	}
	u, err := url.Parse(value)
	if err != nil || u.Hostname() == "" {
		return wrong("is not the address of a proxy")
	}
	switch u.Scheme {
	case "http", "https", "socks5", "socks5h":
	default:
		return wrong("names a kind of proxy that is not known: http, https, socks5 and socks5h are")
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return wrong("names a port that there is not")
		}
	}
	return value, nil
}
