package registry

import (
	"archive/tar"
	"archive/zip"
	"errors"
	"io"
)

// noZip says what a file is whose list of entries cannot be read. An archive
// begins with the letters PK
// (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3).
func noZip(r io.ReaderAt, err error) error {
	head := make([]byte, 2)
	if n, _ := r.ReadAt(head, 0); string(head[:n]) != "PK" { // what cannot be read is no archive either
		return errors.New("the file is no zip archive")
	}
	return cutShort(err)
}

// isCut says whether something ended before its end.
func isCut(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// isNoTar says whether the first look at a tar, which took so many bytes, shows
// that it is none: an empty one has bytes, too.
func isNoTar(err error, bytes int64) bool {
	return errors.Is(err, tar.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) && bytes == 0
}

// isWhole reads on to the end, and says whether there is one.
func isWhole(unpacked io.Reader) bool { return finish(unpacked) == nil }

// cutShort is an error in reading an archive, in words where it is an end that is
// missing.
func cutShort(err error) error {
	if isCut(err) || errors.Is(err, zip.ErrFormat) {
		return errors.New("a part of the archive is missing, or it is damaged")
	}
	return err
}
