package clients

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestNewSecret(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"na1.c2VjcmV0":            "na1.c2VjcmV0",
		"na1.c2VjcmV0+/-_~.==\n":  "na1.c2VjcmV0+/-_~.==",
		"na1.c2VjcmV0\r\n":        "na1.c2VjcmV0",
		"":                        "",
		"\n":                      "",
		"na1.c2VjcmV0\n\n":        "",
		"na1 c2VjcmV0":            "",
		"\tna1.c2VjcmV0":          "",
		"na1.c2VjcmV0\x00":        "",
		"na1.c2VjcmV0\x1b[A":      "",
		"na1.c2VjcmV0\u00a0":      "",
		`"na1.c2VjcmV0"`:          "",
		`na1\c2VjcmV0`:            "",
		"na1.c2V":                 "",
		"Bearer na1.c2VjcmV0":     "",
		strings.Repeat("a", 4096): strings.Repeat("a", 4096),
	} {
		got, err := NewSecret(text)
		if got.Reveal() != want || (err == nil) != (want != "") || got.IsZero() != (want == "") {
			t.Errorf("NewSecret(%q) = %q, %v", text, got.Reveal(), err)
		}
		if err != nil && text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("%q is repeated: %v", text, err)
		}
	}
}

// TestSecretIsNotShown prints and encodes a key in every way, also deep inside
// other values, where a printer cannot call its methods.
func TestSecretIsNotShown(t *testing.T) {
	t.Parallel()
	const text = "na1.c2VjcmV0"
	key, err := NewSecret(text)
	if err != nil {
		t.Fatal(err)
	}
	type hidden struct{ server Server }
	values := []any{key, &key, []Secret{key}, map[string]Secret{"k": key}, Server{Key: key}, &Server{Key: key}, hidden{Server{Key: key}}, []any{hidden{Server{Key: key}}}}
	var out strings.Builder
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		data, err := json.Marshal(v)
		if err != nil {
			t.Error(err)
		}
		out.Write(data)
		slog.New(slog.NewTextHandler(&out, nil)).Info("said", "value", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("said", "value", v)
	}
	out.WriteString(key.String() + key.GoString() + fmt.Errorf("wrapped: %v", key).Error())
	for _, form := range []string{text, "c2Vj", fmt.Sprintf("%x", text), fmt.Sprintf("%X", text), "110 97 49 46"} {
		if strings.Contains(out.String(), form) {
			t.Errorf("%s is in:\n%s", form, &out)
		}
	}
	if !strings.Contains(out.String(), `"[redacted]"`) {
		t.Errorf("nothing stands in its place:\n%s", &out)
	}
}
