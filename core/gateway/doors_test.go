// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/keys"
)

// A gateway takes the place of another one: requests that come between the two wait, and the key that the first one made stays valid.
func TestReplace(t *testing.T) {
	t.Parallel()
	o := newOptions(t, &vendor{seen: make(chan sending, 10)}, config.GatewayKey{})
	o.Config.Gateway.Keys = nil
	first, err := Start(t.Context(), o)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- first.Run(ctx) }()
	url := "http://" + first.Addr().String() + "/" + numberID + "/messages"
	post := func(key keys.Token) int {
		status, _ := ask(t, http.MethodPost, url, key.Reveal(), text)
		return status
	}
	require.Equal(t, http.StatusOK, post(first.FirstKey))
	first.Replace()
	cancel()
	require.NoError(t, <-ended)
	waiting := make(chan int, 1)
	go func() { waiting <- post(first.FirstKey) }()

	next := newOptions(t, &vendor{seen: make(chan sending, 10)}, config.GatewayKey{})
	next.Dir, next.Config.Gateway.Keys, next.Doors, next.FirstKey = o.Dir, nil, first.Doors(), first.FirstKey
	second, err := Start(t.Context(), next)
	require.NoError(t, err)
	ctx, cancel = context.WithCancel(context.Background())
	go func() { ended <- second.Run(ctx) }()
	require.Equal(t, http.StatusOK, <-waiting)
	require.Equal(t, first.Addr(), second.Addr())
	cancel()
	require.NoError(t, <-ended)
	answer, err := http.Get(url) //nolint:gosec // the gateway of the test
	if err == nil {
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
	}
	require.Error(t, err, "the doors are closed")
}
