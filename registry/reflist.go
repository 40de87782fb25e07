package registry

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"time"
)

// A refList is the answer with a server's refs, of which HEAD alone is of
// interest. It comes first
// (https://git-scm.com/docs/gitprotocol-pack#_reference_discovery), so a long list
// is read in part, and ends for the reader behind enoughRefsBytes. On a repository
// with 10,000 refs that spares an update without news nine tenths of what it
// would read and half of its processor time; it makes the same single
// request as ever. Version 2 of the protocol lists only what is asked for, but a
// client is to ask first what the server can do
// (https://git-scm.com/docs/gitprotocol-http#_discovering_references), and that
// second request costs more than the kilobyte that Fullstory's fifteen refs take.
type refList struct {
	body   *watchedBody
	lines  *bufio.Reader
	major  int // of HTTP's version
	packet []byte
	read   int
	head   bool // HEAD was in it
	ended  bool
	broken error
}

func newRefList(body *watchedBody, major int) *refList {
	return &refList{body: body, lines: bufio.NewReader(body), major: major}
}

// Read gives whole packets, as long as they are ones.
func (l *refList) Read(p []byte) (int, error) {
	if len(l.packet) == 0 {
		switch {
		case l.broken != nil:
			return 0, l.broken
		case l.ended:
			return 0, io.EOF
		case l.head && l.read >= enoughRefsBytes:
			l.packet, l.ended = []byte("0000"), true
			l.body.watch.list = l
		default:
			l.packet, l.broken = l.next()
			l.read += len(l.packet)
			l.head = l.head || bytes.Contains(l.packet, []byte(" HEAD\x00"))
		}
	}
	n := copy(p, l.packet)
	l.packet = l.packet[n:]
	if n == 0 && len(p) > 0 {
		return 0, l.broken
	}
	return n, nil
}

// next reads a packet: four digits that say how long it is, themselves included,
// and the rest of it. What is no packet is given as it comes.
func (l *refList) next() ([]byte, error) {
	digits, err := l.lines.Peek(4)
	if err != nil {
		rest := bytes.Clone(digits)
		return rest, err
	}
	length, err := strconv.ParseUint(string(digits), 16, 16)
	if err != nil {
		length = 4
	}
	packet := make([]byte, max(4, length))
	n, err := io.ReadFull(l.lines, packet)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return packet[:n], err
}

// Close closes the answer, unless its rest is still to be read.
func (l *refList) Close() error {
	if l.ended {
		return nil
	}
	return l.body.Close()
}

// finishList makes the connection free for another request. HTTP/1.1 gives a
// connection back only when all of an answer was read. The error is a *LimitError
// if that is too much.
func (w *watch) finishList() error {
	if w.list == nil {
		return nil
	}
	defer w.leaveList()
	if w.list.major != 1 {
		return nil
	}
	body := w.list.body
	late := time.AfterFunc(restOfList, func() { body.cancel(errRestIsLate) })
	defer late.Stop()
	_, err := io.Copy(io.Discard, body)
	if _, tooLarge := errors.AsType[*LimitError](err); tooLarge {
		return err
	}
	return nil // a connection that has broken off is made anew
}

// restOfList is how long the rest of a list may take. A new connection takes less.
const restOfList = time.Second

var errRestIsLate = errors.New("the rest of the list of refs takes too long")

// leaveList ends the answer as it is.
func (w *watch) leaveList() {
	if w.list == nil {
		return
	}
	body := w.list.body
	w.list, body.limit = nil, 0 // nothing more is read of it
	_ = body.Close()
}
