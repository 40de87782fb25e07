//go:build unix

// Command launch runs one program and writes what it took on its fourth file, after
// stdin, stdout and stderr: exit status, nanoseconds on the clock, nanoseconds of
// processors, and the bytes of memory that its largest process had at once; for both
// the program and all that it has started and waited for.
//
// It is small because it has to be: Linux counts for a process the memory that the
// one had that started it.
package main

import (
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) < 2 {
		fail("usage: launch /path/of/program [argument]...")
	}
	begin := time.Now()
	pid, err := syscall.ForkExec(os.Args[1], os.Args[1:], &syscall.ProcAttr{Env: os.Environ(), Files: []uintptr{0, 1, 2}})
	if err != nil {
		fail("start " + os.Args[1] + ": " + err.Error())
	}
	var status syscall.WaitStatus
	var used syscall.Rusage
	for {
		if _, err = syscall.Wait4(pid, &status, 0, &used); err != syscall.EINTR {
			break
		}
	}
	wall := time.Since(begin)
	if err != nil {
		fail("wait for " + os.Args[1] + ": " + err.Error())
	}
	code := status.ExitStatus()
	if status.Signaled() {
		code = 128 + int(status.Signal())
	}
	peak := used.Maxrss
	if runtime.GOOS != "darwin" { // which counts bytes, the others KiB
		peak <<= 10
	}
	var line []byte
	for _, n := range []int64{int64(code), int64(wall), used.Utime.Nano() + used.Stime.Nano(), peak} {
		line = append(strconv.AppendInt(line, n, 10), ' ')
	}
	if _, err := os.NewFile(3, "report").Write(line); err != nil {
		fail("report: " + err.Error())
	}
}

func fail(why string) {
	os.Stderr.WriteString("launch: " + why + "\n") //nolint:errcheck // there is nowhere else to say it
	os.Exit(127)
}
