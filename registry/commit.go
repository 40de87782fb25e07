package registry

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-git/go-git/v5/plumbing"
)

// A Commit is one entry of a source's history.
type Commit struct {
	ID string // all 40 digits
	// Subject is the first line of the message that is not blank, in valid UTF-8
	// and at most 200 bytes long. It is empty if the message is, and may hold any
	// control character but line ends: strip them before printing.
	Subject string
	Date    time.Time // the committer's, to the second, in the committer's zone
}

// maxSubject bounds a subject. Git advises 50 characters and shows 72
// (https://git-scm.com/docs/git-commit#_discussion).
const maxSubject = 200

// A commitObject is what is read of git's commit object.
type commitObject struct {
	tree    plumbing.Hash
	parents []plumbing.Hash
	date    time.Time
	subject string
}

// parseCommit decodes a commit object: a line for the tree, one for each
// parent, author, committer, perhaps more such as a signature, an empty line
// and the message (https://git-scm.com/docs/git-commit-tree).
func parseCommit(data []byte) (commitObject, error) {
	var c commitObject
	header, message, _ := bytes.Cut(data, []byte("\n\n"))
	lines := strings.Split(string(header), "\n")
	var ok bool
	if c.tree, ok = idAfter(lines[0], "tree "); !ok {
		return c, errors.New("damaged commit object: no tree")
	}
	lines = lines[1:]
	for len(lines) > 0 && strings.HasPrefix(lines[0], "parent ") {
		id, ok := idAfter(lines[0], "parent ")
		if !ok {
			return c, errors.New("damaged commit object: a parent that is no id")
		}
		c.parents = append(c.parents, id)
		lines = lines[1:]
	}
	for _, line := range lines {
		committer, found := strings.CutPrefix(line, "committer ")
		if !found {
			continue
		}
		var err error
		if c.date, err = parseDate(committer); err != nil {
			return c, err
		}
		c.subject = subject(message)
		return c, nil
	}
	return c, errors.New("damaged commit object: no committer")
}

func idAfter(line, key string) (plumbing.Hash, bool) {
	value, found := strings.CutPrefix(line, key)
	if !found || len(value) != commitDigits || !isHex(value) {
		return plumbing.ZeroHash, false
	}
	return plumbing.NewHash(value), true
}

// parseDate reads the end of a committer line: seconds since 1970 and a zone
// such as +0130. Some old tools wrote zones that do not exist: those are UTC,
// for the moment is known anyway.
func parseDate(who string) (time.Time, error) {
	fields := strings.Fields(who[strings.LastIndexByte(who, '>')+1:])
	if len(fields) == 0 {
		return time.Time{}, errors.New("damaged commit object: no date")
	}
	const end = 253402300800 - 24*60*60 // a day before the year 10000, which JSON cannot write
	seconds, err := strconv.ParseUint(fields[0], 10, 63)
	if err != nil || seconds >= end {
		return time.Time{}, fmt.Errorf("damaged commit object: no date: %q", fields[0])
	}
	return time.Unix(int64(seconds), 0).In(parseZone(fields[1:])), nil
}

func parseZone(fields []string) *time.Location {
	if len(fields) == 0 {
		return time.UTC
	}
	zone := fields[0]
	n, err := strconv.Atoi(zone)
	hours, minutes := n/100, n%100
	if err != nil || len(zone) != len("+0130") || max(hours, -hours) > 14 || max(minutes, -minutes) > 59 || n == 0 {
		return time.UTC
	}
	return time.FixedZone("", hours*60*60+minutes*60)
}

// subject gives the first line of a message. Messages may be in any encoding
// and of any length.
func subject(message []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimLeft(message, "\r\n\t "), []byte("\n"))
	// Far more than is kept, so that a rune which is cut here is cut off below.
	line = line[:min(len(line), 4*maxSubject)]
	s := strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(string(line), "\uFFFD"), "\r", " "))
	if len(s) <= maxSubject {
		return s
	}
	end := maxSubject
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return strings.TrimSpace(s[:end])
}
