// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// The runner and the first process of a world talk over a pair of sockets, in packets of JSON with open files:
//
//	runner to world   setup    the binary and the authorities, as open files
//	world to runner   ready    the sockets of the network and the folders that the provider may write to
//	runner to world   proceed  how the runner reaches those folders; the process starts
//	world to runner   started  the process, and what tells of removed files, as file descriptors
//	runner to world   more     any number of times: answered with further sockets
const controlFD = 3

// marker is in the environment of the first process of a world. The provider does not get it, and cannot read the environment
// of that process.
const marker = "WAHOST_WORLD"

// setup describes the world to make.
type setup struct {
	UID, GID int
	// Mapped is set if the system's own user ids are those of the world, so that the process changes its user.
	Mapped   bool
	Hostname string
	// Program is the path of the binary in the world, Home the home and working folder, and Sockets the folder of the
	// provider's socket.
	Program, Home, Sockets string
	// Env replaces variables of the environment.
	Env []string
	// Files are small files by path.
	Files map[string]string
	// Network.
	Address, Gateway, Address6, Gateway6 string
	UnderShell, ReadOnly                 bool
	Args                                 []string
	// Trial is set to make a world without a process, to see whether that is possible.
	Trial bool
}

// ready is the answer to setup. Its files are, in this order: the outer network, the sockets of the resolver for UDP and TCP,
// what captures the packets that leave and those on loopback, one for each of Folders, and unused TCP sockets.
type ready struct {
	Step, Error string
	Errno       int
	// Folders are the places that the process may write to.
	Folders []string
}

// fixedFiles is the number of files of ready before the folders.
const fixedFiles = 5

// proceed starts the process. Paths say how the runner reaches the folders of the world.
type proceed struct{ Paths map[string]string }

// started is the answer to proceed. Its files are a descriptor of the process and, where the system has it, one that tells of
// removed files.
type started struct{ Error string }

// more asks for unused TCP sockets.
type more struct{ Sockets int }

// maxPacket is the size of the largest packet in bytes.
const maxPacket = 64 << 10

// send sends a value with open files.
func send(fd int, value any, files ...int) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if len(data) > maxPacket {
		return fmt.Errorf("a packet of %d bytes is too large", len(data))
	}
	var rights []byte
	if len(files) > 0 {
		rights = unix.UnixRights(files...)
	}
	return ignoreInterrupt(func() error { return unix.Sendmsg(fd, data, rights, nil, unix.MSG_NOSIGNAL) })
}

// receive receives a value with open files. It returns io.EOF when the other side has ended.
func receive(fd int, value any) ([]int, error) {
	data, rights := make([]byte, maxPacket), make([]byte, unix.CmsgSpace(4*253))
	var n, have int
	err := ignoreInterrupt(func() (err error) {
		n, have, _, _, err = unix.Recvmsg(fd, data, rights, unix.MSG_CMSG_CLOEXEC)
		return err
	})
	switch {
	case errors.Is(err, unix.ECONNRESET), err == nil && n == 0:
		return nil, io.EOF
	case err != nil:
		return nil, os.NewSyscallError("recvmsg", err)
	}
	var files []int
	messages, err := unix.ParseSocketControlMessage(rights[:have])
	if err != nil {
		return nil, err
	}
	for _, m := range messages {
		fds, err := unix.ParseUnixRights(&m)
		if err != nil {
			return files, err
		}
		files = append(files, fds...)
	}
	return files, json.Unmarshal(data[:n], value)
}

func ignoreInterrupt(call func() error) error {
	for {
		if err := call(); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}
