//go:build !unix

package installer

import "os"

// renameIn renames inside the root. That the folders on the way are no links was
// looked at just before; here, nothing keeps them from becoming some meanwhile,
// but links take a privilege, and lead nowhere outside of the root.
func (t *tree) renameIn(_ *os.Root, from string, _ *os.Root, to string) error {
	return t.root.Rename(from, to)
}
