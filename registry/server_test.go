package registry

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/pktline"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/plumbing/transport/server"
)

// A gitServer serves one repository in git's smart HTTP protocol, with go-git's
// server side, which knows neither shallow fetches nor side bands.
type gitServer struct {
	*httptest.Server
	repo     *testRepo
	byID     bool // says that it hands out commits by id
	lies     bool // and then refuses
	requests []string
	conns    atomic.Int32
}

func serve(t *testing.T, repo *testRepo) *gitServer {
	t.Helper()
	s := &gitServer{repo: repo}
	s.Server = httptest.NewUnstartedServer(s)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.conns.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func (s *gitServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests = append(s.requests, r.Method+" "+r.URL.Path)
	if r.URL.Path == "/moved/info/refs" {
		http.Redirect(w, r, "/repo.git/info/refs?"+r.URL.RawQuery, http.StatusMovedPermanently)
		return
	}
	switch strings.TrimPrefix(strings.Replace(r.URL.Path, "/my repo.git", "/repo.git", 1), "/repo.git") {
	case "/info/refs":
		w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
		fmt.Fprint(w, pkt("# service=git-upload-pack\n")+"0000")
		s.advertise(w)
		w.(http.Flusher).Flush()
		time.Sleep(5 * time.Millisecond) // the answer ends a little after its last word
	case "/git-upload-pack":
		w.Header().Set("Content-Type", "application/x-git-upload-pack-result")
		s.upload(w, r.Body)
	default:
		http.NotFound(w, r)
	}
}

func (s *gitServer) session() transport.UploadPackSession {
	ep, err := transport.NewEndpoint("file:///")
	s.repo.must(err)
	session, err := server.NewServer(server.MapLoader{ep.String(): s.repo.storage}).NewUploadPackSession(ep, nil)
	s.repo.must(err)
	return session
}

func (s *gitServer) advertise(w io.Writer) {
	adv, err := s.session().AdvertisedReferences()
	s.repo.must(err)
	if s.byID {
		s.repo.must(adv.Capabilities.Set(capability.AllowReachableSHA1InWant))
	}
	for name, id := range adv.References { // go-git's server does not peel
		if o, err := s.repo.storage.EncodedObject(plumbing.TagObject, id); err == nil {
			r, err := o.Reader()
			s.repo.must(err)
			data, err := io.ReadAll(r)
			s.repo.must(err)
			adv.Peeled[name], _ = headerID(data, "object")
		}
	}
	s.repo.must(adv.Encode(w))
}

func (s *gitServer) upload(w io.Writer, body io.Reader) {
	req := packp.NewUploadPackRequest()
	s.repo.must(req.Decode(body))
	for lines := pktline.NewScanner(body); lines.Scan() && string(lines.Bytes()) != "done\n"; { // left unread, they would reset a connection
		req.Haves = append(req.Haves, plumbing.NewHash(strings.TrimSpace(strings.TrimPrefix(string(lines.Bytes()), "have "))))
	}
	tips := []plumbing.Hash{}
	iter, err := s.repo.storage.IterReferences()
	s.repo.must(err)
	s.repo.must(iter.ForEach(func(r *plumbing.Reference) error { tips = append(tips, r.Hash()); return nil }))
	for _, id := range req.Wants {
		if (!s.byID || s.lies) && !slices.Contains(tips, id) {
			fmt.Fprint(w, pkt("ERR upload-pack: not our ref "+id.String()))
			return
		}
	}
	res, err := s.session().UploadPack(s.repo.t.Context(), req)
	if err != nil {
		fmt.Fprint(w, pkt("ERR "+err.Error()))
		return
	}
	for _, id := range req.Haves { // go-git's server does not say what it knows
		if s.repo.storage.HasEncodedObject(id) == nil {
			res.ACKs = append(res.ACKs, id)
		}
	}
	_ = res.Encode(w) // the client may have hung up: it knows where a pack ends
}

func (s *gitServer) address() string { return s.URL + "/repo.git" }
