// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package procfs

import (
	"os"
	"slices"
	"strconv"
	"strings"
)

// Exe returns the path below /proc that leads to the program that a process executes, whatever became of the program's name.
func Exe(pid int) string { return path(pid) + "/exe" }

// Mapping is a part of a file that a process maps.
type Mapping struct {
	// Path is the name of the file as the process knows it, and Inode the number of the file.
	Path  string
	Inode uint64
	// File is the path below /proc that leads to the mapped file itself. Not everybody may follow it.
	File string
}

// Executable returns one mapping of each file that a process maps so that it can execute it. It returns nil if they cannot be seen.
func Executable(pid int) []Mapping {
	data, err := os.ReadFile(path(pid) + "/maps")
	if err != nil {
		return nil
	}
	var out []Mapping
	for line := range strings.SplitSeq(string(data), "\n") {
		// An address range, the permissions, an offset, the device, the inode, and the path, which may hold spaces.
		fields := strings.Fields(line)
		if len(fields) < 6 || !strings.Contains(fields[1], "x") {
			continue
		}
		inode, err := strconv.ParseUint(fields[4], 10, 64)
		if err != nil || inode == 0 {
			continue
		}
		i := strings.Index(line, " /")
		if i < 0 {
			continue // what the kernel maps has no path
		}
		m := Mapping{Path: line[i+1:], Inode: inode, File: path(pid) + "/map_files/" + mapFile(fields[0])}
		if !slices.ContainsFunc(out, func(o Mapping) bool { return o.Path == m.Path && o.Inode == m.Inode }) {
			out = append(out, m)
		}
	}
	return out
}

// mapFile returns an address range of /proc/PID/maps as /proc/PID/map_files names it: without leading zeros.
func mapFile(addresses string) string {
	from, to, _ := strings.Cut(addresses, "-")
	trim := func(s string) string { return strings.TrimLeft(s[:len(s)-1], "0") + s[len(s)-1:] }
	if from == "" || to == "" {
		return addresses
	}
	return trim(from) + "-" + trim(to)
}
