package installer

import (
	"bytes"
	"io/fs"
	"maps"
	"runtime"
	"slices"

	"fsskills/clients/document"
)

// A Key says that an entry holds the user's API key itself. The key is in that
// one file and recorded nowhere: what is recorded is how to tell it.
type Key struct {
	Digest
	// Paths are the fields of the entry that hold it.
	Paths [][]string `json:"paths"`
	// Mode is what the file had before it was closed to others, 0 if it was
	// made with the key in it.
	Mode fs.FileMode `json:"mode,omitempty"`
}

// A Digest tells a text that is not to be kept.
type Digest struct {
	SHA256 string `json:"sha256"`
	Length int    `json:"length"`
}

func digestOf(secret []byte) Digest { return Digest{digest(secret), len(secret)} }

// A Cut is where a part of a secret is blotted out in a text.
type Cut struct {
	Off    int    `json:"off"`
	Length int    `json:"length"`
	From   int    `json:"from,omitempty"` // where in the secret the part begins
	Of     Digest `json:"of"`             // the whole secret
}

// blot is written over a secret, so that every other byte keeps its place.
const blot = '*'

// redacted stands for a secret where its length does not matter.
const redacted = "[redacted]"

// secrets are those that are known at the moment, by their digests.
type secrets map[Digest][]byte

func (s secrets) add(secret []byte) { s[digestOf(secret)] = secret }

// find returns the places of the secret in data. Only a run of the characters
// that a key can have is looked at: digests are slow.
func (d Digest) find(data []byte) []int {
	var found []int
	for i := 0; i < len(data); {
		if !keyByte(data[i]) {
			i++
			continue
		}
		run := i
		for run < len(data) && keyByte(data[run]) {
			run++
		}
		for ; d.Length > 0 && i+d.Length <= run; i++ {
			if digest(data[i:i+d.Length]) == d.SHA256 {
				found = append(found, i)
				i += d.Length - 1
			}
		}
		i = run
	}
	return found
}

// keyByte reports whether a key can have the byte: see [clients.NewSecret].
func keyByte(c byte) bool { return c > ' ' && c < 0x7f && c != '"' && c != '\\' }

// cuts returns where the secrets stand in text, sorted, none over another.
func (s secrets) cuts(text []byte) []Cut {
	var cuts []Cut
	digests := slices.Collect(maps.Keys(s))
	sortFunc(digests, func(a, b *Digest) int { return b.Length - a.Length })
	for _, d := range digests {
		for from := 0; ; {
			i := bytes.Index(text[from:], s[d])
			if i < 0 {
				break
			}
			cuts = addCut(cuts, Cut{Off: from + i, Length: d.Length, Of: d})
			from += i + d.Length
		}
	}
	return cuts
}

// addCut adds what the others leave free of one more.
func addCut(cuts []Cut, c Cut) []Cut {
	for _, have := range cuts {
		if c.Off < have.Off+have.Length && have.Off < c.Off+c.Length {
			before, behind := c, c
			before.Length = have.Off - c.Off
			behind.Off = have.Off + have.Length
			behind.From += behind.Off - c.Off
			behind.Length = c.Off + c.Length - behind.Off
			for _, part := range []Cut{before, behind} {
				if part.Length > 0 {
					cuts = addCut(cuts, part)
				}
			}
			return cuts
		}
	}
	cuts = append(cuts, c)
	sortFunc(cuts, func(a, b *Cut) int { return a.Off - b.Off })
	return cuts
}

// blotted returns text with the cuts made.
func blotted(text []byte, cuts []Cut) []byte {
	text = bytes.Clone(text)
	for _, c := range cuts {
		copy(text[c.Off:], bytes.Repeat([]byte{blot}, c.Length))
	}
	return text
}

// filled undoes blotted, if all of the secrets are known and fit.
func (s secrets) filled(text []byte, cuts []Cut) ([]byte, bool) {
	text = bytes.Clone(text)
	for _, c := range cuts {
		secret, ok := s[c.Of]
		if !ok || c.From < 0 || c.From+c.Length > len(secret) || c.Off < 0 || c.Off+c.Length > len(text) {
			return nil, false
		}
		copy(text[c.Off:], secret[c.From:c.From+c.Length])
	}
	return text, true
}

// shown returns text with a word for each secret.
func (s secrets) shown(text []byte) []byte { return worded(text, s.cuts(text)) }

// lookFor adds the secrets that the record speaks of and that stand in the
// file, as they are or in the spelling of a client that has written it anew.
func (s secrets) lookFor(rec *Server, data []byte) {
	if rec == nil {
		return
	}
	want := map[Digest]bool{}
	if rec.Key != nil {
		want[rec.Key.Digest] = true
	}
	for _, c := range rec.Cuts {
		want[c.Of] = true
	}
	for d := range want {
		if s[d] != nil {
			continue
		}
		texts := [][]byte{data}
		if rec.Key != nil {
			texts = append(texts, decodedAt(*rec, data)...)
		}
		for _, text := range texts {
			if at := d.find(text); len(at) > 0 {
				s[d] = bytes.Clone(text[at[0] : at[0]+d.Length])
				break
			}
		}
	}
}

// decodedAt returns the strings that the entry has where the key was written.
func decodedAt(rec Server, data []byte) [][]byte {
	entry, _, ok := entryOf(rec.Format, rec.Place, data)
	if !ok {
		return nil
	}
	var texts [][]byte
	var collect func(any)
	collect = func(value any) {
		switch v := value.(type) {
		case string:
			texts = append(texts, []byte(v))
		case []any:
			for _, e := range v {
				collect(e)
			}
		}
	}
	for _, path := range rec.Key.Paths {
		value := entry
		for _, key := range path {
			m, _ := value.(map[string]any)
			value = m[key]
		}
		collect(value)
	}
	return texts
}

// entryOf returns the decoded entry of a file.
func entryOf(format document.Format, place document.Place, data []byte) (any, document.Document, bool) {
	doc, err := document.Parse(format, data)
	if err != nil {
		return nil, nil, false
	}
	found, err := doc.Entries(place)
	if err != nil {
		return nil, nil, false
	}
	for _, f := range found {
		if f.Name == place.Name {
			return f.Value, doc, true
		}
	}
	return nil, nil, false
}

// closed is a mode for the file's owner alone.
func closed(mode fs.FileMode) fs.FileMode {
	if runtime.GOOS == "windows" {
		return mode // which keeps no modes: a user's folders are closed as a whole
	}
	return mode &^ 0o077
}
