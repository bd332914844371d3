// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxFile is the largest part of a file that is read, in bytes.
const maxFile = 8 << 20

// Files returns the regular files that the processes of the world wrote and that are still there. The process may have ended.
func (w *World) Files() []WrittenFile {
	<-w.made
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []WrittenFile
	for path, folder := range w.folders {
		root, err := os.OpenRoot(fmt.Sprintf("/proc/self/fd/%d", folder.Fd()))
		if err != nil {
			continue
		}
		out = append(out, written(root, path)...)
		_ = root.Close()
	}
	return out
}

func written(root *os.Root, under string) (out []WrittenFile) {
	_ = fs.WalkDir(root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		// A folder that cannot be read and a file that is gone have nothing to show.
		if err == nil && d.Type().IsRegular() {
			out = append(out, WrittenFile{Path: filepath.Join(under, path), Content: readPart(root, path)})
		}
		return nil
	})
	return out
}

// Sockets returns the names in the folder for the provider's socket.
func (w *World) Sockets() []string {
	<-w.made
	w.mu.Lock()
	defer w.mu.Unlock()
	for path, folder := range w.folders {
		if rest, ok := strings.CutPrefix(w.setup.Sockets, path+"/"); ok {
			entries, _ := os.ReadDir(fmt.Sprintf("/proc/self/fd/%d/%s", folder.Fd(), rest))
			names := make([]string, 0, len(entries))
			for _, e := range entries {
				names = append(names, e.Name())
			}
			return names
		}
	}
	return nil
}

// fill writes files where a process of another world had them. Files outside the folders of this world are left out.
func (w *World) fill(files []WrittenFile) error {
	for _, f := range files {
		for path, folder := range w.folders {
			rest, ok := strings.CutPrefix(f.Path, path+"/")
			if !ok {
				continue
			}
			if err := w.put(folder, rest, f.Content); err != nil {
				return err
			}
		}
	}
	return nil
}

// put writes a file of the process, with the folders above it.
func (w *World) put(folder *os.File, path string, content []byte) error {
	root, err := os.OpenRoot(fmt.Sprintf("/proc/self/fd/%d", folder.Fd()))
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	if err := root.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := root.WriteFile(path, content, 0o600); err != nil || !w.setup.Mapped {
		return err
	}
	for p := path; p != "."; p = filepath.Dir(p) {
		if err := root.Lchown(p, w.setup.UID, w.setup.GID); err != nil {
			return err
		}
	}
	return nil
}
