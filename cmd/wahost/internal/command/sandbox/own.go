// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/internal/boundfile"
)

// ownMark begins the first line of each file that the sandbox writes. The sha256 of the other lines follows, so that a file
// that somebody changed is not taken for the sandbox's own.
const ownMark = "# Written by wahost sandbox, which replaces this file as long as it is not changed. sha256:"

// maxOwnFile is the largest size in bytes of a file that may be the sandbox's own.
const maxOwnFile = 1 << 20

// marked returns the content of a file below the sandbox's mark.
func marked(content []byte) []byte {
	return fmt.Appendf(nil, "%s%x\n%s", ownMark, sha256.Sum256(content), content)
}

// isOwn reports whether the content of a file is what the sandbox wrote.
func isOwn(file []byte) bool {
	first, rest, found := bytes.Cut(file, []byte("\n"))
	return found && string(first) == fmt.Sprintf("%s%x", ownMark, sha256.Sum256(rest))
}

// foreignError is the error about a file that the sandbox must not replace or be mixed with.
type foreignError struct{ text string }

func (e *foreignError) Error() string { return e.text }

// checkOwn returns an error if files of these names exist in the folder that the sandbox did not write, or that were changed
// since. The error is a *foreignError, or one of reading.
func checkOwn(dir string, names []string) error {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return &foreignError{dir + " is not a folder. Name one, which is made if it does not exist"}
	}
	found := 0
	for _, name := range names {
		path := filepath.Join(dir, name)
		data, err := boundfile.ReadRegular(path, maxOwnFile)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return err
		case !isOwn(data):
			return &foreignError{fmt.Sprintf("%s was not written by `wahost sandbox`, or was changed since, so it is not replaced. "+
				"Move it away, or name another folder with --write", path)}
		}
		found++
	}
	if found > 0 {
		return nil // files beside the sandbox's own were added by somebody who knows them
	}
	return checkOthers(dir)
}

// checkOthers returns an error if the folder has another configuration, which the sandbox's files would become a part of.
func checkOthers(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), config.FileSuffix) || strings.HasSuffix(e.Name(), config.VarsFileSuffix) {
			return &foreignError{fmt.Sprintf("the folder %s has another configuration already (%s). Name an empty folder with --write", dir, e.Name())}
		}
	}
	return nil
}
