// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// PeakMemory returns the greatest resident memory of a process so far, in bytes; 0 where the system does not tell.
func PeakMemory(pid int) int64 {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	for line := range strings.SplitSeq(string(data), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kb << 10
		}
	}
	return 0
}

// Family returns a process and its descendants; none where the system does not tell.
func Family(pid int) []int {
	parents := map[int][]int{}
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		// The name in brackets may hold anything; the parent is the second field behind it.
		fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
		if len(fields) < 2 {
			continue
		}
		parent, _ := strconv.Atoi(fields[1])
		child, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		parents[parent] = append(parents[parent], child)
	}
	if len(files) == 0 {
		return nil
	}
	family := []int{pid}
	for i := 0; i < len(family); i++ {
		family = append(family, parents[family[i]]...)
	}
	return family
}

// Peers returns the remote addresses of a process's TCP connections as the system writes them: address and port in
// hexadecimal. It is nil where the system does not tell.
func Peers(pid int) []string {
	base := "/proc/" + strconv.Itoa(pid)
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
