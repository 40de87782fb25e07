package installer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"unicode/utf8"
)

// A receiptFormat reads receipts of every version up to one.
type receiptFormat struct {
	version int
	// steps lead from a version, by its number, to the next. They change the
	// decoded document, in which numbers are [json.Number]. What they make is
	// written with the next operation: reading writes nothing.
	steps map[int]func(doc map[string]any) error
}

// thisFormat is the one that is written.
func thisFormat() receiptFormat { return receiptFormat{version: receiptVersion} }

// A NewerError says that a file is of a version which only a newer fsskills
// knows. There is nothing wrong with the file.
type NewerError struct{ Version, Known int }

func (e *NewerError) Error() string {
	return fmt.Sprintf("a newer fsskills has written it: its format version is %d, and this fsskills knows %d", e.Version, e.Known)
}

// errNoVersion reports a document that does not say of which version it is.
var errNoVersion = errors.New("has no version")

// plainReceipt is a Receipt that decodes as it is.
type plainReceipt Receipt

// decode reads a receipt. The error says where in data it is, if it is in one
// place.
func (f receiptFormat) decode(data []byte) (Receipt, error) {
	r, err := strictly(data)
	if err != nil {
		var head struct {
			Version int `json:"version"`
		}
		if json.Unmarshal(data, &head) != nil {
			return Receipt{}, at(data, err)
		}
		r.Version = head.Version // in another version, other types may be right
	}
	switch {
	case r.Version < 1:
		return Receipt{}, errNoVersion
	case r.Version > f.version:
		return Receipt{}, &NewerError{Version: r.Version, Known: f.version}
	case r.Version < f.version:
		return f.migrate(data, r.Version)
	}
	return Receipt(r), at(data, err)
}

// strictly decodes a receipt of this format. A field that is not known or is
// there twice is an error: a name with one letter wrong would leave out all that
// stands behind it, and be taken for less than what is installed.
func strictly(data []byte) (r plainReceipt, err error) {
	in := json.NewDecoder(bytes.NewReader(data))
	in.DisallowUnknownFields()
	if err := in.Decode(&r); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return r, json.Unmarshal(data, &r) // which says where
		}
		if !isJSONError(err) {
			err = fmt.Errorf("is not what this fsskills writes: %w", err)
		}
		return r, err
	}
	if rest := bytes.TrimLeft(data[in.InputOffset():], " \t\r\n"); len(rest) > 0 {
		return r, placeIn(data, len(data)-len(rest), errors.New("there is more behind the end"))
	}
	return r, doubled(data)
}

// migrate takes an older document through the steps to the newest version.
func (f receiptFormat) migrate(data []byte, version int) (Receipt, error) {
	in := json.NewDecoder(bytes.NewReader(data))
	in.UseNumber()
	var doc map[string]any
	if err := in.Decode(&doc); err != nil {
		return Receipt{}, at(data, err)
	}
	for ; version < f.version; version++ {
		step, ok := f.steps[version]
		if !ok {
			return Receipt{}, fmt.Errorf("nothing leads from format version %d to %d", version, version+1)
		}
		if err := step(doc); err != nil {
			return Receipt{}, fmt.Errorf("from format version %d to %d: %w", version, version+1, err)
		}
	}
	doc["version"] = f.version
	moved, err := json.Marshal(doc)
	if err != nil {
		return Receipt{}, err
	}
	r, err := strictly(moved)
	return Receipt(r), err
}

// UnmarshalJSON reads a receipt of any version, also one inside a journal or
// backup. One without a version is nobody's, as before the first operation.
func (r *Receipt) UnmarshalJSON(data []byte) error {
	read, err := thisFormat().decode(data)
	if errors.Is(err, errNoVersion) {
		return json.Unmarshal(data, (*plainReceipt)(r))
	}
	if err == nil {
		*r = read
	}
	return err
}

// isJSONError reports whether the decoder says where something is wrong. It does
// not of a field that it does not know.
func isJSONError(err error) bool {
	_, syntax := errors.AsType[*json.SyntaxError](err)
	_, kind := errors.AsType[*json.UnmarshalTypeError](err)
	return syntax || kind
}

// A placedError is an error at a place in a file, line and column from 1, the
// column in bytes.
type placedError struct {
	line, column int
	err          error
}

func (e *placedError) Error() string {
	return fmt.Sprintf("line %d, column %d: %v", e.line, e.column, e.err)
}
func (e *placedError) Unwrap() error { return e.err }

// at says where in data an error of the JSON decoder is.
func at(data []byte, err error) error {
	var offset int64
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = syntax.Offset
		if cut := json.NewDecoder(bytes.NewReader(data)).Decode(new(json.RawMessage)); errors.Is(cut, io.ErrUnexpectedEOF) {
			err = errCutOff // which only a decoder tells from other mistakes
		}
	} else if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		offset = kind.Offset
		err = fmt.Errorf("%s cannot be %s", kind.Field, article(kind.Value))
		if kind.Field == "" {
			err = fmt.Errorf("the document cannot be %s", article(kind.Value))
		}
	} else {
		return err
	}
	return placeIn(data, int(offset)-1, err)
}

// placeIn is an error at an offset of data.
func placeIn(data []byte, offset int, err error) error {
	before := data[:min(max(offset, 0), len(data))]
	return &placedError{
		line: bytes.Count(before, []byte("\n")) + 1, column: len(before) - bytes.LastIndexByte(before, '\n'), err: err,
	}
}

// article gives a JSON decoder's word for a value its article.
func article(value string) string {
	switch value {
	case "object", "array":
		return "an " + value
	case "bool":
		return "true or false"
	}
	return "a " + value
}

// A reading is a receipt and the bytes that it was read from.
type reading struct {
	data    []byte
	receipt Receipt
}

// readFile reads the receipt in a file; there has to be one. Bytes that are those
// of known, which may be nil, are not decoded again.
func (f receiptFormat) readFile(path string, known *reading) (*reading, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, blocked(path, err)
	}
	corrupt := func(err error) (*reading, error) { return nil, &CorruptError{Path: path, Err: err} }
	if !info.Mode().IsRegular() {
		return corrupt(errNotRegular)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return corrupt(errors.New("is empty"))
	case known != nil && bytes.Equal(data, known.data):
		return known, nil
	case !utf8.Valid(data):
		return corrupt(errors.New("is not text in UTF-8"))
	}
	r, err := f.decode(data)
	if err == nil {
		err = r.check()
	}
	if err != nil {
		return corrupt(err)
	}
	return &reading{data, r}, nil
}

// A CorruptError says that one of fsskills' own files cannot be read. It is
// never taken for "nothing installed".
type CorruptError struct {
	Path string
	Err  error
}

func (e *CorruptError) Error() string {
	err := e.Err
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errCutOff
	}
	return fmt.Sprintf("read %s: %v", e.Path, err)
}

func (e *CorruptError) Unwrap() error { return e.Err }

// Hint says how to get out of it.
func (e *CorruptError) Hint() string {
	if e.Newer() {
		return "install a newer fsskills"
	}
	return "run 'fsskills doctor --fix': it keeps the damaged file, and mends what it can"
}

// Newer reports whether the file is only too new.
func (e *CorruptError) Newer() bool {
	_, newer := errors.AsType[*NewerError](e.Err)
	return newer
}

// errCutOff is what is wrong with a file of which the end is missing.
var errCutOff = errors.New("the end is missing")

// errLost reports that there is no receipt though operations are backed up.
var errLost = errors.New("is gone, though there are backups of what was installed")

// Receipt reads the receipt. Where nothing was ever installed it is empty. The
// error is a [*CorruptError] if it cannot be read or is lost.
func (s *Store) Receipt() (Receipt, error) {
	r, err := s.reading()
	s.ahead = nil // whose parts nobody else may have
	if err != nil {
		return Receipt{}, err
	}
	return r.receipt, nil
}

// Readable returns the error of Receipt. It is for before the lock is taken: what
// it reads is decoded once, if the file is still the same when Receipt reads it.
func (s *Store) Readable() error {
	var err error
	s.ahead, err = s.reading()
	return err
}

func (s *Store) reading() (*reading, error) {
	path := s.path(receiptName)
	r, err := thisFormat().readFile(path, s.ahead)
	if !errors.Is(err, fs.ErrNotExist) {
		return r, err
	}
	// Each operation that was completed had saved one.
	backups, err := s.backedUp()
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(backups, func(b backup) bool { return !b.undone }) {
		return nil, &CorruptError{Path: path, Err: errLost}
	}
	return &reading{receipt: Receipt{Version: receiptVersion}}, nil
}
