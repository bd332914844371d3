// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// planner sends numbers of Germany over one channel, those of the United States over another one, and no others.
type planner struct {
	senders map[addr.Channel]string
	config  config.Config
}

var german, american, spare = addr.Channel{Provider: "acme", Name: "de"}, addr.Channel{Provider: "acme", Name: "us"}, addr.Channel{Provider: "acme", Name: "spare"}

func (p *planner) Prepare(*message.Message) *dispatch.Content { return &dispatch.Content{} }
func (p *planner) Senders() map[addr.Channel]string           { return p.senders }
func (p *planner) Config() *config.Config                     { return &p.config }

func (p *planner) Decide(_ *dispatch.Content, to message.Recipient, d *route.Decision) *outcome.Rejected {
	*d = route.Decision{Route: "r", Skipped: []route.Skip{{Channel: spare, Detail: "is asleep"}}}
	switch {
	case strings.HasPrefix(to.Address, "+49"):
		d.Candidates = []route.Candidate{{Channel: german}, {Channel: american}}
	case strings.HasPrefix(to.Address, "+1"):
		d.Candidates = []route.Candidate{{Channel: american}}
	default:
		return outcome.Reject(outcome.ReasonUnsupported, "", "no channel").Rejected
	}
	return nil
}

func TestPlan(t *testing.T) {
	t.Parallel()
	var content strings.Builder
	content.WriteString("to,customer,order_no\n+4915112345678,,A-1\nx,Ann,A-2\n+622112345678,Ann,A-3\n+15550100000,Ann,A-4\n+1 555 0100000,Ann,A-5\n")
	for range 100 {
		content.WriteString("+4915112345678,Bob,B-1\n")
	}
	limit := &config.RateLimit{PerSecond: 2, Burst: 10}
	p := &planner{
		senders: map[addr.Channel]string{german: "+49", spare: "+49"},
		config:  config.Config{Channels: []config.Channel{{Addr: german}, {Addr: spare, RateLimit: limit}, {Addr: american}}},
	}
	options := shipped()
	f := openText(t, content.String(), options)
	plan, err := NewPlan(t.Context(), PlanOptions{File: f, Message: options.Message, Journal: filepath.Join(t.TempDir(), "none"), Planner: p})
	require.NoError(t, err)
	require.Equal(t, &Plan{
		Rows: 105, Sendable: 102, Rejected: 3, Before: map[string]int{},
		Ways:    []Way{{Route: "r", Channel: german, Rows: 100}, {Route: "r", Channel: american, Rows: 2}},
		Skipped: []Group{{Subject: "acme.spare", Detail: "is asleep", Rows: 103, Lines: []int{4, 5, 6, 7, 8}}},
		Rejections: []Group{
			{Reason: "invalid_message", Path: "customer", Detail: "the cell is empty", Rows: 1, Lines: []int{2}},
			{Reason: "invalid_recipient", Path: "to", Detail: plan.Rejections[1].Detail, Rows: 1, Lines: []int{3}},
			{Subject: "r", Reason: "unsupported", Detail: "no channel", Rows: 1, Lines: []int{4}},
		},
		Undecided: []Group{},
		Senders: []SenderTime{
			{Sender: "+49", Channels: []addr.Channel{german}, Rows: 100, Limit: limit, Time: 45 * time.Second},
			{Channels: []addr.Channel{american}, Rows: 2},
		},
	}, plan)
	require.Equal(t, 45*time.Second, plan.Time())
	require.False(t, plan.AllSendable())

	plan, err = NewPlan(t.Context(), PlanOptions{Recipients: []message.Recipient{{Kind: message.RecipientPhone, Address: "+4915112345678"}}, Message: options.Message, Planner: p})
	require.NoError(t, err)
	require.True(t, plan.AllSendable())
	require.Equal(t, 1, plan.Sendable)
}

// TestPlanAfterARun checks that rows that the journal has are not planned again, and that the journal stays as it is.
func TestPlanAfterARun(t *testing.T) {
	t.Parallel()
	options := text("Hi")
	options.Unique = true
	const content = "to\n+4915112345671\n+4915112345672\n+4915112345673\n+4915112345674\n+4915112345675\n+4915112345675\n"
	f := openText(t, content, options)
	keys := map[int]string{}
	for _, row := range rowsOf(t, f) {
		keys[row.Number] = row.Key
	}
	sum, err := f.sum()
	require.NoError(t, err)
	head := `{"format":"wahost-journal/2","message_sha256":"` + digestOf([]byte(message.ContentKey(message.Content(options.Message)))) + `"}` + "\n"
	journal := head +
		`{"row":1,"key":"` + keys[1] + `","state":"done","outcome":"accepted"}` + "\n" +
		`{"row":2,"key":"` + keys[2] + `","state":"done","outcome":"rejected","result":{"reason":"opted_out"}}` + "\n" +
		`{"row":3,"key":"` + keys[3] + `","state":"begun","id":"x"}` + "\n" +
		`{"row":4,"key":"` + keys[4] + `","state":"done","outcome":"rejected","retryable":true}` + "\n"
	tests := map[string]struct {
		journal string
		retry   bool
		rows    int
		before  map[string]int
		err     string
	}{
		"half":           {journal: journal, rows: 2, before: map[string]int{"accepted": 1, "rejected": 1, "unknown": 1}},
		"retry rejected": {journal: journal, retry: true, rows: 3, before: map[string]int{"accepted": 1, "unknown": 1}},
		"first format": {
			journal: `{"format":"wahost-journal/1","file_sha256":"` + sum + `",` + strings.TrimPrefix(head, `{"format":"wahost-journal/2",`) +
				`{"row":2,"state":"begun","id":"x"}` + "\n", rows: 4, before: map[string]int{"unknown": 1},
		},
		"a cut first line":  {journal: head[:10], rows: 5, before: map[string]int{}},
		"another message":   {journal: strings.Replace(head, "256\":\"", "256\":\"f", 1), err: "belongs to another message"},
		"something else":    {journal: "hello\n", err: "is not a journal"},
		"first, other file": {journal: `{"format":"wahost-journal/1","file_sha256":"x",` + strings.TrimPrefix(head, `{"format":"wahost-journal/2",`), err: "the recipients file has changed"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "j")
			require.NoError(t, os.WriteFile(path, []byte(tt.journal), 0o600))
			file := openText(t, content, options)
			plan, err := NewPlan(t.Context(), PlanOptions{File: file, Message: options.Message, Journal: path, RetryRejected: tt.retry, Planner: &planner{}})
			if tt.err != "" {
				var mismatch *JournalError
				require.ErrorAs(t, err, &mismatch)
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.rows, plan.Sendable)
			require.Equal(t, tt.before, plan.Before)
			require.Equal(t, 1, plan.Duplicates)
			kept, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, tt.journal, string(kept))
			require.NoFileExists(t, path+".lock")
		})
	}
}
