// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// Look records what the processes of the world listen at: a provider listens at the socket file for its host and nowhere else. It
// must be called while the process runs.
func (w *World) Look() {
	pid := w.PID()
	if pid == 0 {
		return
	}
	for _, what := range listening(pid) {
		w.once(what)
	}
}

// once records something that is seen at each look.
func (w *World) once(what string) {
	w.mu.Lock()
	seen := slices.ContainsFunc(w.attempts, func(a Attempt) bool { return a.What == what })
	w.mu.Unlock()
	if !seen {
		w.record(what)
	}
}

// listening returns the ports and the abstract sockets in the network of a process, but not its socket files.
func listening(pid int) (all []string) {
	for _, table := range []string{"tcp", "tcp6"} {
		for _, fields := range readTable(pid, table) {
			// Column 1 is the address, 3 the state: 0A listens.
			if len(fields) > 3 && fields[3] == "0A" {
				var port int
				_, number, _ := strings.Cut(fields[1], ":")
				_, _ = fmt.Sscanf(number, "%X", &port)
				all = append(all, fmt.Sprintf("a port that it listens at, %d", port))
			}
		}
	}
	for _, fields := range readTable(pid, "unix") {
		// The last column is the name, if there is one.
		if len(fields) > 7 && strings.HasPrefix(fields[7], "@") {
			all = append(all, "an abstract socket, "+fields[7])
		}
	}
	return all
}

func readTable(pid int, name string) (rows [][]string) {
	data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", pid, name))
	for line := range strings.Lines(string(data)) {
		rows = append(rows, strings.Fields(line))
	}
	return rows
}
