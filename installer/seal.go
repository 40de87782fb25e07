package installer

import (
	"slices"

	"fsskills/clients/document"
)

// A TextCut is a Cut in one of the texts of a Server.
type TextCut struct {
	In textKind `json:"in"`
	N  int      `json:"n"` // of the edit or the earlier value
	Cut
}

// A textKind says which text of a Server is meant.
type textKind string

const (
	inOld   textKind = "old"   // what an edit replaced
	inNew   textKind = "new"   // what it put there
	inPrior textKind = "prior" // an earlier value
)

// open returns the record with the secrets in their places. Where one is not
// at hand the way back by the bytes is not open, and lost reports that an
// earlier value is not whole: it counts as none, so that nothing of what was
// written in its place stays.
func (s Server) open(known secrets) (_ Server, lost bool) {
	if len(s.Cuts) == 0 {
		return s, false
	}
	exact := true
	var without []int
	s.Edits, s.Prior = slices.Clone(s.Edits), slices.Clone(s.Prior)
	for _, c := range s.Cuts {
		text := s.text(c)
		if text == nil {
			exact, lost = false, true // it does not belong to this record
			continue
		}
		filled, ok := known.filled(*text, []Cut{c.Cut})
		switch {
		case ok:
			*text = filled
		case c.In == inPrior:
			without = append(without, c.N)
		default:
			exact = false
		}
	}
	if !exact {
		s.Edits, s.SHA256 = nil, ""
	}
	for _, n := range without {
		s.Prior[n].Raw, lost = nil, true
	}
	s.Cuts = nil
	return s, lost
}

// text is the text that a cut is in, nil if there is none.
func (s *Server) text(c TextCut) *[]byte {
	switch {
	case c.N < 0:
	case c.In == inOld && c.N < len(s.Edits):
		return &s.Edits[c.N].Old
	case c.In == inNew && c.N < len(s.Edits):
		return &s.Edits[c.N].New
	case c.In == inPrior && c.N < len(s.Prior):
		return &s.Prior[c.N].Raw
	}
	return nil
}

// sealEdits blots the secrets out of the edits, which lead to the bytes of
// after. A secret may lie across the end of an edit that put a part of it in.
func (s *Server) sealEdits(known secrets, after []byte) {
	s.Cuts = slices.DeleteFunc(slices.Clone(s.Cuts), func(c TextCut) bool { return c.In != inPrior })
	if len(known) == 0 || len(s.Edits) == 0 {
		return
	}
	inAfter := known.cuts(after)
	inBefore := known.cuts(document.Apply(after, document.Invert(s.Edits)))
	s.Edits = slices.Clone(s.Edits)
	shift := 0
	for i, e := range s.Edits {
		s.cut(inOld, i, inside(inBefore, e.Off, len(e.Old)))
		s.cut(inNew, i, inside(inAfter, e.Off+shift, len(e.New)))
		shift += len(e.New) - len(e.Old)
	}
}

// sealPrior blots the secrets out of the earlier values.
func (s *Server) sealPrior(known secrets) {
	s.Prior = slices.Clone(s.Prior)
	for i := range s.Prior {
		s.cut(inPrior, i, known.cuts(s.Prior[i].Raw))
	}
}

// cut makes and notes the cuts in one text.
func (s *Server) cut(in textKind, n int, cuts []Cut) {
	if len(cuts) == 0 {
		return
	}
	text := s.text(TextCut{In: in, N: n})
	*text = blotted(*text, cuts)
	for _, c := range cuts {
		s.Cuts = append(s.Cuts, TextCut{In: in, N: n, Cut: c})
	}
}

// inside returns the parts of cuts that lie in the n bytes from off, counted
// from there.
func inside(cuts []Cut, off, n int) []Cut {
	var out []Cut
	for _, c := range cuts {
		from, to := max(c.Off, off), min(c.Off+c.Length, off+n)
		if from < to {
			out = append(out, Cut{Off: from - off, Length: to - from, From: c.From + from - c.Off, Of: c.Of})
		}
	}
	return out
}

// shownEdits are edits from before to after with a word in the place of each
// part of a secret.
func (s secrets) shownEdits(before, after []byte, edits []document.Edit) []document.Edit {
	if len(s) == 0 {
		return edits
	}
	inBefore, inAfter := s.cuts(before), s.cuts(after)
	out := slices.Clone(edits)
	shift := 0
	for i, e := range edits {
		out[i].Old = worded(e.Old, inside(inBefore, e.Off, len(e.Old)))
		out[i].New = worded(e.New, inside(inAfter, e.Off+shift, len(e.New)))
		shift += len(e.New) - len(e.Old)
	}
	return out
}

// worded returns text with a word in the place of each cut.
func worded(text []byte, cuts []Cut) []byte {
	if len(cuts) == 0 {
		return text
	}
	var out []byte
	pos := 0
	for _, c := range cuts {
		out = append(append(out, text[pos:c.Off]...), redacted...)
		pos = c.Off + c.Length
	}
	return append(out, text[pos:]...)
}
