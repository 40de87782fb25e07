package registry

import (
	"bytes"
	"encoding/binary"
	"path"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// What an assistant may read as text is everything that is no file of a known
// format of pictures, sounds, fonts, archives or the like. One byte that makes a
// file none in the strict sense must not hide the rest.

// textOf is what is to be looked at of a file: its bytes, and what they mean if
// they are UTF-16. Both are nil if the file is none to be read. The lines of
// the second are those of the file.
func textOf(f File) (plain, decoded []byte) {
	if order := orderOf(f.Data); order != nil {
		return f.Data, decodeWide(f.Data, order)
	}
	if !isTextName(f.Path) && isKnownFormat(f.Data) && !isMostlyText(f.Data) {
		return nil, nil
	}
	return f.Data, nil
}

// isTextName recognises the names of files that are read as text.
func isTextName(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".md", ".mdx", ".markdown", ".txt", ".rst", ".json", ".jsonc", ".yaml", ".yml", ".toml", ".xml", ".html", ".htm",
		".csv", ".tsv", ".sh", ".py", ".js", ".mjs", ".ts", ".rb", ".pl", ".ps1", ".bat", ".cmd":
		return true
	}
	return false
}

// isMostlyText says whether data is text in UTF-8 but for a tenth of it at most.
// Somebody may have put the first bytes of a picture before it.
func isMostlyText(data []byte) bool {
	other := 0
	for at := 0; at < len(data); {
		r, n := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && n == 1 || r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' {
			other++
		}
		at += n
	}
	return 10*other <= len(data)
}

// isKnownFormat recognises programs, and files that begin as those of formats do
// that no assistant reads as text (https://en.wikipedia.org/wiki/List_of_file_signatures).
func isKnownFormat(data []byte) bool {
	if programFormat(data) != "" {
		return true
	}
	for _, begin := range []string{
		"\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF87a", "GIF89a", "\x00\x00\x01\x00", "II*\x00", "MM\x00*", "8BPS", "icns", // pictures
		"ID3", "\xff\xfb", "\xff\xf3", "\xff\xf2", "OggS", "fLaC", "\x1aE\xdf\xa3", // sound and films
		"wOFF", "wOF2", "OTTO", "ttcf", "true\x00", "\x00\x01\x00\x00", // fonts
		"PK\x03\x04", "PK\x05\x06", "\x1f\x8b", "BZh", "\xfd7zXZ\x00", "\x28\xb5\x2f\xfd", "7z\xbc\xaf\x27\x1c", "Rar!\x1a\x07", // archives
		"%PDF-", "SQLite format 3\x00", "\x00asm", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "PAR1", "bplist00", "\x00\x00\x00\x01Bud1",
	} {
		if bytes.HasPrefix(data, []byte(begin)) {
			return true
		}
	}
	switch {
	case len(data) > 12 && string(data[:4]) == "RIFF": // pictures, sound and films
		kind := string(data[8:12])
		return kind == "WEBP" || kind == "WAVE" || kind == "AVI "
	case len(data) > 12 && string(data[4:8]) == "ftyp": // films, and pictures of their kind
		return true
	case len(data) > 6 && string(data[:2]) == "BM": // a picture that says how long it is
		return int64(binary.LittleEndian.Uint32(data[2:])) == int64(len(data))
	}
	return len(data) > 262 && string(data[257:262]) == "ustar"
}

// orderOf is the order of the bytes of UTF-16, nil if data is none: it begins with
// the mark and is not UTF-8 behind it, or every other byte of most of it is NUL.
func orderOf(data []byte) binary.ByteOrder {
	zeros := [2]int{}
	for i, c := range data {
		if c == 0 {
			zeros[i%2]++
		}
	}
	most := len(data) * 3 / 10 // of half of the bytes
	switch {
	case len(data) < 4:
		return nil
	case data[0] == 0xff && data[1] == 0xfe && !isMostlyText(data), zeros[1] > most && zeros[0] < most/8+1:
		return binary.LittleEndian
	case data[0] == 0xfe && data[1] == 0xff && !isMostlyText(data), zeros[0] > most && zeros[1] < most/8+1:
		return binary.BigEndian
	}
	return nil
}

// decodeWide gives UTF-16 as UTF-8. Half of a pair becomes a byte that is no UTF-8.
func decodeWide(data []byte, order binary.ByteOrder) []byte {
	out := make([]byte, 0, len(data))
	for at := 0; at+1 < len(data); at += 2 {
		r := rune(order.Uint16(data[at:]))
		if utf16.IsSurrogate(r) && at+3 < len(data) {
			if pair := utf16.DecodeRune(r, rune(order.Uint16(data[at+2:]))); pair != utf8.RuneError {
				r = pair
				at += 2
			}
		}
		if utf16.IsSurrogate(r) {
			out = append(out, 0xff)
			continue
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}
