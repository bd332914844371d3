// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package procfs reads what Linux tells about processes below /proc. On other systems its functions find nothing.
package procfs

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"time"
)

// PeakMemory returns the greatest resident memory of a process so far, in bytes. It returns 0 if that is not known.
func PeakMemory(pid int) int64 { return status(pid, "VmHWM:") }

// status returns a value of /proc/PID/status in bytes.
func status(pid int, key string) int64 {
	data, err := os.ReadFile(path(pid) + "/status")
	if err != nil {
		return 0
	}
	for line := range strings.SplitSeq(string(data), "\n") {
		if rest, ok := strings.CutPrefix(line, key); ok {
			kb, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kb << 10
		}
	}
	return 0
}

// Family returns a process and its descendants. It returns nil if there is no /proc.
func Family(pid int) []int {
	all := processes()
	if len(all) == 0 {
		return nil
	}
	parents := map[int][]int{}
	for _, child := range all {
		if fields := stat(child); len(fields) > 1 {
			parent, _ := strconv.Atoi(fields[1])
			parents[parent] = append(parents[parent], child)
		}
	}
	family := []int{pid}
	for i := 0; i < len(family); i++ {
		family = append(family, parents[family[i]]...)
	}
	return family
}

// WithEnv returns the processes that were started with a variable whose value the function accepts. Processes whose environment
// this one may not read are left out: those of other users, and those that hide it. starting is true if a process has no environment
// yet, because it is about to execute a program: look again.
func WithEnv(name string, accept func(value string) bool) (pids []int, starting bool) {
	for _, pid := range processes() {
		data, err := os.ReadFile(path(pid) + "/environ")
		if err == nil && len(data) == 0 && executes(pid) {
			starting = true
		}
		if value, ok := env(data, name); ok && accept(value) {
			pids = append(pids, pid)
		}
	}
	return pids, starting
}

// executes reports whether a process without an environment is about to execute a program. It has no arguments either then. Threads of the
// kernel never have them, and execute no file.
func executes(pid int) bool {
	arguments, err := os.ReadFile(path(pid) + "/cmdline")
	if err != nil || len(arguments) > 0 {
		return false
	}
	_, err = os.Readlink(Exe(pid))
	return err == nil && !Ended(pid)
}

// processes returns the ids of all processes. A pattern such as /proc/[0-9]*/stat would list the folder of each of them, which
// costs more than reading the files.
func processes() []int {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer func() { _ = dir.Close() }()
	names, _ := dir.Readdirnames(-1)
	var pids []int
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// Env returns the value of a variable with which a process was started, and whether it is known.
func Env(pid int, name string) (string, bool) {
	data, err := os.ReadFile(path(pid) + "/environ")
	if err != nil {
		return "", false
	}
	return env(data, name)
}

func env(environ []byte, name string) (string, bool) {
	for entry := range strings.SplitSeq(string(environ), "\x00") {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value, true
		}
	}
	return "", false
}

// Memory returns the resident memory of a process in bytes. It returns 0 if that is not known.
func Memory(pid int) int64 { return status(pid, "VmRSS:") }

// tick is the unit of processor time in /proc, which is the same on all machines.
const tick = 10 * time.Millisecond

// ProcessorTime returns the processor time that a process has used, user and system time together, to 10 milliseconds. It returns 0 if
// that is not known.
func ProcessorTime(pid int) time.Duration {
	const user, system = 11, 12
	fields := stat(pid)
	if len(fields) <= system {
		return 0
	}
	var sum time.Duration
	for _, field := range []string{fields[user], fields[system]} {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0
		}
		sum += time.Duration(n) * tick
	}
	return sum
}

// State returns the letter by which the kernel names the state of a process, such as "S" for one that sleeps and "Z"
// for one that has ended and whose parent has not waited for it. It returns "" if there is no such process or no /proc.
func State(pid int) string {
	if fields := stat(pid); len(fields) > 0 {
		return fields[0]
	}
	return ""
}

// Ended reports whether a process has ended. Its parent may not have waited for it yet.
func Ended(pid int) bool {
	state := State(pid)
	return state == "" || state == "Z" || state == "X"
}

// stat returns the fields of /proc/PID/stat after the name, which is in brackets and may hold anything: the state, the
// parent and so on.
func stat(pid int) []string {
	data, err := os.ReadFile(path(pid) + "/stat")
	if err != nil {
		return nil
	}
	return strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
}

// Peers returns the remote addresses of a process's TCP connections as the kernel writes them: address and port in
// hexadecimal. It returns nil if the process or its connections cannot be seen.
func Peers(pid int) []string {
	base := path(pid)
	entries, err := os.ReadDir(base + "/fd")
	if err != nil {
		return nil
	}
	sockets := map[string]bool{}
	for _, entry := range entries {
		if target, err := os.Readlink(base + "/fd/" + entry.Name()); err == nil && strings.HasPrefix(target, "socket:[") {
			sockets[strings.Trim(strings.TrimPrefix(target, "socket:"), "[]")] = true
		}
	}
	peers := []string{}
	for _, table := range []string{"/net/tcp", "/net/tcp6"} {
		data, err := os.ReadFile(base + table)
		if err != nil {
			continue
		}
		for line := range strings.SplitSeq(string(data), "\n") {
			fields := strings.Fields(line)
			// Column 2 is the remote end, 3 the state (0A listens), 9 the inode.
			if len(fields) > 9 && sockets[fields[9]] && fields[3] != "0A" {
				peers = append(peers, fields[2])
			}
		}
	}
	return peers
}

func path(pid int) string { return "/proc/" + strconv.Itoa(pid) }
