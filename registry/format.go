package registry

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"strings"
)

// Repositories come in formats that are not read
// (https://git-scm.com/docs/git-config#Documentation/git-config.txt-extensions).
var (
	errSHA256   = errors.New("the repository uses SHA-256 object ids, which are not read here")
	errReftable = errors.New("the repository keeps its branches in a reftable, which is not read here")
)

// unreadFormat is the error for a repository of another format.
func unreadFormat(where string, err error) error {
	return &SourceError{Where: where, Err: err, Remedy: "give an archive of it: git archive --output=skills.zip HEAD"}
}

// checkFormat looks in the folder that is usually .git for a format that is not
// read. Of the configuration nothing else counts; what is not there, or cannot be
// read, tells of no format.
func checkFormat(dir string) error {
	text := func(name string) string {
		data, _ := readRegular(filepath.Join(dir, filepath.FromSlash(name)), maxManifestBytes) // see above
		return string(data)
	}
	extensions := readExtensions(text("config"))
	head := strings.TrimSpace(text("HEAD"))
	name, symbolic := strings.CutPrefix(head, "ref: ")
	if extensions["refstorage"] == "reftable" || name == "refs/heads/.invalid" && len(namesIn(filepath.Join(dir, "reftable"))) > 0 {
		return errReftable
	}
	ids := []string{head}
	if symbolic && filepath.IsLocal(filepath.FromSlash(name)) {
		ids[0] = strings.TrimSpace(text(name))
	}
	for line := range strings.Lines(text("packed-refs")) {
		if !strings.HasPrefix(line, "#") {
			id, _, _ := strings.Cut(line, " ")
			ids = append(ids, id)
			break
		}
	}
	for _, id := range ids {
		if len(id) == longDigits && isHex(id) {
			return errSHA256
		}
	}
	if extensions["objectformat"] == "sha256" {
		return errSHA256
	}
	return nil
}

// longDigits is the length of a SHA-256 object id in hex.
const longDigits = 64

// readExtensions gives what a configuration has under [extensions], in small
// letters.
func readExtensions(config string) map[string]string {
	found := map[string]string{}
	inside := false
	for line := range strings.Lines(strings.ToLower(config)) {
		if i := strings.IndexAny(line, "#;"); i >= 0 {
			line = line[:i]
		}
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			inside = line == "[extensions]"
			continue
		}
		if key, value, isSet := strings.Cut(line, "="); inside && isSet {
			found[strings.TrimSpace(key)] = strings.Trim(value, " \t\"")
		}
	}
	return found
}

// A beginning keeps what comes first of what is read, for a look at a list of
// refs that could not be read.
type beginning struct {
	io.Reader
	data []byte
}

// Read reads on.
func (b *beginning) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	b.keep(p[:n])
	return n, err
}

func (b *beginning) keep(p []byte) {
	const most = 4 << 10
	b.data = append(b.data, p[:min(len(p), most-len(b.data))]...)
}

// check says what is wrong with a list of refs: err, unless it is of another
// format. Its first line has an id, a name, and behind a zero byte what the server
// can do (https://git-scm.com/docs/gitprotocol-v2#_object_format).
func (b *beginning) check(err error) error {
	line, able, _ := bytes.Cut(b.data, []byte{0})
	able, _, _ = bytes.Cut(able, []byte("\n"))
	line = line[bytes.LastIndexByte(line, '\n')+1:]
	id, _, _ := bytes.Cut(line, []byte(" "))
	// The id stands behind a length of four digits, and perhaps the end of what
	// came before.
	long := err != nil && len(id) >= longDigits+4 && isHex(string(id))
	for word := range bytes.FieldsSeq(able) {
		long = long || string(word) == "object-format=sha256"
	}
	if long {
		return errSHA256
	}
	return err
}
