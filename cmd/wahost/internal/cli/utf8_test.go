// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
)

func TestFlagsMustBeUTF8(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		args []string
		want string // a part of the error, empty if the command runs
	}{
		"UTF-8":            {[]string{"try", "--text", "Grüße", "--to", "+49,+50", "--var", "a=é"}, ""},
		"text":             {[]string{"try", "--text", "Gr\xfc\xdfe s3cret"}, "--text: the value is not UTF-8: line 1, column 3: the byte 0xFC"},
		"second of a list": {[]string{"try", "--to", "+49", "--to", "\xff"}, "--to (number 2): the value is not UTF-8"},
		"variable":         {[]string{"try", "--var", "token=s3cret\xff"}, "--var: the value is not UTF-8"},
		"before command":   {[]string{"--var", "token=s3cret\xff", "try"}, "--var: the value is not UTF-8"},
		"name of a file":   {[]string{"try", "--config", "Gr\xfc\xdfe"}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			a := NewApp(strings.NewReader(""), &out, &errs)
			root, ran := NewRoot(a), false
			try := &cobra.Command{Use: "try", RunE: func(*cobra.Command, []string) error { ran = true; return nil }}
			var text string
			var to []string
			try.Flags().StringVar(&text, "text", "", "")
			try.Flags().StringSliceVar(&to, "to", nil, "")
			root.AddCommand(try)
			code := Run(t.Context(), a, root, tt.args)
			if tt.want == "" {
				assert.Equal(t, ExitOK, code, errs.String())
				assert.True(t, ran)
				return
			}
			assert.Equal(t, ExitUsage, code)
			assert.False(t, ran)
			assert.Contains(t, errs.String(), tt.want)
			assert.NotContains(t, errs.String(), "s3cret")
		})
	}
}
