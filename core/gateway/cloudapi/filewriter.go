// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"net/http"
	"time"

	"github.com/wahost/wahost/core/gateway/graph"
)

// writeTime is how long a caller may take to receive a part of a file. A part has 32 KiB at most.
const writeTime = 30 * time.Second

// fileWriter is the answer to a download. It ends the connection of a caller that is too slow, and writes the errors of
// http.ServeContent in the words of the Graph API.
type fileWriter struct {
	*call
	control *http.ResponseController
	failed  bool
}

// Header returns the header of the answer.
func (w *fileWriter) Header() http.Header { return w.w.Header() }

// WriteHeader writes the header, or the whole answer of an error.
func (w *fileWriter) WriteHeader(status int) {
	if status < http.StatusBadRequest {
		w.w.WriteHeader(status)
		return
	}
	w.failed = true
	for _, name := range []string{"ETag", "Content-Disposition", "Last-Modified"} {
		w.Header().Del(name)
	}
	e := graph.New(graph.CodeInvalidParameter, "the condition or the range in the header of the request cannot be met")
	e.Status = status
	w.code = e.Code
	w.writeError(e)
}

// Write writes a part of the file.
func (w *fileWriter) Write(p []byte) (int, error) {
	if w.failed {
		return len(p), nil
	}
	// A connection without deadlines, as in some tests, cannot be slow.
	_ = w.control.SetWriteDeadline(time.Now().Add(writeTime))
	return w.w.Write(p)
}

// end lifts the deadline, because the connection may serve more requests.
func (w *fileWriter) end() { _ = w.control.SetWriteDeadline(time.Time{}) }
