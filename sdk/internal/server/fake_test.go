// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"cmp"
	"context"
	"net"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/internal/server"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fake is a provider made of functions; those that are nil do nothing.
type fake struct {
	caps     capability.Capabilities
	send     func(context.Context, provider.SendRequest) outcome.Outcome
	group    func(context.Context, provider.GroupRequest) []outcome.Outcome
	most     int // the recipients of a group, or 0 for 3
	validate func(provider.Config) diag.Diagnostics
	// refuse returns errors about a channel that is opened; nil opens all.
	refuse func(provider.OpenChannelRequest) diag.Diagnostics

	mu     sync.Mutex
	closed []string
}

func (f *fake) note(what string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = append(f.closed, what)
	return nil
}

func (*fake) Metadata() provider.Metadata { return provider.Metadata{Name: "fake", Version: "1.0.0"} }
func (*fake) Schema() provider.Schema {
	return provider.Schema{Provider: schema.Schema{Attributes: []schema.Attribute{
		{Name: "token", Type: cty.String, Required: true},
		{Name: "mode", Type: cty.String, Default: cty.StringVal("plain"), Allowed: []string{"plain", "odd"}},
		{Name: "endpoint", Type: cty.String, Default: cty.StringVal("https://api.fake.example"), Role: schema.RoleEndpoint},
	}}}
}

func (f *fake) ValidateProviderConfig(_ context.Context, c provider.Config) diag.Diagnostics {
	if f.validate == nil {
		return nil
	}
	return f.validate(c)
}

func (f *fake) Configure(_ context.Context, req provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	return &fakeAccount{f, req.Config.String("token")}, nil
}

type fakeAccount struct {
	*fake
	token string
}

func (a *fakeAccount) Close() error { return a.note("account " + a.token) }

func (a *fakeAccount) OpenChannel(_ context.Context, req provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	if a.refuse != nil {
		if ds := a.refuse(req); ds.HasErrors() {
			return nil, ds
		}
	}
	ch := &fakeChannel{a, req.ID}
	if a.group != nil {
		return fakeGroupChannel{ch}, nil
	}
	return ch, nil
}

type fakeChannel struct {
	*fakeAccount
	id string
}

func (c *fakeChannel) Close() error   { return c.note("channel " + c.id) }
func (c *fakeChannel) Sender() string { return "fake" }

func (c *fakeChannel) Capabilities() capability.Capabilities {
	if c.caps.Kinds == nil {
		return capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}, Statuses: []outcome.Status{outcome.StatusRead}, MaxRecipients: 99}
	}
	return c.caps
}

func (c *fakeChannel) Send(ctx context.Context, req provider.SendRequest) outcome.Outcome {
	if c.send == nil {
		return outcome.Accept(c.token + ":" + req.To.Address)
	}
	return c.send(ctx, req)
}

type fakeGroupChannel struct{ *fakeChannel }

func (c fakeGroupChannel) MaxRecipients() int { return cmp.Or(c.most, 3) }
func (c fakeGroupChannel) SendGroup(ctx context.Context, req provider.GroupRequest) []outcome.Outcome {
	return c.group(ctx, req)
}

// serve starts a server in this process and returns a client of it.
func serve(t testing.TB, f provider.Provider) (*client.Client, *server.Server) {
	t.Helper()
	srv, err := server.New(f)
	require.NoError(t, err)
	listener := bufconn.Listen(1 << 20)
	g := grpc.NewServer()
	providerpb.RegisterProviderServiceServer(g, srv)
	done := make(chan struct{})
	go func() { defer close(done); _ = g.Serve(listener) }()
	conn, err := grpc.NewClient("passthrough:///server", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	require.NoError(t, err)
	t.Cleanup(func() {
		srv.Drain(context.Background(), time.Second)
		_ = conn.Close()
		g.Stop()
		<-done
	})
	return client.New(conn), srv
}

// forms are the two ways to send: in calls of their own, and over a stream.
var forms = []string{"calls", "stream"}

// serveForm is serve for one of the forms.
func serveForm(t testing.TB, form string, f provider.Provider) (*client.Client, *server.Server) {
	t.Helper()
	c, srv := serve(t, f)
	if form == "stream" {
		_, err := c.Metadata(t.Context())
		require.NoError(t, err)
	}
	return c, srv
}

func config(token string) cty.Value {
	return cty.ObjectVal(map[string]cty.Value{"token": cty.StringVal(token), "mode": cty.NullVal(cty.String), "endpoint": cty.NullVal(cty.String)})
}

// openFake opens the channel "fake.main".
var openFake = client.OpenRequest{ProviderID: "fake", ChannelID: "fake.main", Config: cty.EmptyObjectVal}

// open configures the provider and opens the channel "fake.main".
func open(t testing.TB, c *client.Client) capability.Capabilities {
	t.Helper()
	ds, err := c.ConfigureProvider(t.Context(), "fake", config("t1"))
	require.NoError(t, err)
	require.Empty(t, ds)
	opened, ds, err := c.OpenChannel(t.Context(), openFake)
	require.NoError(t, err)
	require.Empty(t, ds)
	require.Equal(t, "fake", opened.Sender)
	return opened.Capabilities
}

func text(body string) *message.Message {
	return &message.Message{Type: "text", Text: &message.Text{Body: body}}
}

func deliveries(ids ...string) []message.Delivery {
	var all []message.Delivery
	for i, id := range ids {
		all = append(all, message.Delivery{DeliveryID: id, To: message.Recipient{Kind: message.RecipientPhone, Address: "+1555010000" + strconv.Itoa(i+1)}})
	}
	return all
}

// send returns the outcomes by delivery id. The test fails if a delivery gets two.
func send(t *testing.T, c *client.Client, batches ...message.Batch) map[string]outcome.Outcome {
	t.Helper()
	got := map[string]outcome.Outcome{}
	err := c.SendMessages(t.Context(), "fake.main", batches, func(o outcome.Outcome) {
		require.NotContains(t, got, o.DeliveryID)
		got[o.DeliveryID] = o
	})
	require.NoError(t, err)
	return got
}

func words(outcomes map[string]outcome.Outcome) map[string]string {
	got := map[string]string{}
	for id, o := range outcomes {
		got[id] = o.Word()
	}
	return got
}
