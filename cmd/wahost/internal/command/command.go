// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package command puts the commands of wahost together. Each group of commands has a folder, and each command a
// file in it. The commands version and completion are here.
package command

import (
	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/cmd/wahost/internal/command/config"
	"github.com/wahost/wahost/cmd/wahost/internal/command/conformance"
	"github.com/wahost/wahost/cmd/wahost/internal/command/doctor"
	"github.com/wahost/wahost/cmd/wahost/internal/command/message"
	"github.com/wahost/wahost/cmd/wahost/internal/command/provider"
	"github.com/wahost/wahost/cmd/wahost/internal/command/sandbox"
	"github.com/wahost/wahost/cmd/wahost/internal/command/serve"
	"github.com/wahost/wahost/cmd/wahost/internal/command/store"
)

// New returns the root command with all commands.
func New(a *cli.App) *cobra.Command {
	root := cli.NewRoot(a)
	root.AddCommand(
		provider.Init(a), config.Validate(a), config.Fmt(a), config.Graph(a), config.Test(a), provider.Providers(a), provider.Provider(a),
		message.Explain(a), message.Send(a), doctor.Doctor(a), serve.Serve(a), serve.Key(a), serve.Hooks(a), store.New(a),
		sandbox.Sandbox(a), sandbox.Demo(a), conformance.New(a), newVersion(a),
	)
	addVersionFlag(a, root)
	addCompletion(root)
	return root
}
