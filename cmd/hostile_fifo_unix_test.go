//go:build unix

package cmd_test

import "syscall"

func makeFIFO(path string) error { return syscall.Mkfifo(path, 0o644) }
