package registry

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// An address leads an assistant to what was never reviewed, or carries away what
// it has read. Those of Fullstory are expected; any other is shown to the user.
// What counts is everything that some program takes for an address of a host: any
// scheme with two slashes, addresses without one in links, the short form for
// ssh, shares of Windows, arguments of programs that fetch, and the bare www. that
// becomes a link in Markdown. A host that is not certainly Fullstory's is not:
// neither is one that something has yet to fill in, such as ${HOST} or <host>.

// ownDomain is Fullstory's: its hosts are this one and those below it.
const ownDomain = "fullstory.com"

// maxAuthority bounds the part of an address that names user and host; a host
// has at most 253 characters (https://www.rfc-editor.org/rfc/rfc1035).
const maxAuthority = 300

// schemes are those behind which one slash or a backslash will do, in lower case.
func schemes() []string {
	return []string{"http", "https", "ftp", "ftps", "sftp", "ws", "wss", "ssh", "git"}
}

// A hostScan looks for the hosts of a text.
type hostScan struct {
	data  []byte
	known []string // schemes
	line  int      // of at
	at    int
	// argued is where the arguments end that were looked at last.
	argued int
	// found gets each host that is not Fullstory's, as it is to be shown, with
	// its line.
	found func(line int, host string)
}

// run goes through the text once, in order: no part of an address is looked at
// more often than there are ways to read it.
func (s *hostScan) run() {
	s.known = schemes()
	for i := 0; i < len(s.data); i++ {
		switch s.data[i] {
		case ':':
			s.colon(i)
		case '/', '\\':
			if s.slash(i + 1) {
				s.relative(i)
				s.share(i)
			} else {
				s.device(i)
			}
		case '@':
			s.short(i)
		case 'w', 'W':
			s.www(i)
			s.program(i)
		case 'c', 'n', 's', 't', 'r', 'i', 'C', 'N', 'S', 'T', 'R', 'I':
			s.program(i)
		}
		i = max(i, s.wordEnd(i)-1) // nothing begins inside a word
	}
}

// wordEnd is the place behind the letters and digits at i.
func (s *hostScan) wordEnd(i int) int {
	for i < len(s.data) && (isLetter(s.data[i]) || isDigit(s.data[i])) {
		i++
	}
	return i
}

// report says a host with the line of the byte at, unless it is Fullstory's.
func (s *hostScan) report(at int, host string) {
	if host == "" || isOwnHost(host) {
		return
	}
	s.line += bytes.Count(s.data[s.at:at], []byte("\n"))
	s.at = at
	s.found(s.line, shownHost(host))
}

func (s *hostScan) slash(i int) bool {
	return i < len(s.data) && (s.data[i] == '/' || s.data[i] == '\\')
}

// behindSlashes is the place behind all slashes and backslashes at i.
func (s *hostScan) behindSlashes(i int) int {
	for s.slash(i) {
		i++
	}
	return i
}

// before is the byte before i, 0 at the beginning.
func (s *hostScan) before(i int) byte {
	if i <= 0 {
		return 0
	}
	return s.data[i-1]
}

// endsIn says whether text ends in one of the words, in any letter case.
func endsIn(text []byte, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return len(text) >= len(w) && bytes.EqualFold(text[len(text)-len(w):], []byte(w))
	})
}

// colon looks at the colon at i, which may end a scheme. Browsers take one slash
// or many, and backslashes for slashes, so behind a scheme of theirs all of them are
// skipped (https://url.spec.whatwg.org/#special-authority-slashes-state). Any
// other, or what something else is to be put for, has two.
func (s *hostScan) colon(i int) {
	begin := s.schemeBefore(i)
	behind := i + 1
	switch {
	case endsIn(s.data[:i], s.known):
		if behind = s.behindSlashes(behind); behind == i+1 {
			s.withoutSlashes(begin, i)
			return
		}
	case endsIn(s.data[:i], []string{"file"}): // of this machine, unless a host is named
		behind = s.behindSlashes(behind)
		if n := behind - i - 1; n != 2 && n < 4 {
			return
		}
	case bytes.HasPrefix(s.data[behind:], []byte("//")):
		if begin == i-1 && isLetter(s.data[begin]) { // a drive
			return
		}
		behind += 2
	default:
		return
	}
	s.address(i, behind, s.before(begin))
}

// schemeBefore is where the scheme begins that ends at i. None is longer than
// those who look for it care.
func (s *hostScan) schemeBefore(i int) int {
	begin := i
	for begin > 0 && i-begin < maxSpelled {
		if c := s.data[begin-1]; !isLetter(c) && !isDigit(c) && c != '+' && c != '-' && c != '.' {
			break
		}
		begin--
	}
	return begin
}

// withoutSlashes looks at a scheme from begin to i that no slash follows: browsers
// take it for an address where nothing but an address can stand.
func (s *hostScan) withoutSlashes(begin, i int) {
	if !slices.Contains(s.known, strings.ToLower(string(s.data[begin:i]))) || !isOpener(s.before(begin)) {
		return
	}
	if host := s.hostFrom(i + 1); looksLikeHost(host) {
		s.report(i, host)
	}
}

// isOpener recognises what stands before an address in a link of Markdown or HTML.
func isOpener(c byte) bool { return c != 0 && strings.IndexByte(`("'=<>`, c) >= 0 }

// address looks at user and host, which begin at begin. It is reported for i, and
// opener stands before all of it.
func (s *hostScan) address(i, begin int, opener byte) {
	if name := s.placeholder(begin); name != "" {
		s.report(i, name)
		return
	}
	authority := s.until(begin)
	if len(authority) > maxAuthority {
		s.report(i, string(authority[:maxSpelled])+"…")
		return
	}
	// The host is behind the last @, whatever stands before it. Programs differ in
	// whether a backslash or a mark ends it sooner.
	behind := authority[bytes.LastIndexByte(authority, '@')+1:]
	s.report(i, hostAt(behind))
	s.report(i, longerHost(behind, opener))
	sooner := authority[:max(0, bytes.IndexAny(authority, `\,;'()[]|^`))]
	if host := hostAt(sooner[bytes.LastIndexByte(sooner, '@')+1:]); strings.Contains(host, ".") {
		s.report(i, host)
	}
}

// longerHost is what a browser takes for the host where a text goes on behind
// one of Fullstory's: marks can be part of a name
// (https://url.spec.whatwg.org/#forbidden-host-code-point). "" if it is no longer.
func longerHost(authority []byte, opener byte) string {
	if i := strings.IndexByte("('*_~", opener); opener != 0 && i >= 0 {
		authority, _, _ = bytes.Cut(authority, []byte(")'*_~")[i:i+1])
	}
	host := hostAt(authority)
	rest := authority[len(host):]
	if !isOwnHost(host) || len(rest) == 0 || rest[0] == '}' {
		return ""
	}
	if end := bytes.IndexAny(rest, `:\|^[]`); end >= 0 {
		rest = rest[:end]
	}
	if len(rest) > 0 && rest[0] == '&' {
		if _, length := reference(rest); length > 0 {
			return "" // what it stands for is looked at by itself
		}
	}
	rest = bytes.TrimRight(rest, ".,;'!")
	for i := range len(rest) - 1 {
		if c := rest[i+1]; rest[i] == '.' && (isLetter(c) || isDigit(c) || c >= 0x80) {
			return host + string(rest)
		}
	}
	return ""
}

// placeholder is the host at begin if that starts with a word in angle brackets,
// for which something else is to be put.
func (s *hostScan) placeholder(begin int) string {
	if begin+1 >= len(s.data) || s.data[begin] != '<' || !isLetter(s.data[begin+1]) {
		return ""
	}
	word, _, closed := bytes.Cut(s.data[begin:min(begin+maxSpelled, len(s.data))], []byte(">"))
	if !closed || bytes.ContainsAny(word, "\r\n") {
		return ""
	}
	return string(word) + ">" + hostAt(s.until(begin+len(word)+1))
}

// until is the text from begin to the end of user and host, and not much more
// than maxAuthority of it.
func (s *hostScan) until(begin int) []byte {
	end := begin
	for end < len(s.data) && end-begin <= maxAuthority && !isAuthorityEnd(s.data[end]) {
		end++
	}
	return s.data[begin:end]
}

// hostFrom is the host that begins at begin, without a user.
func (s *hostScan) hostFrom(begin int) string {
	return hostAt(s.data[begin:min(begin+maxAuthority, len(s.data))])
}

// isAuthorityEnd recognises what ends the part with user and host, and what ends
// an address in a text.
func isAuthorityEnd(c byte) bool {
	switch c {
	case '/', '?', '#', '"', '<', '>', '`', 0x7f:
		return true
	}
	return c <= ' '
}

// hostAt is the host at the beginning of an authority without a user: a name, or
// an address in brackets. A name may have characters of any script and escapes.
func hostAt(text []byte) string {
	if len(text) > 0 && text[0] == '[' {
		end := bytes.IndexByte(text, ']')
		if end < 0 {
			return ""
		}
		return string(text[:end+1])
	}
	n := 0
	for n < len(text) && isHostByte(text[n]) {
		n++
	}
	host := string(text[:n])
	if !strings.ContainsAny(host, "${") { // else the brackets belong to it
		host, _, _ = strings.Cut(host, "}")
	}
	return strings.TrimRight(host, ".-_%*")
}

// isHostByte recognises the bytes of a host's name. Brackets and dollars make
// one that is not known before a program has filled it in.
func isHostByte(c byte) bool {
	switch c {
	case '.', '-', '_', '%', '*', '$', '{', '}':
		return true
	}
	return isLetter(c) || isDigit(c) || c >= 0x80
}

// short looks at the @ at i: with a host behind it, a colon and a path it is an
// address for ssh. An e-mail address has none, and neither has a version.
func (s *hostScan) short(i int) {
	user := s.before(i)
	if !isHostByte(user) && user != '>' && user != '+' {
		return
	}
	host := s.hostFrom(i + 1)
	rest := s.data[i+1+len(host):]
	if len(rest) < 2 || rest[0] != ':' || rest[1] <= ' ' {
		return
	}
	path := rest[1] == '~' || rest[1] == '/' && (len(rest) == 2 || rest[2] != '/')
	if path || looksLikeHost(host) || endsIn(s.data[:i], []string{"git"}) {
		s.report(i, host)
	}
}

// www looks at a word that begins at i: "www." and a domain are a link
// (https://github.github.com/gfm/#autolinks-extension-).
func (s *hostScan) www(i int) {
	if i > 0 && s.data[i-1] < 0x80 && (isHostByte(s.data[i-1]) || s.data[i-1] == '/' || s.data[i-1] == '@') &&
		s.data[i-1] != '*' && s.data[i-1] != '_' {
		return
	}
	if !bytes.EqualFold(s.data[i:min(i+4, len(s.data))], []byte("www.")) {
		return
	}
	if host := s.hostFrom(i); strings.Count(host, ".") > 1 {
		s.report(i, host)
	}
}

// isOwnHost says whether a host is Fullstory's. What is not plain ASCII is not:
// it may look the same.
func isOwnHost(host string) bool {
	host = strings.ToLower(host)
	return isASCII(host) && !strings.ContainsAny(host, "%${}[]<>") && (host == ownDomain || strings.HasSuffix(host, "."+ownDomain))
}

// shownHost writes a host so that it cannot be taken for another.
func shownHost(host string) string {
	if len(host) > 2*maxSpelled {
		host = host[:2*maxSpelled] + "…"
	}
	if isASCII(host) {
		return strings.ToLower(host)
	}
	quoted := strconv.QuoteToASCII(host)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\u2026`, "…")
}

// hostsIn finds the hosts of a text that are not Fullstory's, each on its first
// line. more are other ways to read the same text, and each is also looked at
// without its escapes. Beyond those that are named, it counts the addresses.
func hostsIn(data []byte, more ...[]byte) []Finding {
	var out fewFindings
	seen := map[string]bool{}
	readings := append([][]byte{data}, more...)
	for _, reading := range slices.Clone(readings) {
		if plain := unescaped(reading); plain != nil {
			readings = append(readings, plain)
		}
	}
	for _, reading := range readings {
		left := out.left
		out.left = 0
		first := out.more
		s := hostScan{data: reading, line: 1, found: func(line int, host string) {
			if seen[host] {
				return
			}
			if len(seen) < maxFindings {
				seen[host] = true
			}
			out.add(line, FindingHost, func() string { return host })
		}}
		s.run()
		if left > 0 { // the same addresses once more
			out.left, out.more = max(left, out.left), first
		}
	}
	return out.all()
}
