// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/internal/testbin"
)

func TestALogThatIsTooLongIsSuppressed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		write  func(o *output)
		logged int    // lines
		says   string // the record of what was suppressed; "" if nothing was
	}{
		"a usual log":    {func(o *output) { lines(o, 1000, "x") }, 1000, ""},
		"too many lines": {func(o *output) { lines(o, logLinesBurst+7, "x") }, logLinesBurst, "suppressed 7 lines: the provider logs too much: bytes=7"},
		"too many bytes": {func(o *output) { lines(o, 2000, strings.Repeat("y", maxLine)) }, logBytesBurst / maxLine,
			fmt.Sprintf("suppressed %d lines", 2000-logBytesBurst/maxLine)},
		"printed lines": {func(o *output) { lines(o.unexpected("stdout"), logLinesBurst+7, "x") }, logLinesBurst, "suppressed 7 lines"},
		"after a pause": {func(o *output) {
			lines(o, logLinesBurst+7, "x")
			time.Sleep(time.Second)
			lines(o, 1, "x")
		}, logLinesBurst + 1, "suppressed 7 lines"},
		"in total": {func(o *output) {
			o.limit.left = 5
			lines(o, 9, "x")
			time.Sleep(time.Hour)
			lines(o, 1, "x")
		}, 5, "suppressed 5 lines"},
		"a line without an end": {func(o *output) {
			for range 10_000 {
				_, _ = io.WriteString(o, strings.Repeat("z", 10_000))
			}
			require.LessOrEqual(t, cap(o.buf), 2*maxLine)
		}, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				log := &testbin.Buffer{}
				o := newOutput(hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: log}))
				test.write(o)
				o.end()
				text := log.String()
				suppressed := strings.Count(text, "suppressed ")
				require.Equal(t, test.logged, strings.Count(text, "\n")-suppressed)
				if test.says == "" {
					require.Zero(t, suppressed)
				} else {
					require.Equal(t, 1, suppressed)
					require.Contains(t, text, test.says)
				}
				if test.logged > 0 && name != "printed lines" {
					require.NotEmpty(t, o.lines(), "the last lines are kept for a crash")
				}
			})
		})
	}
}

func lines(w io.Writer, n int, text string) {
	for range n {
		_, _ = io.WriteString(w, text+"\n")
	}
}
