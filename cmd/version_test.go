package cmd

import "testing"

func TestCommitVersion(t *testing.T) {
	tests := []struct {
		commit   string
		modified bool
		want     string
	}{
		{"", false, "dev"},
		{"", true, "dev"},
		{"0123456789abcdef0123456789abcdef01234567", false, "0123456789ab"},
		{"0123456789abcdef0123456789abcdef01234567", true, "0123456789ab-modified"},
		{"0123", false, "0123"},
	}
	for _, test := range tests {
		if got := commitVersion(test.commit, test.modified); got != test.want {
			t.Errorf("commitVersion(%q, %t) = %q, want %q", test.commit, test.modified, got, test.want)
		}
	}
}
