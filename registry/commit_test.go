package registry

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

const (
	someID    = "0123456789abcdef0123456789abcdef01234567"
	anotherID = "fedcba9876543210fedcba9876543210fedcba98"
)

func commitText(committer, message string) string {
	return "tree " + someID + "\nparent " + anotherID + "\nparent " + someID + "\nauthor a <a> 1 +0000\ncommitter " + committer + "\n" + message
}

func TestParseCommit(t *testing.T) {
	long := strings.Repeat("é", maxSubject)
	tests := []struct{ name, committer, rest, date, subject string }{
		{"plain", "a <a> 1700000000 +0100", "\nSubject\n\nBody\n", "2023-11-14T23:13:20+01:00", "Subject"},
		{"west", "a <a> 1700000000 -0330", "\nS", "2023-11-14T18:43:20-03:30", "S"},
		{"signed", "a <a> 0 +0000", "gpgsig -----BEGIN\n \n committer x\n -----END\n\nSigned\n", "1970-01-01T00:00:00Z", "Signed"},
		{"odd name", "a > b > 5 <a> 1700000000 +0000", "\nS", "2023-11-14T22:13:20Z", "S"},
		{"no zone", "a <a> 1700000000", "\nS", "2023-11-14T22:13:20Z", "S"},
		{"zone that is none", "a <a> 1700000000 +051800", "\nS", "2023-11-14T22:13:20Z", "S"},
		{"zone of 99 hours", "a <a> 1700000000 +9999", "\nS", "2023-11-14T22:13:20Z", "S"},
		{"empty message", "a <a> 1700000000 +0000", "\n", "2023-11-14T22:13:20Z", ""},
		{"no message", "a <a> 1700000000 +0000", "", "2023-11-14T22:13:20Z", ""},
		{"blank lines first", "a <a> 1700000000 +0000", "\n\n \nS\r\nB", "2023-11-14T22:13:20Z", "S"},
		{"not UTF-8", "a <a> 1700000000 +0000", "\nf\xfc\xfcr\n", "2023-11-14T22:13:20Z", "f\uFFFDr"},
		{"long", "a <a> 1700000000 +0000", "\nx" + long, "2023-11-14T22:13:20Z", "x" + long[:maxSubject-2]},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := parseCommit([]byte(commitText(tt.committer, tt.rest)))
			if err != nil {
				t.Fatal(err)
			}
			if got := c.date.Format(time.RFC3339); got != tt.date {
				t.Errorf("date %s, want %s", got, tt.date)
			}
			if c.subject != tt.subject {
				t.Errorf("subject %q, want %q", c.subject, tt.subject)
			}
			if c.tree.String() != someID || len(c.parents) != 2 || c.parents[0].String() != anotherID || c.parents[1].String() != someID {
				t.Errorf("tree %s, parents %s", c.tree, c.parents)
			}
		})
	}
}

func TestParseCommitRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":            "",
		"no tree":            "parent " + someID + "\n",
		"short tree":         "tree 0123\n",
		"tree that is none":  "tree " + strings.Repeat("g", 40) + "\ncommitter a <a> 1 +0000\n",
		"bad parent":         "tree " + someID + "\nparent 12\ncommitter a <a> 1 +0000\n",
		"no committer":       "tree " + someID + "\nauthor a <a> 1 +0000\n\ncommitter a <a> 1 +0000\n",
		"no date":            "tree " + someID + "\ncommitter a <a>\n\n",
		"date that is none":  "tree " + someID + "\ncommitter a <a> soon +0000\n\n",
		"date before time":   "tree " + someID + "\ncommitter a <a> -1 +0000\n\n",
		"date after time":    "tree " + someID + "\ncommitter a <a> 253402300800 +0000\n\n",
		"date beyond number": "tree " + someID + "\ncommitter a <a> 99999999999999999999 +0000\n\n",
	} {
		if c, err := parseCommit([]byte(text)); err == nil {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func FuzzParseCommit(f *testing.F) {
	f.Add([]byte(commitText("a <a> 1700000000 +0100", "\nSubject\n")))
	f.Add([]byte(commitText("a <a> 253402214399 +1459", "gpgsig x\n y\n\n\xff\r\x1b[31m")))
	f.Add([]byte("tree " + someID + "\ncommitter > 0"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := parseCommit(data)
		if err != nil {
			return
		}
		if !utf8.ValidString(c.subject) || len(c.subject) > maxSubject || strings.ContainsAny(c.subject, "\r\n") {
			t.Errorf("subject %q", c.subject)
		}
		if _, err := c.date.MarshalJSON(); err != nil {
			t.Error(err)
		}
		if len(c.parents) > len(data)/commitDigits {
			t.Errorf("%d parents in %d bytes", len(c.parents), len(data))
		}
	})
}
