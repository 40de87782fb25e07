package installer

import (
	"archive/tar"
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// An Operation is one run of Apply, as its journal and later its backup
// describe it. The file is a tar archive: operation.json first, then the bytes
// from before, so that a user can get at them with tar alone.
type Operation struct {
	ID      string    `json:"id"`
	Version string    `json:"version"`
	Command string    `json:"command"`
	Time    time.Time `json:"time"`
	Changes []Change  `json:"changes"`
	// Was is the receipt from before.
	Was Receipt `json:"was"`
	// Real says where skills folders really are that links lead to.
	Real map[string]string `json:"real,omitempty"`
	// Stages are the folders in which skills are made ready.
	Stages []string `json:"stages,omitempty"`
	// Missing are the folders that did not exist and may have been made,
	// parents first.
	Missing []string `json:"missing,omitempty"`
	// Redacted are the files of a backup in which keys are blotted out.
	Redacted []Redaction `json:"redacted,omitempty"`
}

// A Change is one file that an operation writes or removes.
type Change struct {
	Kind Kind   `json:"kind"`
	Path string `json:"path"` // with links resolved
	// Folder is the folder of the skill or the agent whose file it is, Name the
	// agent's name. A skill's is in the path.
	Folder string `json:"folder,omitempty"`
	Name   string `json:"name,omitempty"`
	// From is set when Path is a skill's folder whose name was another until
	// then. The changes of its files, which follow, are of the new name.
	From   string `json:"from,omitempty"`
	Before Image  `json:"before"`
	After  Image  `json:"after"`
	// User is true when the bytes from before may be the user's own work, and
	// are in no other place.
	User bool `json:"user,omitempty"`
	// Server is the record of an entry that is written.
	Server *Server `json:"server,omitempty"`
}

// An Image is what a Change finds or leaves. The zero Image is no file.
type Image struct {
	SHA256 string      `json:"sha256,omitempty"`
	Mode   fs.FileMode `json:"mode,omitempty"`
	Link   string      `json:"link,omitempty"`
}

func image(c Content) Image { return Image{SHA256: c.SHA256, Mode: c.Mode, Link: c.Link} }

// is reports whether c is what the image was taken of.
func (i Image) is(c Content) bool { return i.SHA256 == c.SHA256 && i.Link == c.Link }

// thing is the name of the skill or agent that the change is about, and the path
// of its file. That is empty for what stands in a skill's place as a whole.
func (c Change) thing() (name, file string, err error) {
	rel, err := filepath.Rel(c.Folder, c.Path)
	if err != nil {
		return "", "", err
	}
	rel = filepath.ToSlash(rel)
	if c.Kind == KindAgent {
		return c.Name, rel, nil
	}
	name, file, _ = strings.Cut(rel, "/")
	return name, file, nil
}

// undone reports whether a file is as it was before the change. A mode that the
// change has set is still to be undone.
func (c Change) undone(before, have Content) bool {
	return image(before).is(have) && (have.Mode == before.Mode || have.Mode != c.After.Mode)
}

// operationName is the first file of the archive.
const operationName = "operation.json"

// A journal is the record of an operation in progress, on disk before the
// first write.
type journal struct {
	path string
	op   Operation
	// files are the indices of the changes of whole files, by their paths.
	files map[string]int
	mu    sync.Mutex
}

// begin writes the journal. before gives the bytes of the i-th change.
func (s *Store) begin(op Operation, before func(i int) []byte) (*journal, error) {
	j := &journal{path: s.path(journalName), op: op, files: map[string]int{}}
	for i := range op.Changes {
		c := &op.Changes[i]
		if _, twice := j.files[c.Path]; c.Kind.isFile() && !twice {
			j.files[c.Path] = i
		}
	}
	meta, err := json.Marshal(op)
	if err != nil {
		return nil, fmt.Errorf("encode the journal: %w", err)
	}
	// It gets its name when it is whole: a journal that can be seen can be
	// used.
	draft := j.path + ".new"
	err = j.write(draft, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, func(out *tar.Writer) error {
		if err := j.add(out, operationName, privateFile, meta); err != nil {
			return err
		}
		for i, c := range op.Changes {
			if c.Before.SHA256 == "" {
				continue
			}
			if err := j.add(out, beforePrefix+strconv.Itoa(i), c.Before.Mode, before(i)); err != nil {
				return err
			}
		}
		return out.Flush()
	})
	if err == nil {
		err = rename(draft, j.path)
	}
	if err != nil {
		if rm := remove(draft); rm != nil && !errors.Is(rm, fs.ErrNotExist) {
			err = errors.Join(err, rm)
		}
		return nil, err
	}
	return j, nil
}

// found notes that the i-th change found other bytes than planned.
func (j *journal) found(i int, c Content) error {
	return j.note(beforePrefix+strconv.Itoa(i), c.Mode, c.Data)
}

// placing notes that the i-th change is about to put bytes of this digest in
// place, which are not the planned ones.
func (j *journal) placing(i int, sha256 string) error {
	return j.note(placedPrefix+strconv.Itoa(i), privateFile, []byte(sha256))
}

func (j *journal) note(name string, mode fs.FileMode, data []byte) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.write(j.path, os.O_APPEND|os.O_WRONLY, func(out *tar.Writer) error {
		if err := j.add(out, name, mode, data); err != nil {
			return err
		}
		return out.Flush()
	})
}

// finish files the journal away as the operation's backup, with the receipt
// that it has left: should that be lost, the newest backup has it.
func (j *journal) finish(s *Store, after Receipt) error {
	data, err := json.Marshal(after)
	if err != nil {
		return fmt.Errorf("encode the receipt: %w", err)
	}
	err = j.write(j.path, os.O_APPEND|os.O_WRONLY, func(out *tar.Writer) error {
		if err := j.add(out, afterName, privateFile, data); err != nil {
			return err
		}
		return out.Close()
	})
	if err != nil {
		return err
	}
	return s.file(j.op, s.backupPath(j.op.ID))
}

// drop removes the journal of an operation that came to nothing.
func (j *journal) drop() error { return remove(j.path) }

func (j *journal) write(path string, flag int, body func(*tar.Writer) error) error {
	f, err := os.OpenFile(path, flag, privateFile)
	if err != nil {
		return err
	}
	buf := bufio.NewWriterSize(f, 1<<16)
	if err := errors.Join(body(tar.NewWriter(buf)), buf.Flush()); err != nil {
		return errors.Join(err, f.Close())
	}
	return errors.Join(f.Sync(), f.Close())
}

func (j *journal) add(out *tar.Writer, name string, mode fs.FileMode, data []byte) error {
	h := &tar.Header{Name: name, Mode: int64(mode.Perm()), Size: int64(len(data)), ModTime: j.op.Time, Format: tar.FormatPAX}
	if err := out.WriteHeader(h); err != nil {
		return err
	}
	_, err := out.Write(data)
	return err
}

// The members of the archive, followed by the index of a change: the bytes
// that it found, of which the last count where there are several, and the
// digests of what it placed beside what was planned.
const (
	beforePrefix = "before/"
	placedPrefix = "placed/"

	// afterName is the receipt that the operation has left.
	afterName = "after/" + receiptName
)

func (s *Store) backupPath(id string) string {
	return filepath.Join(s.path(backupsName), id+".tar")
}

// A record is an operation read back, with the bytes from before.
type record struct {
	Operation
	before map[int][]byte
	// seen are the digests of all the bytes that a change found, placed those
	// of what it put there, but for the planned ones.
	seen, placed map[int][]string
	// members are the files of the archive, last the one of them that has the
	// bytes of before.
	members []member
	last    map[int]int
	// after is the receipt that the operation has left, nil if it was not
	// completed.
	after *Receipt
}

// take adds a member of the archive.
func (r *record) take(name string, mode fs.FileMode, data []byte) error {
	r.members = append(r.members, member{name, mode, data})
	if name == afterName {
		return json.Unmarshal(data, &r.after)
	}
	for prefix, add := range map[string]func(int){
		beforePrefix: func(n int) {
			r.before[n], r.last[n], r.seen[n] = data, len(r.members)-1, append(r.seen[n], digest(data))
		},
		placedPrefix: func(n int) { r.placed[n] = append(r.placed[n], string(data)) },
	} {
		if index, ok := strings.CutPrefix(name, prefix); ok {
			n, err := strconv.Atoi(index)
			if err == nil && (n < 0 || n >= len(r.Changes)) {
				err = fmt.Errorf("%s belongs to no change", name)
			}
			if err == nil {
				add(n)
			}
			return err
		}
	}
	return fmt.Errorf("unknown member %s", name)
}

// readOperation reads a journal or backup. A last entry that is cut off, by a
// kill while it was appended, is left out.
func readOperation(path string) (_ *record, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, blocked(path, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r := &record{before: map[int][]byte{}, seen: map[int][]string{}, placed: map[int][]string{}, last: map[int]int{}}
	in := tar.NewReader(f)
	first := true
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && !first {
			break
		}
		if err != nil {
			return nil, &CorruptError{Path: path, Err: err}
		}
		var buf bytes.Buffer
		if _, err := io.CopyN(&buf, in, h.Size); err != nil {
			if first {
				return nil, &CorruptError{Path: path, Err: err}
			}
			break
		}
		if first {
			if h.Name != operationName {
				return nil, &CorruptError{Path: path, Err: fmt.Errorf("begins with %s", h.Name)}
			}
			if err := json.Unmarshal(buf.Bytes(), &r.Operation); err != nil {
				return nil, &CorruptError{Path: path, Err: err}
			}
			first = false
			continue
		}
		if err := r.take(h.Name, h.FileInfo().Mode(), buf.Bytes()); err != nil {
			return nil, &CorruptError{Path: path, Err: err}
		}
	}
	if first {
		return nil, &CorruptError{Path: path, Err: io.ErrUnexpectedEOF}
	}
	if err := r.intact(); err != nil {
		return nil, &CorruptError{Path: path, Err: err}
	}
	return r, nil
}

// intact refuses an archive that lacks bytes from before, or has others than
// those: put back, they would be somebody's loss. They are all in it before it
// gets its name, so that no kill explains that. Blotted ones cannot be told.
func (r *record) intact() error {
	blotted := map[int]bool{}
	for _, d := range r.Redacted {
		blotted[d.Member] = true
	}
	first := map[int]int{} // the member that was written to begin with
	for n, m := range r.members {
		i, ok := m.change()
		if _, later := first[i]; ok && !later {
			first[i] = n
		}
	}
	for i, c := range r.Changes {
		if !isHex(c.Before.SHA256, 64) {
			continue // no file was there
		}
		switch n, ok := first[i]; {
		case !ok:
			return fmt.Errorf("the bytes of %s from before are missing", c.Path)
		case !blotted[n] && r.seen[i][0] != c.Before.SHA256:
			return fmt.Errorf("the bytes of %s are not those from before", c.Path)
		}
	}
	return nil
}

// readHeader reads what a journal or backup says of its operation, without
// the bytes from before.
func readHeader(path string) (_ *Operation, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, blocked(path, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	in := tar.NewReader(f)
	h, err := in.Next()
	if err != nil {
		return nil, &CorruptError{Path: path, Err: err}
	}
	if h.Name != operationName {
		return nil, &CorruptError{Path: path, Err: fmt.Errorf("begins with %s", h.Name)}
	}
	var op Operation
	if err := json.NewDecoder(in).Decode(&op); err != nil {
		return nil, &CorruptError{Path: path, Err: err}
	}
	return &op, nil
}

// Interrupted returns the operation that was not completed, nil if there is
// none.
func (s *Store) Interrupted() (*Operation, error) {
	op, err := readHeader(s.path(journalName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return op, err
}
