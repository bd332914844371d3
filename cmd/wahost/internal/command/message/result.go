// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/internal/printable"
	"github.com/wahost/wahost/sdk/outcome"
)

// resultFormat is the format_version of a line of `send --json`.
const resultFormat = "1.0"

// Result is the result of a message, as a line of `send --json` shows it. Scripts rely on the names.
type Result struct {
	ID                string    `json:"id"`
	To                string    `json:"to"`
	Route             string    `json:"route"`
	Channel           string    `json:"channel"`
	Outcome           string    `json:"outcome"`
	ProviderMessageID string    `json:"provider_message_id"`
	GroupID           string    `json:"group_id,omitempty"`
	Reason            string    `json:"reason"`
	Path              string    `json:"path,omitempty"`
	Detail            string    `json:"detail,omitempty"`
	VendorCode        string    `json:"vendor_code"`
	VendorMessage     string    `json:"vendor_message"`
	Attempts          []Attempt `json:"attempts"`
	IgnoredFields     []string  `json:"ignored_fields"`
	Degraded          string    `json:"degraded,omitempty"`
	Skipped           []Skip    `json:"skipped"`
	// Undecided are the routes whose condition could not be decided.
	Undecided []Undecided `json:"undecided,omitempty"`
	// RawTemplate is the name of a template that the configuration does not declare, and that goes to the vendor as it is.
	RawTemplate string `json:"raw_template,omitempty"`
	// Signal is "read" or "typing" if a signal was sent, and MessageID is the inbound message that it is about.
	Signal    string `json:"signal,omitempty"`
	MessageID string `json:"message_id,omitempty"`
}

// Attempt is one attempt to send a message.
type Attempt struct {
	Channel    string `json:"channel"`
	Outcome    string `json:"outcome"`
	Reason     string `json:"reason"`
	VendorCode string `json:"vendor_code"`
	Detail     string `json:"detail,omitempty"`
}

// NewResult returns the view of a result.
func NewResult(r dispatch.Result) Result {
	row := Result{
		ID: r.ID, To: r.To.Address, Route: r.Route, Outcome: r.Outcome.Word(), Attempts: []Attempt{},
		IgnoredFields: append([]string{}, r.Outcome.IgnoredFields...), Degraded: r.Outcome.Degraded, Skipped: skipRows(r.Skipped),
		Undecided: undecidedRows(r.Undecided), RawTemplate: r.RawTemplate,
	}
	if len(r.Attempts) > 0 {
		row.Channel = r.Channel().String()
	}
	if acc := r.Outcome.Accepted; acc != nil {
		row.ProviderMessageID, row.GroupID = acc.ProviderMessageID, acc.GroupID
	}
	if u := r.Outcome.Unknown; u != nil {
		row.GroupID = u.GroupID
	}
	if rej := r.Outcome.Rejected; rej != nil {
		row.Reason, row.Path, row.VendorCode, row.VendorMessage = string(rej.Reason), rej.Path, rej.VendorCode, rej.VendorMessage
	}
	row.Detail = detailOf(r.Outcome)
	for _, at := range r.Attempts {
		line := Attempt{Channel: at.Channel.String(), Outcome: at.Outcome.Word(), Detail: detailOf(at.Outcome)}
		if rej := at.Outcome.Rejected; rej != nil {
			line.Reason, line.VendorCode = string(rej.Reason), rej.VendorCode
		}
		row.Attempts = append(row.Attempts, line)
	}
	return row
}

func detailOf(o outcome.Outcome) string {
	switch {
	case o.Rejected != nil:
		return o.Rejected.Detail
	case o.Unknown != nil:
		return o.Unknown.Cause
	}
	return ""
}

// String returns the result for people. Further attempts, skipped channels and ignored fields have lines of their own.
func (r Result) String() string {
	r = printable.Fields(r)
	var b strings.Builder
	subject := r.To
	if r.Signal != "" {
		subject = r.Signal + " " + r.MessageID
	}
	fmt.Fprintf(&b, "%-9s %s", r.Outcome, subject)
	for _, part := range [][2]string{{"route", r.Route}, {"channel", r.Channel}, {"vendor id", r.ProviderMessageID + r.GroupID}} {
		if part[1] != "" {
			fmt.Fprintf(&b, "  %s %s", part[0], part[1])
		}
	}
	if cause := r.cause(); cause != "" {
		if r.Reason != "" {
			b.WriteString("  ")
		}
		b.WriteString(cause)
	}
	const indent = "\n          "
	if len(r.Attempts) > 1 {
		for i, at := range r.Attempts {
			fmt.Fprintf(&b, indent+"attempt %d: %s %s", i+1, at.Channel, at.Outcome)
			if at.Reason != "" {
				b.WriteString(" " + at.Reason)
			}
			if at.Detail != "" {
				b.WriteString(": " + at.Detail)
			}
		}
	}
	for _, s := range r.Skipped {
		fmt.Fprintf(&b, indent+"skipped %s: %s", s.Channel, Prefixed(s.Path, s.Detail))
	}
	for _, field := range r.IgnoredFields {
		b.WriteString(indent + "not carried: " + field)
	}
	return b.String()
}

// cause returns the reason of a result with what host and vendor say about it. It is empty if the message was accepted.
func (r Result) cause() string {
	text := r.Reason
	if r.Detail != "" {
		text += ": " + Prefixed(r.Path, r.Detail)
	}
	if r.VendorCode+r.VendorMessage != "" {
		text += fmt.Sprintf(" (vendor: %s %s)", r.VendorCode, r.VendorMessage)
	}
	return text
}

// Prefixed returns the detail of a rejection after the path that it is about, which may be empty.
func Prefixed(path, detail string) string {
	if path == "" {
		return detail
	}
	return path + ": " + detail
}

// Skip is a channel that was not tried.
type Skip struct {
	Channel string `json:"channel"`
	Reason  string `json:"reason"`
	Path    string `json:"path,omitempty"`
	Detail  string `json:"detail"`
	// Until is when an unhealthy channel may be tried again, in RFC 3339, if that is known.
	Until string `json:"until,omitempty"`
}

func skipRows(skips []route.Skip) []Skip {
	rows := []Skip{}
	for _, s := range skips {
		row := Skip{Channel: s.Channel.String(), Reason: cmp.Or(string(s.Reason), config.SkipUnhealthy), Path: s.Path, Detail: s.Detail}
		if !s.Until.IsZero() {
			row.Until = s.Until.Format(time.RFC3339)
		}
		rows = append(rows, row)
	}
	return rows
}

// Undecided is a route whose condition could not be decided.
type Undecided struct {
	Route string `json:"route"`
	Cause string `json:"cause"`
}

func undecidedRows(found []route.Undecided) []Undecided {
	var rows []Undecided
	for _, u := range found {
		rows = append(rows, Undecided(u))
	}
	return rows
}
