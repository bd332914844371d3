// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/wahost/wahost/internal/procfs"
)

// executed remembers the hashes of files, so that watching a process does not read them each time. A file that runs cannot be
// written, and a file that was replaced is another one.
type executed struct {
	mu     sync.Mutex
	hashes map[fileKey]string
}

type fileKey struct {
	device, inode uint64
	size          int64
	changed       unix.Timespec
}

// Running returns what the process, its children and the process that serves the host execute now, and which libraries they map.
func (p *Process) Running() (Running, error) {
	var r Running
	if p.executed == nil {
		return r, errors.New("somebody else started the process")
	}
	pid := p.PID()
	if pid <= 0 {
		return r, errors.New("its process id is not known")
	}
	var program fileKey
	var err error
	if r.SHA256, program, err = p.executed.hash(procfs.Exe(pid)); err != nil {
		return r, err
	}
	for _, other := range p.family(pid) {
		key, err := keyOf(procfs.Exe(other))
		switch {
		case errors.Is(err, fs.ErrNotExist) || procfs.Ended(other):
			continue // it has ended
		case err != nil:
			return r, err
		case key.device != program.device || key.inode != program.inode:
			name, _ := os.Readlink(procfs.Exe(other))
			r.Others = append(r.Others, fmt.Sprintf("process %d executes %s", other, name))
			continue
		}
		if err := p.addLibraries(&r, other, program); err != nil {
			return r, err
		}
	}
	slices.SortFunc(r.Libraries, func(a, b Library) int { return strings.Compare(a.Name+"\x00"+a.SHA256, b.Name+"\x00"+b.SHA256) })
	r.Libraries = slices.Compact(r.Libraries)
	return r, nil
}

// family returns the process, its descendants, and the process that listens at the socket of the provider.
func (p *Process) family(pid int) []int {
	all := procfs.Family(pid)
	if !slices.Contains(all, pid) {
		all = append(all, pid)
	}
	if server := p.server(); server > 0 && !slices.Contains(all, server) {
		all = append(all, server)
	}
	return all
}

// server returns the process that began to listen at the socket of the provider, or 0 if that is not known.
func (p *Process) server() int {
	if p.plugin == nil {
		return 0
	}
	config := p.plugin.ReattachConfig()
	if config == nil || config.Addr == nil || config.Addr.Network() != "unix" {
		return 0
	}
	conn, err := (&net.Dialer{}).Dial("unix", config.Addr.String())
	if err != nil {
		return 0
	}
	defer func() { _ = conn.Close() }()
	socket, ok := conn.(*net.UnixConn)
	if !ok {
		return 0
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return 0
	}
	pid := 0
	_ = raw.Control(func(fd uintptr) {
		if peer, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED); err == nil {
			pid = int(peer.Pid)
		}
	})
	return pid
}

// addLibraries adds the files that a process maps to execute them, except its program.
func (p *Process) addLibraries(r *Running, pid int, program fileKey) error {
	mapped := procfs.Executable(pid)
	// On some file systems the kernel does not tell the numbers that stat tells.
	numbered := slices.ContainsFunc(mapped, func(m procfs.Mapping) bool { return m.Inode == program.inode })
	for _, m := range mapped {
		sum, key, err := p.executed.hash(m.File)
		if err != nil {
			// Not everybody may follow the mapping. The path may lead to another file by now. The number tells.
			sum, key, err = p.executed.hash(fmt.Sprintf("/proc/%d/root%s", pid, m.Path))
			if err == nil && numbered && key.inode != m.Inode {
				err = errors.New("it was replaced")
			}
		}
		switch {
		case procfs.Ended(pid):
			return nil
		case err != nil:
			return fmt.Errorf("the mapped file %s: %w", m.Path, err)
		case key.device == program.device && key.inode == program.inode:
			continue
		}
		r.Libraries = append(r.Libraries, Library{Name: m.Path, SHA256: sum})
	}
	return nil
}

func keyOf(path string) (fileKey, error) {
	var s unix.Stat_t
	if err := unix.Stat(path, &s); err != nil {
		return fileKey{}, &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	//nolint:unconvert // it is shorter on some platforms
	return fileKey{uint64(s.Dev), s.Ino, s.Size, s.Ctim}, nil
}

// hash returns the sha256 of a file in hex, and the identity of that file.
func (e *executed) hash(path string) (string, fileKey, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fileKey{}, err
	}
	defer func() { _ = f.Close() }()
	key, err := keyOf(fmt.Sprintf("/proc/self/fd/%d", f.Fd()))
	if err != nil {
		return "", key, err
	}
	e.mu.Lock()
	sum, ok := e.hashes[key]
	e.mu.Unlock()
	if ok {
		return sum, key, nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", key, err
	}
	sum = hex.EncodeToString(h.Sum(nil))
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.hashes == nil {
		e.hashes = map[fileKey]string{}
	}
	e.hashes[key] = sum
	return sum, key, nil
}
