// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/require"
)

func TestKeptLines(t *testing.T) {
	t.Parallel()
	numbered := func(from, to int) (lines []string) {
		for i := from; i <= to; i++ {
			lines = append(lines, fmt.Sprintf("line %d", i))
		}
		return lines
	}
	panics := []string{"panic: x", "goroutine 1 [running]:"}
	for name, tt := range map[string]struct{ written, kept []string }{
		"few lines":                   {numbered(1, 3), numbered(1, 3)},
		"many lines":                  {numbered(1, 1234), numbered(1135, 1234)},
		"a panic after few lines":     {append(numbered(1, 3), panics...), append(numbered(1, 3), panics...)},
		"a panic after many lines":    {append(numbered(1, 199), panics...), append(numbered(190, 199), panics...)},
		"a long panic":                {append(append(numbered(1, 150), panics...), numbered(200, 999)...), append(append(numbered(141, 150), panics...), numbered(200, 287)...)},
		"an error that names a panic": {append(numbered(1, 150), "no panic: x"), append(numbered(52, 150), "no panic: x")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOutput(hclog.NewNullLogger())
			_, err := o.Write([]byte(strings.Join(tt.written, "\n") + "\n"))
			require.NoError(t, err)
			require.Equal(t, tt.kept, o.lines())
		})
	}
}
