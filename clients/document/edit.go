package document

import (
	"bytes"
	"fmt"
)

// An Edit replaces Old by New at byte offset Off of the source. Lists of edits
// are sorted by Off and do not overlap.
type Edit struct {
	Off int    `json:"off"`
	Old []byte `json:"old,omitempty"`
	New []byte `json:"new,omitempty"`
}

// Apply returns src with edits made. It panics if an edit does not fit src,
// which is a mistake of the caller.
func Apply(src []byte, edits []Edit) []byte {
	n := len(src)
	for _, e := range edits {
		n += len(e.New) - len(e.Old)
	}
	out := make([]byte, 0, max(n, 0))
	pos := 0
	for _, e := range edits {
		if !e.fits(src, pos) {
			panic(fmt.Sprintf("document: edit at %d does not fit", e.Off))
		}
		out = append(out, src[pos:e.Off]...)
		out = append(out, e.New...)
		pos = e.Off + len(e.Old)
	}
	return append(out, src[pos:]...)
}

// Fits reports whether Apply can make the edits in src.
func Fits(src []byte, edits []Edit) bool {
	pos := 0
	for _, e := range edits {
		if !e.fits(src, pos) {
			return false
		}
		pos = e.Off + len(e.Old)
	}
	return true
}

// fits reports whether the edit can be made in src behind what pos bytes of it
// have become.
func (e Edit) fits(src []byte, pos int) bool {
	return e.Off >= pos && e.Off <= len(src) && bytes.HasPrefix(src[e.Off:], e.Old)
}

// Invert returns the edits that turn the result of edits back into the source.
func Invert(edits []Edit) []Edit {
	inv := make([]Edit, len(edits))
	shift := 0
	for i, e := range edits {
		inv[i] = Edit{Off: e.Off + shift, Old: e.New, New: e.Old}
		shift += len(e.New) - len(e.Old)
	}
	return inv
}

// Compose returns the edits that do first and then second: if first leads from
// O to A and second from A to B, the result leads from O to B. Edits that
// touch are merged, and bytes that both sides share are left out.
func Compose(first, second []Edit) []Edit {
	c := composer{todo: first}
	for _, e := range second {
		c.keep(e.Off - c.mid)
		c.drop(e.Old)
		c.next.New = append(c.next.New, e.New...)
	}
	c.rest()
	return c.out
}

// A composer walks the middle text, whose bytes come either from the source or
// from an edit of todo, and collects what becomes of them.
type composer struct {
	out  []Edit
	next Edit   // being collected; Off is set when it is flushed
	todo []Edit // edits of the first list that are not used up
	off  int    // place in the source
	mid  int    // place in the middle text
	ins  []byte // what is left of the text that the current edit inserted
}

// enter moves into the next edit of the first list if it stands here.
func (c *composer) enter() bool {
	if len(c.todo) == 0 || c.todo[0].Off != c.off {
		return false
	}
	e := c.todo[0]
	c.todo = c.todo[1:]
	c.next.Old = append(c.next.Old, e.Old...)
	c.off += len(e.Old)
	c.ins = e.New
	return true
}

// run is how many of n bytes can be taken from the source in one go.
func (c *composer) run(n int) int {
	if len(c.todo) > 0 {
		n = min(n, c.todo[0].Off-c.off)
	}
	return n
}

func (c *composer) keep(n int) {
	for n > 0 {
		if len(c.ins) > 0 {
			k := min(n, len(c.ins))
			c.next.New = append(c.next.New, c.ins[:k]...)
			c.ins = c.ins[k:]
			c.mid += k
			n -= k
			continue
		}
		if c.enter() {
			continue
		}
		k := c.run(n)
		c.flush()
		c.off += k
		c.mid += k
		n -= k
	}
}

func (c *composer) drop(old []byte) {
	for len(old) > 0 {
		k := min(len(old), len(c.ins))
		if k > 0 {
			c.ins = c.ins[k:]
		} else {
			if c.enter() {
				continue
			}
			k = c.run(len(old))
			c.next.Old = append(c.next.Old, old[:k]...)
			c.off += k
		}
		c.mid += k
		old = old[k:]
	}
}

func (c *composer) rest() {
	c.keep(len(c.ins))
	for len(c.todo) > 0 {
		c.keep(c.todo[0].Off - c.off)
		c.enter()
		c.keep(len(c.ins))
	}
	c.flush()
}

// flush ends the edit that is being collected, without what Old and New share
// at either end.
func (c *composer) flush() {
	e := c.next
	c.next = Edit{}
	e.Off = c.off - len(e.Old)
	for len(e.Old) > 0 && len(e.New) > 0 && e.Old[0] == e.New[0] {
		e.Off, e.Old, e.New = e.Off+1, e.Old[1:], e.New[1:]
	}
	for len(e.Old) > 0 && len(e.New) > 0 && e.Old[len(e.Old)-1] == e.New[len(e.New)-1] {
		e.Old, e.New = e.Old[:len(e.Old)-1], e.New[:len(e.New)-1]
	}
	if len(e.Old)+len(e.New) > 0 {
		c.out = append(c.out, e)
	}
}

// Rebase moves edits, which once produced a file, to what that file is now.
// The text that each edit put in must still stand in current exactly once, and
// in the same order. The result leads from current without our text (and with
// what our text had replaced) to current; its [Invert] takes our text out.
//
// Rebase knows no syntax: somebody may have written on behind our text so that
// it cannot go without harm. [Document.Undo] looks at that too.
func Rebase(edits []Edit, current []byte) (rebased []Edit, ok bool) {
	pos, shift := 0, 0
	for _, e := range edits {
		if len(e.New) == 0 {
			return nil, false
		}
		at := bytes.Index(current, e.New)
		if at < pos || bytes.Contains(current[at+1:], e.New) {
			return nil, false
		}
		rebased = append(rebased, Edit{Off: at - shift, Old: e.Old, New: e.New})
		pos = at + len(e.New)
		shift += len(e.New) - len(e.Old)
	}
	return rebased, true
}
