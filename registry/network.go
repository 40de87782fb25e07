package registry

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// A Trouble is why a network source could not be read.
type Trouble string

// The kinds of trouble that a user can do something different about.
const (
	TroubleDNS         Trouble = "dns"         // the host's name does not resolve
	TroubleRefused     Trouble = "refused"     // nothing listens there
	TroubleTimeout     Trouble = "timeout"     // no answer
	TroubleSlow        Trouble = "slow"        // an answer that does not come to its end
	TroubleBroken      Trouble = "broken"      // the connection broke off
	TroubleAuthority   Trouble = "authority"   // a certificate of an unknown authority
	TroubleExpired     Trouble = "expired"     // a certificate that is not valid now
	TroubleName        Trouble = "name"        // a certificate for other hosts
	TroubleCertificate Trouble = "certificate" // the server wants one of ours
	TroublePlain       Trouble = "plain"       // no TLS where there should be, or the other way around
	TroubleTLS         Trouble = "tls"         // any other failure of TLS
	TroubleProxy       Trouble = "proxy"       // the proxy fails or refuses
	TroubleHostKey     Trouble = "host-key"    // the ssh server is unknown
	TroubleHostChanged Trouble = "host-change" // the ssh server is another than before
	TroubleNotGit      Trouble = "not-git"     // something else answers
	TroubleBusy        Trouble = "busy"        // the server wants to be asked less
	TroubleServer      Trouble = "server"      // the server says that it fails
	TroubleOther       Trouble = "other"
)

// A NetworkError is a source that could not be reached or did not answer as
// git does. Unwrap gives the cause.
type NetworkError struct {
	URL     string
	Trouble Trouble
	Host    string // the host or proxy that it is about
	Err     error

	said    string        // what is wrong; empty: what Err says
	remedy  string        // the Hint where the trouble alone does not tell
	passing bool          // it is likely to be over soon
	after   time.Duration // how long the server asks to wait
}

func (e *NetworkError) Error() string {
	if e.said != "" {
		return fmt.Sprintf("fetch %s: %s", e.URL, e.said)
	}
	return fmt.Sprintf("fetch %s: %v", e.URL, e.Err)
}

func (e *NetworkError) Unwrap() error { return e.Err }

// Hint is one thing to do about it.
func (e *NetworkError) Hint() string {
	if e.remedy != "" {
		return e.remedy
	}
	switch e.Trouble {
	case TroubleDNS:
		return "check the spelling of " + e.Host + " and that this machine is online"
	case TroubleRefused:
		return "check the host and port of --source; " + e.behindFirewall()
	case TroubleTimeout:
		return "try again, or wait longer with --timeout; " + e.behindFirewall()
	case TroubleSlow:
		return "try again later, or wait longer with --timeout"
	case TroubleAuthority:
		return "if it is your company's, which then reads what is fetched, give its certificate with --ca-file"
	case TroubleExpired:
		return "check this machine's clock; if it is right, tell whoever runs " + e.Host
	case TroubleName:
		return "give --source the name that the certificate is for, if that is the same server"
	case TroubleCertificate:
		return "use the server's ssh address: a certificate of yours cannot be shown to it"
	case TroublePlain:
		return "check the port and whether the address begins with http:// or https://"
	case TroubleTLS:
		return "check the port, and whether something on the way to " + e.Host + " breaks TLS"
	case TroubleProxy:
		return "check HTTPS_PROXY, or except the host with NO_PROXY=" + hostOf(e.URL)
	case TroubleNotGit:
		return "give the repository's clone address, such as " + DefaultSource
	case TroubleBusy, TroubleServer:
		return "try again later"
	default:
		return "try again"
	}
}

// behindFirewall is what may help where only a proxy leads out: ssh and git's own
// protocol go through none.
func (e *NetworkError) behindFirewall() string {
	switch u, err := url.Parse(e.URL); {
	case err == nil && u.Scheme == "https":
		return "behind a firewall, set HTTPS_PROXY"
	case err == nil && u.Scheme == "http":
		return "behind a firewall, set HTTP_PROXY"
	default:
		return "behind a firewall, use the repository's https address, and set HTTPS_PROXY"
	}
}

// networkError sorts an error by what the user can do about it. What a server
// sends along with an HTTP status is not repeated.
func networkError(where string, err error) error {
	e := &NetworkError{URL: where, Trouble: TroubleOther, Host: hostOf(where), Err: err}
	var (
		status     *statusError
		proxy      *proxyError
		tunnel     *tunnelError
		hostKey    *hostKeyError
		timeout    net.Error
		unexpected *plumbing.UnexpectedError
		permanent  *plumbing.PermanentError
	)
	switch {
	case errors.As(err, &status):
		return e.ofStatus(status)
	case errors.As(err, &proxy):
		e.ofProxy(proxy)
	case errors.As(err, &tunnel):
		e.ofProxy(&proxyError{err: tunnel})
	case errors.As(err, &hostKey):
		e.Trouble, e.said, e.remedy = hostKey.trouble(), hostKey.Error(), hostKey.hint()
	case e.ofName(err), e.ofTLS(err, e.Host):
	case isConnRefused(err):
		e.Trouble, e.said = TroubleRefused, e.Host+" refuses the connection"
	case errors.Is(err, errEndless):
		e.Trouble, e.said = TroubleSlow, e.Host+" does not come to the end of its answer"
	case isReset(err), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		e.Trouble, e.said, e.passing = TroubleBroken, "the connection to "+e.Host+" broke off", true
		if errors.Is(err, errUnanswered) {
			e.remedy = "try again; if it stays so, try the address with https://"
		}
	case errors.Is(err, errIdle), errors.As(err, &timeout) && timeout.Timeout():
		e.Trouble, e.said = TroubleTimeout, "no answer from "+e.Host
	case errors.Is(err, errWebPage), errors.Is(err, errDumb):
		e.Trouble = TroubleNotGit
	case e.ofProtocol(err):
	case errors.As(err, &unexpected):
		return networkError(where, unexpected.Err) // it has no Unwrap
	case errors.As(err, &permanent):
		return networkError(where, permanent.Err)
	}
	return e
}

// ofName tells of a host's name that does not resolve.
func (e *NetworkError) ofName(err error) bool {
	dns, ok := errors.AsType[*net.DNSError](err)
	if !ok {
		return false
	}
	e.Trouble, e.Host = TroubleDNS, printable(dns.Name)
	e.said = "the host name " + e.Host + " is not known"
	if !dns.IsNotFound && (dns.IsTemporary || dns.IsTimeout) {
		e.said = "no answer about the host name " + e.Host
		e.passing = dns.IsTemporary
		e.remedy = "try again; check that this machine is online"
	}
	if isSSH(e.URL) && !strings.Contains(e.Host, ".") {
		e.remedy = "if " + e.Host + " is an alias of ~/.ssh/config, which is not read here, give the host's own name"
	}
	return true
}

// ofStatus tells of an answer that is neither success nor a redirect.
func (e *NetworkError) ofStatus(s *statusError) error {
	switch s.code {
	case http.StatusUnauthorized, http.StatusForbidden:
		return &AuthError{URL: e.URL, Status: s.code, Token: s.token, Elsewhere: printable(s.elsewhere), Held: s.held, Err: s}
	case http.StatusNotFound, http.StatusGone:
		return &NotFoundError{What: "repository", Name: e.URL, Token: s.token}
	case http.StatusTooManyRequests:
		e.Trouble, e.said = TroubleBusy, e.Host+" has had too many requests from here (429)"
	case http.StatusBadRequest:
		e.Trouble, e.said = TroubleServer, e.Host+" takes the request for wrong (400)"
		e.remedy = "check the address, its port, and whether it begins with http:// or https://"
		if strings.HasPrefix(e.URL, "http:") {
			e.remedy = "try the address with https://, as the port may be one for that, or check the address"
		}
	default:
		e.Trouble, e.said = TroubleServer, e.Host+" answers "+statusText(s.code)
		if s.code < http.StatusInternalServerError {
			e.remedy = "check the address: give the repository's clone address"
		}
	}
	e.passing, e.after = passes(s.code), s.after
	if e.after > 0 && e.passing {
		e.said += ", and asks to wait for " + e.after.String()
		e.remedy = "try again in " + e.after.String()
	}
	return e
}

// ofProxy tells of a proxy that cannot be reached or does not let through.
func (e *NetworkError) ofProxy(p *proxyError) {
	name := "the proxy"
	if p.proxy != "" {
		name += " " + printable(p.proxy)
	}
	target := e.Host
	e.Trouble, e.Host, e.Err = TroubleProxy, p.proxy, p.err
	tunnel, refused := errors.AsType[*tunnelError](p.err)
	dns, unknown := errors.AsType[*net.DNSError](p.err)
	inside := &NetworkError{URL: e.URL}
	var timeout net.Error
	switch {
	case refused && tunnel.code == http.StatusProxyAuthRequired && p.login:
		e.said = name + " does not accept the user name and password that it is given (407)"
		e.remedy = "correct them in HTTPS_PROXY; characters such as @ and : are written %40 and %3A there"
	case refused && tunnel.code == http.StatusProxyAuthRequired:
		e.said = name + " wants a user name and password (407)"
		e.remedy = "put them into HTTPS_PROXY, as in http://USER:PASSWORD@proxy.example.com:8080"
	case refused && tunnel.code >= http.StatusInternalServerError:
		e.said = fmt.Sprintf("%s does not reach %s: %s", name, target, statusText(tunnel.code))
		e.remedy = "check the spelling of " + target + "; if it is right, try again later"
	case refused:
		e.said = fmt.Sprintf("%s does not let through to %s: %s", name, target, statusText(tunnel.code))
		e.remedy = "ask whoever runs the proxy to allow " + target + ", or except it with NO_PROXY=" + target
	case p.beyond:
		e.said = fmt.Sprintf("what %s sends is not what %s would: it is no TLS", name, target)
		e.remedy = "check HTTPS_PROXY, behind which may be no proxy, and the port of --source"
	case e.ofSOCKS(p, name, target):
	case unknown:
		e.said = name + " has a host name that is not known: " + printable(dns.Name)
	case inside.ofTLS(p.err, name):
		e.said = inside.said
		if inside.Trouble == TroubleAuthority {
			e.remedy = "give the certificate of the proxy's authority with --ca-file"
		}
	case isConnRefused(p.err):
		e.said = name + " refuses the connection"
	case isReset(p.err), errors.Is(p.err, io.EOF), errors.Is(p.err, io.ErrUnexpectedEOF):
		e.said, e.passing = name+" broke the connection off", true
	case errors.Is(p.err, errIdle), errors.As(p.err, &timeout) && timeout.Timeout():
		e.said = "no answer through " + name
	default:
		e.said = fmt.Sprintf("%s fails: %s", name, printable(p.err.Error()))
	}
}

// ofSOCKS tells of a proxy for SOCKS that refuses, of which net/http keeps the text
// alone (https://www.rfc-editor.org/rfc/rfc1928#section-6). It reports whether err
// is about that.
func (e *NetworkError) ofSOCKS(p *proxyError, name, target string) bool {
	op, ok := errors.AsType[*net.OpError](p.err)
	if !ok || op.Op != "socks connect" {
		return false
	}
	says := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(op.Err.Error(), part) })
	}
	switch {
	case says("authentication failed", "invalid username/password"):
		e.said = name + " does not accept the user name and password that it is given"
		e.remedy = "correct them in HTTPS_PROXY; characters such as @ and : are written %40 and %3A there"
	case says("no acceptable authentication"):
		e.said = name + " wants a user name and password"
		e.remedy = "put them into HTTPS_PROXY, as in socks5://USER:PASSWORD@proxy.example.com:1080"
	case says("not allowed by ruleset"):
		e.said = name + " does not let through to " + target
		e.remedy = "ask whoever runs the proxy to allow " + target + ", or except it with NO_PROXY=" + target
	case says("host unreachable", "network unreachable", "connection refused", "TTL expired", "server failure"):
		e.said = name + " does not reach " + target
		e.remedy = "check the spelling of " + target + "; if it is right, try again later"
	case says("unexpected protocol version", "not supported", "unknown", "reserved field"):
		e.said = name + " does not answer as a proxy of this kind does"
	default:
		return false
	}
	return true
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

// isSSH says whether an address is one for ssh.
func isSSH(where string) bool {
	return strings.HasPrefix(where, "ssh://") || !strings.Contains(where, "://")
}
