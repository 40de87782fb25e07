package registry

import "testing"

func TestSpeltAsSource(t *testing.T) {
	for text, want := range map[string]bool{
		"---\nname: a\ntools:\n  - fullstory:get_a\n---\nbody\n":                    true,
		"---\nname: a\ntools:\n- 'fullstory:get_a'\ncolor: red\n---\nbody\n":        true,
		"\ufeff---\r\ntools:\r\n  - Read\r\n\r\n  - fullstory:x\r\n---\r\nbody\r\n": true,
		"---\ntools: [Read, \"fullstory:get_a\"]\n---\n":                            true,
		"---\ntools: fullstory:get_a\n---\n":                                        true,
		"---\ndescription: calls fullstory:get_a\ntools: Read\n---\n":               false,
		"---\ntools: Read\ndescription: calls\n  fullstory:get_a\n---\n":            false,
		"---\ntools: mcp__fullstory__get_a, fullstory/get_a\n---\nfullstory:x\n":    false,
		"tools:\n  - fullstory:get_a\n":                                             false,
		"---\ntools:\n  - fullstory:get_a\n":                                        false,
		"":                                                                          false,
	} {
		if got := SpeltAsSource([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
