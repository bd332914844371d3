// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// makeRunDir makes this host's folder for sockets: short, private, and outside of what cleaners of temporary
// folders sweep while it is in use. Folders of hosts that no longer run are removed first.
func makeRunDir() (string, error) {
	base := filepath.Join(os.TempDir(), fmt.Sprintf("wahost-%d", os.Getuid()))
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			base = filepath.Join(dir, "wahost")
		}
	}
	if err := os.MkdirAll(base, 0o700); err != nil {
		return "", fmt.Errorf("folder for provider sockets: %w", err)
	}
	if err := checkPrivate(base); err != nil {
		return "", err
	}
	sweep(base)
	dir, err := os.MkdirTemp(base, fmt.Sprintf("%d-", os.Getpid()))
	if err != nil {
		return "", fmt.Errorf("folder for provider sockets: %w", err)
	}
	// A socket's path is at most 104 bytes long on some systems; go-plugin adds a name of about 20.
	if len(dir) > 80 {
		_ = os.Remove(dir)
		return "", fmt.Errorf("folder for provider sockets: the path %s is too long for a socket: set XDG_RUNTIME_DIR or TMPDIR to a shorter one", dir)
	}
	return dir, nil
}

// sweep removes folders whose host has ended.
func sweep(base string) {
	entries, err := os.ReadDir(base)
	if err != nil {
		return
	}
	for _, e := range entries {
		owner, _, ok := strings.Cut(e.Name(), "-")
		pid, err := strconv.Atoi(owner)
		if ok && err == nil && pid > 0 && !running(pid) {
			_ = os.RemoveAll(filepath.Join(base, e.Name()))
		}
	}
}
