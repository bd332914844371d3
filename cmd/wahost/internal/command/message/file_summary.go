// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"fmt"
	"strings"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/broadcast"
	"github.com/wahost/wahost/sdk/outcome"
)

// fileSummary is the last line of a run with --json. Scripts rely on the names.
type fileSummary struct {
	Type   string `json:"type"` // "summary"
	Format string `json:"format_version"`
	Rows   int    `json:"rows"`
	// Accepted, Rejected and Unknown are of this run, and Before of earlier ones.
	Accepted int `json:"accepted"`
	Rejected int `json:"rejected"`
	Unknown  int `json:"unknown"`
	Unsent   int `json:"unsent"`
	// Duplicates are the rows that --unique left out.
	Duplicates int            `json:"duplicates"`
	Before     map[string]int `json:"before"`
	// Interrupted is set after a signal. Stopped is set if the run stopped by itself.
	Interrupted bool      `json:"interrupted"`
	Stopped     *fileStop `json:"stopped"`
	Causes      []*cause  `json:"causes"`
	Unrecorded  []int     `json:"unrecorded_rows"`
	Journal     string    `json:"journal"`
	Next        string    `json:"next"`
}

// fileStop is why a run stopped.
type fileStop struct {
	Kind          string `json:"kind"`
	Channel       string `json:"channel"`
	Reason        string `json:"reason"`
	Detail        string `json:"detail"`
	VendorCode    string `json:"vendor_code"`
	VendorMessage string `json:"vendor_message"`
}

// summarize prints the summary of a run.
func (v *fileView) summarize(s broadcast.Summary, journal string, interrupted bool) error {
	if v.app.JSON {
		return cli.WriteLine(v.app.Stdout, v.record(s, journal, interrupted))
	}
	for _, u := range s.Unrecorded {
		result := NewResult(u.Result)
		fmt.Fprintf(v.app.Stderr, "row %d, not in the journal: %s\n", u.Row.Number, result.String())
	}
	for _, c := range v.causes.sorted() {
		if more := c.Count - len(c.Rows); more > 0 {
			fmt.Fprintf(v.app.Stderr, "%d more rows: %s\n", more, c)
		}
	}
	text := fmt.Sprintf("%d accepted, %d rejected, %d unknown", s.Accepted, s.Rejected, s.Unknown)
	if s.Unsent > 0 {
		text += fmt.Sprintf(", %d not sent yet", s.Unsent)
	}
	if s.Duplicates > 0 {
		text += fmt.Sprintf(", %d duplicates left out", s.Duplicates)
	}
	fmt.Fprintln(v.app.Stdout, text+beforeText(s.Before))
	if next := next(s, journal, interrupted); next != "" {
		fmt.Fprintln(v.app.Stderr, next)
	}
	return nil
}

func (v *fileView) record(s broadcast.Summary, journal string, interrupted bool) fileSummary {
	out := fileSummary{
		Type: "summary", Format: "1.0", Rows: s.Rows, Accepted: s.Accepted, Rejected: s.Rejected, Unknown: s.Unknown, Unsent: s.Unsent,
		Duplicates: s.Duplicates,
		Before:     everyOutcome(s.Before), Interrupted: interrupted, Causes: v.causes.sorted(), Unrecorded: []int{}, Journal: journal,
		Next: next(s, journal, interrupted),
	}
	if out.Causes == nil {
		out.Causes = []*cause{}
	}
	for _, u := range s.Unrecorded {
		out.Unrecorded = append(out.Unrecorded, u.Row.Number)
	}
	if stop := s.Stop; stop != nil {
		out.Stopped = &fileStop{Kind: string(stop.Kind), Detail: stop.Error()}
		if stop.Channel.Name != "" {
			out.Stopped.Channel = stop.Channel.String()
		}
		if r := stop.Rejected; r != nil {
			out.Stopped.Reason, out.Stopped.Detail, out.Stopped.VendorCode, out.Stopped.VendorMessage = string(r.Reason), r.Detail, r.VendorCode, r.VendorMessage
		}
	}
	return out
}

// everyOutcome returns the numbers of rows that earlier runs have finished, also for the outcomes that no row has.
func everyOutcome(before map[string]int) map[string]int {
	all := map[string]int{}
	for _, word := range []string{"accepted", "rejected", "unknown"} {
		all[word] = before[word]
	}
	return all
}

// beforeText returns the end of a line that counts rows, with those that earlier runs have finished. It is empty if they finished none.
func beforeText(before map[string]int) string {
	accepted, rejected, unknown := before["accepted"], before["rejected"], before["unknown"]
	if accepted+rejected+unknown == 0 {
		return ""
	}
	return fmt.Sprintf("; before: %d accepted, %d rejected, %d unknown", accepted, rejected, unknown)
}

// String returns the cause for people.
func (c *cause) String() string {
	text := c.Outcome
	if c.Channel != "" {
		text += "  channel " + c.Channel
	}
	return text + "  " + strings.TrimPrefix(
		Result{Reason: c.Reason, Detail: c.Detail, VendorCode: c.VendorCode, VendorMessage: c.VendorMessage}.cause(), ": ")
}

// next returns why a run did not come to its end, and what to do. It is empty if all rows were sent.
func next(s broadcast.Summary, journal string, interrupted bool) string {
	const again = "Run the same command again to send the rest"
	text := ""
	switch {
	case interrupted:
		text = "Interrupted. " + again + fmt.Sprintf(" (journal: %s).", journal)
	case s.Stop != nil:
		text = "Stopped: " + stopped(s.Stop) + fmt.Sprintf(" The rows that were not sent are not lost (journal: %s).", journal)
	case s.Unsent > 0:
		text = again + fmt.Sprintf(" (journal: %s).", journal)
	case s.Rejected+s.Before["rejected"] > 0:
		text = fmt.Sprintf("To send rejected rows again, correct their cause and repeat the command with --retry-rejected (journal: %s).", journal)
	}
	if n := len(s.Unrecorded); n > 0 {
		text += fmt.Sprintf("\nThe journal could not record the outcomes of %d rows. The next run counts them as unknown and does not send them again.", n)
	}
	return text
}

// stopped returns the cause of a stop and what to do about it.
func stopped(s *broadcast.Stop) string {
	const again = ", and run the same command again to send the rest."
	where := ""
	if s.Channel.Name != "" {
		where = s.Channel.String() + ": "
	}
	switch s.Kind {
	case broadcast.StopFailures:
		return fmt.Sprintf("%d rows were rejected or are unknown, which is more than --max-failures allows. Look at their causes"+again, s.Failures)
	case broadcast.StopError:
		return s.Err.Error() + ". Make room or give another place" + again
	case broadcast.StopUnavailable:
		return where + s.Rejected.Detail + ". No channel can be used. Correct that" + again
	case broadcast.StopUnrouted:
		return "no channel can carry the message: " + Prefixed(s.Rejected.Path, s.Rejected.Detail) + ". Change the routes or the message" + again
	}
	cause := Result{Reason: string(s.Rejected.Reason), Detail: s.Rejected.Detail, VendorCode: s.Rejected.VendorCode, VendorMessage: s.Rejected.VendorMessage}
	return where + "all messages are refused: " + cause.cause() + ". " + repair(s.Rejected.Reason, s.Channel.Provider) + again
}

// repair returns what to do about a refusal that concerns all messages.
func repair(r outcome.Reason, provider string) string {
	switch r {
	case outcome.ReasonUnauthenticated:
		return fmt.Sprintf("Correct the credentials of the provider %q", provider)
	case outcome.ReasonQuotaExceeded:
		return "Add credit or wait until the limit of the account ends"
	case outcome.ReasonForbidden:
		return "Have the vendor allow the account to send"
	}
	return fmt.Sprintf("Correct the configuration of the provider %q or its channel", provider)
}
