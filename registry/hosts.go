package registry

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// An address leads an assistant to what was never reviewed, or carries away what
// it has read. Those of Fullstory are expected; any other is shown to the user.
// What counts is everything that some program takes for an address of a host:
// schemes of the network, git's short form for ssh, and the bare www. that
// becomes a link in Markdown. A host that is not certainly Fullstory's is not.

// ownDomain is Fullstory's: its hosts are this one and those below it.
const ownDomain = "fullstory.com"

// maxAuthority bounds the part of an address that names user and host; a host
// has at most 253 characters (https://www.rfc-editor.org/rfc/rfc1035).
const maxAuthority = 300

// schemes are those of addresses on the network, in lower case.
func schemes() []string {
	return []string{"http", "https", "ftp", "ftps", "sftp", "ws", "wss", "ssh", "git"}
}

// A hostScan looks for the hosts of a text.
type hostScan struct {
	data []byte
	line int // of at
	at   int
	// found gets each host that is not Fullstory's, as it is to be shown, with
	// its line.
	found func(line int, host string)
}

// run goes through the text once, in order: no part of an address is looked at
// more often than there are ways to read it.
func (s *hostScan) run() {
	known := schemes()
	for i := 0; i < len(s.data); i++ {
		switch s.data[i] {
		case ':':
			if s.slash(i+1) && endsIn(s.data[:i], known) {
				s.address(i)
			}
		case '@':
			if i >= 3 && bytes.EqualFold(s.data[i-3:i], []byte("git")) {
				s.short(i + 1)
			}
		case 'w', 'W':
			s.www(i)
		}
	}
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

// endsIn says whether text ends in one of the words, in any letter case.
func endsIn(text []byte, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return len(text) >= len(w) && bytes.EqualFold(text[len(text)-len(w):], []byte(w))
	})
}

// address looks at what follows a scheme, which ends in the colon at i. Browsers
// take one slash or many, and backslashes for slashes, so all of them are skipped
// (https://url.spec.whatwg.org/#special-authority-slashes-state).
func (s *hostScan) address(i int) {
	begin := i + 1
	for s.slash(begin) {
		begin++
	}
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
	s.report(i, hostAt(authority[bytes.LastIndexByte(authority, '@')+1:]))
	sooner := authority[:max(0, bytes.IndexAny(authority, `\,;'()[]|^`))]
	if host := hostAt(sooner[bytes.LastIndexByte(sooner, '@')+1:]); strings.Contains(host, ".") {
		s.report(i, host)
	}
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

// short looks at what follows "git@": with a colon and a path behind the host it
// is an address for ssh.
func (s *hostScan) short(begin int) {
	host := hostAt(s.until(begin))
	end := begin + len(host)
	if end+1 < len(s.data) && s.data[end] == ':' && s.data[end+1] > ' ' {
		s.report(begin, host)
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
	if host := hostAt(s.until(i)); strings.Count(host, ".") > 1 {
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
// line. Beyond those that are named, it counts the addresses.
func hostsIn(data []byte) []Finding {
	var out fewFindings
	seen := map[string]bool{}
	s := hostScan{data: data, line: 1, found: func(line int, host string) {
		if seen[host] {
			return
		}
		if len(seen) < maxFindings {
			seen[host] = true
		}
		out.add(line, FindingHost, func() string { return host })
	}}
	s.run()
	return out.all()
}
