package cmd_test

import (
	"archive/zip"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestGitDaemon installs from and updates over git's own daemon, which has
// neither names nor secrets.
func TestGitDaemon(t *testing.T) {
	source := newNetSource(t)
	address := startGitDaemon(t, source.root)
	user := newNetUser(t)
	user.install("git://" + address + "/skills.git").exits(0)
	user.has("cursor", source.text, source.commit)
	source.push()
	user.run("update", "--yes").exits(0).says("a change")
	user.has("cursor", source.text, source.commit)
	before := user.snapshot()
	user.run("update", "--yes").exits(0)
	user.install("git://"+address+"/other.git").exits(1).says("not found", "hint: ")
	user.unchanged(before)
}

// startGitDaemon serves the folder until the test ends and gives its address.
func startGitDaemon(t *testing.T, root string) string {
	t.Helper()
	unixOnly(t, "git's daemon is no part of git for Windows")
	out, err := exec.CommandContext(t.Context(), "git", "--exec-path").Output()
	if err != nil {
		t.Skipf("git is not installed: %v", err)
	}
	program := filepath.Join(strings.TrimSpace(string(out)), "git-daemon")
	if _, err := os.Stat(program); err != nil {
		t.Skipf("git's daemon is not installed: %v", err)
	}
	// One process for each connection, as inetd has it.
	return listenNet(t, "tcp", "127.0.0.1:0", func(conn net.Conn) {
		file, err := conn.(*net.TCPConn).File()
		if err != nil {
			return
		}
		defer file.Close() //nolint:errcheck // a test's
		daemon := exec.CommandContext(t.Context(), program, "--inetd", "--export-all", "--base-path="+root)
		daemon.Stdin, daemon.Stdout = file, file
		daemon.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull,
			"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*")
		_ = conn.Close() // the daemon has it now
		_ = daemon.Run() // how it ends is the client's doing
	}).String()
}

// TestLocalSources installs the same from everything on a disk that skills can
// be in, on a machine without git, whose every way to a network ends nowhere.
func TestLocalSources(t *testing.T) {
	source := newNetSource(t)
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	source.git("-C", source.tree, "reset", "-q") // the index of a real git
	source.git("-C", source.tree, "worktree", "add", "-q", "-b", "side", in("worktree"))
	source.git("-C", source.bare, "archive", "-o", in("git.zip"), "--prefix=skills-main/", "main")
	source.git("-C", source.bare, "archive", "-o", in("git.tar.gz"), "--prefix=skills-main/", "main")
	source.git("-C", source.bare, "archive", "-o", in("flat.tar.gz"), "main")
	if err := copyFile(in("git.tar.gz"), in("git.tgz")); err != nil {
		t.Fatal(err)
	}
	if err := copyFile(filepath.Join(source.tree, "skills", "alpha", "SKILL.md"), in("plain/skills/alpha/SKILL.md")); err != nil {
		t.Fatal(err)
	}
	writeZip(t, in("go.zip"), map[string]string{
		"skills-main/": "", "skills-main/README.md": "Read me.", "skills-main/skills/alpha/SKILL.md": source.text,
	})
	for _, test := range []struct {
		name, where string
		commit      bool // it has git's
	}{
		{"a repository", source.tree, true},
		{"a bare repository", source.bare, true},
		{"a file URL", "file://" + filepath.ToSlash(source.bare), true},
		{"a work tree of a repository", in("worktree"), true},
		{"a plain folder", in("plain"), false},
		{"a zip of git's", in("git.zip"), false},
		{"a zip of Go's with GitHub's folder at the top", in("go.zip"), false},
		{"a tarball of git's", in("git.tar.gz"), false},
		{"a tarball without a folder at the top", in("flat.tar.gz"), false},
		{"a tgz", in("git.tgz"), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			user, asked := cutOff(t)
			user.install(test.where).exits(0)
			commit := source.commit
			if !test.commit {
				commit = user.recordedCommit()
				if !strings.HasPrefix(commit, "sha256:") && len(commit) != 64 {
					t.Errorf("the digest is %q", commit)
				}
			}
			user.has("cursor", source.text, commit)
			before := user.snapshot()
			user.run("update", "--yes").exits(0)
			user.run("status").exits(0)
			user.unchanged(before)
			user.run("install", "--yes", "--client", "claude-code", "--skills-only", "--offline").exits(0)
			user.has("claude-code", source.text, commit)
			if n := asked(); n > 0 {
				t.Errorf("%d connections", n)
			}
		})
	}
}

// TestAirGapped carries a zip to a machine without a network, and then a newer
// one.
func TestAirGapped(t *testing.T) {
	user, asked := cutOff(t)
	var texts []string
	for _, line := range []string{"One.", "Two."} {
		texts = append(texts, alphaText(line))
	}
	file := filepath.Join(user.home, "Downloads", "skills.zip")
	for i, text := range texts {
		writeZip(t, file, map[string]string{"fullstory-skills-main/skills/alpha/SKILL.md": text})
		if i == 0 {
			user.install("Downloads/skills.zip").exits(0)
		} else {
			user.run("status").exits(5)
			user.run("update", "--yes").exits(0)
		}
		user.has("cursor", text, user.recordedCommit())
	}
	// Even without the file, the other commands work.
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	user.run("list").exits(0)
	user.run("status", "--offline").exits(0)
	before := user.snapshot()
	user.run("update", "--yes").exits(1).says("skills.zip", "hint: ")
	user.unchanged(before)
	if n := asked(); n > 0 {
		t.Errorf("%d connections", n)
	}
}

// cutOff is a user whose proxies are a listener that counts who comes and says
// nothing.
func cutOff(t *testing.T) (user *netUser, asked func() int) {
	t.Helper()
	came := make(chan struct{}, 100)
	address := listenNet(t, "tcp", "127.0.0.1:0", func(net.Conn) {
		came <- struct{}{}
	}).String()
	user = newNetUser(t)
	for _, name := range []string{"HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"} {
		user.set(name, "http://"+address).set(strings.ToLower(name), "http://"+address)
	}
	return user, func() int { return len(came) }
}

// recordedCommit is what the receipt has.
func (u *netUser) recordedCommit() string {
	u.t.Helper()
	return u.readReceipt().Source.Commit
}

// writeZip writes an archive; a name with a slash at its end is a folder.
func writeZip(t *testing.T, path string, files map[string]string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // a test's
	w := zip.NewWriter(file)
	for name, text := range files {
		entry, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprint(entry, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestOfflineFromHTTPS works from what was kept once the server is gone.
func TestOfflineFromHTTPS(t *testing.T) {
	source := newNetSource(t)
	ca := newAuthority(t, "Example Private")
	srv := serveNet(t, source.handler(), ca.usual())
	where := srv.source("127.0.0.1")
	user := newNetUser(t).set("SSL_CERT_FILE", ca.file())
	user.install(where).exits(0)
	srv.CloseClientConnections()
	srv.Close()

	before := user.snapshot()
	user.run("update", "--yes").exits(1).says("hint: ")
	user.run("update", "--yes", "--offline").exits(0).says("kept on")
	user.run("status").exits(1)
	user.run("status", "--offline").exits(0)
	if list := user.run("list", "--available", "--offline").exits(0); !strings.Contains(list.out, "alpha") {
		t.Errorf("the list is %s", list.out)
	}
	user.unchanged(before)
	user.run("install", "--yes", "--client", "claude-code", "--skills-only", "--offline").exits(0)
	user.has("claude-code", source.text, source.commit)
	user.has("cursor", source.text, source.commit)

	fresh := newNetUser(t)
	before = fresh.snapshot()
	fresh.install(where, "--offline").exits(1).says("not kept", "hint: ", "without --offline", "--source skills.zip")
	fresh.unchanged(before)
}
