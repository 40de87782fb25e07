package cmd

import (
	"crypto/tls"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"fsskills/registry"
)

// remote is the network as the user has set it up for a source: the proxy of the
// usual variables, the system's certificate authorities, those of SSL_CERT_FILE,
// GIT_SSL_CAINFO and --ca-file, the ssh agent, and a token. What the source does
// not need is not looked at, and git's own configuration never is.
func (r *run) remote(opts sourceOptions, src registry.Source) (*registry.Remote, error) {
	remote := &registry.Remote{Idle: opts.timeout, Retrying: r.sayRetrying}
	if t := r.env.tracing; t != nil {
		remote.Trace, remote.Now = t.say, r.env.Now
	}
	name := r.tokenEnv(opts, src)
	if err := checkTokenSource(name, src); err != nil {
		return nil, err
	}
	if src.Kind != registry.Git {
		return remote, nil
	}
	scheme, _, isURL := strings.Cut(src.URL, "://")
	if !isURL || scheme == "ssh" {
		remote.SSHAgent, remote.KnownHosts = r.env.sshAgent(), r.env.knownHosts(r.at)
		r.env.tracing.say("ssh agent at %s; known hosts in %s", first(remote.SSHAgent, "no address"), strings.Join(remote.KnownHosts, ", "))
	}
	if !isURL || scheme != "https" && scheme != "http" {
		return remote, nil
	}
	var err error
	if remote.User, remote.Token, err = r.env.token(name, name == opts.tokenEnv); err != nil {
		return nil, err
	}
	remote.TokenName = "the variable " + name
	transport, err := r.env.transport(r.at, opts, scheme)
	if err != nil {
		return nil, err
	}
	remote.HTTP = &http.Client{Transport: transport}
	return remote, nil
}

// transport is the way to a host by HTTP: through which proxy, and which
// authorities are believed.
func (e *Env) transport(at site, opts sourceOptions, scheme string) (*http.Transport, error) {
	proxy, err := e.proxies(scheme)
	if err != nil {
		return nil, err
	}
	pool, err := e.authorities(at, opts.caFile)
	if err != nil {
		return nil, err
	}
	return &http.Transport{
		Proxy:               proxy,
		ForceAttemptHTTP2:   true,
		TLSHandshakeTimeout: opts.timeout,
		TLSClientConfig:     &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
	}, nil
}

// sayRetrying tells why it takes a little longer.
func (r *run) sayRetrying(why error, pause time.Duration) {
	r.env.tracing.say("again after %s: %v", pause, why)
	r.say("%s", r.env.errStyle().dim(clean(why.Error())+"; trying again in "+pause.Round(100*time.Millisecond).String()+" …"))
}

// sshAgent is the address of the ssh agent. That of Windows itself has a fixed
// one (https://github.com/PowerShell/openssh-portable, contrib/win32/win32compat/ssh-agent).
func (e *Env) sshAgent() string {
	address := e.Getenv("SSH_AUTH_SOCK")
	if address == "" && e.GOOS == "windows" {
		return `\\.\pipe\openssh-ssh-agent`
	}
	return address
}

// knownHosts are the files in which ssh keeps the keys of servers
// (https://man.openbsd.org/ssh_config#UserKnownHostsFile and
// https://learn.microsoft.com/windows-server/administration/openssh/openssh-server-configuration).
func (e *Env) knownHosts(at site) []string {
	files := []string{
		filepath.Join(e.Home, ".ssh", "known_hosts"),
		filepath.Join(e.Home, ".ssh", "known_hosts2"),
	}
	if e.GOOS != "windows" {
		return append(files, "/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2")
	}
	// A variable that leads into a project could make any server a known one.
	data := e.Getenv("PROGRAMDATA")
	if data == "" || e.broughtBy(at, data) != "" {
		return files
	}
	return append(files, strings.TrimRight(data, `\/`)+`\ssh\ssh_known_hosts`)
}
