package clients

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// A Secret is the user's API key. In every form in which a value is printed or
// encoded it is "[redacted]", also deep inside another value: the text is
// behind a pointer, which a printer does not follow.
type Secret struct{ text *string }

const redacted = "[redacted]"

// ShortestSecret is the least length of a key. A shorter one is a mistake.
const ShortestSecret = 8

// NewSecret takes text for a key, without the line break at its end that comes
// from a file. The errors do not repeat it.
func NewSecret(text string) (Secret, error) {
	text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
	switch {
	case text == "":
		return Secret{}, errors.New("is empty")
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return Secret{}, errors.New("has a blank or a control character in it")
	case strings.ContainsFunc(text, func(r rune) bool { return r > 0x7f || r == '"' || r == '\\' }):
		return Secret{}, errors.New("has a character in it that no key has")
	case len(text) < ShortestSecret:
		return Secret{}, errors.New("is too short for a key")
	}
	return Secret{&text}, nil
}

// IsZero reports whether there is no key.
func (s Secret) IsZero() bool { return s.text == nil }

// Reveal returns the key, for the one file that it is written into.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Equal reports whether both are the same key.
func (s Secret) Equal(o Secret) bool { return s.Reveal() == o.Reveal() }

func (Secret) String() string { return redacted }

// GoString is what the verb %#v prints.
func (Secret) GoString() string { return redacted }

// Format is what every verb of fmt prints.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalJSON is what a document of JSON has in its place.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText is what other encodings have in its place.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
