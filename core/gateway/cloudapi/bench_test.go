// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/message"
)

// BenchmarkPostMessage measures the front door alone: no network, and a store that keeps nothing.
func BenchmarkPostMessage(b *testing.B) {
	const template = `{"messaging_product":"whatsapp","recipient_type":"individual","to":"16505551234","type":"template","template":{"name":"code","language":{"code":"en_US"},` +
		`"components":[{"type":"body","parameters":[{"type":"text","text":"482913"}]},{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"482913"}]}]}}`
	for name, body := range map[string]string{"text": text("16505551234", "Hello"), "template": template} {
		b.Run(name, func(b *testing.B) {
			token := keys.NewToken()
			key := &keys.Key{ID: token.ID(), Name: "bench", Secrets: []keys.Secret{{Hash: token.Hash()}}, Scopes: []keys.Scope{keys.ScopeSend}}
			w := &world{}
			s := New(Options{Keys: keys.NewSet(key), Numbers: numbers{}, Planner: w, Accepter: nothing{}, Taker: nothing{}})
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodPost, messagesPath, strings.NewReader(body))
				r.Header.Set("Authorization", "Bearer "+token.Reveal())
				answer := httptest.NewRecorder()
				s.ServeHTTP(answer, r)
				if answer.Code != http.StatusOK {
					b.Fatal(answer.Body)
				}
			}
		})
	}
}

// nothing takes messages and keeps none.
type nothing struct{}

func (nothing) Repeated(context.Context, string, *store.Idempotency) (store.AcceptResult, error) {
	return store.AcceptResult{}, nil
}

func (nothing) Accept(_ context.Context, messages []*store.NewMessage) ([]store.AcceptResult, error) {
	return []store.AcceptResult{{ID: messages[0].ID}}, nil
}

func (nothing) Offer(*store.NewMessage, *message.Message) {}
