// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/internal/testbin"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
)

var providerDir string

func TestMain(m *testing.M) {
	var remove func()
	providerDir, remove = testbin.Build(map[string]string{
		"github.com/wahost/wahost/plugins/pushwoosh/wahost-provider-pushwoosh":             "wahost-provider-pushwoosh",
		"github.com/wahost/wahost/plugins/innopaas/wahost-provider-innopaas":               "wahost-provider-innopaas",
		"github.com/wahost/wahost/plugins/innopaas-mmlite/wahost-provider-innopaas-mmlite": "wahost-provider-innopaas-mmlite",
		"github.com/wahost/wahost/plugins/cloudapi/wahost-provider-cloudapi":               "wahost-provider-cloudapi",
		"github.com/wahost/wahost/plugins/twilio/wahost-provider-twilio":                   "wahost-provider-twilio",
	})
	code := m.Run()
	remove()
	os.Exit(code)
}

func run(ctx context.Context, a *cli.App, args ...string) int {
	root := cli.NewRoot(a)
	root.AddCommand(Demo(a))
	return cli.Run(ctx, a, root, args)
}

// TestDemo runs the demo in this process and requires that every row is as the demo expects.
func TestDemo(t *testing.T) {
	if testing.Short() && !testbin.Raced {
		t.Skip("runs the suite on three providers")
	}
	t.Setenv("WAHOST_PROVIDER_DIR", providerDir)
	var stdout, stderr bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // a bound on a hang; the race detector is slow
	defer cancel()
	if code := run(ctx, cli.NewApp(strings.NewReader(""), &stdout, &stderr), "demo", "--json"); code != 0 {
		t.Fatalf("exit code %d\n%s\n%s", code, stdout.String(), stderr.String())
	}
	var out struct {
		Conformance []conformanceRow `json:"conformance"`
		Messages    []demoRow        `json:"messages"`
	}
	if err := json.Unmarshal(stdout.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	if len(out.Conformance) != len(sandboxVendors) {
		t.Errorf("the suite ran on %d of %d providers", len(out.Conformance), len(sandboxVendors))
	}
	for _, row := range out.Conformance {
		if !row.Conformant || row.Counts[report.Pass] < 100 || row.Kinds[message.KindTemplate] != "pass" {
			t.Errorf("%s: not proven: %+v", row.Provider, row)
		}
	}
	kinds := map[string]bool{}
	for _, m := range out.Messages {
		kinds[m.Kind] = true
		if !m.AsExpected {
			t.Errorf("%s: not as expected: %+v", m.Title, m.Result)
		}
	}
	for _, kind := range []string{"text", "template", "image", "video", "audio", "document", "sticker", "location", "contacts", "list", "button", "product", "product_list", "reaction", "cta_url", "flow"} {
		if !kinds[kind] {
			t.Errorf("the demo sends no %s", kind)
		}
	}
}

// TestDemoFails checks that the exit code is 1 if a provider fails a check, even if all messages are as expected.
func TestDemoFails(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		row   conformanceRow
		fails bool
	}{
		"as wanted":     {conformanceRow{Conformant: true}, false},
		"not as wanted": {conformanceRow{Verdict: report.Nonconformant}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			d := &demo{app: cli.NewApp(strings.NewReader(""), &out, &out), rows: []demoRow{{AsExpected: true}}, conformance: []conformanceRow{tt.row}}
			err := d.finish(t.Context())
			if !tt.fails {
				require.NoError(t, err)
				return
			}
			assert.Equal(t, cli.ExitWith(cli.ExitNegative), err)
			assert.Contains(t, out.String(), "0 of 1 providers passed the checks")
		})
	}
}

// TestKindCell checks that "na" requires the proof that the kind is refused, and that "pass" requires a check that was run.
func TestKindCell(t *testing.T) {
	t.Parallel()
	const text = message.KindText
	for name, tt := range map[string]struct {
		declared bool
		results  []report.Result
		want     string
	}{
		"passes":           {true, []report.Result{{ID: "send/text/minimal", Status: report.Pass}}, "pass"},
		"one fails":        {true, []report.Result{{ID: "send/text/minimal", Status: report.Pass}, {ID: "send/text/full", Status: report.Fail}}, "fail"},
		"nothing was run":  {true, nil, "fail"},
		"refused":          {false, []report.Result{{ID: "cap/undeclared-refused/text", Status: report.Pass}, {ID: "send/text/minimal", Status: report.NA}}, "na"},
		"not refused":      {false, []report.Result{{ID: "cap/undeclared-refused/text", Status: report.Fail}}, "fail"},
		"refusal left out": {false, []report.Result{{ID: "send/text/minimal", Status: report.NA}}, "fail"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rep := &report.Report{Results: tt.results}
			if tt.declared {
				rep.Provider.Kinds = []string{text}
				rep.Provider.Capabilities.Kinds = []capability.Kind{{Kind: text}}
			}
			got, _ := kindCell(rep, text)
			assert.Equal(t, tt.want, got)
		})
	}
}
