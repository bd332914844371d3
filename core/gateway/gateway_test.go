// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/textproto"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/gateway/engine"
	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/internal/testissuer"
	"github.com/wahost/wahost/internal/testpostgres"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func TestMain(m *testing.M) {
	code := m.Run()
	testpostgres.Stop()
	testissuer.Stop()
	if err := goleak.Find(); err != nil && code == 0 {
		os.Stderr.WriteString(err.Error() + "\n")
		code = 1
	}
	os.Exit(code)
}

const (
	numberID = "102030405060708"
	// patience bounds a hang.
	patience = 60 * time.Second
)

var channel = addr.Channel{Provider: "p", Name: "first"}

// vendor stands for providers and their vendors. It accepts all that it sees.
type vendor struct {
	// answer is called for each message, or nil if all are accepted.
	answer atomic.Pointer[func(id string) outcome.Outcome]
	state  atomic.Pointer[catalog.Snapshot]
	seen   chan sending
}

// sending is a message that reached the vendor.
type sending struct {
	id      string
	message *message.Message
}

func (v *vendor) Snapshot() *catalog.Snapshot { return v.state.Load() }

func (v *vendor) Send(_ context.Context, _ addr.Channel, batches []message.Batch, handedOver func() error, answer func(outcome.Outcome)) error {
	if err := handedOver(); err != nil {
		return &dispatch.NotAttemptedError{Cause: err}
	}
	for _, b := range batches {
		for _, d := range b.Deliveries {
			v.seen <- sending{d.DeliveryID, b.Message}
			o := outcome.Accept("v-" + d.DeliveryID)
			if f := v.answer.Load(); f != nil {
				o = (*f)(d.DeliveryID)
			}
			o.DeliveryID = d.DeliveryID
			answer(o)
		}
	}
	return nil
}

// dispatcher is a dispatcher as a gateway needs it.
type dispatcher struct{ *dispatch.Dispatcher }

func (d dispatcher) StopWaiting() { d.Close() }

// world is a running gateway with a vendor and an application.
type world struct {
	t       *testing.T
	gateway *Gateway
	vendor  *vendor
	token   keys.Token
	url     string
	// end ends the gateway, once.
	end func()
}

// newOptions returns those of a gateway with one key, whose store is in a folder of its own.
func newOptions(t *testing.T, v *vendor, key config.GatewayKey) Options {
	t.Helper()
	c := &config.Config{
		MaxSendAhead: time.Hour, Channels: []config.Channel{{Addr: channel, ProviderID: "p"}}, Routes: []config.Route{{Name: "all", Channels: []addr.Channel{channel}}},
		Gateway: &config.Gateway{
			Listen: "127.0.0.1:0", AdminListen: "127.0.0.1:0", Store: config.DefaultGatewayStore, Senders: []config.GatewaySender{{ID: numberID, Display: "+49 151 12345678"}},
			Keys: []config.GatewayKey{key},
		},
	}
	caps := capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}, {Kind: "image"}, {Kind: "template", HeaderKinds: []string{"image"}}}}
	v.state.Store(catalog.NewSnapshot(map[addr.Channel]catalog.Channel{channel: {Checker: capability.NewChecker(caps), Sender: "+49100"}}))
	return Options{Dir: t.TempDir(), Config: c, Dispatcher: dispatcher{dispatch.New(c, v, engine.DispatchOptions)}}
}

// newWorld starts a gateway that ends with the test. The functions may change its configuration and its options.
func newWorld(t *testing.T, change func(*config.Gateway), with ...func(*Options)) *world {
	t.Helper()
	w := &world{t: t, vendor: &vendor{seen: make(chan sending, 1000)}, token: keys.NewToken()}
	o := newOptions(t, w.vendor, config.GatewayKey{Name: "shop", ID: w.token.ID(), Hashes: []string{w.token.Hash().String()}, Scopes: []string{"send", "read"}})
	if change != nil {
		change(o.Config.Gateway)
	}
	for _, f := range with {
		f(&o)
	}
	w.start(o)
	return w
}

// start starts the gateway, which ends with the test.
func (w *world) start(o Options) {
	t := w.t
	t.Helper()
	var err error
	w.gateway, err = Start(t.Context(), o)
	require.NoError(t, err)
	w.url = "http://" + w.gateway.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.gateway.Run(ctx) }()
	w.end = sync.OnceFunc(func() {
		cancel()
		require.NoError(t, <-ended)
	})
	t.Cleanup(func() {
		w.end()
		http.DefaultClient.CloseIdleConnections()
	})
}

// do makes a request with the key, and reads the answer.
func (w *world) do(method, path, contentType string, body io.Reader, into any) *http.Response {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, body)
	require.NoError(w.t, err)
	r.Header.Set("Authorization", "Bearer "+w.token.Reveal())
	r.Header.Set("Content-Type", contentType)
	answer, err := http.DefaultClient.Do(r)
	require.NoError(w.t, err)
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	require.NoError(w.t, err)
	if into != nil {
		require.Equal(w.t, http.StatusOK, answer.StatusCode, "%s", raw)
		require.NoError(w.t, json.Unmarshal(raw, into))
	}
	return answer
}

// send posts a message, and returns its id and what reached the vendor.
func (w *world) send(body string) (wamid string, got sending) {
	w.t.Helper()
	var receipt struct{ Messages []struct{ ID string } }
	w.do("POST", "/v23.0/"+numberID+"/messages", "application/json", strings.NewReader(body), &receipt)
	select {
	case got = <-w.vendor.seen:
	case <-time.After(patience):
		require.FailNow(w.t, "the message does not reach the vendor")
	}
	return receipt.Messages[0].ID, got
}

// TestALife follows a message from an application to a vendor, and what became of it back to the application.
func TestALife(t *testing.T) {
	t.Parallel()
	hooks := make(chan string, 10)
	application := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		hooks <- r.Header.Get("X-Hub-Signature-256")[:7] + string(body)
	}))
	t.Cleanup(application.Close)
	w := newWorld(t, func(c *config.Gateway) {
		c.Webhooks = []config.GatewayWebhook{{Name: "shop", URL: application.URL, Secrets: []string{"0123456789abcdef"}, Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}}
	})
	wamid, got := w.send(`{"to":"16505551234","text":{"body":"Hi"},"biz_opaque_callback_data":"order 1"}`)
	for _, status := range []outcome.Status{outcome.StatusSent, outcome.StatusDelivered} {
		results, err := w.gateway.store.Events(t.Context(), []store.Event{{Scope: "p", Key: string(status), Attempt: got.id, Status: status, At: time.Unix(1795687200, 0)}})
		require.NoError(t, err)
		require.Equal(t, store.Applied, results[0].Effect)
		select {
		case hook := <-hooks:
			require.Equal(t, `sha256={"object":"whatsapp_business_account","entry":[{"id":"102030405060708","changes":[{"value":{"messaging_product":"whatsapp","metadata":`+
				`{"display_phone_number":"4915112345678","phone_number_id":"102030405060708"},"statuses":[{"id":"`+wamid+`","status":"`+string(status)+`",`+
				`"timestamp":"1795687200","recipient_id":"16505551234","biz_opaque_callback_data":"order 1"}]},"field":"messages"}]}]}`, hook)
		case <-time.After(patience):
			require.FailNow(t, "the webhook does not come")
		}
	}
}

// TestUploadsBecomeLinks sends uploads by their ids, which reach the vendor as links that it can fetch.
func TestUploadsBecomeLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *config.Gateway) { c.PublicURL = "https://wa.example.com" })
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	part, err := parts.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="a.png"`}, "Content-Type": {"image/png"}})
	require.NoError(t, err)
	_, err = part.Write([]byte("a picture"))
	require.NoError(t, err)
	require.NoError(t, parts.Close())
	var uploaded struct{ ID string }
	w.do("POST", "/"+numberID+"/media", parts.FormDataContentType(), &form, &uploaded)

	fetch := func(link string) {
		t.Helper()
		path, ok := strings.CutPrefix(link, "https://wa.example.com")
		require.True(t, ok, link)
		answer, err := http.Get(w.url + path) //nolint:gosec // the gateway of the test
		require.NoError(t, err)
		defer answer.Body.Close()
		content, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.Equal(t, "a picture", string(content))
	}
	_, got := w.send(`{"to":"16505551234","type":"image","image":{"id":"` + uploaded.ID + `","caption":"c"}}`)
	require.Empty(t, got.message.GetImage().GetId())
	require.Equal(t, "c", got.message.GetImage().GetCaption())
	fetch(got.message.GetImage().GetLink())

	_, got = w.send(`{"to":"16505551234","type":"template","template":{"name":"n","language":{"code":"en"},"components":[{"type":"header","parameters":[{"type":"image","image":{"id":"` + uploaded.ID + `"}}]}]}}`)
	inTemplate := got.message.GetTemplate().GetComponents()[0].GetParameters()[0].GetImage()
	fetch(inTemplate.GetLink())

	// An id that is not of an upload may be the vendor's own, and this vendor takes none.
	answer := w.do("POST", "/"+numberID+"/messages", "application/json", strings.NewReader(`{"to":"16505551234","type":"image","image":{"id":"1234567890123456789"}}`), nil)
	require.Equal(t, http.StatusBadRequest, answer.StatusCode)
}

func TestUploadsNeedAnAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	answer := w.do("POST", "/"+numberID+"/media", "multipart/form-data; boundary=b", strings.NewReader("--b--"), nil)
	require.Equal(t, http.StatusBadRequest, answer.StatusCode)
}
