// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
)

// entry is one row of the fault catalogue.
type entry struct {
	// usage shows how the fault is written.
	usage string
	// argument reads the argument; nil where there is none.
	argument func(*Fault, string) error
	run      func(c *call, f Fault) answer
}

// catalogue holds all faults. A new one is a row here and a function below.
var catalogue map[string]entry

func init() { // not a literal, because deliver_then parses its argument with the catalogue
	catalogue = map[string]entry{
		"ok":                  {"ok", nil, func(c *call, _ Fault) answer { return c.normal() }},
		"refuse":              {"refuse", nil, func(c *call, _ Fault) answer { return c.normal() }},
		"accept_then_close":   {"accept_then_close", nil, acceptThenClose},
		"reset_after_request": {"reset_after_request", nil, resetAfterRequest},
		"hang":                {"hang", nil, hang},
		"status":              {"status(code)", numberFrom(200, 599), status},
		"error":               {"error(row)", rowName, errorRow},
		"retry_after":         {"retry_after(seconds)", numberFrom(1, 1<<20), retryAfter},
		"deliver_then":        {"deliver_then(fault)", thenFault, deliverThen},
		"slow":                {"slow(ms)", numberFrom(1, 600_000), slow},
		"garbage":             {"garbage", nil, garbage},
		"empty_200":           {"empty_200", nil, empty},
		"html":                {"html(status)", numberFrom(200, 599), html},
		"truncate":            {"truncate(bytes)", numberFrom(1, maxBody), truncate},
	}
}

// acceptThenClose ends the connection in an orderly way, without an answer.
func acceptThenClose(*call, Fault) answer {
	return answer{send: func(w http.ResponseWriter, _ *http.Request, _ answer, _ <-chan struct{}) { drop(w, false) }}
}

// resetAfterRequest reads the whole request and resets the connection.
func resetAfterRequest(*call, Fault) answer {
	return answer{send: func(w http.ResponseWriter, _ *http.Request, _ answer, _ <-chan struct{}) { drop(w, true) }}
}

// drop ends a connection. With reset it sends RST, which is what a crashing server or a middlebox does.
func drop(w http.ResponseWriter, reset bool) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// hang answers nothing until the client leaves or the emulator is closed.
func hang(*call, Fault) answer {
	return answer{send: func(w http.ResponseWriter, r *http.Request, _ answer, done <-chan struct{}) {
		select {
		case <-r.Context().Done():
		case <-done:
		}
		drop(w, false)
	}}
}

func status(_ *call, f Fault) answer { return answer{status: f.number} }

func errorRow(c *call, f Fault) answer {
	row := c.server.dialect.Error(f.row)
	if row == nil {
		return broken(fmt.Errorf("there is no error row %q", f.row))
	}
	return c.errorRow(row)
}

// retryAfter is 429 with a Retry-After header and no body.
func retryAfter(_ *call, f Fault) answer {
	return answer{status: http.StatusTooManyRequests, header: http.Header{"Retry-After": {strconv.Itoa(f.number)}}}
}

func thenFault(f *Fault, text string) error {
	then, err := ParseFault(text)
	if err == nil && then.name == "refuse" {
		err = errors.New("refuse takes no requests, so it cannot follow a delivery")
	}
	f.then = &then
	return err
}

// deliverThen takes the message as usual and then misbehaves: the client cannot know that it was delivered.
func deliverThen(c *call, f Fault) answer {
	delivered := c.normal().delivered
	a := f.then.run(c, *f.then)
	a.delivered = delivered
	return a
}

// slow gives the usual answer late.
func slow(c *call, f Fault) answer {
	a := c.normal()
	a.send = func(w http.ResponseWriter, r *http.Request, a answer, done <-chan struct{}) {
		timer := time.NewTimer(time.Duration(f.number) * time.Millisecond)
		defer timer.Stop()
		select {
		case <-timer.C:
			a.write(w)
		case <-r.Context().Done():
			drop(w, false)
		case <-done:
			drop(w, false)
		}
	}
	return a
}

// garbage claims to be JSON and is not.
func garbage(*call, Fault) answer {
	return answer{status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}},
		body: []byte("\x00\xff{]\x16garbage")}
}

func empty(*call, Fault) answer { return answer{status: http.StatusOK} }

// html is the page of a proxy in front of the vendor.
func html(_ *call, f Fault) answer {
	text := strconv.Itoa(f.number) + " " + http.StatusText(f.number)
	return answer{status: f.number, header: http.Header{"Content-Type": {"text/html"}},
		body: []byte("<html><head><title>" + text + "</title></head><body><h1>" + text + "</h1></body></html>\n")}
}

// truncate gives the usual answer, announces its whole length, and ends after some bytes of the body.
func truncate(c *call, f Fault) answer {
	a := c.normal()
	a.send = func(w http.ResponseWriter, _ *http.Request, a answer, _ <-chan struct{}) {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
		a.body = a.body[:min(f.number, len(a.body))]
		a.write(w)
		_ = http.NewResponseController(w).Flush()
		drop(w, false)
	}
	return a
}
