// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"time"

	"github.com/wahost/wahost/sdk/provider"
)

// WebhookTimeout is the deadline for the handling of one webhook.
const WebhookTimeout = 8 * time.Second

// patient returns a time limit multiplied by the patience of this run.
func (e *Env) patient(d time.Duration) time.Duration {
	return d * time.Duration(e.runner.Settings().Patience)
}

// ask makes a call unless the provider has answered no call of its kind. The check during which that becomes clear
// fails. Later checks are blocked, because nothing was asked.
func (e *Env) ask(kind CallKind, call func() error) error {
	a := e.runner.Ask(kind, call)
	if a.Refused != "" {
		e.state.mu.Lock()
		e.state.refused = a.Refused
		e.state.mu.Unlock()
	}
	if s := a.Silent; s != nil {
		e.Failf(s.At, s.Expected, s.Actual)
	}
	return a.Err
}

// HandleWebhook passes a webhook of the vendor to the provider, as the host does.
func (e *Env) HandleWebhook(ctx context.Context, req provider.WebhookRequest) (res provider.WebhookResponse, err error) {
	ctx, cancel := context.WithTimeout(ctx, e.patient(WebhookTimeout))
	defer cancel()
	err = e.ask(CallWebhook, func() error {
		all, err := e.Client().HandleWebhooks(ctx, e.ProviderID(), req)
		if err == nil {
			res = all[0]
		}
		return err
	})
	return res, err
}
