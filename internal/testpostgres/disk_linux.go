// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package testpostgres

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

// StartOnDisk is like Start, and the server has its data on a file system that holds some megabytes. It returns the path of a file on that
// file system which may be written. It skips the test for users who may not mount file systems.
func StartOnDisk(t testing.TB, megabytes int) (s *Server, file string) {
	t.Helper()
	s = newServer(t)
	c, err := account()
	if err != nil {
		t.Fatal(err)
	}
	if c == nil {
		t.Skip("only root may mount a file system that PostgreSQL can use")
	}
	if err := os.Mkdir(s.data(), 0o700); err != nil {
		t.Fatal(err)
	}
	holder := exec.CommandContext(context.Background(), "sh", "-c", `mount -t tmpfs -o "$1" tmpfs "$0" && echo ready && read _`, s.data(), fmt.Sprintf("size=%dm,mode=700,uid=%d,gid=%d", megabytes, c.Uid, c.Gid))
	holder.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	leash, err := holder.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Skipf("this system does not let tests have mount namespaces: %v", err)
	}
	t.Cleanup(func() {
		_ = leash.Close()
		_ = holder.Wait()
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Skipf("this system does not let tests mount file systems: %v", err)
	}
	s.namespace = holder.Process.Pid
	if err := s.start(true); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s, filepath.Join(s.outside(s.data()), "filler")
}

// outside returns the path by which this process has a path of the server.
func (s *Server) outside(path string) string {
	if s.namespace == 0 {
		return path
	}
	return filepath.Join("/proc", strconv.Itoa(s.namespace), "root", path)
}

// Recover starts the server again if it has ended by itself.
func (s *Server) Recover(t testing.TB) {
	t.Helper()
	if _, err := s.psql(s.URL("postgres"), `SELECT 1`); err != nil {
		s.Restart(t)
	}
}
