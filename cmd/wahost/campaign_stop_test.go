// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// campaignChannels are a channel that sends one by one and one that sends to groups, with the number of rows for each.
var campaignChannels = map[string]int{"pushwoosh.eu": 600, "innopaas.main": 3000}

// An interrupted campaign knows what became of every row, and the same command sends the rest.
func TestCampaignIsInterrupted(t *testing.T) {
	t.Parallel()
	for channel, rows := range campaignChannels {
		t.Run(channel, func(t *testing.T) {
			t.Parallel()
			c := newCampaign(t, rows, channel)
			run := c.start()
			c.vendor.await(t, 100, run.done)
			run.signal(syscall.SIGINT)
			r := run.wait()
			require.Equal(t, 1, r.code, r.stderr)
			s := r.summary
			require.True(t, s.Interrupted)
			require.Equal(t, "1.0", s.Format)
			require.Zero(t, s.Unknown+s.Rejected)
			require.Equal(t, rows, s.Accepted+s.Unsent, "each row was sent or was not")
			require.Len(t, c.vendor.numbers(), s.Accepted)
			require.Contains(t, s.Next, "Run the same command again")
			r = c.run()
			require.Equal(t, 0, r.code, r.stderr)
			require.Equal(t, s.Unsent, r.summary.Accepted)
			require.Equal(t, s.Accepted, r.summary.Before["accepted"])
			c.requireOnce(nil)
		})
	}
}

// A campaign whose credential becomes wrong stops within 20 requests, and the same command sends the rest after the repair.
func TestCampaignWithAWrongCredential(t *testing.T) {
	t.Parallel()
	for channel, rows := range campaignChannels {
		for name, right := range map[string]int{"from the start": 0, "in the middle": 150} {
			t.Run(channel+"/"+name, func(t *testing.T) {
				t.Parallel()
				c := newCampaign(t, rows, channel)
				c.vendor.set(func(numbers int) int {
					if numbers < right {
						return http.StatusOK
					}
					return http.StatusUnauthorized
				}, nil)
				r := c.run()
				require.Equal(t, 1, r.code, r.stderr)
				require.LessOrEqual(t, c.vendor.refusals(), 20)
				require.NotNil(t, r.summary.Stopped, r.stderr)
				require.Equal(t, "refused", r.summary.Stopped.Kind)
				require.Equal(t, "unauthenticated", r.summary.Stopped.Reason)
				require.Equal(t, channel, r.summary.Stopped.Channel)
				require.Contains(t, r.summary.Next, "Correct the credentials of the provider")
				require.Zero(t, r.summary.Rejected+r.summary.Unknown)
				require.Len(t, c.vendor.numbers(), r.summary.Accepted)
				require.Equal(t, rows, r.summary.Accepted+r.summary.Unsent)
				c.vendor.set(nil, nil)
				again := c.run()
				require.Equal(t, 0, again.code, again.stderr)
				require.Equal(t, r.summary.Unsent, again.summary.Accepted)
				c.requireOnce(nil)
			})
		}
	}
}

// When the disk is full, nothing more is sent, and what was delivered is told although the journal cannot record it.
func TestCampaignWithAFullDisk(t *testing.T) {
	t.Parallel()
	for channel, rows := range campaignChannels {
		t.Run(channel, func(t *testing.T) {
			t.Parallel()
			c := newCampaign(t, rows, channel)
			cmd := c.command()
			// A limit of the size of files, in blocks of 512 bytes or of 1024, stands for a full disk.
			limited := exec.Command("sh", append([]string{"-c", `ulimit -f 64 && exec "$@"`, "sh"}, cmd.Args...)...)
			limited.Env = cmd.Env
			var out, errs strings.Builder
			limited.Stdout, limited.Stderr = &out, &errs
			_ = limited.Run()
			r := c.result(limited, []byte(out.String()), errs.String())
			require.Equal(t, 3, r.code, r.stderr)
			require.Contains(t, r.errors, "the journal cannot be written")
			told := map[string]bool{}
			for _, row := range r.rows {
				require.Equal(t, "accepted", row.Outcome)
				told[strings.TrimPrefix(row.To, "+")] = true
			}
			require.Len(t, told, len(c.vendor.numbers()), "every number that was sent to is told")
			require.Equal(t, rows, r.summary.Accepted+r.summary.Unsent)
			again := c.run()
			inDoubt := again.unknown()
			require.LessOrEqual(t, len(inDoubt), len(r.summary.Unrecorded), "only what was told to be missing in the journal is unknown")
			c.requireOnce(inDoubt)
		})
	}
}

// Nothing is sent when the journal cannot be made, and the error names a way out.
func TestCampaignInAReadOnlyFolder(t *testing.T) {
	t.Parallel()
	c := newCampaign(t, 20, "pushwoosh.eu")
	folder := c.path("kept")
	require.NoError(t, os.Mkdir(folder, 0o500))
	if os.Geteuid() == 0 {
		folder = "/proc" // permissions do not stop the superuser
	}
	r := c.run("--journal", folder+"/people.journal")
	require.Equal(t, 3, r.code, r.stderr)
	require.Contains(t, r.errors, "Name another place with --journal")
	require.Empty(t, c.vendor.numbers())
	require.Equal(t, 0, c.run().code)
	c.requireOnce(nil)
}

// A reader that leaves, such as head, stops the campaign. What was sent is in the journal.
func TestCampaignWhoseReaderLeaves(t *testing.T) {
	t.Parallel()
	c := newCampaign(t, 600, "pushwoosh.eu")
	cmd := c.command()
	reader, writer, err := os.Pipe()
	require.NoError(t, err)
	var errs strings.Builder
	cmd.Stdout, cmd.Stderr = writer, &errs
	require.NoError(t, cmd.Start())
	require.NoError(t, writer.Close())
	lines := bufio.NewReader(reader)
	for range 5 {
		_, err := lines.ReadString('\n')
		require.NoError(t, err)
	}
	require.NoError(t, reader.Close())
	_ = cmd.Wait()
	require.True(t, cmd.ProcessState.Exited(), "it ends by itself")
	sent := len(c.vendor.numbers())
	require.Less(t, sent, 600)
	r := c.run()
	require.Equal(t, 0, r.code, r.stderr)
	require.Zero(t, r.summary.Unknown)
	require.Equal(t, sent, r.summary.Before["accepted"])
	c.requireOnce(nil)
}

// A campaign stops when more rows fail than allowed. Rejected rows are sent again only on request, and unknown ones never.
func TestCampaignWithFailures(t *testing.T) {
	t.Parallel()
	c := newCampaign(t, 300, "pushwoosh.eu")
	refused := 0
	c.vendor.set(func(int) int {
		if refused++; refused <= 30 {
			return http.StatusBadRequest
		}
		return http.StatusOK
	}, nil)
	r := c.run("--max-failures", "2%")
	require.Equal(t, 1, r.code, r.stderr)
	require.Equal(t, "failures", r.summary.Stopped.Kind)
	require.Greater(t, r.summary.Rejected, 6)
	require.LessOrEqual(t, r.summary.Rejected, 7+16, "those that were under way")
	require.Len(t, r.summary.Causes, 1)
	require.Equal(t, r.summary.Rejected, r.summary.Causes[0].Count)
	c.vendor.set(nil, nil)
	again := c.run()
	require.Equal(t, 1, again.code, "rows are still rejected")
	require.Equal(t, r.summary.Rejected, again.summary.Before["rejected"])
	require.Contains(t, again.summary.Next, "--retry-rejected")
	last := c.run("--retry-rejected")
	require.Equal(t, 0, last.code, last.stderr)
	require.Equal(t, r.summary.Rejected, last.summary.Accepted)
	c.requireOnce(nil)
}
