// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Noexec reports whether no program in a folder can be started, because its file system was mounted noexec. That is known on Linux only.
func Noexec(dir string) bool { return noexec(dir) }

// explainDenied adds the reason to an error of starting the program at path, if the error is that the folder of the
// program is on a file system without programs (mounted noexec).
func explainDenied(path string, err error) error {
	if !errors.Is(err, fs.ErrPermission) {
		return err
	}
	if resolved, linkErr := filepath.EvalSymlinks(path); linkErr == nil {
		path = resolved
	}
	return explainNoexec(filepath.Dir(path), os.TempDir(), noexec, err)
}

func explainNoexec(dir, temp string, noexec func(dir string) bool, err error) error {
	if !noexec(dir) {
		return err
	}
	advice := "move the provider to another folder"
	if rel, relErr := filepath.Rel(temp, dir); relErr == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		advice = "set TMPDIR to a folder that allows programs"
	}
	return fmt.Errorf("the folder %s is mounted noexec, so that no program in it can be started: %s: %w", dir, advice, err)
}
