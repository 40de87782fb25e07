package registry

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
	"slices"
	"strings"
)

// An archiveTree is what an archive holds where skills can be. The names are
// as the archive has them, split at slashes, so that a name such as .. is met
// and refused where the skill is read.
type archiveTree struct {
	root *node
	top  string // the folder that was taken off, with a slash
	// strays are names that lead out of the archive, as it has them.
	strays []string
	// backslashes says that names have them where others have slashes.
	backslashes bool
}

// A node is a file or folder of an archive.
type node struct {
	entry
	data     []byte
	tooLarge bool
	children []*node
	folders  map[string]*node // those of children
}

// readArchive reads a .zip, .tar.gz or .tgz file.
func readArchive(ctx context.Context, file string) (tree, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > maxArchiveBytes {
		return nil, &LimitError{Where: file, What: size(maxArchiveBytes)}
	}
	if info.Size() == 0 {
		return nil, errors.New("the file is empty")
	}
	if strings.HasSuffix(strings.ToLower(file), ".zip") {
		return readZip(ctx, f, info.Size(), file)
	}
	// What is skipped is unpacked as well, so the bound is on the whole.
	return readTar(ctx, f, min(maxUnpackedBytes, max(info.Size()*maxRatio, minRatioBytes)), file, known{})
}

// A shelf collects the entries of an archive.
type shelf struct {
	where    string
	root     *node
	entries  int
	names    int   // bytes of them
	leftover int64 // of maxHeldBytes
	strays   []string
	known    known
}

func newShelf(where string) *shelf {
	return &shelf{where: where, root: &node{entry: entry{kind: folder}}, leftover: maxHeldBytes}
}

// put makes the node for a name, and the folders above it. A second entry of
// the same name stays a second node: the reader refuses doubles. There is none for
// a name that begins outside.
func (s *shelf) put(ctx context.Context, name string, kind entryKind) (*node, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.entries++; s.entries > maxArchiveEntries {
		return nil, &LimitError{Where: s.where, What: fmt.Sprintf("%d entries", maxArchiveEntries)}
	}
	if s.names += len(name); s.names > maxNamesBytes {
		return nil, &LimitError{Where: s.where, What: size(maxNamesBytes) + " of names"}
	}
	if len(name) > maxEntryBytes {
		return nil, &LimitError{Where: s.where, What: fmt.Sprintf("%d bytes in the name of an entry", maxEntryBytes)}
	}
	if leadsOut(name) && len(s.strays) < maxStrays {
		s.strays = append(s.strays, name)
	}
	steps := strings.Split(strings.TrimSuffix(name, "/"), "/")
	if first := steps[0]; first == "" || first == ".." || first[0] == '\\' || isDrive(name) {
		return nil, nil
	}
	for len(steps) > 1 && steps[0] == "." {
		steps = steps[1:]
	}
	if len(steps) > maxArchiveDepth {
		return nil, &LimitError{Where: s.where, What: fmt.Sprintf("%d levels of folders", maxArchiveDepth)}
	}
	at := s.root
	for i, step := range steps {
		last := i == len(steps)-1
		next := at.folders[step]
		if last && (kind != folder || next == nil) || next == nil {
			next = &node{entry: entry{name: step, kind: folder}}
			if last {
				next.kind = kind
			}
			at.children = append(at.children, next)
			if next.kind == folder {
				if at.folders == nil {
					at.folders = map[string]*node{}
				}
				at.folders[step] = next
			}
		}
		at = next
	}
	return at, nil
}

// maxStrays is how many names that lead out are told: one is enough to see what
// the archive is.
const maxStrays = 20

// leadsOut says whether a name is not below the archive's root on some system, or
// goes up on its way.
func leadsOut(name string) bool {
	name = strings.ReplaceAll(name, `\`, "/")
	return strings.HasPrefix(name, "/") || isDrive(name) || slices.Contains(strings.Split(name, "/"), "..")
}

// elsewhere are the refusals of what leads out, but for what is in a skill of dir,
// which is refused by itself, or has been told.
func (t *archiveTree) elsewhere(dir string, told []Refusal) []Refusal {
	var out []Refusal
	for _, name := range t.strays {
		inside := strings.TrimPrefix(strings.TrimPrefix(name, "./"), t.top)
		known := func(r Refusal) bool { return r.Path == legible(inside) }
		if !strings.HasPrefix(inside, dir+"/") && !slices.ContainsFunc(told, known) {
			out = append(out, Refusal{Path: legible(name), Reason: "the path leads out of the archive"})
		}
	}
	return out
}

// maxArchiveDepth bounds the folders above and below the skills.
const maxArchiveDepth = 64

// fill reads the bytes of a node that may matter, of which there are said to be
// length. packed is how many bytes of the archive they take.
func (s *shelf) fill(n *node, r io.Reader, length, packed int64) error {
	if length < 0 || length > maxFileBytes {
		n.tooLarge = true
		return nil
	}
	if s.leftover -= length; s.leftover < 0 {
		return &LimitError{Where: s.where, What: size(maxHeldBytes) + " in folders of skills"}
	}
	if packed > 0 && length > minRatioBytes && length/packed > maxRatio {
		return &LimitError{Where: s.where, What: fmt.Sprintf("%d-fold compression, as a zip bomb has", maxRatio)}
	}
	data := make([]byte, length)
	if _, err := io.ReadFull(r, data); err != nil {
		return err
	}
	// The checksum is looked at where the end is, and nothing may stand before it.
	if _, err := io.ReadFull(r, make([]byte, 1)); !errors.Is(err, io.EOF) {
		return cmp.Or(err, errors.New("longer than it says"))
	}
	n.data = s.known.shared(data)
	return nil
}

// tree gives the collected entries. A single folder at the top that holds all
// the rest, as in the archives that GitHub makes, is taken off.
func (s *shelf) tree() tree {
	root := s.root
	places := []string{manifestDir, "plugins", "skills"}
	top := ""
	if len(root.children) == 1 && root.children[0].kind == folder && !slices.Contains(places, root.children[0].name) {
		root = root.children[0]
		top = root.name + "/"
	}
	backslashes := slices.ContainsFunc(root.children, func(n *node) bool { return strings.ContainsRune(n.name, '\\') })
	return &archiveTree{root, top, s.strays, backslashes}
}

// mayMatter says whether a path can belong to a skill, an agent or the manifest:
// the skills and the agents always lie in folders of these names.
func mayMatter(name string) bool {
	steps := strings.Split(name, "/")
	return slices.Contains(steps, "skills") || path.Base(name) == manifestName ||
		len(steps) > 1 && steps[len(steps)-2] == agentsDir && isAgentFile(steps[len(steps)-1])
}

func readZip(ctx context.Context, r io.ReaderAt, length int64, where string) (tree, error) {
	directory := &bounded{r, maxNamesBytes}
	z, err := zip.NewReader(directory, length)
	switch {
	case directory.leftover < 0:
		return nil, &LimitError{Where: where, What: size(maxNamesBytes) + " in its list of entries"}
	case err != nil && !errors.Is(err, zip.ErrInsecurePath):
		return nil, noZip(r, err)
	}
	directory.leftover = math.MaxInt64 // what follows has bounds of its own
	s := newShelf(where)
	for _, f := range z.File {
		kind := kindOf(f.Mode())
		if strings.HasSuffix(f.Name, "/") {
			kind = folder
		}
		n, err := s.put(ctx, f.Name, kind)
		if err != nil {
			return nil, err
		}
		if n == nil || !kind.isFile() || !mayMatter(f.Name) {
			continue
		}
		if f.Flags&encrypted != 0 {
			return nil, fmt.Errorf("%s is encrypted", f.Name)
		}
		content, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, cutShort(err))
		}
		err = s.fill(n, content, atMost(f.UncompressedSize64, math.MaxInt64), atMost(f.CompressedSize64, length))
		_ = content.Close() // only read
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, cutShort(err))
		}
	}
	return s.tree(), nil
}

// encrypted is the flag of a file that wants a password
// (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.4.4).
const encrypted = 1

// A bounded gives no more bytes than are left over: a list of entries is as long
// as it is, whatever it says.
type bounded struct {
	io.ReaderAt
	leftover int64
}

// ReadAt fails once too much was read.
func (b *bounded) ReadAt(p []byte, at int64) (int, error) {
	if b.leftover -= int64(len(p)); b.leftover < 0 {
		return 0, errTooLarge
	}
	return b.ReaderAt.ReadAt(p, at)
}

// atMost is n, or most if that is less.
func atMost(n uint64, most int64) int64 {
	if n > math.MaxInt64 {
		return most
	}
	return min(int64(n), most)
}

// readTar reads a .tar.gz that unpacks to at most so many bytes. What of it is
// known is not held twice.
func readTar(ctx context.Context, r io.Reader, most int64, where string, known known) (tree, error) {
	file := bufio.NewReader(r)
	// https://www.rfc-editor.org/rfc/rfc1952#page-6
	if head, err := file.Peek(2); string(head) != "\x1f\x8b" && (err == nil || isCut(err)) {
		return nil, errors.New("the file is no gzip archive")
	}
	z, err := gzip.NewReader(file)
	if err != nil {
		return nil, cutShort(err)
	}
	unpacked := &io.LimitedReader{R: z, N: most}
	s := newShelf(where)
	s.known = known
	t := tar.NewReader(unpacked)
	for {
		h, err := t.Next()
		if first := s.entries == 0; first && isNoTar(err, most-unpacked.N) && isWhole(unpacked) {
			return nil, errors.New("the gzip archive holds no tar archive, or a damaged one")
		}
		if errors.Is(err, io.EOF) && unpacked.N > 0 {
			err := finish(unpacked)
			if err == nil && unpacked.N <= 0 {
				err = &LimitError{Where: where, What: size(most) + " unpacked"}
			}
			return s.tree(), cutShort(err)
		}
		if err == nil || errors.Is(err, tar.ErrInsecurePath) {
			err = s.putTar(ctx, h, t)
		}
		if unpacked.N <= 0 {
			return nil, &LimitError{Where: where, What: size(most) + " unpacked"}
		}
		if err != nil {
			return nil, cutShort(err)
		}
	}
}

// finish reads on to the end, where the checksum of all that was unpacked is. A
// tar ends before that. What stands behind the end is nothing that was read.
func finish(unpacked io.Reader) error {
	_, err := io.Copy(io.Discard, unpacked)
	if errors.Is(err, gzip.ErrHeader) {
		return nil
	}
	return err
}

func (s *shelf) putTar(ctx context.Context, h *tar.Header, content io.Reader) error {
	kind := kindOf(h.FileInfo().Mode())
	switch h.Typeflag {
	case tar.TypeXGlobalHeader:
		return nil // git archive puts the commit id there
	case tar.TypeLink:
		kind = hardLink
	}
	n, err := s.put(ctx, h.Name, kind)
	if err != nil || n == nil || !kind.isFile() || !mayMatter(h.Name) {
		return err
	}
	if err := s.fill(n, content, h.Size, 0); err != nil {
		return fmt.Errorf("%s: %w", h.Name, err)
	}
	return nil
}

func (t *archiveTree) list(ctx context.Context, dir string) ([]entry, error) {
	n, err := t.find(ctx, dir)
	if err != nil {
		return nil, err
	}
	entries := make([]entry, len(n.children))
	for i, c := range n.children {
		entries[i] = c.entry
	}
	return entries, nil
}

func (t *archiveTree) find(ctx context.Context, dir string) (*node, error) {
	n := t.root
	if dir != "" && dir != "." {
		for step := range strings.SplitSeq(dir, "/") {
			if n = n.folders[step]; n == nil {
				return nil, fmt.Errorf("%s: %w", dir, fs.ErrNotExist)
			}
		}
	}
	return n, ctx.Err()
}

func (t *archiveTree) read(ctx context.Context, dir string, e entry, limit int64) ([]byte, error) {
	n, err := t.find(ctx, dir)
	if err != nil {
		return nil, err
	}
	for _, c := range n.children {
		if c.entry == e {
			if c.tooLarge || int64(len(c.data)) > limit {
				return nil, errTooLarge
			}
			return c.data, nil
		}
	}
	return nil, fmt.Errorf("%s/%s: %w", dir, e.name, fs.ErrNotExist)
}
