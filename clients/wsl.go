package clients

import "strings"

// WSL reports whether s is a Linux inside Windows. What Windows has there has a
// home of its own: a program of Windows on PATH reads other files than those
// of this home.
func (s System) WSL() bool {
	if s.GOOS != "linux" {
		return false
	}
	if s.Getenv("WSL_DISTRO_NAME") != "" || s.Getenv("WSL_INTEROP") != "" {
		return true
	}
	// A service or a program under sudo has neither.
	release, err := s.ReadFile("/proc/sys/kernel/osrelease")
	return err == nil && strings.Contains(strings.ToLower(string(release)), "microsoft")
}

// onWindowsDrive reports whether file lies where WSL mounts drives: /mnt/c/.
func onWindowsDrive(file string) bool {
	rest, ok := strings.CutPrefix(file, "/mnt/")
	return ok && len(rest) > 1 && rest[1] == '/'
}
