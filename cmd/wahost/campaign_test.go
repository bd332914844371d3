// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The tests of campaigns run the program as a process of its own, and count at the vendor what reached each number.

// patience bounds the wait for an event.
const patience = 2 * time.Minute

// countingVendor is a vendor that counts how often each number is sent to.
type countingVendor struct {
	*httptest.Server
	mu      sync.Mutex
	sent    map[string]int
	refused int // requests that were answered with an error
	changed chan struct{}
	// answer returns the status of an answer to a request that would be the n-th one. It is called with mu held. Nil stands for 200.
	answer func(n int) int
	// hold is closed when requests are to be answered. It may be nil.
	hold chan struct{}
	// latency is how long a request waits for its answer.
	latency   time.Duration
	now, most int // requests under way, and the most of them at a time
}

var campaignNumber = regexp.MustCompile(`49155\d{7}`)

func newCountingVendor(t *testing.T) *countingVendor {
	t.Helper()
	v := &countingVendor{sent: map[string]int{}, changed: make(chan struct{})}
	v.Server = httptest.NewServer(http.HandlerFunc(v.serve))
	t.Cleanup(v.Close)
	return v
}

func (v *countingVendor) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	v.mu.Lock()
	v.now++
	v.most = max(v.most, v.now)
	latency := v.latency
	v.mu.Unlock()
	defer func() {
		v.mu.Lock()
		v.now--
		v.mu.Unlock()
	}()
	if latency > 0 {
		select {
		case <-time.After(latency):
		case <-r.Context().Done():
			return
		}
	}
	v.mu.Lock()
	status := http.StatusOK
	if v.answer != nil {
		status = v.answer(len(v.sent))
	}
	if status == http.StatusOK {
		for _, number := range campaignNumber.FindAllString(string(body), -1) {
			v.sent[number]++
		}
	} else {
		v.refused++
	}
	close(v.changed)
	v.changed = make(chan struct{})
	hold := v.hold
	v.mu.Unlock()
	if hold != nil {
		<-hold
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	switch {
	case status != http.StatusOK:
		_, _ = io.WriteString(w, `{"status_code":401,"status_message":"wrong token"}`)
	case bytes.Contains(body, []byte(`"notifications"`)):
		_, _ = io.WriteString(w, `{"status_code":200,"status_message":"OK","response":{"Messages":["0000-AAAA0000-BBBB0000"]}}`)
	default:
		_, _ = io.WriteString(w, `{"code":"0","message":"submitted","data":"400000000000000001"}`)
	}
}

// numbers returns how often each number was sent to.
func (v *countingVendor) numbers() map[string]int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return maps.Clone(v.sent)
}

// slow makes each request wait for its answer.
func (v *countingVendor) slow(latency time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.latency = latency
}

// peak returns the most requests that were under way at a time.
func (v *countingVendor) peak() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.most
}

// refusals returns how many requests were answered with an error.
func (v *countingVendor) refusals() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.refused
}

// await waits until so many numbers were sent to, or until done is closed.
func (v *countingVendor) await(t *testing.T, numbers int, done <-chan struct{}) {
	t.Helper()
	timeout := time.After(patience)
	for {
		v.mu.Lock()
		n, changed := len(v.sent), v.changed
		v.mu.Unlock()
		if n >= numbers {
			return
		}
		select {
		case <-changed:
		case <-done:
			return
		case <-timeout:
			require.FailNow(t, "the vendor was not asked", "%d of %d numbers", n, numbers)
		}
	}
}

func (v *countingVendor) set(answer func(int) int, hold chan struct{}) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.answer, v.hold = answer, hold
}

// campaign is a configuration with a recipients file.
type campaign struct {
	t      *testing.T
	dir    string
	rows   int
	vendor *countingVendor
	args   []string // of send
}

const campaignConfig = `
wahost {
  required_providers {
    pushwoosh = { source = "wahost/pushwoosh" }
    innopaas  = { source = "wahost/innopaas" }
  }
}

variable "url" { type = string }

provider "pushwoosh" {
  auth     = "canary-token-7f3c"
  endpoint = var.url
}

provider "innopaas" {
  app_key       = "canary-key-7f3c"
  authorization = "canary-token-7f3c"
  endpoint      = var.url
}

channel "pushwoosh" "eu" {
  application = "00000-AAAAA"
}

channel "innopaas" "main" {
  waba_id     = "100000000000001"
  send_number = "+6281100000001"
}
`

const badCampaignConfig = `
wahost {
  required_providers {
    bad = { source = "wahost/bad" }
  }
}

variable "url" { type = string }

variable "token" {
  type    = string
  default = "canary-token-7f3c"
}

provider "bad" {
  token = var.token
}

channel "bad" "main" {
  url = var.url
}
`

// newBadCampaign returns a campaign over a provider that does what the texts of messages say.
func newBadCampaign(t *testing.T, texts ...string) *campaign {
	t.Helper()
	c := newCampaign(t, len(texts), "bad.main")
	require.NoError(t, os.WriteFile(c.path("main.wahost.hcl"), []byte(badCampaignConfig), 0o600))
	var file bytes.Buffer
	file.WriteString("to,text\n")
	for i, text := range texts {
		fmt.Fprintf(&file, "+%s,%s\n", campaignRow(i), text)
	}
	require.NoError(t, os.WriteFile(c.path("people.csv"), file.Bytes(), 0o600))
	c.args = []string{"--config", c.dir, "send", "--to-file", c.path("people.csv"), "--text", "{{text}}", "--channel", "bad.main", "--json"}
	return c
}

func campaignRow(i int) string { return fmt.Sprintf("49155%07d", i) }

// newCampaign returns a campaign of so many rows over a channel. Rows of the channel pushwoosh.eu have texts of their own.
func newCampaign(t *testing.T, rows int, channel string) *campaign {
	t.Helper()
	c := &campaign{t: t, dir: t.TempDir(), rows: rows, vendor: newCountingVendor(t)}
	require.NoError(t, os.WriteFile(filepath.Join(c.dir, "main.wahost.hcl"), []byte(campaignConfig), 0o600))
	c.write(channel, channel == "pushwoosh.eu")
	return c
}

// write writes the recipients file. Each row has a text of its own, or all have the same.
func (c *campaign) write(channel string, own bool) {
	c.t.Helper()
	var file bytes.Buffer
	text := "Hello {{name}}"
	if own {
		file.WriteString("to,name\n")
	} else {
		file.WriteString("to\n")
		text = "Hello"
	}
	for i := range c.rows {
		file.WriteString("+" + campaignRow(i))
		if own {
			fmt.Fprintf(&file, ",Name %d", i)
		}
		file.WriteString("\n")
	}
	require.NoError(c.t, os.WriteFile(c.path("people.csv"), file.Bytes(), 0o600))
	c.args = []string{"--config", c.dir, "send", "--to-file", c.path("people.csv"), "--text", text, "--channel", channel, "--json"}
}

func (c *campaign) path(name string) string { return filepath.Join(c.dir, name) }

// command returns the command that runs the campaign, with further arguments, as a process of its own.
func (c *campaign) command(args ...string) *exec.Cmd {
	c.t.Helper()
	program, err := exec.LookPath("wahost")
	require.NoError(c.t, err)
	cmd := exec.Command(program, append(append([]string{}, c.args...), args...)...)
	cmd.Env = append(os.Environ(), "WAHOST_PROVIDER_DIR="+providerDir, "HOME="+c.dir, "NO_COLOR=1", "WAHOST_VAR_url="+c.vendor.URL)
	return cmd
}

// campaignResult is what a run printed.
type campaignResult struct {
	code    int
	stderr  string
	errors  string // what it printed about errors, on either stream
	rows    []campaignLine
	summary campaignSummary
}

type campaignLine struct {
	Row     int    `json:"row"`
	To      string `json:"to"`
	Outcome string `json:"outcome"`
	Reason  string `json:"reason"`
	Detail  string `json:"detail"`
}

type campaignSummary struct {
	Type, Next                                string
	Format                                    string `json:"format_version"`
	Rows, Accepted, Rejected, Unknown, Unsent int
	Before                                    map[string]int
	Interrupted                               bool
	Stopped                                   *struct{ Kind, Channel, Reason, Detail string }
	Causes                                    []struct{ Count int }
	Unrecorded                                []int `json:"unrecorded_rows"`
}

// unknown returns the numbers whose outcome is unknown.
func (r campaignResult) unknown() map[string]bool {
	numbers := map[string]bool{}
	for _, row := range r.rows {
		if row.Outcome == "unknown" {
			numbers[row.To] = true
		}
	}
	return numbers
}

// run runs the campaign to its end.
func (c *campaign) run(args ...string) campaignResult {
	c.t.Helper()
	cmd := c.command(args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	_ = cmd.Run()
	return c.result(cmd, out.Bytes(), errs.String())
}

// result reads what a run printed. The last line is the summary, unless the run did not come to it.
func (c *campaign) result(cmd *exec.Cmd, out []byte, stderr string) campaignResult {
	c.t.Helper()
	r := campaignResult{code: cmd.ProcessState.ExitCode(), stderr: stderr, errors: stderr + string(out)}
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		var kind struct{ Type string }
		if json.Unmarshal(lines.Bytes(), &kind) != nil {
			continue // cut by a kill
		}
		if kind.Type == "summary" {
			require.NoError(c.t, json.Unmarshal(lines.Bytes(), &r.summary))
			continue
		}
		var line campaignLine
		if json.Unmarshal(lines.Bytes(), &line) != nil || line.Row == 0 {
			continue // an error
		}
		r.rows = append(r.rows, line)
	}
	return r
}

// started is a run that is under way.
type started struct {
	c         *campaign
	cmd       *exec.Cmd
	out, errs bytes.Buffer
	done      chan struct{} // closed when it has ended
}

func (c *campaign) start(args ...string) *started {
	c.t.Helper()
	s := &started{c: c, cmd: c.command(args...), done: make(chan struct{})}
	s.cmd.Stdout, s.cmd.Stderr = &s.out, &s.errs
	// A provider that outlives a killed host for a moment must not hold up the wait for its output.
	s.cmd.WaitDelay = patience
	require.NoError(c.t, s.cmd.Start())
	go func() {
		defer close(s.done)
		_ = s.cmd.Wait()
	}()
	return s
}

// wait returns the result when the run has ended.
func (s *started) wait() campaignResult {
	s.c.t.Helper()
	select {
	case <-s.done:
	case <-time.After(patience):
		_ = s.cmd.Process.Kill()
		require.FailNow(s.c.t, "the run does not end", s.errs.String())
	}
	return s.c.result(s.cmd, s.out.Bytes(), s.errs.String())
}

func (s *started) signal(sig syscall.Signal) {
	s.c.t.Helper()
	require.NoError(s.c.t, s.cmd.Process.Signal(sig))
}

// requireOnce checks that every number was sent to once, except that those in doubt may not have been sent to.
func (c *campaign) requireOnce(inDoubt map[string]bool) {
	c.t.Helper()
	c.vendor.mu.Lock()
	defer c.vendor.mu.Unlock()
	bad := 0
	for i := range c.rows {
		number := campaignRow(i)
		n := c.vendor.sent[number]
		if n == 1 || n == 0 && inDoubt["+"+number] {
			continue
		}
		if bad++; bad <= 10 {
			assert.Fail(c.t, "a number was not sent to exactly once", "%s: %d times", number, n)
		}
	}
	assert.Zero(c.t, bad)
	assert.LessOrEqual(c.t, len(c.vendor.sent), c.rows)
}
