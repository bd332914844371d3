// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build unix

package testpostgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account returns the user that runs servers, or nil for the own one. PostgreSQL refuses to run as root.
func account() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // nil is the own user
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	gid, wrong := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err, wrong)
}

// own makes the user of the server the owner of its folder.
func (s *Server) own() error {
	c, err := account()
	if err != nil || c == nil {
		return err
	}
	if err := os.Chown(s.dir, int(c.Uid), int(c.Gid)); err != nil {
		return fmt.Errorf("the folder of the server: %w", err)
	}
	return nil
}

// command returns a program of the server that runs as its user.
func (s *Server) command(name string, args ...string) *exec.Cmd {
	if name != "sh" {
		name = filepath.Join(s.bin, name)
	}
	c, _ := account()
	if s.namespace != 0 {
		args = append([]string{"-t", strconv.Itoa(s.namespace), "-m", "-S", fmt.Sprint(c.Uid), "-G", fmt.Sprint(c.Gid), "--", name}, args...)
		name, c = "nsenter", nil
	}
	cmd := exec.CommandContext(context.Background(), name, args...)
	cmd.Dir = s.dir
	// A process group of its own, so that an interrupt of the test reaches the server through its leash only.
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c, Setpgid: true}
	return cmd
}
