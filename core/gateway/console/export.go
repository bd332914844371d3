// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"
)

// export answers with the table of all messages that a search finds.
func (v *visit) export() error {
	query := searchQuery(v.r.URL.Query())
	if v.r.URL.Query().Get("reveal") != "" {
		query.Set("reveal", "true")
	}
	r, err := v.request(http.MethodGet, "export/messages", query, nil)
	if err != nil {
		return err
	}
	w := &passing{ResponseWriter: v.w, refused: answer{header: http.Header{}}}
	v.s.API.ServeHTTP(w, r)
	return w.refused.problem()
}

// passing passes an answer of the API on, unless it is a problem, which it keeps.
type passing struct {
	http.ResponseWriter
	begun   bool
	refused answer
}

// Header returns the header of the answer.
func (p *passing) Header() http.Header { return p.refused.header }

// WriteHeader begins the answer if it is not a problem.
func (p *passing) WriteHeader(status int) {
	if p.begun || p.refused.status != 0 {
		return
	}
	if status >= http.StatusBadRequest {
		p.refused.WriteHeader(status)
		return
	}
	p.begun = true
	for _, name := range []string{"Content-Type", "Content-Disposition"} {
		p.ResponseWriter.Header().Set(name, p.refused.header.Get(name))
	}
	p.ResponseWriter.WriteHeader(status)
}

// Write passes a part of the answer on.
func (p *passing) Write(b []byte) (int, error) {
	p.WriteHeader(http.StatusOK)
	if !p.begun {
		return p.refused.Write(b)
	}
	return p.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController find the connection.
func (p *passing) Unwrap() http.ResponseWriter { return p.ResponseWriter }
