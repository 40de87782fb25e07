package installer

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestKnownContent reads files of which something is known, of any size, and finds
// each byte that differs.
func TestKnownContent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for _, size := range []int{0, 1, 64<<10 - 1, 64 << 10, 64<<10 + 1, 200_000} {
		data := bytes.Repeat([]byte("x"), size)
		known := Content{SHA256: digest(data), Data: data}
		var others [][]byte
		for _, at := range []int{0, size / 2, size - 1} {
			if size > 0 {
				other := bytes.Clone(data)
				other[at] = 'y'
				others = append(others, other)
			}
		}
		others = append(others, append(bytes.Clone(data), 'x'), data[:max(size-1, 0)])
		for _, there := range append(others, data) {
			if err := os.WriteFile(path, there, 0o640); err != nil {
				t.Fatal(err)
			}
			got, err := readContent(path, known)
			if err != nil || got.SHA256 != digest(there) || !bytes.Equal(got.Data, there) {
				t.Errorf("%d bytes are %d of digest %s, %v; want %d of %s", size, len(got.Data), got.SHA256, err, len(there), digest(there))
			}
			same, err := holdsBytes(path, data)
			if err != nil || same != bytes.Equal(there, data) {
				t.Errorf("%d bytes hold the same: %t, %v", size, same, err)
			}
		}
	}
	if got, err := readContent(filepath.Join(t.TempDir(), "none"), Content{SHA256: digest(nil)}); err != nil || got.Exists() {
		t.Errorf("a file that is not there: %+v, %v", got, err)
	}
}
