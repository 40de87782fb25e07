package registry

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// An authority signs certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// newAuthority makes one of a name, which may be the name of another, too.
func newAuthority(t *testing.T, name pkix.Name) *authority {
	t.Helper()
	a := &authority{}
	a.cert, a.key = a.sign(t, &x509.Certificate{
		Subject: name, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	})
	return a
}

// sign signs a certificate for a new key. An authority without a key signs
// itself.
func (a *authority) sign(t *testing.T, template *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	if template.NotAfter.IsZero() {
		template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	}
	parent, signer := a.cert, a.key
	if signer == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

// pool trusts the authority.
func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// server shows a certificate that the authority has signed.
func (a *authority) server(t *testing.T, template *x509.Certificate, config *tls.Config) *httptest.Server {
	t.Helper()
	cert, key := a.sign(t, template)
	config.Certificates = []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}}
	srv := httptest.NewUnstartedServer(http.NotFoundHandler())
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.TLS = config
	srv.StartTLS()
	t.Cleanup(srv.Close)
	return srv
}

func loopback() []net.IP { return []net.IP{net.IPv4(127, 0, 0, 1)} }

// trusting is a client that trusts the authority.
func (a *authority) trusting() *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: a.pool()}}}
}

func TestTLSTroubles(t *testing.T) {
	ours := newAuthority(t, pkix.Name{CommonName: "Acme Inspection Root", Organization: []string{"Acme \x1b[31mInc.\u202e"}})
	nameless := newAuthority(t, pkix.Name{})
	good := func() *x509.Certificate { return &x509.Certificate{IPAddresses: loopback()} }
	then := func(from, to time.Duration) *x509.Certificate {
		return &x509.Certificate{IPAddresses: loopback(), NotBefore: time.Now().Add(from), NotAfter: time.Now().Add(to)}
	}
	day := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(time.DateOnly) }
	const year = 365 * 24 * time.Hour
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	open := ours.server(t, good(), &tls.Config{})
	demanding := func(version uint16) *httptest.Server {
		return ours.server(t, good(), &tls.Config{ClientAuth: tls.RequireAnyClientCert, MaxVersion: version})
	}
	self := func() *httptest.Server {
		return (&authority{}).server(t, &x509.Certificate{Subject: pkix.Name{CommonName: "localhost"}, IPAddresses: loopback()}, &tls.Config{})
	}
	many := &x509.Certificate{DNSNames: []string{"a.example.com", "b.example.com", "c.example.com", "d.example.com", "e.example.com"}}
	for _, tt := range []struct {
		name, where string
		client      *http.Client
		want        Trouble
		said, hint  string
	}{
		{"unknown authority", open.URL, nil, TroubleAuthority, "from an authority that is not known here: Acme Inspection Root, Acme �[31mInc.�", "--ca-file"},
		{"an authority without a name", nameless.server(t, good(), &tls.Config{}).URL, nil, TroubleAuthority, "one without a name", "--ca-file"},
		{"signed by itself", self().URL, nil, TroubleAuthority, "itself, localhost", "--ca-file"},
		{"expired", ours.server(t, then(-2*year, -year), &tls.Config{}).URL, ours.trusting(), TroubleExpired, "has expired on " + day(-year), "clock"},
		{"not valid yet", ours.server(t, then(year, 2*year), &tls.Config{}).URL, ours.trusting(), TroubleExpired, "is not valid before " + day(year), "clock"},
		{"another host", ours.server(t, &x509.Certificate{DNSNames: []string{"git.example.com"}}, &tls.Config{}).URL, ours.trusting(), TroubleName, "is not for 127.0.0.1 but for git.example.com", "--source"},
		{"many other hosts", ours.server(t, many, &tls.Config{}).URL, ours.trusting(), TroubleName, "a.example.com, b.example.com, c.example.com and 2 others", "--source"},
		{"no host", ours.server(t, &x509.Certificate{}, &tls.Config{}).URL, ours.trusting(), TroubleName, "no host at all", "--source"},
		{"our certificate", demanding(tls.VersionTLS13).URL, ours.trusting(), TroubleCertificate, "wants to see a certificate of ours", "ssh"},
		{"our certificate, TLS 1.2", demanding(tls.VersionTLS12).URL, ours.trusting(), TroubleCertificate, "wants to see a certificate of ours", "ssh"},
		{"an old version", ours.server(t, good(), &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}).URL, ours.trusting(), TroubleTLS, "refuses to speak TLS with us: ", "port"},
		{"no TLS there", strings.Replace(plain.URL, "http:", "https:", 1), nil, TroublePlain, "does not speak TLS", "port"},
		{"TLS there", strings.Replace(open.URL, "https:", "http:", 1), nil, TroubleServer, "takes the request for wrong (400)", "https://"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, pauses := counting()
			r.HTTP = tt.client
			_, err := snapshotOf(t, r, tt.where+"/r", "")
			e, ok := errors.AsType[*NetworkError](err)
			if !ok || e.Trouble != tt.want || !strings.Contains(err.Error(), tt.said) || !strings.Contains(e.Hint(), tt.hint) {
				t.Fatalf("got %v (%#v)", err, err)
			}
			if len(*pauses) > 0 {
				t.Errorf("tried again after %v", *pauses)
			}
			if strings.ContainsAny(err.Error(), "\x1b\u202e") {
				t.Errorf("what a server says reaches the terminal: %q", err.Error())
			}
		})
	}
}
