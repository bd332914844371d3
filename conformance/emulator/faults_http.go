// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/wahost/wahost/conformance/dialect"
)

// RetryAfterDate is the time from now to the date that retry_after(date) sends.
const RetryAfterDate = 90 * time.Second

// retryForm parses an argument that is a number of seconds or the name of another form of the header.
func retryForm(f *Fault, text string) error {
	if numberFrom(1, 1<<20)(f, text) == nil {
		return nil
	}
	if err := oneOf("date", "huge", "garbage", "none")(f, text); err != nil {
		return fmt.Errorf("%w, nor a whole number of seconds", err)
	}
	return nil
}

// retryAfter returns 429 without a body. Depending on the argument, the Retry-After header is a number of seconds, a
// date, a huge number or no time at all, or is missing.
func retryAfter(_ *call, f Fault) answer {
	a := answer{status: http.StatusTooManyRequests, header: http.Header{}}
	switch f.text {
	case "":
		a.header.Set("Retry-After", strconv.Itoa(f.number))
	case "date":
		a.header.Set("Retry-After", time.Now().Add(RetryAfterDate).UTC().Format(http.TimeFormat))
	case "huge":
		a.header.Set("Retry-After", strings.Repeat("9", 30))
	case "garbage":
		a.header.Set("Retry-After", "soon")
	}
	return a
}

// echoCredentials returns an answer whose body has the credentials of the request.
func echoCredentials(c *call, f Fault) answer {
	lines := []string{"The request was not accepted. It had:"}
	for _, a := range c.credentials() {
		lines = append(lines, a.Header+a.Query+a.Body.String()+": "+c.credential(a.Auth))
	}
	return plain(f.number, strings.Join(lines, "\n"))
}

// credentials returns what requests of the route must carry.
func (c *call) credentials() []credential {
	if c.route == nil {
		return nil
	}
	return c.server.auth[c.route.Name]
}

// credential returns the credential of a request, or "" if it is missing.
func (c *call) credential(a dialect.Auth) string {
	switch {
	case a.Header != "":
		return c.req.Header.Get(a.Header)
	case a.Query != "":
		return c.req.URL.Query().Get(a.Query)
	}
	text, _ := a.Body.Text(c.body)
	return text
}

// tokenExpired returns the vendor's refusal of an expired credential.
func tokenExpired(c *call, _ Fault) answer {
	for _, a := range c.credentials() {
		if row := c.server.dialect.Error(a.Error); row != nil {
			return c.errorRow(row)
		}
	}
	return answer{status: http.StatusUnauthorized, header: http.Header{}}
}

// redirectForm parses an argument that is a status and a target.
func redirectForm(f *Fault, text string) error {
	code, where, _ := strings.Cut(text, ",")
	if err := numberFrom(300, 399)(f, strings.TrimSpace(code)); err != nil {
		return err
	}
	if err := oneOf("same", "other_host", "http")(f, strings.TrimSpace(where)); err != nil {
		return err
	}
	f.row, f.text = "", strconv.Itoa(f.number)+", "+f.text
	return nil
}

// redirect redirects to the same route, at this host or at another one. The other host is the emulator under another
// name and port. Its exchanges are captured with Elsewhere set.
func redirect(c *call, f Fault) answer {
	to := c.req.URL.Path + "?redirected=1"
	_, where, _ := strings.Cut(f.text, ", ")
	if where != "same" {
		base, err := c.server.elsewhere(where == "http")
		if err != nil {
			return broken(err)
		}
		to = base + to
	}
	return answer{status: f.number, header: http.Header{"Location": {to}}}
}

// redirectLoop redirects a request to its own URL.
func redirectLoop(c *call, _ Fault) answer {
	return answer{status: http.StatusTemporaryRedirect, header: http.Header{"Location": {c.req.URL.Path}}}
}
