package registry

import (
	"bytes"
	"strings"
)

// SpeltAsSource reports whether the text of an agent, whoever has put it where,
// names its tools as sources do, which is no client's spelling. The rest of it
// may be anything.
func SpeltAsSource(data []byte) bool {
	front, found := splitFrontMatter(bytes.TrimPrefix(data, []byte(bom)))
	if !found {
		return false
	}
	inTools := false
	for line := range strings.Lines(string(front)) {
		if begins := line[0]; begins != ' ' && begins != '\t' && begins != '-' && begins != '\r' && begins != '\n' && begins != '#' {
			inTools = strings.HasPrefix(line, "tools:") || strings.HasPrefix(line, "tools :")
		}
		if inTools && strings.Contains(line, toolPrefix) {
			return true
		}
	}
	return false
}
