package cmd_test

import (
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// TestSSH installs from and updates over a real sshd, whose key the user knows
// in each of the ways in which known_hosts can have it.
func TestSSH(t *testing.T) {
	source := newNetSource(t)
	server := newSSHServer(t)
	socket := sshAgent(t, newSSHKey(t), server.allowed)
	place := "[127.0.0.1]:" + server.port()
	certified := newSSHServer(t)
	ca := certified.certify()
	for _, test := range []struct {
		name, hosts string
		server      *sshServer
		socket      string
	}{
		{"host and port", place + " " + server.host.line(), server, socket},
		{"among others", "# a comment\n\n[127.0.0.1]:1 " + newSSHKey(t).line() + "\n" + place + ",[::1]:22 " + server.host.line(), server, socket},
		{"hashed", knownhosts.HashHostname(place) + " " + server.host.line(), server, socket},
		{"any host", "* " + server.host.line(), server, socket},
		{
			"an authority's certificate", "@cert-authority [127.0.0.1]:" + certified.port() + " " + ca.line(), certified,
			sshAgent(t, certified.allowed),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			user := newNetUser(t).set("SSH_AUTH_SOCK", test.socket)
			user.write(".ssh/known_hosts", test.hosts+"\n")
			user.install(test.server.source(source.bare)).exits(0)
			user.has("cursor", source.text, source.commit)
			if test.name != "hashed" {
				return
			}
			source.push()
			user.run("status").exits(5)
			user.run("update", "--yes").exits(0).says("a change")
			user.has("cursor", source.text, source.commit)
			user.run("update", "--yes").exits(0)
			user.run("update", "--yes", "--ref", source.commit).exits(0)
		})
	}
	t.Run("a path that a shell would heed", func(t *testing.T) {
		odd := filepath.Join(t.TempDir(), "it's! $(touch here) `touch there` \\ %2F.git")
		source.git("clone", "-q", "--bare", source.tree, odd)
		user := newNetUser(t).set("SSH_AUTH_SOCK", socket)
		user.write(".ssh/known_hosts", place+" "+server.host.line()+"\n")
		user.install(server.source((&url.URL{Path: odd}).EscapedPath())).exits(0)
		user.has("cursor", source.text, source.commit)
	})
	if t.Failed() {
		t.Log(server.said(), certified.said())
	}
}

// TestSSHRefused has each reason why a server is not read from, and finds that
// nothing was written.
func TestSSHRefused(t *testing.T) {
	source := newNetSource(t)
	server := newSSHServer(t)
	socket := sshAgent(t, server.allowed)
	place := "[127.0.0.1]:" + server.port() + " "
	known := place + server.host.line()
	stranger := newSSHKey(t)
	where := server.source(source.bare)
	print := ssh.FingerprintSHA256(server.host.signer.PublicKey())
	for _, test := range []struct {
		name, hosts, socket, where string
		status                     int
		says                       []string
	}{
		{"unknown, with a file", "example.com " + stranger.line(), socket, where, 1, []string{"known_hosts", server.port(), print}},
		{"unknown, without a file", "", socket, where, 1, []string{"known_hosts", server.port()}},
		{"changed", place + stranger.line(), socket, where, 1, []string{"known_hosts", print}},
		{"revoked", "@revoked * " + server.host.line() + "\n" + known, socket, where, 1, []string{"revoked"}},
		{"an authority, but no certificate", "@cert-authority * " + stranger.line(), socket, where, 1, []string{"shows no certificate", "@cert-authority"}},
		{"no agent", known, "", where, 4, []string{"agent"}},
		{"an agent that is gone", known, shortSocket(t), where, 4, []string{"agent"}},
		{"an agent without keys", known, sshAgent(t), where, 4, []string{"agent", "ssh-add"}},
		{"another key", known, sshAgent(t, stranger), where, 4, []string{"agent", "ssh-add"}},
		{"no such user", known, socket, strings.Replace(where, server.user+"@", "no-such-user@", 1), 4, []string{"no-such-user"}},
		{"no such repository", known, socket, where + "-not", 1, []string{"not found"}},
		{"a path that a shell would heed", known, socket, server.source("/a'b$(touch " + t.TempDir() + "/x)"), 1, []string{"not found"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			user := newNetUser(t).set("SSH_AUTH_SOCK", test.socket)
			if test.hosts != "" {
				user.write(".ssh/known_hosts", test.hosts+"\n")
			}
			before := user.snapshot()
			run := user.install(test.where).exits(test.status).says(append(test.says, "hint: ", "127.0.0.1")...)
			if strings.Contains(run.stderr, "panic") || strings.Count(run.stderr, "hint: ") != 1 {
				t.Errorf("it says\n%s", run.stderr)
			}
			user.unchanged(before)
		})
	}
	if t.Failed() {
		t.Log(server.said())
	}
}
