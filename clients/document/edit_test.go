package document

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// someEdits makes up edits that fit src.
func someEdits(r *rand.Rand, src []byte) []Edit {
	var edits []Edit
	for off := r.IntN(4); off <= len(src); {
		n := min(r.IntN(4), len(src)-off)
		text := make([]byte, r.IntN(4))
		for i := range text {
			text[i] = "abc"[r.IntN(3)]
		}
		edits = append(edits, Edit{Off: off, Old: src[off : off+n], New: text})
		off += n + r.IntN(6)
	}
	return edits
}

func TestEditLaws(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		src := make([]byte, r.IntN(20))
		for i := range src {
			src[i] = "abc"[r.IntN(3)]
		}
		first := someEdits(r, src)
		middle := Apply(src, first)
		if back := Apply(middle, Invert(first)); !bytes.Equal(back, src) {
			t.Fatalf("Invert: %q, %v gives %q", src, first, back)
		}
		second := someEdits(r, middle)
		both := Compose(first, second)
		if got, want := Apply(src, both), Apply(middle, second); !bytes.Equal(got, want) {
			t.Fatalf("Compose: %q, %v, %v gives %q, not %q", src, first, second, got, want)
		}
		if undone := Compose(first, Invert(first)); len(undone) != 0 && !bytes.Equal(Apply(src, undone), src) {
			t.Fatalf("Compose with Invert: %v", undone)
		}
		for i := 1; i < len(both); i++ {
			if both[i].Off <= both[i-1].Off+len(both[i-1].Old) {
				t.Fatalf("Compose: edits touch: %v", both)
			}
		}
		if len(both) > 0 {
			if moved, ok := Rebase(both, Apply(src, both)); ok && !bytes.Equal(Apply(Apply(src, both), Invert(moved)), src) {
				t.Fatalf("Rebase: %v gives %v", both, moved)
			}
		}
	}
}

func TestApplyRefusesWhatDoesNotFit(t *testing.T) {
	for _, edits := range [][]Edit{
		{{Off: 1, Old: []byte("x")}},
		{{Off: 9}},
		{{Off: 2}, {Off: 1}},
		{{Off: 0, Old: []byte("ab")}, {Off: 1, New: []byte("x")}},
	} {
		if Fits([]byte("abc"), edits) {
			t.Errorf("%v fits", edits)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v was applied", edits)
				}
			}()
			Apply([]byte("abc"), edits)
		}()
	}
}

func TestRebase(t *testing.T) {
	edits := []Edit{{Off: 2, New: []byte("[one]")}, {Off: 4, Old: []byte("null"), New: []byte("[two]")}}
	for _, c := range []struct{ name, current, without string }{
		{"unchanged", "ab[one]cd[two]ef", "abcdnullef"},
		{"edited elsewhere", "x ab[one]c more d[two]", "x abc more dnull"},
		{"ours is gone", "ab[one]cdef", ""},
		{"ours is changed", "ab[one]cd[TWO]ef", ""},
		{"ours is there twice", "ab[one]cd[two]ef[one]", ""},
		{"the order is another", "ab[two]cd[one]ef", ""},
	} {
		moved, ok := Rebase(edits, []byte(c.current))
		if ok != (c.without != "") {
			t.Errorf("%s: ok is %v", c.name, ok)
		}
		if ok {
			if got := string(Apply([]byte(c.current), Invert(moved))); got != c.without {
				t.Errorf("%s: %q, want %q", c.name, got, c.without)
			}
		}
	}
	if _, ok := Rebase([]Edit{{Off: 1, Old: []byte("x")}}, []byte("abc")); ok {
		t.Error("an edit that put nothing in was found again")
	}
}
