package registry

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseSource(t *testing.T) {
	work := t.TempDir()
	writeFiles(t, work, map[string]string{
		"plain/x": "", "a/b/x": "", "a name: more/x/y": "", "dots.com/x/y": "", "a.zip": "", "b.tar.gz": "", "c.TGZ": "", "file.txt": "",
		"repo/.git/HEAD": "", "linked/.git": "gitdir: x", "bare/HEAD": "", "bare/refs/x": "", "bare/objects/x": "",
	})
	in := func(name string) string { return filepath.Join(work, filepath.FromSlash(name)) }
	tests := []struct {
		where string
		kind  Kind
		url   string
	}{
		{"", Git, DefaultSource},
		{"owner/repo", Git, "https://github.com/owner/repo"},
		{"owner/repo.git", Git, "https://github.com/owner/repo"},
		{"owner/repo/", Git, "https://github.com/owner/repo"},
		{"owner/repo.git//", Git, "https://github.com/owner/repo"},
		{"o-1/r.e_p-o", Git, "https://github.com/o-1/r.e_p-o"},
		{"github.com/owner/repo", Git, "https://github.com/owner/repo"},
		{"GitHub.com/owner/repo/", Git, "https://GitHub.com/owner/repo"},
		{"https://github.com/owner/repo/", Git, "https://github.com/owner/repo"},
		{"HTTPS://example.com:8443/a/b/c.git", Git, "https://example.com:8443/a/b/c.git"},
		{"http://127.0.0.1:1/r", Git, "http://127.0.0.1:1/r"},
		{"ssh://git@example.com:2222/r.git", Git, "ssh://git@example.com:2222/r.git"},
		{"git://example.com/r", Git, "git://example.com/r"},
		{"git@github.com:owner/repo.git", Git, "git@github.com:owner/repo.git"},
		{"host:repo", Git, "host:repo"},
		{"me@host.example:~you/r.git", Git, "me@host.example:~you/r.git"},
		{"a name: more/x", Folder, in("a name: more/x")},
		{"dots.com/x", Folder, in("dots.com/x")},
		{"plain", Folder, in("plain")},
		{"./plain", Folder, in("plain")},
		{"./a/b", Folder, in("a/b")},
		{"plain/../plain/", Folder, in("plain")},
		{in("plain"), Folder, in("plain")},
		{".", Folder, work},
		{"repo", Local, in("repo")},
		{"./linked", Local, in("linked")},
		{"bare", Local, in("bare")},
		{"file://" + filepath.ToSlash(in("repo")), Local, in("repo")},
		{"file://localhost" + filepath.ToSlash(in("plain")), Folder, in("plain")},
		{"a.zip", Archive, in("a.zip")},
		{"./b.tar.gz", Archive, in("b.tar.gz")},
		{in("c.TGZ"), Archive, in("c.TGZ")},
	}
	for _, tt := range tests {
		got, err := ParseSource(tt.where, "", work)
		if err != nil || got.Kind != tt.kind || got.URL != tt.url {
			t.Errorf("%q: got %+v, %v", tt.where, got, err)
		}
	}
}

func TestSourcesThatCannotBe(t *testing.T) {
	work := t.TempDir()
	writeFiles(t, work, map[string]string{"a/b/x": "", "plain/x": "", "file.txt": ""})
	tests := []struct {
		where, ref string
		missing    bool   // a NotFoundError; else a UsageError
		hint       string // part of it
	}{
		{"a/b", "", false, "./a/b or https://github.com/a/b"},
		{"./missing", "", true, ""},
		{"missing", "", true, ""},
		{"a/b/c/d", "", true, ""},
		{"/missing/folder", "", true, ""},
		{"missing.zip", "", true, ""},
		{"./file.txt", "", false, ""},
		{"~/skills", "", false, "$HOME"},
		{`C:\missing`, "", true, ""},
		{"https://user:hunter2@example.com/r", "", false, "git@example.com:r"},
		{"https://hunter2@example.com/r", "", false, "ssh"},
		{"ssh://git:hunter2@example.com/r", "", false, "ssh"},
		{"https://user:hunter2@exa mple.com/%zz", "", false, ""},
		{"https://example.com", "", false, ""},
		{"https:///r", "", false, ""},
		{"ftp://example.com/r", "", false, ""},
		{"a/b/", "", false, "./a/b or https://github.com/a/b"},
		{"gitlab.com/o/r", "", false, "https://gitlab.com/o/r"},
		{"www.github.com/o/r/", "", false, "https://www.github.com/o/r"},
		{"127.0.0.1/r", "", false, "https://127.0.0.1/r"},
		{"skills.v2/o/r", "", true, ""},
		{"dots.com/missing.zip", "", true, ""},
		{"file:repo", "", false, "the path alone: repo"},
		{"file:/tmp/repo", "", false, "the path alone: /tmp/repo"},
		{"https:/github.com/o/r", "", false, "https://github.com/o/r"},
		{"https:github.com/o/r", "", false, "https://github.com/o/r"},
		{"HTTP:hunter2@example.com/r", "", false, "http://"},
		{"ssh:git@example.com/r", "", false, "ssh://"},
		{"git:example.com/r", "", false, "git://example.com/r"},
		{"gh:o/r", "", false, "https://github.com/o/r"},
		{"github:o/r", "", false, "https://github.com/o/r"},
		{"gitlab:o/r", "", false, "https://gitlab.com/o/r"},
		{"bitbucket:/o/r", "", false, "https://bitbucket.org/o/r"},
		{"ext::sh -c id", "", false, "https, ssh or file"},
		{"-oProxyCommand=id:r", "", false, "git@github.com:"},
		{"git@-oProxyCommand=id:r", "", false, "git@github.com:"},
		{"-lroot@example.com:r", "", false, "git@github.com:"},
		{"my host:r", "", false, "git@github.com:"},
		{"git@my\u00a0host:r", "", false, "git@github.com:"},
		{"git@[::1]:r", "", false, "ssh://"},
		{"a@b@example.com:r", "", false, "git@github.com:"},
		{"user:hunter2@example.com/r", "", false, "git@github.com:"},
		{"git+ssh://git@example.com/r", "", false, "leave git+ out"},
		{"git+https://example.com/r", "", false, "leave git+ out"},
		{"git+https://user:hunter2@example.com/r", "", false, "ssh"},
		{"ssh://-oProxyCommand=id/r", "", false, "https://github.com"},
		{"ssh://-l@example.com/r", "", false, "https://github.com"},
		{"https://my%20host/r", "", false, ""},
		{"file:///repo?x", "", false, "the path alone"},
		{"file:///repo#x", "", false, "the path alone"},
		{"https://example.com/r?", "", false, ""},
		{"o/.git", "", true, ""},
		{"o/..git", "", true, ""},
		{"http://h:99999/x", "", false, "65535"},
		{"https://h:0/x", "", false, "65535"},
		{"https://h:/x", "", false, "65535"},
		{"ssh://git@[::1]:/x", "", false, "65535"},
		{"https://example.com/r?x=1", "", false, ""},
		{"https://example.com/r#x", "", false, ""},
		{"https://example.com/r.zip", "", false, "download"},
		{"https://github.com/o/r/tree/main/skills", "", false, "https://github.com/o/r"},
		{"file://server/share", "", false, ""},
		{"a\x1b[2J", "", false, ""},
		{"./plain", "main", false, "--ref"},
		{"o/r", "-x", false, ""},
		{"o/r", "a b", false, ""},
		{"o/r", "a..b", false, ""},
		{"o/r", "HEAD~1", false, ""},
		{"o/r", "main^", false, ""},
		{"o/r", "x\ny", false, ""},
	}
	for _, tt := range tests {
		_, err := ParseSource(tt.where, tt.ref, work)
		var usage *UsageError
		var none *NotFoundError
		var hint string
		switch {
		case tt.missing && errors.As(err, &none):
			hint = none.Hint()
		case !tt.missing && errors.As(err, &usage):
			hint = usage.Hint()
		default:
			t.Errorf("%q %q: %v", tt.where, tt.ref, err)
			continue
		}
		if hint == "" || !strings.Contains(hint, tt.hint) {
			t.Errorf("%q %q: hint %q", tt.where, tt.ref, hint)
		}
		if strings.Contains(err.Error()+hint, "hunter2") {
			t.Errorf("%q: the password is in %v", tt.where, err)
		}
	}
}

func TestRefsAreKept(t *testing.T) {
	for ref, want := range map[string]string{
		"main": "main", "feature/x": "feature/x", "v1.0": "v1.0", "deadbeef": "deadbeef", "HEAD": "HEAD",
		strings.Repeat("AB", 20): strings.Repeat("ab", 20),
	} {
		src, err := ParseSource("o/r", ref, t.TempDir())
		if err != nil || src.Ref != want {
			t.Errorf("%q: %q, %v", ref, src.Ref, err)
		}
	}
}

func FuzzParseSource(f *testing.F) {
	for _, s := range []string{"", "o/r", "git@h:p", "https://u:p@h/x", "file:///x", "./x", `C:\x`, "~", "a://"} {
		f.Add(s, "main")
	}
	work, err := os.MkdirTemp("", "")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = os.RemoveAll(work) })
	f.Fuzz(func(t *testing.T, where, ref string) {
		src, err := ParseSource(where, ref, work)
		if err != nil || src.Kind != Git || !strings.HasPrefix(src.URL, "http://") && !strings.HasPrefix(src.URL, "https://") {
			return
		}
		u, err := url.Parse(src.URL)
		if err != nil || u.User != nil {
			t.Fatalf("%q is taken as %q: %v", where, src.URL, err)
		}
		if _, err := new(Remote).dialHTTP(u); err != nil {
			t.Errorf("%q is taken as %q and cannot be used: %v", where, src.URL, err)
		}
	})
}
