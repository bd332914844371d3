//go:build unix

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/provider"
)

func requests(bodies ...string) []provider.WebhookRequest {
	all := make([]provider.WebhookRequest, len(bodies))
	for i, body := range bodies {
		all[i] = provider.WebhookRequest{Method: "POST", URL: "https://wa.example.com/hooks", Body: []byte(body)}
	}
	return all
}

// Webhooks reach a provider, which knows the URL that its vendor calls, also after the provider was started again.
func TestWebhooks(t *testing.T) {
	t.Parallel()
	p, _ := newPool(t, "")
	p.config.WebhookURL = func(ch addr.Channel) string { return "https://wa.example.com/hooks/" + ch.String() }
	require.Empty(t, open(t, p, ""))
	responses, err := p.HandleWebhooks(t.Context(), "bad", requests("one", "two"))
	require.NoError(t, err)
	require.Len(t, responses, 2)
	require.Equal(t, "one https://wa.example.com/hooks/bad.main", string(responses[0].Reply.Body))
	require.Equal(t, "two https://wa.example.com/hooks/bad.main", string(responses[1].Reply.Body))
	var crash *CrashError
	_, err = p.HandleWebhooks(t.Context(), "bad", requests("exit"))
	require.ErrorAs(t, err, &crash)
	require.Eventually(t, func() bool {
		responses, err := p.HandleWebhooks(t.Context(), "bad", requests("again"))
		return err == nil && string(responses[0].Reply.Body) == "again https://wa.example.com/hooks/bad.main"
	}, hang, time.Millisecond)
	_, err = p.HandleWebhooks(t.Context(), "bad.eu", requests("another configuration"))
	require.Error(t, err)
	p.Close(t.Context(), time.Second)
	_, err = p.HandleWebhooks(t.Context(), "bad", requests("late"))
	require.ErrorIs(t, err, ErrClosed)
}
