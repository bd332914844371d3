// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/engine"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// next returns the next message that reaches the vendor.
func (w *world) next() sending {
	w.t.Helper()
	select {
	case got := <-w.vendor.seen:
		return got
	case <-time.After(patience):
		require.FailNow(w.t, "no message reaches the vendor")
	}
	return sending{}
}

// writes stores an inbound message of the user.
func (w *world) writes(key string, at time.Time, wish store.Wish) {
	w.t.Helper()
	_, err := w.gateway.store.Receive(w.t.Context(), []store.Inbound{{
		ID: ids.New(), Scope: "p", Key: key, Sender: numberID, From: recipientOf(fromUser), At: at, Wish: wish, Message: []byte(`{}`),
	}})
	require.NoError(w.t, err)
}

// idOf returns the id of a message from its wamid.
func idOf(t *testing.T, wamid string) ids.ID {
	t.Helper()
	id, err := ids.Parse(wamid)
	require.NoError(t, err)
	return id
}

// ends waits until the store has a state of a message.
func (w *world) ends(wamid string, state store.State) {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		l, err := w.gateway.store.Get(w.t.Context(), idOf(w.t, wamid))
		return err == nil && l.State == state
	}, patience, time.Millisecond)
}

func reengage(s *config.GatewaySender) {
	s.WindowTemplate = &config.WindowTemplate{Name: "reengage", Language: "en", Category: message.CategoryMarketing}
	s.OptOut = &config.OptOut{Words: []string{"stop"}, Back: []string{"start"}}
}

// Outside of the service window a template is sent in place of a message, and the message itself once the user has written.
func TestTemplateInPlace(t *testing.T) {
	t.Parallel()
	w, _ := withPolicy(t, reengage)
	id, got := w.send(`{"to":"` + fromUser + `","text":{"body":"Hi"},"biz_opaque_callback_data":"order 7"}`)
	require.Equal(t, message.KindTemplate, got.message.GetType())
	require.Equal(t, "reengage", got.message.GetTemplate().GetName())
	require.Equal(t, "en", got.message.GetTemplate().GetLanguage().GetCode())
	require.Nil(t, got.message.GetText())
	require.Equal(t, "order 7", got.message.GetBizOpaqueCallbackData())
	w.ends(id, store.StateAccepted)
	l, err := w.gateway.store.Get(t.Context(), idOf(t, id))
	require.NoError(t, err)
	require.Equal(t, []string{"text"}, l.History[0].Ignored, "the record tells that the text was not sent")

	_, got = w.send(marketing)
	require.Equal(t, "sale", got.message.GetTemplate().GetName(), "a template is sent as it is")

	status, text := w.post(`{"to":"` + fromUser + `","type":"reaction","reaction":{"message_id":"wamid.A","emoji":"+"}}`)
	require.Equal(t, http.StatusBadRequest, status, text)

	w.writes("1", time.Now().Add(-48*time.Hour), store.WishOptOut)
	status, text = w.post(freeForm)
	require.Equal(t, http.StatusBadRequest, status, text)
	require.Contains(t, text, `"code":131050`, "the template is marketing, which the user does not want")
	w.writes("2", time.Now().Add(-47*time.Hour), store.WishOptIn)

	wrote := make(chan struct{})
	answer := func(id string) outcome.Outcome {
		if strings.HasSuffix(id, "-2") {
			return outcome.Accept("v-" + id)
		}
		<-wrote
		o := outcome.Reject(outcome.ReasonRateLimited, "", "slow down")
		// What takes longer than MaxWait comes back to the engine.
		o.Rejected.Retry, o.Rejected.RetryAfter, o.Rejected.Scope = outcome.RetryLater, engine.DispatchOptions.MaxWait+time.Millisecond, outcome.ScopeRecipient
		return o
	}
	w.vendor.answer.Store(&answer)
	id, got = w.send(freeForm)
	require.Equal(t, message.KindTemplate, got.message.GetType())
	w.writes("3", time.Now(), store.NoWish)
	close(wrote)
	require.Equal(t, "Hi", w.next().message.GetText().GetBody(), "the user has written meanwhile")
	w.ends(id, store.StateAccepted)
}
