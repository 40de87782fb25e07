package cmd_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A tracer runs a program under ptrace, sees every system call that touches a
// file below root, and makes one of them go wrong.
//
// strace can inject faults too, but counts the calls of each thread by itself.
// The goroutines of a Go program move between threads as they like, so that
// "the third rename" would be another one each time, or several. Here a call is
// known by its name, its paths and how often they have come, in whatever thread.
type tracer struct {
	root  string
	fault fault
	// all has every call seen that touches a file anywhere, or the network.
	all bool

	calls   []call // what was seen, in order
	fired   bool
	pid     int
	memory  *os.File
	seen    map[call]int
	threads map[int]*thread
}

// A thread is what is still to be done when its call returns.
type thread struct {
	known bool
	errno syscall.Errno // is what the call returns
	kill  bool
}

// A call is a system call with the paths that it is about, links not resolved
// and all that differs between two runs taken out.
type call struct{ name, path string }

func (c call) String() string { return c.name + " " + c.path }

// opensToWrite is openat with a flag that makes or changes a file.
const opensToWrite = "openat(w)"

// reads reports whether the call changes nothing.
func (c call) reads() bool {
	switch c.name {
	case "read", "pread64", "fstat", "getdents64", "newfstatat", "readlinkat", "faccessat", "faccessat2", "openat":
		return true
	}
	return false
}

// changes reports whether a read-only file system refuses the call.
func (c call) changes() bool {
	return !c.reads() && c.name != "close" && c.name != "flock" && c.name != "fsync"
}

// needsRoom reports whether a full file system refuses the call.
func (c call) needsRoom() bool {
	switch c.name {
	case "write", "pwrite64", opensToWrite, "mkdirat", "linkat", "symlinkat", "fsync":
		return true
	}
	return false
}

// A syscallKind says what to know of a system call. A position is -1 if there
// is no such argument.
type syscallKind struct {
	name  string
	fd    int    // the position of a file descriptor
	paths [2]int // the positions of paths; the folder each is relative to comes before it
	bare  bool   // the path is relative to the working folder
}

// syscallKinds are the calls on files that the Go runtime and x/sys make.
func syscallKinds() map[uint64]*syscallKind {
	onFD := func(name string, fd int) *syscallKind {
		return &syscallKind{name: name, fd: fd, paths: [2]int{-1, -1}}
	}
	at := func(name string, first, second int) *syscallKind {
		return &syscallKind{name: name, fd: -1, paths: [2]int{first, second}}
	}
	return map[uint64]*syscallKind{
		unix.SYS_READ: onFD("read", 0), unix.SYS_PREAD64: onFD("pread64", 0),
		unix.SYS_FSTAT: onFD("fstat", 0), unix.SYS_GETDENTS64: onFD("getdents64", 0),
		unix.SYS_NEWFSTATAT: at("newfstatat", 1, -1), unix.SYS_READLINKAT: at("readlinkat", 1, -1),
		unix.SYS_FACCESSAT: at("faccessat", 1, -1), unix.SYS_FACCESSAT2: at("faccessat2", 1, -1),
		unix.SYS_OPENAT: at("openat", 1, -1),

		unix.SYS_WRITE: onFD("write", 0), unix.SYS_PWRITE64: onFD("pwrite64", 0),
		unix.SYS_FSYNC: onFD("fsync", 0), unix.SYS_FDATASYNC: onFD("fdatasync", 0),
		unix.SYS_FTRUNCATE: onFD("ftruncate", 0), unix.SYS_FCHMOD: onFD("fchmod", 0),
		unix.SYS_FCHOWN: onFD("fchown", 0), unix.SYS_FLOCK: onFD("flock", 0),
		unix.SYS_CLOSE: onFD("close", 0), unix.SYS_COPY_FILE_RANGE: onFD("copy_file_range", 2),
		unix.SYS_MKDIRAT: at("mkdirat", 1, -1), unix.SYS_UNLINKAT: at("unlinkat", 1, -1),
		unix.SYS_RENAMEAT: at("renameat", 1, 3), unix.SYS_RENAMEAT2: at("renameat2", 1, 3),
		unix.SYS_LINKAT: at("linkat", 1, 3), unix.SYS_SYMLINKAT: at("symlinkat", 2, -1),
		unix.SYS_FCHMODAT: at("fchmodat", 1, -1), unix.SYS_FCHOWNAT: at("fchownat", 1, -1),
		unix.SYS_UTIMENSAT: at("utimensat", 1, -1),
		unix.SYS_LCHOWN:    {name: "lchown", fd: -1, paths: [2]int{0, -1}, bare: true},
	}
}

// otherKinds are calls on files that Go makes in other ways, and those that
// begin to use the network or another program.
func otherKinds() map[uint64]*syscallKind {
	bare := func(name string) *syscallKind {
		return &syscallKind{name: name, fd: -1, paths: [2]int{0, -1}, bare: true}
	}
	none := func(name string) *syscallKind { return &syscallKind{name: name, fd: -1, paths: [2]int{-1, -1}} }
	return map[uint64]*syscallKind{
		unix.SYS_OPEN: bare("open"), unix.SYS_STAT: bare("stat"), unix.SYS_LSTAT: bare("lstat"),
		unix.SYS_ACCESS: bare("access"), unix.SYS_READLINK: bare("readlink"), unix.SYS_STATFS: bare("statfs"),
		unix.SYS_CHDIR: bare("chdir"), unix.SYS_EXECVE: bare("execve"), unix.SYS_GETCWD: none("getcwd"),
		unix.SYS_SOCKET: none("socket"), unix.SYS_CONNECT: none("connect"),
		unix.SYS_STATX:   {name: "statx", fd: -1, paths: [2]int{1, -1}},
		unix.SYS_OPENAT2: {name: "openat2", fd: -1, paths: [2]int{1, -1}},
	}
}

// A fault is what goes wrong, and at which call. The zero fault is nothing.
type fault struct {
	at   call
	nth  int // from 1
	kind faultKind
}

func (f fault) String() string { return fmt.Sprintf("%s at %s #%d", f.kind, f.at, f.nth) }

// A faultKind is an errno, or one of the worse things below.
type faultKind string

const (
	killed   faultKind = "SIGKILL" // instead of the call
	torn     faultKind = "torn"    // half of a write is done, then SIGKILL
	full     faultKind = "full"    // ENOSPC from now on; of a write, half is done first
	readOnly faultKind = "EROFS"   // every writing call fails from now on
)

func errnos() map[faultKind]syscall.Errno {
	return map[faultKind]syscall.Errno{"ENOSPC": unix.ENOSPC, "EACCES": unix.EACCES, "EIO": unix.EIO, "EINTR": unix.EINTR}
}

// run starts the program and returns how it ended.
func (t *tracer) run(argv, env []string, dir string, out *os.File) (unix.WaitStatus, error) {
	runtime.LockOSThread() // ptrace is between threads
	defer runtime.UnlockOSThread()
	t.seen, t.threads = map[call]int{}, map[int]*thread{}
	null, err := os.Open(os.DevNull)
	if err != nil {
		return 0, err
	}
	defer null.Close() //nolint:errcheck // it is read only
	t.pid, err = syscall.ForkExec(argv[0], argv, &syscall.ProcAttr{
		Env: env, Dir: dir, Files: []uintptr{null.Fd(), out.Fd(), out.Fd()}, Sys: &syscall.SysProcAttr{Ptrace: true, Setpgid: true},
	})
	if err != nil {
		return 0, err
	}
	var ws unix.WaitStatus
	if _, err := unix.Wait4(t.pid, &ws, unix.WALL, nil); err != nil {
		return 0, err
	}
	t.threads[t.pid] = &thread{known: true}
	if t.memory, err = os.Open(fmt.Sprintf("/proc/%d/mem", t.pid)); err != nil {
		return 0, err
	}
	defer t.memory.Close() //nolint:errcheck // it is read only
	if err := unix.PtraceSetOptions(t.pid, unix.PTRACE_O_TRACESYSGOOD|unix.PTRACE_O_TRACECLONE|unix.PTRACE_O_EXITKILL); err != nil {
		return 0, err
	}
	if err := unix.PtraceSyscall(t.pid, 0); err != nil {
		return 0, err
	}
	return t.follow()
}

// follow lets the program run from stop to stop until it ends.
func (t *tracer) follow() (unix.WaitStatus, error) {
	kinds := syscallKinds()
	if t.all {
		maps.Copy(kinds, otherKinds())
	}
	for {
		var ws unix.WaitStatus
		// Of its group alone: this thread may have started other programs before, which
		// other tests wait for.
		tid, err := unix.Wait4(-t.pid, &ws, unix.WALL|unix.WNOTHREAD, nil)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return 0, err
		}
		if !ws.Stopped() {
			if tid == t.pid {
				return ws, nil
			}
			continue
		}
		th := t.threads[tid]
		if th == nil {
			th = &thread{}
			t.threads[tid] = th
		}
		signal := 0
		switch sig := ws.StopSignal(); {
		case sig == unix.SIGTRAP|0x80:
			if err := t.stop(tid, th, kinds); err != nil && !errors.Is(err, unix.ESRCH) {
				return 0, err
			}
		case sig == unix.SIGTRAP && ws.TrapCause() > 0:
		case sig == unix.SIGSTOP && !th.known: // a new thread
		default:
			signal = int(sig)
		}
		th.known = true
		if err := unix.PtraceSyscall(tid, signal); err != nil && !errors.Is(err, unix.ESRCH) {
			return 0, err
		}
	}
}

// syscallInfo is struct ptrace_syscall_info of linux/ptrace.h.
type syscallInfo struct {
	op     uint8
	_      [3]uint8
	_      uint32
	_, _   uint64
	number uint64 // the call when it is entered, the result when it is left
	args   [6]uint64
	_      uint64
}

const (
	ptraceGetSyscallInfo = 0x420e
	syscallEntry         = 1
)

// stop looks at a thread that enters or leaves a call.
func (t *tracer) stop(tid int, th *thread, kinds map[uint64]*syscallKind) error {
	var info syscallInfo
	_, _, errno := unix.RawSyscall6(unix.SYS_PTRACE, ptraceGetSyscallInfo, uintptr(tid), unsafe.Sizeof(info), uintptr(unsafe.Pointer(&info)), 0, 0)
	if errno != 0 {
		return errno
	}
	if info.op != syscallEntry {
		return t.left(tid, th)
	}
	kind := kinds[info.number]
	if kind == nil {
		return nil
	}
	path, ok := t.path(tid, kind, info.args)
	if !ok {
		return nil
	}
	c := call{kind.name, path}
	if kind.name == "openat" && info.args[2]&(unix.O_CREAT|unix.O_WRONLY|unix.O_RDWR|unix.O_TRUNC) != 0 {
		c.name = opensToWrite
	}
	t.calls = append(t.calls, c)
	t.seen[c]++
	if c == t.fault.at && t.seen[c] == t.fault.nth {
		t.fired = true
		return t.strike(tid, th, c, info.args[2])
	}
	if !t.fired {
		return nil
	}
	switch {
	case t.fault.kind == full && c.needsRoom():
		return t.refuse(tid, th, unix.ENOSPC)
	case t.fault.kind == readOnly && c.changes():
		return t.refuse(tid, th, unix.EROFS)
	}
	return nil
}

// strike makes the call go wrong that a thread is about to enter.
func (t *tracer) strike(tid int, th *thread, c call, size uint64) error {
	half := func() error {
		var regs unix.PtraceRegs
		if err := unix.PtraceGetRegs(tid, &regs); err != nil {
			return err
		}
		regs.Rdx = size / 2
		return unix.PtraceSetRegs(tid, &regs)
	}
	switch t.fault.kind {
	case killed:
		return unix.Kill(t.pid, unix.SIGKILL)
	case torn:
		th.kill = true
		return half()
	case full:
		if c.name == "write" && size > 1 {
			return half()
		}
		return t.refuse(tid, th, unix.ENOSPC)
	case readOnly:
		return t.refuse(tid, th, unix.EROFS)
	}
	if c.name == "close" { // says that something went wrong, but closes
		th.errno = errnos()[t.fault.kind]
		return nil
	}
	return t.refuse(tid, th, errnos()[t.fault.kind])
}

// refuse has the kernel do nothing, and the call return errno.
func (t *tracer) refuse(tid int, th *thread, errno syscall.Errno) error {
	th.errno = errno
	var regs unix.PtraceRegs
	if err := unix.PtraceGetRegs(tid, &regs); err != nil {
		return err
	}
	regs.Orig_rax = ^uint64(0)
	return unix.PtraceSetRegs(tid, &regs)
}

// left does what is due when a call returns.
func (t *tracer) left(tid int, th *thread) error {
	if th.kill {
		return unix.Kill(t.pid, unix.SIGKILL)
	}
	if th.errno == 0 {
		return nil
	}
	var regs unix.PtraceRegs
	if err := unix.PtraceGetRegs(tid, &regs); err != nil {
		return err
	}
	regs.Rax = -uint64(th.errno)
	th.errno = 0
	return unix.PtraceSetRegs(tid, &regs)
}

// path describes the files of a call, if one of them is below root or all calls
// count.
func (t *tracer) path(tid int, kind *syscallKind, args [6]uint64) (string, bool) {
	var paths []string
	if kind.fd >= 0 {
		paths = append(paths, t.descriptor(tid, args[kind.fd]))
	}
	for _, n := range kind.paths {
		if n < 0 {
			continue
		}
		p := t.text(args[n])
		if !filepath.IsAbs(p) {
			dir := uint64(unix.AT_FDCWD & 0xffffffff)
			if !kind.bare {
				dir = args[n-1] & 0xffffffff
			}
			p = filepath.Join(t.descriptor(tid, dir), p)
		}
		paths = append(paths, p)
	}
	if t.all {
		return strings.Join(paths, " "), true
	}
	below := false
	for i, p := range paths {
		rel, ok := strings.CutPrefix(p, t.root)
		if !ok || rel != "" && rel[0] != '/' {
			continue
		}
		below = true
		paths[i] = sameAnyTime("~" + rel)
	}
	return strings.Join(paths, " "), below
}

// descriptor is the path that a file descriptor was opened by.
func (t *tracer) descriptor(tid int, fd uint64) string {
	name := "fd/" + strconv.FormatUint(fd, 10)
	if uint32(fd) == uint32(unix.AT_FDCWD&0xffffffff) {
		name = "cwd"
	}
	path, err := os.Readlink(fmt.Sprintf("/proc/%d/%s", tid, name))
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(path, " (deleted)")
}

// text is the string at an address of the program.
func (t *tracer) text(addr uint64) string {
	buf := make([]byte, unix.PathMax)
	n, _ := t.memory.ReadAt(buf, int64(addr)) // it may end where the memory does
	buf, _, _ = bytes.Cut(buf[:n], []byte{0})
	return string(buf)
}

// sameAnyTime takes the time, which is in the ids of operations, and chance out
// of a path.
func sameAnyTime(path string) string {
	path = regexp.MustCompile(`\d{8}-\d{6}\.\d{6}`).ReplaceAllString(path, "ID")
	path = regexp.MustCompile(`snapshot-[0-9a-f]+`).ReplaceAllString(path, "snapshot-N")
	return regexp.MustCompile(`\.(json|gz)\.\d+`).ReplaceAllString(path, ".$1.N")
}
