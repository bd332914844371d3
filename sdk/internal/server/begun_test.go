// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// TestBegunDeliveriesAreRecorded checks that the author's code runs only for deliveries that are in the file, alone and in groups,
// and that the file is told from one that nobody writes.
func TestBegunDeliveriesAreRecorded(t *testing.T) {
	t.Parallel()
	for name, ids := range map[string][]string{"several": {"1", "2", "3", "4"}, "one": {"1"}} {
		for _, grouped := range []bool{false, true} {
			for _, form := range forms {
				t.Run(name+"/"+form, func(t *testing.T) {
					t.Parallel()
					path := filepath.Join(t.TempDir(), "begun")
					require.NoError(t, os.WriteFile(path, nil, 0o600))
					recorded := func(id string) {
						content, err := os.ReadFile(path)
						if err != nil || !strings.Contains(string(content), "\n"+id+"\n") {
							t.Errorf("%s is not in the file: %q, %v", id, content, err)
						}
					}
					f := &fake{send: func(_ context.Context, req provider.SendRequest) outcome.Outcome {
						recorded(req.DeliveryID)
						return outcome.Accept("v")
					}}
					if grouped {
						f.group = func(_ context.Context, req provider.GroupRequest) []outcome.Outcome {
							for _, d := range req.Deliveries {
								recorded(d.DeliveryID)
							}
							return nil
						}
					}
					c, _ := serveForm(t, form, f)
					open(t, c)
					for range 2 {
						answers := 0
						require.NoError(t, c.SendRecorded(t.Context(), "fake.main", []message.Batch{{Message: text("hi"), Deliveries: deliveries(ids...)}}, path,
							func(outcome.Outcome) { answers++ }))
						require.Equal(t, len(ids), answers)
					}
					content, err := os.ReadFile(path)
					require.NoError(t, err)
					require.Equal(t, 1, strings.Count(string(content), "begun\n"))
				})
			}
		}
	}
}

// TestAFileThatCannotBeWritten checks that messages are sent without a file that cannot be opened. The host finds nothing in it then.
func TestAFileThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	for _, form := range forms {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			c, _ := serveForm(t, form, &fake{})
			open(t, c)
			require.NoError(t, c.SendRecorded(t.Context(), "fake.main", []message.Batch{{Message: text("hi"), Deliveries: deliveries("1", "2")}},
				filepath.Join(t.TempDir(), "missing"), func(o outcome.Outcome) { require.NotNil(t, o.Accepted) }))
		})
	}
}
