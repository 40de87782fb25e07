package cmd_test

import (
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// proxyFaults are of the way to the server.
func proxyFaults() []netFault {
	const secret = "corp:" + proxyPassword
	where := "https://" + madeUpHost + "/skills.git"
	by := func(proxy func(*netFaults) string) func(*netFaults, *netUser) (string, []string) {
		return func(f *netFaults, user *netUser) (string, []string) {
			user.set("HTTPS_PROXY", proxy(f))
			return where, nil
		}
	}
	// silent is a proxy that says nothing.
	silent := func(proxy func(*netFaults) string) func(*netFaults, *netUser) (string, []string) {
		return func(f *netFaults, user *netUser) (string, []string) {
			user.set("HTTPS_PROXY", proxy(f))
			return where, soonIf(true)
		}
	}
	// behind is a proxy that knows a server with a certificate of the authority.
	behind := func(f *netFaults, p *netProxy) *netProxy {
		srv := serveNet(f.t, f.source.handler(), f.ca.usual())
		p.hosts = map[string]string{madeUpHost + ":443": srv.Listener.Addr().String()}
		return p
	}
	return []netFault{
		{name: "the proxy is down", arrange: by(func(f *netFaults) string { return "http://" + secret + "@" + deadPort(f.t) })},
		{name: "the proxy has no such name", arrange: by(func(*netFaults) string { return "http://" + secret + "@proxy..invalid:3128" })},
		{name: "the proxy resets", arrange: by(func(f *netFaults) string { return "http://" + f.raw(reset) })},
		{name: "the proxy hangs", arrange: silent(func(f *netFaults) string {
			return (&netProxy{hangs: true}).start(f.t).address(secret)
		})},
		{name: "the proxy never greets", arrange: silent(func(f *netFaults) string { return "https://" + f.raw(nil) })},
		{name: "the proxy demands a password", arrange: by(func(f *netFaults) string {
			return behind(f, &netProxy{password: proxyPassword}).start(f.t).address("")
		})},
		{name: "the proxy takes another password", arrange: by(func(f *netFaults) string {
			return behind(f, &netProxy{password: "another"}).start(f.t).address(secret)
		})},
		{name: "the proxy refuses the tunnel", arrange: by(func(f *netFaults) string {
			return behind(f, &netProxy{refuse: http.StatusForbidden}).start(f.t).address(secret)
		})},
		{name: "the proxy does not know the host", arrange: by(func(f *netFaults) string { return (&netProxy{}).start(f.t).address("") })},
		{name: "the proxy is too busy", arrange: by(func(f *netFaults) string {
			return behind(f, &netProxy{refuse: http.StatusServiceUnavailable}).start(f.t).address("")
		})},
		{name: "the proxy's own certificate is of an unknown authority", arrange: by(func(f *netFaults) string {
			return behind(f, &netProxy{}).start(f.t, f.corp.usual()).address(secret)
		})},
		{name: "the proxy speaks no TLS", arrange: by(func(f *netFaults) string {
			return strings.Replace(behind(f, &netProxy{}).start(f.t).address(""), "http:", "https:", 1)
		})},
		{name: "the proxy inspects TLS", arrange: by(func(f *netFaults) string {
			return behind(f, &netProxy{inspects: f.corp}).start(f.t).address("")
		})},
		{name: "the proxy is no proxy", arrange: by(func(f *netFaults) string {
			return serveNet(f.t, kind("text/html", "<html>hello")).URL
		})},
		{name: "socks does not know the host", arrange: by(func(f *netFaults) string {
			address, _ := serveSOCKS(f.t, nil)
			return "socks5://" + address
		})},
		{name: "socks is down", arrange: by(func(f *netFaults) string { return "socks5://" + deadPort(f.t) })},
		{name: "socks is no socks", arrange: silent(func(f *netFaults) string {
			return "socks5://" + serveNet(f.t, status(http.StatusBadRequest)).Listener.Addr().String()
		})},
		{name: "the proxy's address is none", arrange: by(func(*netFaults) string { return "http://" + secret + "@[::1" })},
		{name: "the proxy is of an unknown kind", arrange: by(func(*netFaults) string { return "gopher://" + secret + "@127.0.0.1" })},
	}
}

// sshFaults are of ssh servers, agents and known hosts. A real sshd has those
// that need one.
func sshFaults(t *testing.T) []netFault {
	t.Helper()
	// to is a user at a server that they know, with a key that it takes.
	to := func(change func(s *sshServer, user *netUser, where string) string) func(*netFaults, *netUser) (string, []string) {
		return func(f *netFaults, user *netUser) (string, []string) {
			s := newSSHServer(f.t)
			user.set("SSH_AUTH_SOCK", sshAgent(f.t, s.allowed))
			user.write(".ssh/known_hosts", "[127.0.0.1]:"+s.port()+" "+s.host.line()+"\n")
			return change(s, user, s.source(f.source.bare)), nil
		}
	}
	known := func(s *sshServer, user *netUser, line string) {
		user.write(".ssh/known_hosts", strings.ReplaceAll(line, "PLACE", "[127.0.0.1]:"+s.port())+"\n")
	}
	at := func(handle func(net.Conn)) func(*netFaults, *netUser) (string, []string) {
		return func(f *netFaults, user *netUser) (string, []string) {
			user.set("SSH_AUTH_SOCK", sshAgent(f.t, newSSHKey(f.t)))
			user.write(".ssh/known_hosts", "* "+newSSHKey(f.t).line()+"\n")
			return "ssh://git@" + f.raw(handle) + "/skills.git", soonIf(handle == nil)
		}
	}
	return []netFault{
		{name: "ssh: a host that is not known", arrange: to(func(s *sshServer, user *netUser, where string) string {
			known(s, user, "example.com "+s.host.line())
			return where
		})},
		{name: "ssh: a host whose key has changed", arrange: to(func(s *sshServer, user *netUser, where string) string {
			known(s, user, "PLACE "+newSSHKey(s.t).line())
			return where
		})},
		{name: "ssh: a host whose key is revoked", arrange: to(func(s *sshServer, user *netUser, where string) string {
			known(s, user, "@revoked * "+s.host.line()+"\nPLACE "+s.host.line())
			return where
		})},
		{name: "ssh: a host without the authority's certificate", arrange: to(func(s *sshServer, user *netUser, where string) string {
			known(s, user, "@cert-authority * "+newSSHKey(s.t).line())
			return where
		})},
		{name: "ssh: known_hosts cannot be read", arrange: to(func(s *sshServer, user *netUser, where string) string {
			known(s, user, "PLACE ssh-ed25519 no+base64=in=here")
			return where
		})},
		{name: "ssh: no agent", arrange: to(func(_ *sshServer, user *netUser, where string) string {
			user.set("SSH_AUTH_SOCK", "")
			return where
		})},
		{name: "ssh: the agent is gone", arrange: to(func(_ *sshServer, user *netUser, where string) string {
			user.set("SSH_AUTH_SOCK", filepath.Join(user.home, "s"))
			return where
		})},
		{name: "ssh: the agent has no keys", arrange: to(func(s *sshServer, user *netUser, where string) string {
			user.set("SSH_AUTH_SOCK", sshAgent(s.t))
			return where
		})},
		{name: "ssh: no key is taken", arrange: to(func(s *sshServer, user *netUser, where string) string {
			user.set("SSH_AUTH_SOCK", sshAgent(s.t, newSSHKey(s.t)))
			return where
		})},
		{name: "ssh: no such repository", arrange: to(func(_ *sshServer, _ *netUser, where string) string { return where + "-not" })},
		{name: "ssh: refused", arrange: func(f *netFaults, user *netUser) (string, []string) {
			user.set("SSH_AUTH_SOCK", sshAgent(f.t, newSSHKey(f.t)))
			user.write(".ssh/known_hosts", "* "+newSSHKey(f.t).line()+"\n")
			return "ssh://git@" + deadPort(f.t) + "/skills.git", nil
		}},
		{name: "ssh: silent", arrange: at(nil)},
		{name: "ssh: closed", arrange: at(func(conn net.Conn) { _, _ = conn.Read(make([]byte, 1)) })},
		{name: "ssh: no ssh", arrange: at(func(conn net.Conn) {
			_, _ = conn.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
			_, _ = conn.Read(make([]byte, 100))
		})},
		{name: "ssh: an alias", arrange: func(f *netFaults, user *netUser) (string, []string) {
			user.set("SSH_AUTH_SOCK", sshAgent(f.t, newSSHKey(f.t)))
			user.write(".ssh/known_hosts", "* "+newSSHKey(f.t).line()+"\n")
			alias := strings.Repeat("w", 64) // longer than a part of a name may be: no resolver is asked
			user.write(".ssh/config", "Host "+alias+"\n  HostName 127.0.0.1\n")
			return "ssh://git@" + alias + "/skills.git", nil
		}},
	}
}
