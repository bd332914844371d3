// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/internal/testbin"
)

// programs is the folder with wahost and the providers.
var programs string

func TestMain(m *testing.M) {
	// The bench starts its vendor and its echo from its own program, which is the test's program here.
	if len(os.Args) > 1 {
		if play, ok := children[os.Args[1]]; ok {
			if err := play(); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			os.Exit(0)
		}
	}
	const module = "github.com/wahost/wahost/"
	dir, remove := testbin.Build(map[string]string{
		module + "cmd/wahost": "wahost",
		module + "plugins/pushwoosh/wahost-provider-pushwoosh":             "wahost-provider-pushwoosh",
		module + "plugins/innopaas/wahost-provider-innopaas":               "wahost-provider-innopaas",
		module + "plugins/innopaas-mmlite/wahost-provider-innopaas-mmlite": "wahost-provider-innopaas-mmlite",
	})
	programs = dir
	code := m.Run()
	remove()
	os.Exit(code)
}

// TestRun runs every measurement with the smallest rounds, so that the bench keeps working. It checks no figure.
func TestRun(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the bench needs Linux")
	}
	if testing.Short() {
		t.Skip("runs every measurement")
	}
	var out bytes.Buffer
	b := &bench{
		settings: settings{rounds: 1, commands: 1, round: time.Millisecond, recipients: 100, waiting: 8, pings: 3, templates: 4},
		wahost:   filepath.Join(programs, "wahost"), providers: programs, configs: "../../../../configs", out: &jsonReport{out: &out},
	}
	require.NoError(t, b.run(t.Context(), measurements))
	var doc jsonDocument
	require.NoError(t, json.Unmarshal(out.Bytes(), &doc))
	assert.Equal(t, "1.0", doc.Format)
	goals := 0
	for _, r := range doc.Rows {
		assert.NotEmpty(t, r.Name)
		if r.Goal != nil {
			goals++
			require.NotNil(t, r.Met, r.Name)
			assert.Equal(t, r.Goal.met(r.Measured), *r.Met, r.Name)
		}
		for _, f := range r.Figures {
			assert.Positive(t, f.Value, "%s: %s", r.Name, f.Name)
		}
	}
	assert.Equal(t, 17, goals)
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"unknown flag":        {[]string{"--nope"}, "nope"},
		"argument":            {[]string{"throughput"}, `unexpected argument "throughput"`},
		"unknown measurement": {[]string{"--only", "route,nope"}, `no measurement "nope"; there are throughput, slow`},
		"no rounds":           {[]string{"--rounds", "-1"}, "at least 1 round"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stdout bytes.Buffer
			err := run(t.Context(), test.args, &stdout)
			require.ErrorAs(t, err, new(usageError))
			assert.ErrorContains(t, err, test.want)
			assert.Empty(t, stdout.String())
		})
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"--help"}, &out))
	for _, want := range []string{"Usage: bench", "A/A", "-quick", strings.Join(names(), ", ")} {
		assert.Contains(t, out.String(), want)
	}
}

func TestTextReport(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	r := &textReport{out: &out}
	r.add(
		newRow("good", "x", []float64{3, 1, 2}, []float64{1.1, 0.9}, atMost(2), figure{"host", 12.34, "µs"}, figure{"rate", 12345.6, "/s"}),
		newRow("bad", "", []float64{4}, nil, atLeast(5)),
		newRow("told", "ms", []float64{1, 2}, nil, nil),
	)
	require.NoError(t, r.end())
	var lines []string
	for line := range strings.Lines(out.String()) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	assert.Equal(t, []string{
		"good 2.00 x 0.90-1.10 <= 2.00 x met",
		"host 12.3 µs, rate 12346 /s",
		"bad 4 >= 5 NOT MET",
		"told 1.50 ms",
		"",
		"1 goals met, 1 not met",
	}, lines)
}
