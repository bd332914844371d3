// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/sdk/message"
)

// complete makes a shell complete the values of the flags.
func (f *messageFlags) complete(cmd *cobra.Command) {
	a := f.app
	cli.CompleteFiles(cmd, []string{"json", "yaml", "yml"}, "message")
	cli.Complete(cmd, "template", func() []string { return a.ConfigNames("template") })
	cli.Complete(cmd, "channel", func() []string { return a.ConfigNames("channel") })
	cli.Complete(cmd, "route", func() []string { return a.ConfigNames("route") })
	cli.Complete(cmd, "language", f.languages)
	cli.Complete(cmd, "param", func() []string {
		var names []string
		for _, name := range a.ConfigTemplate(f.template).Parameters {
			names = append(names, name+"=")
		}
		return names
	})
	cli.CompleteWords(cmd, "category", message.CategoryMarketing, message.CategoryUtility, message.CategoryAuthentication)
	for _, flag := range []string{"to", "text", "header-text", "header-image", "header-video", "header-document", "button", "send-at"} {
		cli.CompleteWords(cmd, flag)
	}
}

// languages returns the languages of the template that is given.
func (f *messageFlags) languages() []string { return f.app.ConfigTemplate(f.template).Languages() }

// complete makes a shell complete the values of the flags.
func (f *fileFlags) complete(cmd *cobra.Command) {
	cli.CompleteFiles(cmd, nil, "journal", "rejects")
	cli.CompleteWords(cmd, "max-failures")
}
