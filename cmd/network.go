package cmd

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"fsskills/registry"
)

// remote is the network as the user has set it up: the proxy of the usual
// variables, the system's certificate authorities, those of SSL_CERT_FILE,
// GIT_SSL_CAINFO and --ca-file.
func (e *Env) remote(opts sourceOptions) (*registry.Remote, error) {
	pool, err := e.authorities(opts.caFile)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		ForceAttemptHTTP2:   true,
		TLSHandshakeTimeout: opts.timeout,
		TLSClientConfig:     &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
	}
	return &registry.Remote{
		HTTP:     &http.Client{Transport: transport},
		SSHAgent: e.Getenv("SSH_AUTH_SOCK"),
		KnownHosts: []string{
			filepath.Join(e.Home, ".ssh", "known_hosts"),
			"/etc/ssh/ssh_known_hosts",
		},
		Idle: opts.timeout,
	}, nil
}

// authorities are the system's and those in the named files; nil means the
// system's alone. Go itself heeds SSL_CERT_FILE on Linux only.
func (e *Env) authorities(caFile string) (*x509.CertPool, error) {
	var pool *x509.CertPool
	for _, from := range []struct{ name, path string }{
		{"SSL_CERT_FILE", e.Getenv("SSL_CERT_FILE")},
		{"GIT_SSL_CAINFO", e.Getenv("GIT_SSL_CAINFO")},
		{"--ca-file", caFile},
	} {
		if from.path == "" {
			continue
		}
		pem, err := os.ReadFile(from.path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", from.name, err)
		}
		if pool == nil {
			if pool, err = x509.SystemCertPool(); err != nil {
				pool = x509.NewCertPool()
			}
		}
		if !pool.AppendCertsFromPEM(pem) {
			return nil, &hintedError{
				err:  errors.New(from.name + ": " + from.path + " holds no certificate"),
				hint: "give a file of PEM certificates",
			}
		}
	}
	return pool, nil
}
