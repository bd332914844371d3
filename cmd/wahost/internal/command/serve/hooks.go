// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/gateway"
)

// Hooks returns the command `wahost hooks`.
func Hooks(a *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:   "hooks",
		Short: "Print the URLs at which vendors reach the gateway",
		Long: `Print for each channel, and for each provider configuration, the URL to enter at
the vendor for webhooks: statuses and messages from users. A vendor with one URL
for all numbers gets that of the provider configuration.

The last part of a URL is a token that only the vendor should know. The URLs stay
the same as long as the file STORE.hooks.secret beside the store does; it is made
when it does not exist. They begin with public_url of the gateway block.`,
		Example: `  wahost hooks
  wahost --json hooks`,
		Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			h, err := a.LoadHost(cmd.Context(), nil)
			defer a.CloseHost(h)
			if err != nil {
				return err
			}
			c := h.Config()
			switch {
			case c.Gateway == nil:
				return errNoGateway()
			case c.Gateway.PublicURL == "":
				return cli.UsageError("the gateway block has no public_url, so that vendors cannot reach the gateway. Write one, such as: public_url = \"https://wa.example.com\"")
			}
			hooks, err := gateway.OpenHooks(a.ConfigDir, c)
			if err != nil {
				return cli.EnvironmentError(err)
			}
			type place struct {
				Channel  string `json:"channel,omitempty"`
				Provider string `json:"provider"`
				URL      string `json:"url"`
			}
			var all []place
			seen := map[string]bool{}
			for _, ch := range c.Channels {
				all = append(all, place{ch.Addr.String(), ch.ProviderID, hooks.URL(ch.Addr)})
			}
			for _, ch := range c.Channels {
				if !seen[ch.ProviderID] {
					seen[ch.ProviderID] = true
					all = append(all, place{"", ch.ProviderID, hooks.ProviderURL(ch.ProviderID)})
				}
			}
			if a.JSON {
				return a.PrintJSON(struct {
					Format string  `json:"format_version"`
					Hooks  []place `json:"hooks"`
				}{"1.0", all})
			}
			for _, p := range all {
				name := "channel " + p.Channel
				if p.Channel == "" {
					name = "all channels of " + p.Provider
				}
				fmt.Fprintf(a.Stdout, "%s\n  %s\n", name, p.URL)
			}
			return nil
		},
	}
}
