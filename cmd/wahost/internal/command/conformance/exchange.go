// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"strings"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/internal/printable"
)

// Exchange is a request that an emulator answered, as a line of `sandbox --json` shows it.
type Exchange struct {
	Provider   string   `json:"provider"`
	Seq        int      `json:"seq"`
	Method     string   `json:"method"`
	Path       string   `json:"path"`
	Type       string   `json:"type"`
	Recipients []string `json:"recipients"`
	Delivered  bool     `json:"delivered"`
	Status     int      `json:"status"`
	Fault      string   `json:"fault,omitempty"`
	Violations []string `json:"violations"`
	// Request is the body: JSON as it is, a form as a text, and nil for anything else.
	Request json.RawMessage `json:"request,omitempty"`
}

// NewExchange returns the view of an exchange with the emulator of a provider's vendor.
func NewExchange(provider string, e emulator.Exchange) Exchange {
	row := Exchange{
		Provider: provider, Seq: e.Seq, Method: e.Method, Path: e.Path, Type: e.Type, Recipients: append([]string{}, e.Recipients...),
		Delivered: e.Delivered, Status: e.Status, Fault: e.Fault, Violations: append([]string{}, e.Violations...),
	}
	media, _, _ := mime.ParseMediaType(e.Header.Get("Content-Type"))
	switch {
	case json.Valid(e.Body):
		row.Request = e.Body
	case media == "application/x-www-form-urlencoded":
		row.Request, _ = json.Marshal(string(e.Body)) // a text can always be written as JSON
	}
	return row
}

// Body returns the request on one line, or "" if the view has none.
func (e Exchange) Body() string {
	var form string
	if json.Unmarshal(e.Request, &form) == nil {
		return printable.Line(form)
	}
	var b bytes.Buffer
	if json.Compact(&b, e.Request) != nil {
		return ""
	}
	return b.String()
}

// PrintExchange prints an exchange with the emulator of a provider's vendor.
func PrintExchange(a *cli.App, provider string, e emulator.Exchange, bodies bool) {
	if a.JSON {
		_ = cli.WriteLine(a.Stdout, struct {
			Format string `json:"format_version"`
			Exchange
		}{"1.0", NewExchange(provider, e)})
		return
	}
	e = printable.Fields(e)
	to := strings.Join(e.Recipients, ",")
	if len(e.Recipients) > 3 {
		to = fmt.Sprintf("%s and %d more", strings.Join(e.Recipients[:2], ","), len(e.Recipients)-2)
	}
	state := "not delivered"
	if e.Delivered {
		state = "delivered"
	}
	fmt.Fprintf(a.Stdout, "%-16s %s %s  %s to %s: %s, answered %d", provider, e.Method, e.Path, e.Type, to, state, e.Status)
	if e.Fault != "" {
		fmt.Fprintf(a.Stdout, " (fault %s)", e.Fault)
	}
	fmt.Fprintln(a.Stdout)
	for _, v := range e.Violations {
		fmt.Fprintf(a.Stdout, "                 wrong: %s\n", v)
	}
	if bodies {
		fmt.Fprintf(a.Stdout, "%s\n", indented(e.Body))
	}
}

// indented returns JSON with indentation. The lines of anything else are indented.
func indented(body []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, body, "    ", "  ") != nil {
		return "    " + printable.Lines(string(body), "    ")
	}
	return "    " + b.String()
}
