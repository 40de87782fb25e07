package registry

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
	"unicode"
)

// ofTLS tells of a certificate or of a handshake that failed with who, a host or
// a proxy. It reports whether err is about that.
func (e *NetworkError) ofTLS(err error, who string) bool {
	var (
		authority x509.UnknownAuthorityError
		invalid   x509.CertificateInvalidError
		name      x509.HostnameError
		verify    *tls.CertificateVerificationError
		record    tls.RecordHeaderError
		op        *net.OpError
	)
	switch {
	case errors.As(err, &authority):
		e.Trouble = TroubleAuthority
		e.said = fmt.Sprintf("the certificate of %s is from an authority that is not known here: %s", who, issuer(shown(err, authority.Cert)))
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		e.Trouble = TroubleExpired
		e.said = validity(invalid, who)
	case errors.As(err, &name):
		e.Trouble = TroubleName
		e.said = fmt.Sprintf("the certificate of %s is not for %s but for %s", who, printable(name.Host), names(name.Certificate))
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &record):
		e.Trouble = TroublePlain
		e.said = who + " does not speak TLS at that port"
	case errors.As(err, &verify):
		e.Trouble = TroubleTLS
		e.said = fmt.Sprintf("the certificate of %s is not valid: %s", who, printable(verify.Err.Error()))
	case errors.Is(err, errWantsCertificate):
		e.Trouble = TroubleCertificate
		e.said = who + " wants to see a certificate of ours"
	case isAlert(err) && errors.As(err, &op):
		e.Trouble = TroubleTLS
		e.said = fmt.Sprintf("%s refuses to speak TLS with us: %s", who, printable(op.Err.Error()))
	default:
		return false
	}
	return true
}

// isAlert says whether the other side has ended TLS with a reason. The type of
// alerts is not exported.
func isAlert(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "remote error"
}

// shown is the certificate that a server has shown for itself; other is the one
// to take where that is not told.
func shown(err error, other *x509.Certificate) *x509.Certificate {
	if verify, ok := errors.AsType[*tls.CertificateVerificationError](err); ok && len(verify.UnverifiedCertificates) > 0 {
		return verify.UnverifiedCertificates[0]
	}
	return other
}

// issuer names who signed a certificate.
func issuer(cert *x509.Certificate) string {
	if cert == nil {
		return "one without a name"
	}
	if cert.Issuer.String() == cert.Subject.String() {
		return "itself, " + party(cert.Subject)
	}
	return party(cert.Issuer)
}

func party(name pkix.Name) string {
	var parts []string
	if name.CommonName != "" {
		parts = append(parts, name.CommonName)
	}
	for _, o := range name.Organization {
		if o != name.CommonName {
			parts = append(parts, o)
		}
	}
	if len(parts) == 0 {
		return "one without a name"
	}
	return printable(strings.Join(parts, ", "))
}

// validity says when a certificate is valid, which is not now: on which side of
// it we are is told in the detail alone.
func validity(invalid x509.CertificateInvalidError, who string) string {
	cert := invalid.Cert
	switch {
	case cert == nil:
		return "the certificate of " + who + " has expired or is not valid yet"
	case strings.Contains(invalid.Detail, "is before"):
		return fmt.Sprintf("the certificate of %s is not valid before %s", who, cert.NotBefore.UTC().Format(time.DateTime+" MST"))
	default:
		return fmt.Sprintf("the certificate of %s has expired on %s", who, cert.NotAfter.UTC().Format(time.DateTime+" MST"))
	}
}

// names lists some of the hosts that a certificate is for.
func names(cert *x509.Certificate) string {
	const most = 3
	if cert == nil {
		return "others"
	}
	all := cert.DNSNames
	for _, ip := range cert.IPAddresses {
		all = append(all, ip.String())
	}
	switch {
	case len(all) == 0:
		return "no host at all"
	case len(all) > most:
		return fmt.Sprintf("%s and %d others", printable(strings.Join(all[:most], ", ")), len(all)-most)
	default:
		return printable(strings.Join(all, ", "))
	}
}

// printable is what others have named, without what a terminal obeys or hides,
// and no longer than a line.
func printable(text string) string {
	const most = 120
	var b strings.Builder
	for _, r := range text {
		if unicode.IsControl(r) || isInvisible(r) {
			r = '�'
		}
		if b.Len() >= most {
			b.WriteString("…")
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}
