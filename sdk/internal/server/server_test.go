// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"context"
	"fmt"
	"net"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
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

func (fakeGroupChannel) MaxRecipients() int { return 3 }
func (c fakeGroupChannel) SendGroup(ctx context.Context, req provider.GroupRequest) []outcome.Outcome {
	return c.group(ctx, req)
}

// serve starts a server in this process and returns a client of it.
func serve(t *testing.T, f provider.Provider) (*client.Client, *server.Server) {
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

func config(token string) cty.Value {
	return cty.ObjectVal(map[string]cty.Value{"token": cty.StringVal(token), "mode": cty.NullVal(cty.String), "endpoint": cty.NullVal(cty.String)})
}

// openFake opens the channel "fake.main".
var openFake = client.OpenRequest{ProviderID: "fake", ChannelID: "fake.main", Config: cty.EmptyObjectVal}

// open configures the provider and opens the channel "fake.main".
func open(t *testing.T, c *client.Client) capability.Capabilities {
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

func TestEveryDeliveryGetsExactlyOneOutcome(t *testing.T) {
	t.Parallel()
	accepted := func(id string) outcome.Outcome {
		o := outcome.Accept("v")
		o.DeliveryID = id
		return o
	}
	for name, test := range map[string]struct {
		fake *fake
		want map[string]string
	}{
		"one by one": {&fake{}, map[string]string{"1": "accepted", "2": "accepted", "3": "accepted", "4": "accepted"}},
		"says nothing": {&fake{send: func(context.Context, provider.SendRequest) outcome.Outcome { return outcome.Outcome{} }},
			map[string]string{"1": "unknown", "2": "unknown", "3": "unknown", "4": "unknown"}},
		"says two things": {&fake{send: func(context.Context, provider.SendRequest) outcome.Outcome {
			return outcome.Outcome{Accepted: &outcome.Accepted{}, Unknown: &outcome.Unknown{}}
		}}, map[string]string{"1": "unknown", "2": "unknown", "3": "unknown", "4": "unknown"}},
		"panics": {&fake{send: func(_ context.Context, req provider.SendRequest) outcome.Outcome {
			if req.DeliveryID == "2" {
				panic("no")
			}
			return outcome.Accept("v")
		}}, map[string]string{"1": "accepted", "2": "unknown", "3": "accepted", "4": "accepted"}},
		"groups": {&fake{group: func(_ context.Context, req provider.GroupRequest) []outcome.Outcome {
			var all []outcome.Outcome
			for _, d := range req.Deliveries {
				all = append(all, accepted(d.DeliveryID))
			}
			return all
		}}, map[string]string{"1": "accepted", "2": "accepted", "3": "accepted", "4": "accepted"}},
		"a group that forgets one and makes one up": {&fake{group: func(_ context.Context, req provider.GroupRequest) []outcome.Outcome {
			return []outcome.Outcome{accepted(req.Deliveries[0].DeliveryID), accepted(req.Deliveries[0].DeliveryID), accepted("made up")}
		}}, map[string]string{"1": "accepted", "2": "unknown", "3": "unknown", "4": "accepted"}},
		"texts that are not UTF-8": {&fake{send: func(_ context.Context, req provider.SendRequest) outcome.Outcome {
			switch req.DeliveryID {
			case "1":
				return outcome.Accept("v\xff")
			case "2":
				return outcome.Reject(outcome.ReasonVendorRejected, "p\xff", "d\xff")
			case "3":
				return outcome.NewUnknown("c\xff")
			}
			o := outcome.Accept("v")
			o.Degraded, o.IgnoredFields = "d\xff", []string{"f\xff"}
			return o
		}}, map[string]string{"1": "unknown", "2": "rejected", "3": "unknown", "4": "accepted"}},
		"a group that panics": {&fake{group: func(context.Context, provider.GroupRequest) []outcome.Outcome { panic("no") }},
			map[string]string{"1": "unknown", "2": "unknown", "3": "unknown", "4": "accepted"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _ := serve(t, test.fake)
			open(t, c)
			got := send(t, c, message.Batch{Message: text("hi"), Deliveries: deliveries("1", "2", "3", "4")})
			if diff := cmp.Diff(test.want, words(got)); diff != "" {
				t.Error(diff)
			}
			one := send(t, c, message.Batch{Message: text("hi"), Deliveries: deliveries("1")})
			require.Len(t, one, 1, "a single one takes another way")
		})
	}
}

func TestCapabilitiesAreDerived(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, &fake{})
	caps := open(t, c)
	require.Equal(t, 1, caps.MaxRecipients, "without SendGroup there are no groups, whatever is declared")
	require.False(t, caps.Webhooks)
	require.Empty(t, caps.Statuses, "without webhooks nothing is reported")
	require.Equal(t, capability.DefaultMaxConcurrency, caps.MaxConcurrency)

	c, _ = serve(t, &fake{group: func(context.Context, provider.GroupRequest) []outcome.Outcome { return nil }})
	require.Equal(t, 3, open(t, c).MaxRecipients)
}

func TestWhatIsNotDeclaredNeverReachesTheAuthor(t *testing.T) {
	t.Parallel()
	f := &fake{send: func(context.Context, provider.SendRequest) outcome.Outcome { panic("not to be called") }}
	c, _ := serve(t, f)
	open(t, c)
	for name, test := range map[string]struct {
		message *message.Message
		to      message.Recipient
		reason  outcome.Reason
		path    string
	}{
		"kind":      {&message.Message{Type: "image", Image: &message.Media{Link: "https://x/y"}}, message.Recipient{Kind: message.RecipientPhone}, outcome.ReasonUnsupported, "type"},
		"new kind":  {&message.Message{Type: "hologram"}, message.Recipient{Kind: message.RecipientPhone}, outcome.ReasonUnsupported, "type"},
		"recipient": {text("hi"), message.Recipient{Kind: message.RecipientGroup, Address: "g"}, outcome.ReasonUnsupported, "to"},
		"limit":     {text(strings.Repeat("x", 4097)), message.Recipient{Kind: message.RecipientPhone}, outcome.ReasonInvalidMessage, "text.body"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := send(t, c, message.Batch{Message: test.message, Deliveries: []message.Delivery{{DeliveryID: "1", To: test.to}}})
			require.NotNil(t, got["1"].Rejected)
			require.Equal(t, test.reason, got["1"].Rejected.Reason)
			require.Equal(t, test.path, got["1"].Rejected.Path)
			require.Zero(t, got["1"].Attempts)
		})
	}
}

// What every author would have to check of a phone number is checked before their code, for each delivery by itself.
func TestWhatIsNoPhoneNumberNeverReachesTheAuthor(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, &fake{})
	open(t, c)
	for name, address := range map[string]string{
		"empty": "", "a plus": "+", "a word": "not-a-number", "no plus": "15550100001", "five digits": "+15550", "sixteen digits": "+1555010000100000",
		"a leading zero": "+05550100001", "a space": "+1555 0100001", "other digits": "+١٥٥٥٠١٠٠٠٠١",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bad := message.Delivery{DeliveryID: "bad", To: message.Recipient{Kind: message.RecipientPhone, Address: address}}
			got := send(t, c, message.Batch{Message: text("hi"), Deliveries: append(deliveries("1"), bad)})
			require.NotNil(t, got["1"].Accepted)
			r := got["bad"].Rejected
			require.NotNil(t, r)
			require.Equal(t, outcome.ReasonInvalidRecipient, r.Reason)
			require.Equal(t, outcome.ScopeRecipient, r.Scope)
			require.Equal(t, "to", r.Path)
			require.Zero(t, got["bad"].Attempts)
		})
	}
}

// An endpoint is checked by its role, with what the author checks and not instead of it, and never repeated.
func TestTheEndpointIsChecked(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, &fake{validate: func(c provider.Config) diag.Diagnostics {
		if c.String("token") == "bad" {
			return diag.Diagnostics{diag.AttributeError("token", "Invalid argument value", "It is bad.")}
		}
		return nil
	}})
	for name, test := range map[string]struct {
		token    string
		endpoint cty.Value
		at       []string
	}{
		"good":             {"t", cty.StringVal("http://127.0.0.1:8080/base"), nil},
		"default":          {"t", cty.NullVal(cty.String), nil},
		"not known yet":    {"t", cty.UnknownVal(cty.String), nil},
		"another scheme":   {"t", cty.StringVal("ftp://api.fake.example"), []string{"endpoint"}},
		"no host":          {"t", cty.StringVal("http://"), []string{"endpoint"}},
		"a password":       {"t", cty.StringVal("https://user:word@api.fake.example"), []string{"endpoint"}},
		"empty":            {"t", cty.StringVal(""), []string{"endpoint"}},
		"beside the token": {"bad", cty.StringVal("::"), []string{"token", "endpoint"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := cty.ObjectVal(map[string]cty.Value{"token": cty.StringVal(test.token), "mode": cty.NullVal(cty.String), "endpoint": test.endpoint})
			validated, err := c.ValidateProviderConfig(t.Context(), config)
			require.NoError(t, err)
			var at []string
			for _, d := range validated {
				at = append(at, diag.FormatPath(d.Path))
				require.NotContains(t, d.Detail, "user:word")
			}
			require.Equal(t, test.at, at)
			if !test.endpoint.IsKnown() {
				return
			}
			configured, err := c.ConfigureProvider(t.Context(), "fake", config)
			require.NoError(t, err)
			require.Equal(t, len(test.at) > 0, configured.HasErrors())
		})
	}
}

func TestIgnoredFieldsAreTold(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, &fake{send: func(context.Context, provider.SendRequest) outcome.Outcome {
		o := outcome.Accept("v")
		o.IgnoredFields = []string{"text.preview_url", "context.message_id"}
		return o
	}})
	open(t, c)
	m := text("hi")
	m.Context, m.BizOpaqueCallbackData = &message.Context{MessageId: "w"}, "ref"
	got := send(t, c, message.Batch{Message: m, Deliveries: deliveries("1")})
	require.Equal(t, []string{"text.preview_url", "context.message_id", "biz_opaque_callback_data"}, got["1"].IgnoredFields)
}

func TestConfiguration(t *testing.T) {
	t.Parallel()
	f := &fake{}
	c, _ := serve(t, f)
	ds, err := c.ValidateProviderConfig(t.Context(), cty.ObjectVal(map[string]cty.Value{"token": cty.NullVal(cty.String), "mode": cty.StringVal("wrong"), "endpoint": cty.NullVal(cty.String)}))
	require.NoError(t, err)
	require.Len(t, ds, 2, "all mistakes at once")
	require.Equal(t, "token", diag.FormatPath(ds[0].Path))
	require.Equal(t, "mode", diag.FormatPath(ds[1].Path))

	err = c.SendMessages(t.Context(), "fake.main", []message.Batch{{Message: text("x"), Deliveries: deliveries("1")}}, func(outcome.Outcome) { t.Error("an outcome") })
	require.Equal(t, codes.FailedPrecondition, status.Code(err), "a channel that is not open sends nothing")
	_, _, err = c.OpenChannel(t.Context(), openFake)
	require.Equal(t, codes.FailedPrecondition, status.Code(err))

	open(t, c)
	require.Equal(t, "t1:+15550100001", send(t, c, message.Batch{Message: text("x"), Deliveries: deliveries("1")})["1"].Accepted.ProviderMessageID)
	ds, err = c.ConfigureProvider(t.Context(), "fake", config("t2"))
	require.NoError(t, err)
	require.Empty(t, ds)
	require.Equal(t, []string{"channel fake.main", "account t1"}, f.closed, "a second configuration replaces the first wholly")
	_, _, err = c.OpenChannel(t.Context(), openFake)
	require.NoError(t, err)
	require.Equal(t, "t2:+15550100001", send(t, c, message.Batch{Message: text("x"), Deliveries: deliveries("1")})["1"].Accepted.ProviderMessageID)

	_, err = c.HandleWebhooks(t.Context(), "fake", provider.WebhookRequest{})
	require.Equal(t, codes.Unimplemented, status.Code(err))
}

// A configuration with errors leaves nothing configured. A call that cannot be decoded changes nothing.
func TestAConfigurationWithErrorsReplacesThePreviousOne(t *testing.T) {
	t.Parallel()
	f := &fake{}
	c, _ := serve(t, f)
	open(t, c)
	_, err := c.ConfigureProvider(t.Context(), "fake", cty.StringVal("not an object"))
	require.Error(t, err)
	require.NotNil(t, send(t, c, message.Batch{Message: text("x"), Deliveries: deliveries("1")})["1"].Accepted)

	wrong := cty.ObjectVal(map[string]cty.Value{"token": cty.StringVal("t2"), "mode": cty.StringVal("wrong"), "endpoint": cty.NullVal(cty.String)})
	ds, err := c.ConfigureProvider(t.Context(), "fake", wrong)
	require.NoError(t, err)
	require.True(t, ds.HasErrors())
	require.Equal(t, []string{"channel fake.main", "account t1"}, f.closed)
	_, _, err = c.OpenChannel(t.Context(), openFake)
	require.Equal(t, codes.FailedPrecondition, status.Code(err), "the id is not configured")
}

func TestAChannelThatCannotBeOpenedAgainStaysOpen(t *testing.T) {
	t.Parallel()
	f := &fake{refuse: func(req provider.OpenChannelRequest) diag.Diagnostics {
		if req.WebhookURL == "" {
			return nil
		}
		return diag.Diagnostics{diag.BlockError("Channel not opened", "The vendor calls no URL.")}
	}}
	c, _ := serve(t, f)
	open(t, c)
	again := openFake
	again.WebhookURL = "https://host.example/webhooks"
	_, ds, err := c.OpenChannel(t.Context(), again)
	require.NoError(t, err)
	require.True(t, ds.HasErrors())
	require.Empty(t, f.closed)
	require.NotNil(t, send(t, c, message.Batch{Message: text("x"), Deliveries: deliveries("1")})["1"].Accepted)
}

// A stop before any configuration has nothing to wait for. Afterwards a channel can be opened, and nothing is sent over it.
func TestStopBeforeAnyConfiguration(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, &fake{})
	abandoned, err := c.Stop(t.Context(), time.Hour)
	require.NoError(t, err)
	require.Zero(t, abandoned)
	open(t, c)
	err = c.SendMessages(t.Context(), "fake.main", []message.Batch{{Message: text("x"), Deliveries: deliveries("1")}}, func(outcome.Outcome) { t.Error("an outcome") })
	require.Equal(t, codes.FailedPrecondition, status.Code(err))
}

func TestStop(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	f := &fake{send: func(ctx context.Context, _ provider.SendRequest) outcome.Outcome {
		close(arrived)
		<-ctx.Done()
		return outcome.NewUnknown("stopped")
	}}
	c, _ := serve(t, f)
	open(t, c)
	answer := make(chan outcome.Outcome, 1)
	go func() {
		_ = c.SendMessages(context.Background(), "fake.main", []message.Batch{{Message: text("x"), Deliveries: deliveries("1")}}, func(o outcome.Outcome) { answer <- o })
	}()
	<-arrived
	abandoned, err := c.Stop(t.Context(), time.Millisecond)
	require.NoError(t, err)
	require.Equal(t, 1, abandoned)
	require.NotNil(t, (<-answer).Unknown)
	err = c.SendMessages(t.Context(), "fake.main", []message.Batch{{Message: text("x"), Deliveries: deliveries("2")}}, func(outcome.Outcome) { t.Error("an outcome") })
	require.Equal(t, codes.FailedPrecondition, status.Code(err))
	again, err := c.Stop(t.Context(), time.Millisecond)
	require.NoError(t, err)
	require.Zero(t, again)
}

// A channel that declares no bound, or an impossible one, gets the default, and the SDK keeps to it.
func TestConcurrencyIsBoundedByDefault(t *testing.T) {
	t.Parallel()
	for name, declared := range map[string]int{"not declared": 0, "negative": -3} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			now, most := 0, 0
			full := make(chan struct{}) // closed when as many sends run at the same time as the default allows
			f := &fake{
				caps: capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}, MaxConcurrency: declared},
				send: func(context.Context, provider.SendRequest) outcome.Outcome {
					mu.Lock()
					now++
					if most = max(most, now); now == capability.DefaultMaxConcurrency {
						select {
						case <-full:
						default:
							close(full)
						}
					}
					mu.Unlock()
					<-full
					for range 100 {
						runtime.Gosched() // one send more gets the chance to break the bound
					}
					mu.Lock()
					now--
					mu.Unlock()
					return outcome.Accept("v")
				},
			}
			c, _ := serve(t, f)
			require.Equal(t, capability.DefaultMaxConcurrency, open(t, c).MaxConcurrency, "the host is told the default")
			total := 2*capability.DefaultMaxConcurrency + 1
			var ids []string
			for i := range total {
				ids = append(ids, fmt.Sprint("d", i))
			}
			require.Len(t, send(t, c, message.Batch{Message: text("x"), Deliveries: deliveries(ids...)}), total)
			require.Equal(t, capability.DefaultMaxConcurrency, most)
		})
	}
}

func TestConcurrencyIsBounded(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now, most := 0, 0
	two := make(chan struct{}) // closed when two sends run at the same time
	f := &fake{
		caps: capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}, MaxConcurrency: 2},
		send: func(context.Context, provider.SendRequest) outcome.Outcome {
			mu.Lock()
			now++
			if most = max(most, now); now == 2 {
				select {
				case <-two:
				default:
					close(two)
				}
			}
			mu.Unlock()
			<-two
			for range 100 {
				runtime.Gosched() // a third send gets the chance to break the bound
			}
			mu.Lock()
			now--
			mu.Unlock()
			return outcome.Accept("v")
		},
	}
	c, _ := serve(t, f)
	open(t, c)
	var ids []string
	for i := range 40 {
		ids = append(ids, string(rune('A'+i)))
	}
	require.Len(t, send(t, c, message.Batch{Message: text("x"), Deliveries: deliveries(ids...)}), 40)
	require.Equal(t, 2, most)
}

func TestHealth(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, &fake{})
	seen := make(chan []client.ChannelHealth, 8)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = c.WatchHealth(ctx, func(all []client.ChannelHealth) { seen <- all })
	}()
	require.Empty(t, <-seen, "an answer at once")
	open(t, c)
	require.Equal(t, []client.ChannelHealth{{ChannelID: "fake.main", Healthy: true}}, <-seen)
	require.NoError(t, c.CloseChannel(t.Context(), "fake.main"))
	require.Empty(t, <-seen)
	cancel()
	<-done
}
