// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"context"
	"strings"

	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/provider"
)

// HandleWebhooks passes webhook requests of a vendor to a provider configuration: see client.Client.HandleWebhooks. It waits for a
// provider that is being restarted. The call changes nothing, so it may be repeated after any error.
func (p *Pool) HandleWebhooks(ctx context.Context, providerID string, requests []provider.WebhookRequest) (responses []provider.WebhookResponse, err error) {
	name, _, _ := strings.Cut(providerID, ".")
	err = p.call(ctx, name, func(ctx context.Context, c *client.Client) (err error) {
		responses, err = c.HandleWebhooks(ctx, providerID, requests...)
		return err
	})
	return responses, err
}
