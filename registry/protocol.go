package registry

import (
	"errors"
	"net/http"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/pktline"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/transport"
)

// ofProtocol tells of an answer that is not as git answers, in words for people
// who do not know its protocol. It reports whether err is about that.
func (e *NetworkError) ofProtocol(err error) bool {
	var (
		line       *pktline.ErrorLine
		data       *packp.ErrUnexpectedData
		redirect   *redirectError
		damage     *damageError
		unexpected = errors.Is(err, packp.ErrEmptyInput) || errors.Is(err, pktline.ErrInvalidPktLen) || isMalformed(err)
	)
	switch {
	case isTLS(err):
		e.Trouble, e.said = TroublePlain, e.Host+" speaks TLS at that port"
		e.remedy = "write https:// in the place of http://"
	case errors.As(err, &line):
		e.Trouble, e.said = TroubleServer, e.Host+" says: "+printable(line.Text)
		e.remedy = "check the address; if it is right, ask whoever runs " + e.Host
	case errors.As(err, &redirect):
		e.Trouble, e.said = TroubleNotGit, e.Host+" "+redirect.Error()
		e.remedy = "give --source the address that the repository has now"
	case errors.As(err, &damage):
		e.Trouble, e.said = TroubleServer, "what "+e.Host+" sends is damaged: "+printable(damage.Error())
		e.remedy = "try again; if it stays so, ask whoever runs " + e.Host
	case errors.Is(err, transport.ErrEmptyUploadPackRequest):
		e.Trouble, e.said = TroubleServer, e.Host+" lists what it has, and then sends nothing of it"
		e.remedy = "try again; if it stays so, ask whoever runs " + e.Host
	case unexpected, errors.As(err, &data):
		e.Trouble, e.said = TroubleNotGit, e.Host+" answers, but not as git does"
	default:
		return false
	}
	return true
}

// isMalformed says whether no HTTP came back, or something before the request was
// sent, of which net/http keeps the text alone.
func isMalformed(err error) bool {
	text := err.Error()
	return strings.Contains(text, "malformed HTTP ") || strings.Contains(text, "malformed MIME header") ||
		strings.Contains(text, "readLoopPeekFailLocked: %!w(<nil>)")
}

// isTLS says whether an alert of TLS came back in the place of HTTP
// (https://www.rfc-editor.org/rfc/rfc8446#section-5.1).
func isTLS(err error) bool { return strings.Contains(err.Error(), `malformed HTTP response "\x15\x03`) }

// errUnanswered is a request without TLS on which the connection broke off before
// a word was answered.
var errUnanswered = errors.New("no word of an answer")

// A damageError is a pack that cannot be unpacked.
type damageError struct{ err error }

func (e *damageError) Error() string { return e.err.Error() }
func (e *damageError) Unwrap() error { return e.err }

// A redirectError is a redirect that is not followed.
type redirectError struct{ what string }

func (e *redirectError) Error() string { return e.what }

// checkRedirect looks at a redirect before go-git follows it, whose own words
// are for those who know it. It refuses nothing that go-git does not.
func (w *watch) checkRedirect(req *http.Request, res *http.Response) error {
	to, err := res.Location()
	if err != nil {
		return &redirectError{"redirects to nowhere"}
	}
	if req.URL.Scheme == "https" && to.Scheme == "http" {
		return &redirectError{"redirects from https to http, which anybody on the way can read and change, and which is not followed"}
	}
	if w.redirects++; w.redirects >= maxRedirects {
		return &redirectError{"redirects again and again"}
	}
	return nil
}

// tooMuch says that a server sends more than it may.
func tooMuch(where string, most int64) error {
	what := size(most) + " to download"
	if most == maxRefsBytes {
		what = size(most) + " of branches and tags"
	}
	return &LimitError{Where: where, What: what}
}
