// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package manual

import (
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
)

func TestPages(t *testing.T) {
	t.Parallel()
	root := &cobra.Command{Use: "tool", Short: "Do things"}
	sub := &cobra.Command{
		Use: "run [FILE]...", Short: "Run | it", Example: "  tool run 'a*'\n  tool run x",
		Long: "Run it with\n*.hcl files.\n\n  a = 1\n\n  b = 2\n\n.dot and \\back-slash.",
		Run:  func(*cobra.Command, []string) {},
	}
	sub.Flags().StringP("name", "n", "x", "the `NAME` of <it>")
	sub.Flags().Bool("dry", false, "do nothing")
	root.AddCommand(sub, &cobra.Command{Use: "hidden", Hidden: true, Run: func(*cobra.Command, []string) {}})
	assert.Equal(t, markdownHead+"- [`tool run`](#tool-run): Run \\| it\n"+"\n## tool\n\n```text\ntool\n```\n\nDo things.\n\n"+
		"\n## tool run\n\n```text\ntool run [FILE]... [flags]\n```\n\nRun it with\n\\*.hcl files.\n\n```text\n  a = 1\n\n  b = 2\n```\n\n"+
		".dot and \\\\back-slash.\n\n| flag | value | default | |\n|---|---|---|---|\n| `--dry` |  |  | do nothing |\n"+
		"| `-n, --name` | NAME | `x` | the NAME of &lt;it> |\n\n```text\ntool run 'a*'\ntool run x\n```\n", Markdown(root))
	pages := Man(root)
	assert.Len(t, pages, 2)
	assert.Equal(t, `.TH TOOL\-RUN 1 "" wahost "wahost manual"
.SH NAME
tool\-run \- Run | it
.SH SYNOPSIS
tool run [FILE]... [flags]
.SH DESCRIPTION
Run it with
*.hcl files.
.PP
.nf
  a = 1

  b = 2
.fi
.PP
\&.dot and \eback\-slash.
.SH "OPTIONS"
.TP
\-\-dry
do nothing
.TP
\-n, \-\-name NAME
the NAME of <it> (default x)
.SH EXAMPLES
.nf
tool run 'a*'
tool run x
.fi
.SH "SEE ALSO"
tool(1)
`, pages["tool-run.1"])
}
