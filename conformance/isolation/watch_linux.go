// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"os"
	"slices"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What a process wrote must be read before the process removes or overwrites it. The kernel stops the process at each call
// that does so, until the runner has read the files: see seccomp_unotify(2).

// notification is struct seccomp_notif, and reply struct seccomp_notif_resp.
type (
	notification struct {
		ID         uint64
		PID, Flags uint32
		Number     int32
		Arch       uint32
		At         uint64
		Args       [6]uint64
	}
	reply struct {
		ID    uint64
		Value int64
		Error int32
		Flags uint32
	}
)

// goOn makes the kernel carry out the call that was stopped.
const goOn = unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE

// program returns the filter of system calls, or nil on processors whose calls are not known here.
func program() (out []unix.SockFilter) {
	if removing.arch == 0 {
		return nil
	}
	const (
		load   = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
		equal  = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		bits   = unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K
		result = unix.BPF_RET | unix.BPF_K
		// The places of the number of the call, of the kind of processor and of the arguments in struct seccomp_data.
		number, arch, arguments = 0, 4, 16
	)
	add := func(code uint16, k uint32, then, otherwise uint8) {
		out = append(out, unix.SockFilter{Code: code, K: k, Jt: then, Jf: otherwise})
	}
	add(load, arch, 0, 0)
	add(equal, removing.arch, 1, 0)
	add(result, unix.SECCOMP_RET_ALLOW, 0, 0)
	add(load, number, 0, 0)
	for _, call := range removing.calls {
		add(equal, call, 0, 1)
		add(result, unix.SECCOMP_RET_USER_NOTIF, 0, 0)
	}
	for call, flags := range removing.opening {
		add(equal, call, 0, 4)
		add(load, arguments+8*flags, 0, 0)
		add(bits, unix.O_TRUNC, 0, 1)
		add(result, unix.SECCOMP_RET_USER_NOTIF, 0, 0)
		add(result, unix.SECCOMP_RET_ALLOW, 0, 0)
	}
	// Calls that are made in a ring are not seen. Container engines refuse rings as well.
	add(equal, unix.SYS_IO_URING_SETUP, 0, 1)
	add(result, unix.SECCOMP_RET_ERRNO|uint32(unix.EPERM), 0, 0)
	add(result, unix.SECCOMP_RET_ALLOW, 0, 0)
	return out
}

// heeded makes the kernel tell of what the processes that this thread starts remove. It returns -1 where the system does not.
func heeded() int {
	filter := program()
	if filter == nil {
		return -1
	}
	p := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]} //nolint:gosec // a short list
	for _, flags := range []uintptr{unix.SECCOMP_FILTER_FLAG_NEW_LISTENER | unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, unix.SECCOMP_FILTER_FLAG_NEW_LISTENER} {
		fd, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, uintptr(unsafe.Pointer(&p)))
		if errno == 0 {
			return int(fd)
		}
	}
	return -1
}

// heed keeps what is written each time before something is removed, until all processes have ended. It closes the descriptor.
func (w *World) heed(fd int) {
	defer func() { _ = unix.Close(fd) }()
	for {
		ready := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}} //nolint:gosec // a descriptor
		if _, err := unix.Poll(ready, -1); err != nil && err != unix.EINTR {
			return
		}
		switch {
		case ready[0].Revents&unix.POLLIN != 0:
		case ready[0].Revents != 0:
			return
		default:
			continue
		}
		var n notification
		if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.SECCOMP_IOCTL_NOTIF_RECV, uintptr(unsafe.Pointer(&n))); errno != 0 {
			continue // the process has ended, or the call was interrupted
		}
		w.keep()
		r := reply{ID: n.ID, Flags: goOn}
		_, _, _ = unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.SECCOMP_IOCTL_NOTIF_SEND, uintptr(unsafe.Pointer(&r)))
	}
}

// maxKept bounds how much is kept of the files of a world, in bytes.
const maxKept = 64 << 20

// version says that a file has not changed.
type version struct {
	size, changed int64
	inode         uint64
}

func versionOf(info os.FileInfo) version {
	v := version{size: info.Size(), changed: info.ModTime().UnixNano()}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		v.inode = stat.Ino
	}
	return v
}

// keep keeps what is written now, unless it is kept already.
func (w *World) keep() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	for path, folder := range w.folders {
		w.keepFolder(path, folder)
	}
}

// Traces returns everything that the processes of the world wrote, also what they removed or overwrote: the contents of files, and
// the names of files, folders and links with what the links lead to. It returns false if the system did not let removed files be seen.
func (w *World) Traces() (all []WrittenFile, complete bool) {
	<-w.made
	w.keep()
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.traces), w.heeds
}
