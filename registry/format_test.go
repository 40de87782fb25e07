package registry

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// unreadable checks that an error says what is not read, and what to do.
func unreadable(t *testing.T, err error, said string) {
	t.Helper()
	var source *SourceError
	if !errors.As(err, &source) || !strings.Contains(err.Error(), said) || !strings.Contains(source.Hint(), "git archive") {
		t.Errorf("got %v", err)
	}
}

func TestRepositoriesOfOtherFormats(t *testing.T) {
	long := strings.Repeat("ab", 32)
	for name, tt := range map[string]struct {
		files map[string]string
		said  string
	}{
		"said in the configuration": {map[string]string{"config": "[core]\n\tbare = false\n[Extensions] ; more\n\tobjectFormat = \"sha256\" # long\n"}, "SHA-256"},
		"a branch":                  {map[string]string{"refs/heads/main": long + "\n"}, "SHA-256"},
		"a detached HEAD":           {map[string]string{"HEAD": long + "\n"}, "SHA-256"},
		"packed refs":               {map[string]string{"packed-refs": "# pack-refs with: peeled\n" + long + " refs/heads/main\n"}, "SHA-256"},
		"a reftable":                {map[string]string{"HEAD": "ref: refs/heads/.invalid\n", "reftable/tables.list": "", "refs/heads": "this repository uses the reftable format\n"}, "reftable"},
		"a reftable by name":        {map[string]string{"config": "[extensions]\nrefstorage = reftable\n"}, "reftable"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			all := map[string]string{".git/HEAD": "ref: refs/heads/main\n", ".git/objects/info/x": ""}
			for file, text := range tt.files {
				all[".git/"+file] = text
			}
			writeFiles(t, dir, all)
			_, err := snapshotOf(t, new(Remote), dir, "")
			unreadable(t, err, tt.said)
		})
	}
}

// What others write into a configuration is no format.
func TestConfigurationsOfTheUsualFormat(t *testing.T) {
	for _, text := range []string{
		"[extensions]\n\tobjectformat = sha1\n\trefstorage = files\n", "[core]\n\tobjectformat = sha256\n",
		"[extensions]\n# objectformat = sha256\n[other]\nobjectformat = sha256\n", "\x00[", "[extensions \"x\"]\nobjectformat = sha256\n",
	} {
		repo := newRepo(t)
		repo.commit(layouts()[2])
		writeFiles(t, repo.dir, map[string]string{".git/config": text})
		if _, err := snapshotOf(t, new(Remote), repo.dir, ""); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestServersOfLongIDs(t *testing.T) {
	long := strings.Repeat("ab", 32)
	said := pkt(long+" HEAD\x00multi_ack object-format=sha256 agent=git/2\n") + pkt(long+" refs/heads/main\n") + "0000"
	empty := pkt(strings.Repeat("0", 64)+" capabilities^{}\x00multi_ack object-format=sha256 agent=git/2\n") + "0000"
	mute := pkt(long+" HEAD\x00multi_ack agent=git/2\n") + "0000"
	for name, list := range map[string]string{"said": said, "empty": empty, "not said": mute} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
			fmt.Fprint(w, "001e# service=git-upload-pack\n0000"+list)
		}))
		daemon := listen(t, "tcp", "127.0.0.1:0", func(conn net.Conn) {
			fmt.Fprint(conn, list)
			_, _ = io.Copy(io.Discard, conn)
			_ = conn.Close()
		})
		for _, where := range []string{srv.URL + "/r.git", "git://" + daemon.String() + "/r.git"} {
			t.Run(name+", "+where[:4], func(t *testing.T) {
				_, err := snapshotOf(t, &Remote{Wait: noWait}, where, "")
				unreadable(t, err, "SHA-256")
			})
		}
		srv.Close()
	}
}

// Nobody is told to leave out what they have not given.
func TestHintOfAMissingHead(t *testing.T) {
	repo := newRepo(t)
	repo.branch("develop", repo.commit(layouts()[2]))
	repo.ref(newSymbolicHead("refs/heads/gone"))
	for _, where := range []string{repo.dir, serve(t, repo).address()} {
		_, err := snapshotOf(t, &Remote{Wait: noWait}, where, "")
		var none *NotFoundError
		if !errors.As(err, &none) || strings.Contains(none.Hint(), "leave") || !strings.Contains(none.Hint(), "--ref main") {
			t.Errorf("got %v", err)
		}
	}
}
