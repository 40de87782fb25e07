package registry

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"

	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"
	xknownhosts "golang.org/x/crypto/ssh/knownhosts"
)

// knownHosts are the ssh servers that the user has accepted.
type knownHosts struct {
	db    *knownhosts.HostKeyDB // nil if there is no file
	files []string              // those that were read, or else would have been
}

// readKnownHosts reads those of the files that exist.
func readKnownHosts(files []string) (knownHosts, error) {
	var there []string
	for _, f := range files {
		if _, err := os.Stat(f); !errors.Is(err, fs.ErrNotExist) {
			there = append(there, f)
		}
	}
	if len(there) == 0 {
		return knownHosts{files: files}, nil
	}
	db, err := knownhosts.NewDB(there...)
	if err != nil {
		where := strings.Join(there, " and ")
		for _, f := range there { // the text alone says where it is, and repeats the decoder's words
			if rest, ok := strings.CutPrefix(err.Error(), "knownhosts: "+f+":"); ok {
				line, _, _ := strings.Cut(rest, ":")
				where, err = f+":"+line, errors.New("there is no key that can be read")
				break
			}
		}
		return knownHosts{}, &SourceError{
			Where: where, Err: err,
			Remedy: "mend the line or take it out: without the file no ssh server is trusted",
		}
	}
	return knownHosts{db, there}, nil
}

// algorithms are the kinds of keys that are known of a server, so that it shows
// one of these; none means any.
func (k knownHosts) algorithms(address string) []string {
	if k.db == nil {
		return nil
	}
	return k.db.HostKeyAlgorithms(address)
}

// A hostCheck looks at the key that a server shows.
type hostCheck struct {
	hosts   knownHosts
	address string
	trusted bool
	err     error
}

func (c *hostCheck) callback(host string, addr net.Addr, key ssh.PublicKey) error {
	var err error = &xknownhosts.KeyError{}
	if c.hosts.db != nil {
		err = c.hosts.db.HostKeyCallback()(host, addr, key)
	}
	if c.trusted = err == nil; c.trusted {
		return nil
	}
	e := &hostKeyError{address: c.address, files: c.hosts.files, seen: fingerprint(key), err: err}
	var revoked *xknownhosts.RevokedError
	var differs *xknownhosts.KeyError
	switch {
	case errors.As(err, &revoked):
		e.changed, e.revoked = true, true
		e.what = fmt.Sprintf("shows a key that is revoked in %s, line %d", revoked.Revoked.Filename, revoked.Revoked.Line)
	case errors.As(err, &differs) && len(differs.Want) > 0:
		e.changed, e.what = true, fmt.Sprintf("shows another key than that in %s, line %d", differs.Want[0].Filename, differs.Want[0].Line)
	case !errors.As(err, &differs):
		e.what = "shows a certificate that is not trusted, " + printable(err.Error())
	}
	c.err = e
	return e
}

// fingerprint is that of the key itself, of a certificate too.
func fingerprint(key ssh.PublicKey) string {
	if cert, ok := key.(*ssh.Certificate); ok {
		key = cert.Key
	}
	return key.Type() + " " + ssh.FingerprintSHA256(key)
}

// A hostKeyError is an ssh server that is not trusted.
type hostKeyError struct {
	address string // with the port
	files   []string
	seen    string // the fingerprint of the key that it showed
	changed bool   // the server was another before
	revoked bool   // its key is not to be trusted by anybody
	vouched bool   // what is known of it is an authority
	what    string // what is wrong; empty: it is in none of the files
	err     error
}

func (e *hostKeyError) Error() string {
	host, _ := e.host()
	var b strings.Builder
	switch {
	case e.changed:
		fmt.Fprintf(&b, "STOP: the ssh server %s %s; somebody may be reading and changing what it sends", host, e.what)
	case e.what != "":
		fmt.Fprintf(&b, "the ssh server %s %s", host, e.what)
	case len(e.files) == 0:
		fmt.Fprintf(&b, "the ssh server %s is not known", host)
	default:
		fmt.Fprintf(&b, "the ssh server %s is not known: it is not in %s", host, strings.Join(e.files, " or "))
	}
	if e.seen != "" {
		b.WriteString("; its key is " + e.seen)
	}
	return b.String()
}

func (e *hostKeyError) Unwrap() error { return e.err }

func (e *hostKeyError) trouble() Trouble {
	if e.changed {
		return TroubleHostChanged
	}
	return TroubleHostKey
}

// hint is one thing to do about it.
func (e *hostKeyError) hint() string {
	host, port := e.host()
	if e.revoked {
		return "fetch nothing from there; ask whoever has revoked the key"
	}
	if e.vouched {
		return "fetch nothing until whoever runs " + host + " says why; then correct the @cert-authority line in " + strings.Join(e.files, " or ")
	}
	if e.changed {
		return "fetch nothing until whoever runs " + host + " confirms the new key; then forget the old one: ssh-keygen -R " + shellQuote(knownhosts.Normalize(e.address))
	}
	login := "git@" + host
	if !isHostName(host) {
		login = shellQuote(login)
	}
	command := "ssh -T " + login
	if port != "22" {
		command = "ssh -T -p " + port + " " + login
	}
	return "compare the key with what its owner publishes, then accept it once: " + command
}

func (e *hostKeyError) host() (host, port string) {
	host, port, err := net.SplitHostPort(e.address)
	if err != nil {
		return printable(e.address), "22"
	}
	return printable(host), port
}

// isHostKey says whether the error is about the identity of an ssh server.
func isHostKey(err error) bool {
	_, ok := errors.AsType[*hostKeyError](err)
	return ok
}
