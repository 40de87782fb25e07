package document

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// decodeTOML checks the text of a document and returns its value.
func decodeTOML(src []byte, start int) (any, error) {
	if len(src) >= largeTOML {
		if v, ok := decodeTOMLParts(src[start:], partExprs); ok {
			return tomlDecoded(v), nil
		}
	}
	var v map[string]any
	err := toml.Unmarshal(src[start:], &v)
	if err == nil {
		return tomlDecoded(v), nil
	}
	line, column := 0, 0
	if at, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, column = at.Position()
	}
	return nil, errorAt(src, tomlOffset(src, start, line, column), "%s", strings.TrimPrefix(err.Error(), "toml: "))
}

// tomlOffset turns go-toml's line and column, which counts bytes, into an
// offset.
func tomlOffset(src []byte, start, line, column int) int {
	i := start
	for ; line > 1; line-- {
		i = lineEnd(src, i)
		i += lineBreak(src, i)
	}
	return min(i+max(column-1, 0), len(src))
}

// tomlDecoded brings what go-toml decodes to the kinds of [Found], in its place;
// dates become text.
func tomlDecoded(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			v[k] = tomlDecoded(e)
		}
		return v
	case []any:
		for i, e := range v {
			v[i] = tomlDecoded(e)
		}
		return v
	case string, bool, int64, float64:
		return v
	case time.Time:
		return v.Format(time.RFC3339Nano)
	}
	return fmt.Sprint(v)
}

// tomlString decodes a key in quotes.
func tomlString(raw []byte) string {
	var v struct{ K string }
	_ = toml.Unmarshal(fmt.Appendf(nil, "K = %s", raw), &v) // it has been checked with the whole document
	return v.K
}

// appendTOMLKey writes one part of a key, bare if it can be.
func appendTOMLKey(text []byte, key string) []byte {
	bare := key != ""
	for i := range len(key) {
		bare = bare && (wordByte(key[i]) || key[i] == '-')
	}
	if bare {
		return append(text, key...)
	}
	return appendTOMLString(text, key)
}

// appendTOMLString writes a basic string.
func appendTOMLString(text []byte, s string) []byte {
	return appendQuoted(text, s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// appendTOMLValue writes a value on one line.
func appendTOMLValue(text []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case rawText:
		return append(text, v...), nil
	case string:
		return appendTOMLString(text, v), nil
	case float64:
		s := strconv.FormatFloat(v, 'g', -1, 64)
		if !strings.ContainsAny(s, ".e") {
			s += ".0"
		}
		return append(text, s...), nil
	case bool, int, int64:
		return fmt.Append(text, v), nil
	case []any:
		text = append(text, '[')
		for i, e := range v {
			if i > 0 {
				text = append(text, ", "...)
			}
			var err error
			if text, err = appendTOMLValue(text, e); err != nil {
				return nil, err
			}
		}
		return append(text, ']'), nil
	case Map:
		if len(v) == 0 {
			return append(text, "{}"...), nil
		}
		for i, p := range v {
			sep := ", "
			if i == 0 {
				sep = "{ "
			}
			text = append(text, sep...)
			var err error
			if text, err = appendTOMLPair(text, p.Key, p.Value); err != nil {
				return nil, err
			}
		}
		return append(text, " }"...), nil
	}
	return nil, fmt.Errorf("TOML has no way to write %v", v)
}

func appendTOMLPair(text []byte, key string, v any) ([]byte, error) {
	return appendTOMLValue(append(appendTOMLKey(text, key), " = "...), v)
}
