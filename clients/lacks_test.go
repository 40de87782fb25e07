package clients

import (
	"testing"

	"fsskills/clients/document"
)

func TestLacks(t *testing.T) {
	for _, c := range []struct {
		src    string
		format document.Format
		want   bool
	}{
		{`{"mcpServers": {"other": {}}}`, document.JSON, true},
		{`{"mcpServers": {"fullstory": {}}}`, document.JSON, false},
		{`{"mcpServers": {"\u0066ullstory": {}}}`, document.JSON, false},
		{"{\n// fullstory\n}", document.JSONC, false},
		{"", document.JSONC, true},
		{"a = 1", document.TOML, false}, // has more ways to spell a letter
		{"a: 1", document.YAML, false},
	} {
		if got := lacks([]byte(c.src), c.format, ServerName); got != c.want {
			t.Errorf("lacks(%q, %v) = %v, want %v", c.src, c.format, got, c.want)
		}
	}
	if lacks([]byte(`{"a\/b": {}}`), document.JSON, "a/b") {
		t.Error("a slash can be spelled in two ways")
	}
}
