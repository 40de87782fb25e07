package registry

import (
	"bytes"
	"strings"
)

// Addresses that have no scheme, and where they can stand.

// relative looks at two slashes at i that begin an address without a scheme, as
// browsers know it. Where they stand tells them from those of a comment or a path.
func (s *hostScan) relative(i int) {
	opener := s.before(i)
	if opener == ' ' || opener == '\t' {
		opener = s.openerBefore(i)
	}
	if !isOpener(opener) {
		return
	}
	begin := s.behindSlashes(i)
	if (opener == '"' || opener == '\'') && bytes.IndexByte(s.data[i:begin], '/') < 0 {
		return // backslashes in quotes are most often those of an expression
	}
	authority := s.data[begin:min(begin+maxAuthority, len(s.data))]
	if end := bytes.IndexFunc(authority, func(r rune) bool {
		return r < 0x80 && isAuthorityEnd(byte(r)) || strings.ContainsRune(`\,;'()|^`, r) //nolint:gosec // below 0x80
	}); end >= 0 {
		authority = authority[:end]
	}
	authority = authority[bytes.LastIndexByte(authority, '@')+1:]
	host := hostAt(authority)
	port, colon := bytes.CutPrefix(authority[len(host):], []byte(":"))
	if looksLikeHost(host) || host != "" && colon && len(port) > 0 && isDigit(port[0]) {
		s.report(i, host)
		s.report(i, longerHost(authority, opener))
	}
}

// openerBefore is what stands before a few blanks that end at i, if an address
// can follow: an equals sign, url( of CSS, or ]: of Markdown.
func (s *hostScan) openerBefore(i int) byte {
	end := i
	for end > 0 && i-end < 8 && (s.data[end-1] == ' ' || s.data[end-1] == '\t') {
		end--
	}
	switch text := s.data[:end]; {
	case endsIn(text, []string{"="}):
		return '='
	case endsIn(text, []string{"url("}):
		return '('
	case endsIn(text, []string{"]:"}):
		return '<'
	}
	return 0
}

// share looks at two backslashes at i that begin the path of a share of Windows
// (https://learn.microsoft.com/dotnet/standard/io/file-path-formats#unc-paths).
func (s *hostScan) share(i int) {
	opener := s.before(i)
	begin := i + 2
	if !bytes.HasPrefix(s.data[i:], []byte(`\\`)) || opener > ' ' && opener != '`' && !isOpener(opener) {
		return
	}
	if prefix := s.data[begin:min(begin+6, len(s.data))]; bytes.EqualFold(prefix, []byte(`?\UNC\`)) || bytes.EqualFold(prefix, []byte(`.\UNC\`)) {
		begin += len(prefix)
	}
	host := s.hostFrom(begin)
	rest := s.data[min(begin+len(host), len(s.data)):]
	if len(rest) == 0 || strings.IndexByte(`\/@`, rest[0]) < 0 {
		return
	}
	if looksLikeHost(host) {
		s.report(i, host)
		return
	}
	// A name without a dot needs more to tell it from escapes in a text.
	n := 1
	for n < len(rest) && (isLetter(rest[n]) || isDigit(rest[n])) {
		n++
	}
	escaped := (opener == '"' || opener == '\'') && n > 1 && strings.IndexByte("abfnrtvux0", rest[1]) >= 0
	if len(host) > 2 && rest[0] == '\\' && n > 3 && !escaped && strings.Trim(host, "-_.") == host && !strings.ContainsAny(host, "{}$%*") {
		s.report(i, host)
	}
}

// device looks at a slash at i that begins the file by which Bash connects
// (https://www.gnu.org/software/bash/manual/html_node/Redirections.html).
func (s *hostScan) device(i int) {
	for _, name := range []string{"/dev/tcp/", "/dev/udp/"} {
		if bytes.HasPrefix(s.data[i:], []byte(name)) {
			s.report(i, s.hostFrom(i+len(name)))
		}
	}
}
