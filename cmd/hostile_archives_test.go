package cmd_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// hostileArchives are what only the bytes of an archive can say.
func hostileArchives() []hostile {
	zipFile := func(what string, want fate, says string, make func(t *testing.T) []byte) hostile {
		return hostile{name: "zip: " + what, want: want, says: says, raw: func(t *testing.T, dir string) (string, string) {
			return written(t, dir, "source.zip", make(t)), ""
		}}
	}
	tarFile := func(what string, want fate, says string, make func(t *testing.T) []byte) hostile {
		return hostile{name: "tar: " + what, want: want, says: says, raw: func(t *testing.T, dir string) (string, string) {
			return written(t, dir, "source.tar.gz", make(t)), ""
		}}
	}
	headers := func(headers ...*tar.Header) func(t *testing.T) []byte {
		return func(t *testing.T) []byte { return gzipped(t, tarHeaders(t, headers...)) }
	}
	good := []thing{{name: "skills/good/SKILL.md", data: text("good")}}
	with := func(change func(zip []byte)) func(t *testing.T) []byte {
		return func(t *testing.T) []byte {
			data := zipOf(t, good)
			change(data)
			return data
		}
	}
	// Where things are in the only central directory entry and in the end
	// record (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).
	from := func(zip []byte, mark string) []byte {
		before, _, _ := bytes.Cut(zip, []byte(mark))
		return zip[len(before):]
	}
	entry := func(zip []byte) []byte { return from(zip, "PK\x01\x02") }
	end := func(zip []byte) []byte { return from(zip, "PK\x05\x06") }
	put16, put32 := binary.LittleEndian.PutUint16, binary.LittleEndian.PutUint32
	return []hostile{
		zipFile("empty file", refused, "source.zip", func(*testing.T) []byte { return nil }),
		zipFile("a picture", refused, "source.zip", func(*testing.T) []byte { return []byte("\x89PNG\r\n\x1a\n") }),
		zipFile("no entry", refused, "no skills", func(t *testing.T) []byte { return zipOf(t, nil) }),
		zipFile("cut short", refused, "source.zip", func(t *testing.T) []byte { return zipOf(t, good)[:100] }),
		zipFile("encrypted", refused, "encrypted", with(func(z []byte) { put16(entry(z)[8:], 9) })),
		zipFile("unknown method", refused, "skills/good/SKILL.md", with(func(z []byte) { put16(entry(z)[10:], 99); put16(z[8:], 99) })),
		zipFile("wrong checksum", refused, "skills/good/SKILL.md", with(func(z []byte) { put32(entry(z)[16:], 1) })),
		zipFile("size too small", refused, "skills/good/SKILL.md", with(func(z []byte) { put32(entry(z)[24:], 1) })),
		zipFile("size too large", refused, "skills/good/SKILL.md", with(func(z []byte) { put32(entry(z)[24:], 1<<30) })),
		zipFile("packed size of nothing", refused, "skills/good/SKILL.md", with(func(z []byte) { put32(entry(z)[20:], 0) })),
		zipFile("packed size of 4 GB", refused, "skills/good/SKILL.md", with(func(z []byte) { put32(entry(z)[20:], 1<<32-2) })),
		zipFile("place far behind the end", refused, "source.zip", with(func(z []byte) { put32(entry(z)[42:], 1<<31) })),
		zipFile("name longer than the file", refused, "source.zip", with(func(z []byte) { put16(entry(z)[28:], 1<<16-1) })),
		zipFile("65,534 entries promised", refused, "source.zip", with(func(z []byte) { put16(end(z)[8:], 65534); put16(end(z)[10:], 65534) })),
		zipFile("directory of 4 GB promised", refused, "source.zip", with(func(z []byte) { put32(end(z)[12:], 1<<32-2) })),
		zipFile("zip64 that lies", refused, "source.zip", func(t *testing.T) []byte { return lyingZip64(zipOf(t, good)) }),
		zipFile("another name inside", installed, "", with(func(z []byte) { copy(z[30:], "skills/evil/SKILL.md") })),
		zipFile("bomb", refused, "200-fold", func(t *testing.T) []byte {
			return zipOf(t, append(in("bad", thing{name: "x", data: strings.Repeat("\x00", 3<<20)}), good...))
		}),
		zipFile("bomb outside of the skills", installed, "", func(t *testing.T) []byte {
			return zipOf(t, append([]thing{{name: "video", data: strings.Repeat("\x00", 16<<20)}}, good...))
		}),
		zipFile("a thousand names for one file", refused, "128 MiB", overlappingZip),
		zipFile("a million entries", refused, "16 MiB", func(*testing.T) []byte { return manyEntries(1_000_000) }),
		zipFile("200,000 entries", refused, "100000 entries", func(*testing.T) []byte { return manyEntries(200_000) }),
		zipFile("all in one of a folder", installed, "", func(t *testing.T) []byte {
			list := append([]thing{}, good...)
			for i := range 60_000 {
				list = append(list, thing{name: fmt.Sprintf("x/%d", i)})
			}
			return zipOf(t, list)
		}),
		tarFile("empty file", refused, "source.tar.gz", func(*testing.T) []byte { return nil }),
		tarFile("not compressed", refused, "source.tar.gz", func(t *testing.T) []byte { return tarOf(t, good) }),
		tarFile("no entry", refused, "no skills", func(t *testing.T) []byte { return gzipped(t, tarOf(t, nil)) }),
		tarFile("cut short", refused, "source.tar.gz", func(t *testing.T) []byte { z := gzipped(t, tarOf(t, good)); return z[:len(z)-10] }),
		tarFile("wrong checksum of gzip", refused, "source.tar.gz", func(t *testing.T) []byte { z := gzipped(t, tarOf(t, good)); z[len(z)-8]++; return z }),
		tarFile("wrong checksum of a header", refused, "source.tar.gz", func(t *testing.T) []byte { z := tarOf(t, good); z[0] = 'S'; return gzipped(t, z) }),
		tarFile("in two parts", installed, "", func(t *testing.T) []byte { z := tarOf(t, good); return gzipped(t, z[:700], z[700:]) }),
		tarFile("another archive behind the end", installed, "", func(t *testing.T) []byte {
			return gzipped(t, tarOf(t, good), tarOf(t, in("hidden")))
		}),
		tarFile("bomb behind the end", refused, "unpacked", func(t *testing.T) []byte {
			return gzippedZeros(t, tarOf(t, good), 40)
		}),
		tarFile("bomb outside of the skills", refused, "unpacked", func(t *testing.T) []byte {
			return gzipped(t, tarOf(t, append([]thing{{name: "video", data: strings.Repeat("\x00", 16<<20)}}, good...)))
		}),
		tarFile("negative size", refused, "source.tar.gz", func(t *testing.T) []byte { return gzipped(t, sized(tarOf(t, good), "-0000000001")) }),
		tarFile("size of 8 GB", refused, "source.tar.gz", func(t *testing.T) []byte { return gzipped(t, sized(tarOf(t, good), "77777777777")) }),
		tarFile("size that is no number", refused, "source.tar.gz", func(t *testing.T) []byte { return gzipped(t, sized(tarOf(t, good), "everything!")) }),
		tarFile("size of exabytes", refused, "source.tar.gz", func(t *testing.T) []byte {
			return gzipped(t, sized(tarOf(t, good), "\x80\x00\x00\x00\x7f\xff\xff\xff\xff\xff\xff\xff"))
		}),
		tarFile("pax name instead", leftOut, "skills/bad/", func(t *testing.T) []byte {
			list := tarOf(t, in("bad", thing{name: "x", data: "x"}))
			return gzipped(t, list[:1024], paxHeader(t, "path", "skills/bad/../../evil"), list[1024:2048], tarOf(t, good))
		}),
		tarFile("pax link instead", leftOut, "skills/bad/x", headers(
			header("skills/bad/SKILL.md"),
			&tar.Header{Name: "skills/bad/x", Typeflag: tar.TypeSymlink, Linkname: "y", PAXRecords: map[string]string{"linkpath": "/etc/passwd"}},
		)),
		tarFile("long name of GNU", leftOut, "180 bytes", headers(
			header("skills/bad/SKILL.md"),
			&tar.Header{Name: "skills/bad/" + strings.Repeat("y", 200), Typeflag: tar.TypeReg, Format: tar.FormatGNU},
		)),
		tarFile("name of 900 kB", refused, "4096 bytes", headers(&tar.Header{Name: "skills/bad/" + noise(900_000), Typeflag: tar.TypeReg, Format: tar.FormatGNU})),
		tarFile("name of 2 MB", refused, "source.tar.gz", headers(&tar.Header{Name: "skills/bad/" + noise(2_000_000), Typeflag: tar.TypeReg, Format: tar.FormatGNU})),
		tarFile("long names for all", refused, "16 MiB of names", func(t *testing.T) []byte { return gzipped(t, longNames(t)) }),
		tarFile("sparse file of 1 TB", leftOut, "skills/bad/x", func(t *testing.T) []byte { return gzipped(t, sparse(t)) }),
		tarFile("block device", leftOut, "skills/bad/x", headers(header("skills/bad/SKILL.md"), &tar.Header{Name: "skills/bad/x", Typeflag: tar.TypeBlock, Devmajor: 8})),
		tarFile("unknown type", installed, "", headers(header("skills/fine/SKILL.md"), &tar.Header{Name: "skills/fine/x", Typeflag: 'Z'})),
		tarFile("contiguous file", installed, "", headers(header("skills/fine/SKILL.md"), &tar.Header{Name: "skills/fine/x", Typeflag: tar.TypeCont})),
		tarFile("set-user bit and writable for all", installed, "", headers(header("skills/fine/SKILL.md"), &tar.Header{Name: "skills/fine/x", Typeflag: tar.TypeReg, Mode: 0o7777})),
		tarFile("pax header for all", installed, "", func(t *testing.T) []byte {
			global := &tar.Header{Typeflag: tar.TypeXGlobalHeader, PAXRecords: map[string]string{"path": "../../evil", "comment": "\x1b[2J"}}
			return gzipped(t, tarHeaders(t, global))
		}),
	}
}

// header is that of a SKILL.md; its text comes with it.
func header(name string) *tar.Header {
	return &tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(headerText(name)))}
}

func headerText(name string) string { return text(path.Base(path.Dir(name))) }

// tarHeaders is a tar with these headers and the good skill.
func tarHeaders(t *testing.T, headers ...*tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range append(headers, header("skills/good/SKILL.md")) {
		err := w.WriteHeader(h)
		if err == nil && h.Size > 0 {
			_, err = io.WriteString(w, headerText(h.Name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sized gives the first header of a tar another size, in octal digits or as it
// is, and the checksum that goes with it
// (https://www.gnu.org/software/tar/manual/html_node/Standard.html).
func sized(data []byte, size string) []byte {
	copy(data[124:136], "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	copy(data[124:136], size)
	copy(data[148:156], "        ")
	sum := 0
	for _, c := range data[:512] {
		sum += int(c)
	}
	copy(data[148:156], fmt.Sprintf("%06o\x00 ", sum))
	return data
}

// longNames is a tar whose names alone fill the memory.
func longNames(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := range 6000 {
		err := w.WriteHeader(&tar.Header{Name: fmt.Sprintf("%d/%s", i, strings.Repeat("y", 4000)), Typeflag: tar.TypeReg, Format: tar.FormatGNU})
		if err != nil {
			t.Fatal(err)
		}
	}
	// What cannot be compressed, so that it is no bomb by its ratio.
	more := noise(1 << 20)
	err := w.WriteHeader(&tar.Header{Name: "noise", Typeflag: tar.TypeReg, Size: int64(len(more))})
	_, writeErr := io.WriteString(w, more)
	if err := errors.Join(err, writeErr, w.Close()); err != nil {
		t.Fatal(err)
	}
	return append(tarOf(t, []thing{{name: "skills/good/SKILL.md", data: text("good")}})[:1024], b.Bytes()...)
}

// paxHeader is an extended header with these keys and values, for what follows
// (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html).
func paxHeader(t *testing.T, records ...string) []byte {
	t.Helper()
	var b strings.Builder
	for i := 0; i < len(records); i += 2 {
		rest := " " + records[i] + "=" + records[i+1] + "\n"
		n := len(rest) + len(strconv.Itoa(len(rest)))
		n = len(rest) + len(strconv.Itoa(n)) // the digits count too
		b.WriteString(strconv.Itoa(n) + rest)
	}
	data := b.String()
	extended := tarOf(t, []thing{{name: "pax", data: data}})[:1024]
	extended[156] = 'x'
	return sized(extended, fmt.Sprintf("%011o", len(data)))
}

// sparse is a tar with a file that is one hole
// (https://www.gnu.org/software/tar/manual/html_node/PAX-1.html).
func sparse(t *testing.T) []byte {
	t.Helper()
	return slices.Concat(
		tarOf(t, []thing{{name: "skills/bad/SKILL.md", data: text("bad")}})[:1024],
		paxHeader(t, "GNU.sparse.major", "1", "GNU.sparse.minor", "0", "GNU.sparse.name", "skills/bad/x", "GNU.sparse.realsize", "1099511627776"),
		tarOf(t, []thing{{name: "hole", data: "1\n1099511627776\n0\n" + strings.Repeat("\x00", 494)}})[:1024],
		tarOf(t, []thing{{name: "skills/good/SKILL.md", data: text("good")}}),
	)
}

// lyingZip64 promises more entries than there are bytes.
func lyingZip64(z []byte) []byte {
	at := bytes.Index(z, []byte("PK\x05\x06"))
	directory := bytes.Index(z, []byte("PK\x01\x02"))
	out := bytes.Clone(z[:at])
	le := binary.LittleEndian
	end64 := append([]byte("PK\x06\x06"), make([]byte, 52)...)
	le.PutUint64(end64[4:], 44)
	le.PutUint64(end64[24:], 1<<40)
	le.PutUint64(end64[32:], 1<<40)
	le.PutUint64(end64[40:], uint64(at-directory))
	le.PutUint64(end64[48:], uint64(directory))
	out = append(out, end64...)
	locator := append([]byte("PK\x06\x07"), make([]byte, 16)...)
	le.PutUint64(locator[8:], uint64(at))
	le.PutUint32(locator[16:], 1)
	out = append(out, locator...)
	end := append([]byte("PK\x05\x06"), bytes.Repeat([]byte{0xff}, 18)...)
	le.PutUint32(end[4:], 0)
	le.PutUint16(end[20:], 0)
	return append(out, end[:22]...)
}

// A zipEntry is one of a central directory.
func zipEntry(name string, method uint16, crc, packed, size, at uint32) []byte {
	h := append([]byte("PK\x01\x02"), make([]byte, 42)...)
	le := binary.LittleEndian
	le.PutUint16(h[4:], 20)
	le.PutUint16(h[6:], 20)
	le.PutUint16(h[10:], method)
	le.PutUint32(h[16:], crc)
	le.PutUint32(h[20:], packed)
	le.PutUint32(h[24:], size)
	le.PutUint16(h[28:], uint16(len(name)))
	le.PutUint32(h[42:], at)
	return append(h, name...)
}

// zipEnd closes an archive after its central directory.
func zipEnd(out []byte, entries, directory int) []byte {
	le := binary.LittleEndian
	end := append([]byte("PK\x05\x06"), make([]byte, 18)...)
	le.PutUint16(end[8:], uint16(entries))
	le.PutUint16(end[10:], uint16(entries))
	le.PutUint32(end[12:], uint32(len(out)-directory))
	le.PutUint32(end[16:], uint32(directory))
	return append(out, end...)
}

// overlappingZip has many names for the same bytes
// (https://www.bamsoftware.com/hacks/zipbomb/).
func overlappingZip(*testing.T) []byte {
	data := []byte(noise(1 << 20))
	crc, size := crc32.ChecksumIEEE(data), uint32(len(data))
	local := append([]byte("PK\x03\x04"), make([]byte, 26)...)
	out := slices.Concat(local, data)
	directory := len(out)
	for i := range 1000 {
		out = append(out, zipEntry(fmt.Sprintf("skills/s%d/SKILL.md", i), zip.Store, crc, size, size, 0)...)
	}
	return zipEnd(out, 1000, directory)
}

// manyEntries is an archive of empty files outside of the skills.
func manyEntries(n int) []byte {
	var out []byte
	for i := range n {
		out = append(out, zipEntry(strconv.Itoa(i), zip.Store, 0, 0, 0, 0)...)
	}
	return zipEnd(out, n, 0)
}
