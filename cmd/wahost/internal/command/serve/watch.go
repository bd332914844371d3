// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/registry/lockfile"
)

// quiet is how long no file must change before the configuration is read again, so that several files can be written one after the other.
const quiet = 500 * time.Millisecond

// swapped is the link that Kubernetes replaces when the files of a mounted ConfigMap or Secret change.
const swapped = "..data"

// watcher tells when files of a configuration have changed.
type watcher struct {
	files *fsnotify.Watcher
	// also are variables files that --var-file names.
	also  []string
	ended chan struct{}
}

// newWatcher watches the folder of a configuration and the folders of variables files. It watches folders and not files, because editors
// replace files.
func newWatcher(dir string, varFiles []string, changed chan<- struct{}) (*watcher, error) {
	files, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	w := &watcher{files: files, ended: make(chan struct{})}
	folders := []string{dir}
	for _, path := range varFiles {
		folders, w.also = append(folders, filepath.Dir(path)), append(w.also, filepath.Clean(path))
	}
	for _, folder := range folders {
		if err := files.Add(folder); err != nil {
			return nil, errors.Join(err, files.Close())
		}
	}
	go w.run(changed)
	return w, nil
}

// close ends the watch. It returns when nothing more is told.
func (w *watcher) close() {
	_ = w.files.Close() // it has no other error than that it is closed
	<-w.ended
}

func (w *watcher) run(changed chan<- struct{}) {
	defer close(w.ended)
	timer := time.NewTimer(quiet)
	timer.Stop()
	defer timer.Stop()
	for {
		select {
		case e, ok := <-w.files.Events:
			if !ok {
				return
			}
			if w.counts(e) {
				timer.Reset(quiet)
			}
		case _, ok := <-w.files.Errors:
			if !ok {
				return
			}
			timer.Reset(quiet) // events may have been lost
		case <-timer.C:
			select {
			case changed <- struct{}{}:
			default: // it is known already
			}
		}
	}
}

// counts reports whether an event is about a file of the configuration. The store may be in the same folder.
func (w *watcher) counts(e fsnotify.Event) bool {
	name := filepath.Base(e.Name)
	return !e.Op.Has(fsnotify.Chmod) && (strings.HasSuffix(name, config.FileSuffix) || strings.HasSuffix(name, config.VarsFileSuffix) ||
		name == lockfile.Name || name == swapped || slices.Contains(w.also, filepath.Clean(e.Name)))
}
