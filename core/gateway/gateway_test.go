// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/store/sqlite"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var main = addr.Channel{Provider: "p", Name: "main"}

// vendor accepts everything.
type vendor struct{ state *catalog.Snapshot }

func (v vendor) Snapshot() *catalog.Snapshot { return v.state }

func (v vendor) Send(_ context.Context, _ addr.Channel, batches []message.Batch, handedOver func() error, answer func(outcome.Outcome)) error {
	if err := handedOver(); err != nil {
		return &dispatch.NotAttemptedError{Cause: err}
	}
	for _, b := range batches {
		for _, d := range b.Deliveries {
			o := outcome.Accept("v")
			o.DeliveryID = d.DeliveryID
			answer(o)
		}
	}
	return nil
}

type dispatcher struct{ *dispatch.Dispatcher }

func (d dispatcher) StopWaiting() { d.Close() }

// options returns those of a gateway with a sender 1020 and the keys.
func options(t *testing.T, all ...config.GatewayKey) Options {
	t.Helper()
	c := &config.Config{
		Channels: []config.Channel{{Addr: main}}, Routes: []config.Route{{Name: "all", Channels: []addr.Channel{main}}}, MaxSendAhead: time.Hour,
		Gateway: &config.Gateway{
			Listen: "127.0.0.1:0", AdminListen: "127.0.0.1:0", Store: config.DefaultGatewayStore, Senders: []config.GatewaySender{{ID: "1020"}}, Keys: all,
		},
	}
	caps := capability.NewChecker(capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}})
	d := dispatcher{dispatch.New(c, vendor{catalog.NewSnapshot(map[addr.Channel]catalog.Channel{main: {Checker: caps}})}, dispatch.Options{})}
	t.Cleanup(d.Close)
	return Options{Dir: t.TempDir(), Config: c, Dispatcher: d}
}

// serve starts a gateway and returns it with a function that ends it.
func serve(t *testing.T, o Options) (*Gateway, func()) {
	t.Helper()
	g, err := Start(t.Context(), o)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- g.Run(ctx) }()
	return g, func() {
		cancel()
		require.NoError(t, <-ended)
	}
}

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
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(text)
}

const text = `{"to":"+4915112345678","type":"text","text":{"body":"Hi"}}`

func TestAGatewayTakesMessages(t *testing.T) {
	t.Parallel()
	token := keys.NewToken()
	o := options(t, config.GatewayKey{Name: "shop", ID: token.ID(), Hashes: []string{token.Hash().String()}, Scopes: []string{"send"}, Senders: []string{"1020"}})
	g, end := serve(t, o)
	require.False(t, g.FirstKey.Valid())
	front, admin := "http://"+g.Addr().String(), "http://"+g.AdminAddr().String()
	status, body := ask(t, http.MethodPost, front+"/v23.0/1020/messages", token.Reveal(), text)
	require.Equal(t, 200, status, body)
	require.Contains(t, body, `"id":"wamid.`)
	status, _ = ask(t, http.MethodPost, front+"/v23.0/1020/messages", keys.NewToken().Reveal(), text)
	require.Equal(t, 401, status)
	status, body = ask(t, http.MethodGet, admin+"/healthz", "", "")
	require.Equal(t, []any{200, `{"status":"ok"}`}, []any{status, body})
	status, body = ask(t, http.MethodGet, admin+"/readyz", "", "")
	require.Equal(t, []any{200, `{"status":"ok"}`}, []any{status, body})
	g.stopping.Store(true)
	status, body = ask(t, http.MethodGet, admin+"/readyz", "", "")
	require.Equal(t, []any{503, `{"status":"unavailable","problem":"the gateway is stopping"}`}, []any{status, body})

	second := options(t)
	second.Dir = o.Dir
	_, err := Start(t.Context(), second)
	var inUse *sqlite.InUseError
	require.ErrorAs(t, err, &inUse)
	end()
}

// A gateway without keys makes one if only its own machine can reach it.
func TestTheFirstKey(t *testing.T) {
	t.Parallel()
	o := options(t)
	g, end := serve(t, o)
	status, body := ask(t, http.MethodPost, "http://"+g.Addr().String()+"/1020/messages", g.FirstKey.Reveal(), text)
	require.Equal(t, 200, status, body)
	end()
	for _, listen := range []string{":0", "0.0.0.0:0", "192.0.2.1:0", "example.com:0"} {
		o := options(t)
		o.Config.Gateway.Listen = listen
		_, err := Start(t.Context(), o)
		var keyless *KeylessError
		require.ErrorAs(t, err, &keyless, listen)
	}
}
