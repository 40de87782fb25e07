package registry

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"syscall"

	"github.com/go-git/go-git/v5/plumbing"
)

// A Trouble is why a network source could not be read.
type Trouble string

// The kinds of trouble that a user can do something different about.
const (
	TroubleDNS       Trouble = "dns"       // the host's name does not resolve
	TroubleRefused   Trouble = "refused"   // nothing listens there
	TroubleTimeout   Trouble = "timeout"   // no answer
	TroubleAuthority Trouble = "authority" // a certificate of an unknown authority
	TroubleTLS       Trouble = "tls"       // any other failure of TLS
	TroubleProxy     Trouble = "proxy"     // the proxy fails or refuses
	TroubleHostKey   Trouble = "host-key"  // the ssh server is unknown or another
	TroubleNotGit    Trouble = "not-git"   // something else answers
	TroubleServer    Trouble = "server"    // the server says that it fails
	TroubleOther     Trouble = "other"
)

// A NetworkError is a source that could not be reached or did not answer as
// git does. Unwrap gives the cause.
type NetworkError struct {
	URL     string
	Trouble Trouble
	Host    string // the host or proxy that it is about
	Err     error
}

func (e *NetworkError) Error() string {
	switch e.Trouble {
	case TroubleDNS:
		return fmt.Sprintf("fetch %s: the host name %s is not known", e.URL, e.Host)
	case TroubleRefused:
		return fmt.Sprintf("fetch %s: connection to %s refused", e.URL, e.Host)
	case TroubleTimeout:
		return fmt.Sprintf("fetch %s: no answer from %s", e.URL, e.Host)
	case TroubleAuthority:
		return fmt.Sprintf("fetch %s: the certificate of %s is signed by an unknown authority", e.URL, e.Host)
	case TroubleProxy:
		return fmt.Sprintf("fetch %s: the proxy %s failed: %v", e.URL, e.Host, e.Err)
	default:
		return fmt.Sprintf("fetch %s: %v", e.URL, e.Err)
	}
}

func (e *NetworkError) Unwrap() error { return e.Err }

// Hint is one thing to do about it.
func (e *NetworkError) Hint() string {
	switch e.Trouble {
	case TroubleDNS:
		return "check the spelling of " + e.Host + " and that this machine is online"
	case TroubleRefused:
		return "check the host and port of --source; behind a firewall, set HTTPS_PROXY"
	case TroubleTimeout:
		return "try again; behind a firewall, set HTTPS_PROXY"
	case TroubleAuthority:
		return "if your company inspects TLS, give its certificate with --ca-file"
	case TroubleTLS:
		return "check this machine's clock and the https address"
	case TroubleProxy:
		return "check HTTPS_PROXY, or except the host with NO_PROXY=" + hostOf(e.URL)
	case TroubleHostKey:
		return "compare the server's key and accept it once: ssh -T git@" + e.Host
	case TroubleNotGit:
		return "give the repository's clone address, such as " + DefaultSource
	case TroubleServer:
		return "try again later"
	default:
		return "try again"
	}
}

// networkError sorts an error by what the user can do about it. What a server
// sends along with an HTTP status is not repeated.
func networkError(where string, err error) error {
	e := &NetworkError{URL: where, Host: hostOf(where), Trouble: TroubleOther, Err: err}
	var (
		status     *statusError
		proxy      *proxyError
		dns        *net.DNSError
		authority  x509.UnknownAuthorityError
		op         *net.OpError
		timeout    net.Error
		unexpected *plumbing.UnexpectedError
		permanent  *plumbing.PermanentError
	)
	switch {
	case errors.As(err, &status):
		return statusTrouble(e, status.code)
	case errors.As(err, &proxy):
		e.Trouble, e.Host, e.Err = TroubleProxy, proxy.proxy, proxy.err
	case errors.As(err, &op) && op.Op == "proxyconnect":
		e.Trouble, e.Host = TroubleProxy, ""
	case errors.As(err, &dns):
		e.Trouble, e.Host = TroubleDNS, dns.Name
	case errors.As(err, &authority):
		e.Trouble = TroubleAuthority
	case isTLS(err):
		e.Trouble = TroubleTLS
	case isConnRefused(err):
		e.Trouble = TroubleRefused
	case errors.Is(err, errIdle), errors.As(err, &timeout) && timeout.Timeout():
		e.Trouble = TroubleTimeout
	case errors.Is(err, errWebPage), errors.Is(err, errDumb):
		e.Trouble = TroubleNotGit
	case isHostKey(err):
		e.Trouble = TroubleHostKey
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		e.Err = errBrokeOff
	case errors.As(err, &unexpected):
		return networkError(where, unexpected.Err) // it has no Unwrap
	case errors.As(err, &permanent):
		return networkError(where, permanent.Err)
	}
	return e
}

var errBrokeOff = errors.New("the connection broke off")

func statusTrouble(e *NetworkError, code int) error {
	switch code {
	case http.StatusUnauthorized, http.StatusForbidden:
		return &AuthError{URL: e.URL, Err: e.Err}
	case http.StatusNotFound, http.StatusGone:
		return &NotFoundError{What: "repository", Name: e.URL}
	case http.StatusProxyAuthRequired:
		e.Trouble, e.Host = TroubleProxy, ""
	default:
		e.Trouble = TroubleServer
	}
	return e
}

// isTLS says whether the error is about certificates or the handshake.
func isTLS(err error) bool {
	var (
		verify *tls.CertificateVerificationError
		record tls.RecordHeaderError
		alert  tls.AlertError
	)
	return errors.As(err, &verify) || errors.As(err, &record) || errors.As(err, &alert)
}

// isConnRefused knows both spellings: Go's syscall.ECONNREFUSED is not what
// Windows answers, which is WSAECONNREFUSED.
func isConnRefused(err error) bool {
	const wsaConnRefused = syscall.Errno(10061)
	return errors.Is(err, syscall.ECONNREFUSED) || runtime.GOOS == "windows" && errors.Is(err, wsaConnRefused)
}

// hostOf gives the host of a URL or scp-like address.
func hostOf(where string) string {
	if u, err := url.Parse(where); err == nil && u.Host != "" {
		return u.Hostname()
	}
	return splitSCP(where).Hostname()
}
