package registry

import (
	"bytes"
	"slices"
	"strings"
)

// Programs that fetch, send or connect take a host without any scheme.

// A hostProgram is one of them.
type hostProgram struct {
	// valued are the options of one letter whose value is the next word.
	valued string
	// words is true if options are words behind one hyphen, as in PowerShell.
	words bool
	// first is true if only the first argument is a host, remote if arguments are
	// files of this machine unless a colon follows the host.
	first, remote bool
}

// hostProgramOf gives what is known of a program, from the manuals of curl
// (https://curl.se/docs/manpage.html), wget (https://www.gnu.org/software/wget/manual),
// OpenSSH (https://man.openbsd.org/ssh), netcat (https://man.openbsd.org/nc), rsync
// (https://download.samba.org/pub/rsync/rsync.1) and PowerShell
// (https://learn.microsoft.com/powershell/module/microsoft.powershell.utility/invoke-webrequest).
func hostProgramOf(name string) (p hostProgram, found bool) {
	switch strings.TrimSuffix(strings.ToLower(name), ".exe") {
	case "curl":
		return hostProgram{valued: "AbcCdDeEFHKmoPQrtTuUwxXyYz"}, true
	case "wget":
		return hostProgram{valued: "aABDeiIlOoPQRtTUwX"}, true
	case "ssh", "telnet":
		return hostProgram{valued: "BbcDEeFIiLlmOopPQRSWw", first: true}, true
	case "nc", "ncat", "netcat":
		return hostProgram{valued: "ceGgIimMOoPpqsTVWwXx", first: true}, true
	case "scp", "sftp":
		return hostProgram{valued: "BbcDFiJloPRSsX", remote: true}, true
	case "rsync":
		return hostProgram{valued: "BefMT", remote: true}, true
	case "iwr", "irm", "invoke-webrequest", "invoke-restmethod":
		return hostProgram{words: true}, true
	}
	return hostProgram{}, false
}

// isValued says whether the next word is the value of an option that is written
// as a word, and no host.
func isValued(option string) bool {
	switch strings.ToLower(option) {
	case "output", "output-dir", "header", "data", "data-raw", "data-binary", "data-ascii", "data-urlencode", "json", "form", "form-string",
		"user", "user-agent", "cookie", "cookie-jar", "config", "write-out", "upload-file", "cacert", "capath", "cert", "key",
		"dump-header", "request", "referer", // curl
		"output-document", "output-file", "post-data", "post-file", "body-data", "body-file", "ca-certificate", "certificate",
		"private-key", "input-file", "directory-prefix", "load-cookies", "save-cookies", "password", // wget
		"rsh", "exclude", "include", "exclude-from", "include-from", "files-from", "log-file", // rsync
		"outfile", "infile", "method", "headers", "body", "contenttype", "useragent", "credential", "websession", "sessionvariable": // PowerShell
		return true
	}
	return false
}

// program looks at the arguments of a program whose name begins at i, if it is
// one that takes hosts. They end with the line, or with the command.
func (s *hostScan) program(i int) {
	if i < s.argued || i > 0 && (isLetter(s.data[i-1]) || isDigit(s.data[i-1]) || bytes.IndexByte([]byte("-_.@$"), s.data[i-1]) >= 0) {
		return
	}
	end := i
	for end < len(s.data) && end-i < 24 && (isLetter(s.data[end]) || s.data[end] == '-' || s.data[end] == '.') {
		end++
	}
	if end >= len(s.data) || s.data[end] != ' ' && s.data[end] != '\t' {
		return
	}
	p, found := hostProgramOf(string(s.data[i:end]))
	if !found {
		return
	}
	s.argued = end
	skip, lenient := false, false
	for {
		word := s.argument()
		switch {
		case word == "":
			return
		case skip:
			skip = false
		case word[0] == '-':
			skip, lenient = p.option(word)
		case word[0] == '$' || word[0] == '@' || strings.Contains(word, "://"): // nobody knows, a file, or found anyway
			lenient = false
		default:
			host, isHost := p.hostOf(word)
			if isHost {
				s.report(i, host)
			}
			if p.first || !isHost && !p.remote && !lenient { // the rest is something else, or words of a sentence
				return
			}
			lenient = false
		}
	}
}

// argument gives the next word behind s.argued, "" at the end of the command.
func (s *hostScan) argument() string {
	at := s.argued
	for at < len(s.data) {
		rest := s.data[at:]
		switch {
		case rest[0] == ' ' || rest[0] == '\t':
			at++
			continue
		case bytes.HasPrefix(rest, []byte("\\\n")):
			at += 2
			continue
		case bytes.HasPrefix(rest, []byte("\\\r\n")):
			at += 3
			continue
		}
		break
	}
	ends := "\r\n \t|;&)<>`\"'"
	if at < len(s.data) && (s.data[at] == '"' || s.data[at] == '\'') {
		ends = "\r\n" + string(s.data[at])
		at++
	}
	begin := at
	for at < len(s.data) && strings.IndexByte(ends, s.data[at]) < 0 {
		at++
	}
	word := string(s.data[begin:min(at, begin+2*maxAuthority)])
	if len(ends) == 3 && at < len(s.data) && s.data[at] == ends[2] {
		at++
		if word == "" {
			word = "$" // empty, but there
		}
	}
	s.argued = at
	return word
}

// option says whether the value of an option is the next word, or may be.
func (p hostProgram) option(word string) (skip, maybe bool) {
	name := strings.TrimLeft(word, "-")
	switch {
	case strings.HasPrefix(word, "--") || p.words:
		return isValued(name), !strings.Contains(name, "=")
	default:
		i := strings.IndexAny(name, p.valued)
		return i >= 0 && i == len(name)-1, false
	}
}

// hostOf is the host that an argument names.
func (p hostProgram) hostOf(word string) (host string, found bool) {
	if i := strings.IndexAny(word, "/?#\\"); i >= 0 {
		word = word[:i]
	}
	word = word[strings.LastIndexByte(word, '@')+1:]
	host = hostAt([]byte(word))
	port, colon := strings.CutPrefix(word[min(len(host), len(word)):], ":")
	switch {
	case p.remote:
		return host, colon && looksLikeHost(host)
	case looksLikeHost(host):
		return host, true
	}
	return host, host != "" && colon && port != "" && isDigit(port[0])
}

// looksLikeHost says whether a word without a scheme is the name of a host, or its
// number: it has dots, and behind the last what may be a domain of the top.
func looksLikeHost(host string) bool {
	if strings.HasPrefix(host, "[") {
		return strings.Contains(host, ":")
	}
	if isNumber(host) {
		return true
	}
	if !isASCII(host) { // these are dots too (https://www.unicode.org/reports/tr46/#Notation)
		host = strings.NewReplacer("。", ".", "．", ".", "｡", ".").Replace(host)
	}
	labels := strings.Split(host, ".")
	last := labels[len(labels)-1]
	switch {
	case len(labels) < 2 || slices.Contains(labels, ""):
		return false
	case strings.Trim(last, "0123456789") == "":
		return len(labels) == 4 && strings.Trim(host, ".0123456789") == ""
	case len(last) < 2 || !isLetter(last[0]) && last[0] < 0x80:
		return false
	}
	return !isFileName(last)
}

// isNumber recognises an address of IPv4 as one number.
func isNumber(host string) bool {
	if hex, found := strings.CutPrefix(strings.ToLower(host), "0x"); found {
		return len(hex) > 5 && strings.Trim(hex, "0123456789abcdef") == ""
	}
	return len(host) > 7 && strings.Trim(host, "0123456789") == ""
}

// isFileName recognises the extensions of files that are no domain of the top
// (https://data.iana.org/TLD/tlds-alpha-by-domain.txt). Others, such as sh, are.
func isFileName(ext string) bool {
	switch strings.ToLower(ext) {
	case "json", "jsonl", "yaml", "yml", "toml", "txt", "html", "htm", "xml", "csv", "tsv", "js", "mjs", "cjs", "ts", "tsx", "jsx", "css",
		"log", "tar", "gz", "tgz", "bz2", "xz", "pem", "key", "crt", "cer", "pub", "png", "jpg", "jpeg", "gif", "svg", "pdf", "conf", "cfg",
		"ini", "env", "exe", "dll", "msi", "bin", "tmp", "bak", "sql", "db", "lock", "out", "rb", "go", "ipynb":
		return true
	}
	return false
}
