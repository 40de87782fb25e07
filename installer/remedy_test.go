package installer

import (
	"os"
	"testing"
)

// TestRemedyFolder has a folder in the place of the file of the lock.
func TestRemedyFolder(t *testing.T) {
	s := &Store{Dir: t.TempDir()}
	if err := os.Mkdir(s.path(lockName), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := s.Lock(t.Context(), 0)
	if err == nil || Remedy(err) == "" {
		t.Errorf("error %v has no remedy", err)
	}
}
