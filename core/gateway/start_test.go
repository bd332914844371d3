// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/store/sqlite"
)

const text = `{"to":"+4915112345678","type":"text","text":{"body":"Hi"}}`

// ask makes a request and returns the status and the body of the answer.
func ask(t *testing.T, method, url, key, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	req.Close = true
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	answer, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	all, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(all)
}

func TestAGatewayTakesMessages(t *testing.T) {
	t.Parallel()
	var dir string
	w := newWorld(t, nil, func(o *Options) { dir = o.Dir })
	require.False(t, w.gateway.FirstKey.Valid())
	front, admin := w.url, "http://"+w.gateway.AdminAddr().String()
	status, body := ask(t, http.MethodPost, front+"/v23.0/"+numberID+"/messages", w.token.Reveal(), text)
	require.Equal(t, 200, status, body)
	require.Contains(t, body, `"id":"wamid.`)
	status, _ = ask(t, http.MethodPost, front+"/v23.0/"+numberID+"/messages", keys.NewToken().Reveal(), text)
	require.Equal(t, 401, status)
	status, body = ask(t, http.MethodGet, admin+"/healthz", "", "")
	require.Equal(t, []any{200, `{"status":"ok"}`}, []any{status, body})
	status, body = ask(t, http.MethodGet, admin+"/readyz", "", "")
	require.Equal(t, []any{200, `{"status":"ok"}`}, []any{status, body})
	w.gateway.stopping.Store(true)
	status, body = ask(t, http.MethodGet, admin+"/readyz", "", "")
	require.Equal(t, []any{503, `{"status":"unavailable","problem":"the gateway is stopping"}`}, []any{status, body})

	second := newOptions(t, &vendor{}, config.GatewayKey{})
	second.Dir, second.Config.Gateway.Keys = dir, nil
	_, err := Start(t.Context(), second)
	second.Dispatcher.StopWaiting()
	var inUse *sqlite.InUseError
	require.ErrorAs(t, err, &inUse)
}

// A gateway without keys makes one if only its own machine can reach it.
func TestTheFirstKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *config.Gateway) { c.Keys = nil })
	status, body := ask(t, http.MethodPost, w.url+"/"+numberID+"/messages", w.gateway.FirstKey.Reveal(), text)
	require.Equal(t, 200, status, body)
	keyless := w.gateway.options.Config
	require.NoError(t, w.gateway.CheckReload(keyless), "the key stays")
	with := newWorld(t, nil)
	keyless.Gateway.Store = with.gateway.options.Config.Gateway.Store
	require.ErrorContains(t, with.gateway.CheckReload(keyless), "no api_key block any more", "nobody would see the key")
	for _, listen := range []string{":0", "0.0.0.0:0", "192.0.2.1:0", "example.com:0"} {
		o := newOptions(t, &vendor{}, config.GatewayKey{})
		o.Config.Gateway.Keys, o.Config.Gateway.Listen = nil, listen
		_, err := Start(t.Context(), o)
		o.Dispatcher.StopWaiting()
		var keyless *KeylessError
		require.ErrorAs(t, err, &keyless, listen)
	}
}
