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

// makeRunDir makes this host's folder for sockets. Its path is short, it is private, and cleaners of temporary folders
// leave it alone while it is in use.
func makeRunDir() (string, error) {
	dir, err := MakeDir(runBase())
	if err != nil {
		return "", fmt.Errorf("folder for provider sockets: %w", err)
	}
	return dir, nil
}

// MakeDir makes a private folder for this process below base. It makes base too if it is missing; base must belong to this
// user alone. Folders there that ended processes left behind are removed first. The caller must remove its own folder.
func MakeDir(base string) (string, error) {
	if err := os.MkdirAll(base, 0o700); err != nil {
		return "", err
	}
	if err := checkPrivate(base); err != nil {
		return "", err
	}
	sweep(base)
	return os.MkdirTemp(base, fmt.Sprintf("%d-", os.Getpid()))
}

// maxBase leaves room below it for the host's folder (about 20 bytes) and go-plugin's socket (about 20): the path of
// a socket is at most 104 bytes long on some systems.
const maxBase = 60

// runBase returns the folder for the folders of this user's hosts.
func runBase() string {
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" && len(dir) < maxBase {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return filepath.Join(dir, "wahost")
		}
	}
	name := fmt.Sprintf("wahost-%d", os.Getuid())
	if base := filepath.Join(os.TempDir(), name); len(base) <= maxBase {
		return base
	}
	return filepath.Join("/tmp", name)
}

// sweep removes folders whose process has ended.
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
