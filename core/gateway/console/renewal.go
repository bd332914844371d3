// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"
	"sync"
	"time"

	"github.com/wahost/wahost/core/gateway/login"
)

// renewalTime is for how long a page that renews itself is made once for all tabs of a person, since they all ask when something happens.
const renewalTime = time.Second

// renewals are the pages that were made a moment ago. The zero value is ready.
type renewals struct {
	mu    sync.Mutex
	pages map[renewalKey]*renewal
}

// renewalKey is a person and a page.
type renewalKey struct {
	token  string
	person *login.Person
	page   string
}

// renewal is a page that is made once.
type renewal struct {
	once sync.Once
	made time.Time
	page answer
	err  error
}

// show answers with a page, which show makes unless it was made a moment ago.
func (r *renewals) show(v *visit, show func(*visit) error) error {
	key := renewalKey{v.session.token, v.session.person, v.r.URL.RequestURI()}
	now := time.Now()
	r.mu.Lock()
	for k, x := range r.pages {
		if now.Sub(x.made) > renewalTime {
			delete(r.pages, k)
		}
	}
	x := r.pages[key]
	if x == nil {
		x = &renewal{made: now, page: answer{header: http.Header{}}}
		if r.pages == nil {
			r.pages = map[renewalKey]*renewal{}
		}
		r.pages[key] = x
	}
	r.mu.Unlock()
	to := v.w
	x.once.Do(func() {
		v.w = &x.page
		x.err = show(v)
	})
	v.w = to
	if x.err != nil {
		return x.err
	}
	for name, values := range x.page.header {
		to.Header()[name] = values
	}
	to.WriteHeader(max(x.page.status, http.StatusOK))
	_, _ = to.Write(x.page.body.Bytes()) // the caller may be gone
	return nil
}
