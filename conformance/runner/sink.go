// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/conformance/canary"
)

// keptLines is how many lines of a process's output are kept. The search for secrets sees every line as it arrives.
const keptLines = 4000

// sink receives the log of one process.
type sink struct {
	secrets *secrets

	mu    sync.Mutex
	lines []string
	// stray are the lines printed to standard output after the handshake.
	stray []string
	leaks []string
	// spread are all lines, among which a secret may be divided.
	spread canary.Spread
}

func newSink(s *secrets) (*sink, hclog.Logger) {
	k := &sink{secrets: s}
	logger := hclog.NewInterceptLogger(&hclog.LoggerOptions{Name: "conformance", Output: io.Discard, Level: hclog.Trace})
	logger.RegisterSink(k)
	return k, logger
}

// Accept receives one line of the process's log.
func (k *sink) Accept(name string, level hclog.Level, msg string, args ...any) {
	var b strings.Builder
	b.WriteString(level.String() + " " + msg)
	stdout := false
	fields := map[string]string{"": msg}
	for i := 0; i+1 < len(args); i += 2 {
		key, value := fmt.Sprint(args[i]), fmt.Sprint(args[i+1])
		fmt.Fprintf(&b, " %s=%s", key, value)
		fields[key] = value
		stdout = stdout || key == "stream" && value == "stdout"
	}
	line := b.String()
	leak := k.secrets.Find(line)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.spread.Add(line, fields)
	k.lines = append(k.lines, line)
	if len(k.lines) > keptLines {
		k.lines = slices.Delete(k.lines, 0, len(k.lines)-keptLines)
	}
	if stdout && strings.HasSuffix(name, "unexpected_output") {
		k.stray = append(k.stray, line)
	}
	if leak != "" {
		k.leaks = append(k.leaks, leak+" in the log: "+k.secrets.Mask(line))
	}
}

func (k *sink) snapshot() (lines, stray, leaks []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	leaks = slices.Clone(k.leaks)
	if leak := describe(k.spread.Find(k.secrets.set)); leak != "" {
		leaks = append(leaks, leak+" in the log")
	}
	return slices.Clone(k.lines), slices.Clone(k.stray), leaks
}
