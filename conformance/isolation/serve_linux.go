// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// limits are the resource limits of a provider: generous for a provider, and enough to keep a runaway one from the machine.
var limits = map[int]uint64{
	unix.RLIMIT_CORE:   0,
	unix.RLIMIT_NOFILE: 65_536,
	unix.RLIMIT_NPROC:  4_096,
	unix.RLIMIT_FSIZE:  1 << 30,
	unix.RLIMIT_AS:     unix.RLIM_INFINITY, // a Go program reserves far more than it uses
}

// serve starts the process, answers the runner, and returns the exit code of the process when it has ended.
func serve(s *setup, paths map[string]string) (int, error) {
	out, in, err := os.Pipe()
	if err != nil {
		return 0, err
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		return 0, err
	}
	argv := append([]string{s.Program}, s.Args...)
	path := s.Program
	if s.UnderShell {
		path, argv = "/bin/sh", append([]string{"/bin/sh", "-c", `"$0" "$@" & wait`}, argv...)
	}
	env := environment(s.Env)
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	pidfd := -1
	pid, removals, err := spawn(s, path, argv, &syscall.ProcAttr{
		Dir: s.Home, Env: env, Files: []uintptr{null.Fd(), in.Fd(), 2},
		Sys: &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL, PidFD: &pidfd},
	})
	_, _ = in.Close(), null.Close()
	if err != nil {
		_ = send(controlFD, started{Error: err.Error()})
		return 0, err
	}
	fds := []int{pidfd}
	if removals >= 0 {
		fds = append(fds, removals)
	}
	if err := send(controlFD, started{}, fds...); err != nil {
		return 0, err
	}
	for _, fd := range fds {
		_ = unix.Close(fd)
	}
	copied := make(chan struct{})
	go func() {
		defer close(copied)
		translate(os.Stdout, out, paths)
	}()
	go func() {
		for sig := range signals {
			_ = unix.Kill(pid, sig.(syscall.Signal))
		}
	}()
	go answerRunner()
	code := reap(pid, s.UnderShell)
	// What the process has started ends with it. Otherwise it could keep the output open.
	_ = unix.Kill(-1, unix.SIGKILL)
	<-copied
	return code, nil
}

// spawn starts the process as another user, without any privilege and without a way to get one. It uses the thread of init,
// which lives as long as this process: the kernel ends a child with the thread that started it.
// The second result tells of the files that the process removes, or is -1.
func spawn(s *setup, path string, argv []string, attr *syscall.ProcAttr) (pid, removals int, err error) {
	for resource, limit := range limits {
		var now unix.Rlimit
		if err := unix.Getrlimit(resource, &now); err != nil {
			return 0, -1, err
		}
		limit = min(limit, now.Max)
		if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: limit, Max: limit}); err != nil {
			return 0, -1, err
		}
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return 0, -1, err
	}
	_ = unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
	for capability := uintptr(0); capability <= unix.CAP_LAST_CAP; capability++ {
		_ = unix.Prctl(unix.PR_CAPBSET_DROP, capability, 0, 0, 0)
	}
	// What a program of another user inherits would show in its CapInh.
	header, data := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, [2]unix.CapUserData{}
	if err := unix.Capget(&header, &data[0]); err != nil {
		return 0, -1, err
	}
	data[0].Inheritable, data[1].Inheritable = 0, 0
	if err := unix.Capset(&header, &data[0]); err != nil {
		return 0, -1, err
	}
	if s.Mapped {
		attr.Sys.Credential = &syscall.Credential{Uid: uint32(s.UID), Gid: uint32(s.GID)}
	}
	runtime.LockOSThread()
	removals = heeded()
	pid, err = syscall.ForkExec(path, argv, attr)
	return pid, removals, err
}

// reap waits for the process, and for all others if all is set, and returns the exit code of the process.
func reap(process int, all bool) (code int) {
	for {
		var status unix.WaitStatus
		pid, err := unix.Wait4(-1, &status, 0, nil)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return code
		case pid != process:
			continue
		case status.Signaled():
			code = 128 + int(status.Signal())
		default:
			code = status.ExitStatus()
		}
		if !all {
			return code
		}
	}
}

// answerRunner makes further sockets for the runner. It ends this process, and with it the world, when the runner has ended.
func answerRunner() {
	for {
		var m more
		if _, err := receive(controlFD, &m); err != nil {
			if errors.Is(err, io.EOF) {
				os.Exit(1)
			}
			return
		}
		fds, err := moreSockets(m.Sockets)
		answer := ready{}
		if err != nil {
			answer.Error = err.Error()
		}
		_ = send(controlFD, answer, fds...)
		for _, fd := range fds {
			_ = unix.Close(fd)
		}
	}
}

// moreSockets makes sockets in the outer network. Its thread ends afterwards: it is not to go on in that network.
func moreSockets(n int) (fds []int, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		if err = unix.Setns(outerNetwork, unix.CLONE_NEWNET); err != nil {
			return
		}
		for range n {
			var fd int
			if fd, err = unusedSocket(); err != nil {
				return
			}
			fds = append(fds, fd)
		}
	}()
	<-done
	return fds, err
}

// translate copies the output. In the line of the handshake it replaces the path of the socket by one that the runner can use.
func translate(to io.Writer, from io.Reader, paths map[string]string) {
	lines := bufio.NewReader(from)
	first, _ := lines.ReadString('\n')
	if parts := strings.Split(first, "|"); len(parts) > 4 && parts[2] == "unix" {
		for folder, path := range paths {
			if rest, ok := strings.CutPrefix(parts[3], folder+"/"); ok {
				parts[3] = path + "/" + rest
			}
		}
		first = strings.Join(parts, "|")
	}
	_, _ = io.WriteString(to, first)
	_, _ = io.Copy(to, lines)
}
