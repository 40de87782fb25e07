package cmd

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// largestAuthorities is far more than all public authorities take, which is less
// than half a megabyte.
const largestAuthorities = 16 << 20

// authorities are the system's and those in the named files; nil means the
// system's alone. Go itself heeds SSL_CERT_FILE and SSL_CERT_DIR on Linux only.
func (e *Env) authorities(at site, caFile string) (*x509.CertPool, error) {
	for _, dir := range filepath.SplitList(e.Getenv("SSL_CERT_DIR")) {
		if err := e.guardAuthorities(at, "SSL_CERT_DIR", dir); err != nil {
			return nil, err
		}
	}
	var pool *x509.CertPool
	for _, from := range []struct{ name, path string }{
		{"SSL_CERT_FILE", e.Getenv("SSL_CERT_FILE")},
		{"GIT_SSL_CAINFO", e.Getenv("GIT_SSL_CAINFO")},
		{"--ca-file", caFile},
	} {
		if from.path == "" {
			continue
		}
		if from.name != "--ca-file" {
			if err := e.guardAuthorities(at, from.name, from.path); err != nil {
				return nil, err
			}
		}
		pem, err := e.readAuthorities(from.name, from.path)
		if err != nil {
			return nil, err
		}
		e.tracing.say("certificate authorities of %s: %s, %d bytes", from.name, from.path, len(pem))
		if pool == nil {
			if pool, err = x509.SystemCertPool(); err != nil {
				pool = x509.NewCertPool()
			}
		}
		if !pool.AppendCertsFromPEM(pem) {
			return nil, authoritiesError(from.name, clean(from.path)+" holds no certificate that can be read", "give a file of PEM certificates, which begin with -----BEGIN CERTIFICATE-----")
		}
	}
	if pool == nil {
		e.tracing.say("certificate authorities: those of the system")
	}
	return pool, nil
}

// guardAuthorities refuses what a variable leads to if a project could have
// brought it along: who sets a proxy as well would read and change all that is
// fetched.
func (e *Env) guardAuthorities(at site, name, path string) error {
	if path == "" {
		return nil
	}
	project := e.broughtBy(at, path)
	if project == "" {
		return nil
	}
	return &usageError{
		msg:  fmt.Sprintf("%s names %s, which lies inside the project %s and could have come with it", name, clean(path), project),
		hint: "unset " + name + "; if you trust the file, name it yourself with --ca-file",
	}
}

// readAuthorities reads a file of certificates.
func (e *Env) readAuthorities(name, path string) ([]byte, error) {
	if !filepath.IsAbs(path) {
		path = filepath.Join(e.Dir, path)
	}
	said := clean(path)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, authoritiesError(name, said+" is not there", "give the path of a file of PEM certificates")
	case err != nil:
		return nil, authoritiesError(name, said+" cannot be looked at: "+cause(err), "give a file that you may read")
	case info.IsDir():
		return nil, authoritiesError(name, said+" is a folder", "give one file of PEM certificates")
	case !info.Mode().IsRegular():
		return nil, authoritiesError(name, said+" is not a regular file", "give a file of PEM certificates")
	case info.Size() > largestAuthorities:
		return nil, authoritiesError(name, fmt.Sprintf("%s has %d bytes; %d is the limit", said, info.Size(), largestAuthorities), "give a file of the certificates that are needed")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, authoritiesError(name, said+" cannot be opened: "+cause(err), "give a file that you may read")
	}
	defer f.Close() //nolint:errcheck // it was only read
	pem, err := io.ReadAll(io.LimitReader(f, largestAuthorities))
	if err != nil {
		return nil, authoritiesError(name, said+" cannot be read: "+cause(err), "give a file that you may read")
	}
	return pem, nil
}

// authoritiesError is a mistake in a flag or variable that names certificates.
func authoritiesError(name, problem, remedy string) error {
	if name != "--ca-file" {
		remedy = "unset " + name + ", or " + remedy
	}
	return &usageError{msg: name + ": " + problem, hint: remedy}
}

// cause is an error without the path, which is said already.
func cause(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}
