// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// init makes this process the first one of a world if the runner started it as such. It comes before main, so that test binaries can make
// worlds too, and before the initialization of most other packages, so that a world starts fast. For that, this package imports little.
func init() {
	if os.Getenv(marker) == "" {
		return
	}
	runtime.LockOSThread()
	os.Exit(first())
}

// stepError says which step of making a world failed.
type stepError struct {
	step string
	err  error
}

// Error returns the step and the cause.
func (e *stepError) Error() string { return e.step + ": " + e.err.Error() }

// first is the main function of the first process of a world. It returns the exit code of the process that it starts.
func first() int {
	// The provider has the same user id where only one is available. It must not read this process.
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
	// Neither must it inherit what this process happened to inherit.
	_ = unix.CloseRange(3, math.MaxInt32, unix.CLOSE_RANGE_CLOEXEC)
	rename("wahost")
	var s setup
	files, err := receive(controlFD, &s)
	if err != nil {
		return fail(err)
	}
	answer := ready{Folders: []string{"/tmp", "/dev/shm", s.Home}}
	sockets, err := build(&s, files, answer.Folders)
	if err != nil {
		var failed *stepError
		if errors.As(err, &failed) {
			answer.Step = failed.step
		}
		answer.Error = err.Error()
		var errno unix.Errno
		if errors.As(err, &errno) {
			answer.Errno = int(errno)
		}
		_ = send(controlFD, answer)
		return fail(err)
	}
	if err := send(controlFD, answer, sockets.all()...); err != nil {
		return fail(err)
	}
	sockets.close()
	if s.Trial {
		return 0
	}
	var p proceed
	if _, err := receive(controlFD, &p); err != nil {
		return fail(err)
	}
	code, err := serve(&s, p.Paths)
	if err != nil {
		return fail(err)
	}
	return code
}

// rename changes the name of this process and of its threads, which would be that of the runner's file.
func rename(name string) {
	threads, _ := filepath.Glob("/proc/self/task/*/comm")
	for _, path := range threads {
		_ = os.WriteFile(path, []byte(name), 0)
	}
}

// fail prints an error where the runner keeps what a provider prints.
func fail(err error) int {
	fmt.Fprintln(os.Stderr, "the provider's world cannot be made:", err)
	return 125
}

// build makes the network and the file system of the world.
func build(s *setup, files []int, folders []string) (*sockets, error) {
	if err := unix.Sethostname([]byte(s.Hostname)); err != nil {
		return nil, &stepError{"setting the host name", err}
	}
	net, err := makeNetwork(s)
	if err != nil {
		return nil, err
	}
	if err := makeRoot(s, files); err != nil {
		return nil, err
	}
	for _, fd := range files {
		_ = unix.Close(fd)
	}
	for _, folder := range folders {
		fd, err := unix.Open(folder, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err != nil {
			return nil, &stepError{"opening " + folder, err}
		}
		net.folders = append(net.folders, fd)
	}
	return net, nil
}

// environment returns the environment of the provider: that of this process without what the runner needs, with the changes.
func environment(changes []string) []string {
	replaced := map[string]bool{marker: true}
	for _, kv := range changes {
		name, _, _ := strings.Cut(kv, "=")
		replaced[name] = true
	}
	env := slices.DeleteFunc(os.Environ(), func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		return replaced[name]
	})
	for _, kv := range changes {
		if !strings.HasSuffix(kv, "=") { // an empty value removes the variable
			env = append(env, kv)
		}
	}
	return env
}
