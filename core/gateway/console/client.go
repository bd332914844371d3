// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wahost/wahost/core/gateway/adminapi"
)

// problem is an answer of the API that is not a success.
type problem struct{ huma.ErrorModel }

// newProblem returns a problem of a page itself.
func newProblem(status int, detail string) *problem {
	return &problem{huma.ErrorModel{Status: status, Detail: detail}}
}

// Error returns what the API said.
func (p *problem) Error() string { return strings.Join(adminapi.ProblemLines(&p.ErrorModel), "; ") }

// Head returns what the API said, without the errors in detail, as a sentence.
func (p *problem) Head() string {
	return asSentence(cmp.Or(p.Detail, p.Title, http.StatusText(p.Status)))
}

// sentence returns what the API said as a sentence.
func (p *problem) sentence() string { return asSentence(cmp.Or(p.Error(), http.StatusText(p.Status))) }

func asSentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(text[size:], ".") + "."
}

// items is a page of a list of the API.
type items[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
	// CountedAt is when the items were counted, or zero.
	CountedAt time.Time `json:"counted_at"`
}

// ask makes a request to the API with what the session may do, and returns the answer. The body may be nil. The error is a *problem if the
// API answered with one.
func ask[T any](v *visit, method, path string, query url.Values, body any) (T, error) {
	var out T
	var raw []byte
	if body != nil {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			return out, err
		}
	}
	r, err := v.request(method, path, query, raw)
	if err != nil {
		return out, err
	}
	w := &answer{header: http.Header{}}
	v.s.API.ServeHTTP(w, r)
	if err := w.problem(); err != nil {
		return out, err
	}
	if err := json.Unmarshal(w.body.Bytes(), &out); err != nil {
		return out, fmt.Errorf("the answer of the API: %w", err)
	}
	return out, nil
}

// request returns a request to the API with what the session may do. The error is a *problem if that is nothing.
func (v *visit) request(method, path string, query url.Values, body []byte) (*http.Request, error) {
	ctx := v.r.Context()
	if p := v.session.person; p != nil {
		key := v.s.Logins.Key(p)
		if key == nil {
			return nil, newProblem(http.StatusUnauthorized, "nothing is granted to the person any more")
		}
		ctx = adminapi.WithKey(ctx, key)
	}
	u := &url.URL{Path: adminapi.Prefix, RawQuery: query.Encode()}
	r, err := http.NewRequestWithContext(ctx, method, u.JoinPath(strings.Split(path, "/")...).String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.RemoteAddr = v.r.RemoteAddr
	if v.session.person == nil {
		r.Header.Set("Authorization", "Bearer "+v.session.token)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r, nil
}

// answer keeps what the API answers.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header returns the header of the answer.
func (a *answer) Header() http.Header { return a.header }

// problem returns the *problem that the API answered with, or nil.
func (a *answer) problem() error {
	if a.status < http.StatusBadRequest {
		return nil
	}
	p := &problem{}
	if err := json.Unmarshal(a.body.Bytes(), p); err != nil {
		return fmt.Errorf("the API answered %d without a problem: %w", a.status, err)
	}
	p.Status = a.status
	return p
}

// WriteHeader keeps the status.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write keeps a part of the body.
func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}
