// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package client_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"

	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/internal/server"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// counter counts the recipients that it is given.
type counter struct {
	echo
	mu   sync.Mutex
	sent map[string]int
}

func (c *counter) Configure(context.Context, provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	return c, nil
}

func (c *counter) OpenChannel(context.Context, provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	return c, nil
}

func (c *counter) Send(_ context.Context, req provider.SendRequest) outcome.Outcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent[req.To.Address]++
	return outcome.Accept("v")
}

// forms are the two ways to send: in calls of their own, and over a stream.
var forms = []string{"calls", "stream"}

// openCounter serves a counter with the limits that host and provider have, and opens its channel.
func openCounter(t *testing.T, form string) (*client.Client, *counter) {
	t.Helper()
	c := &counter{sent: map[string]int{}}
	host := openProvider(t, form, c)
	return host, c
}

// openProvider is openCounter for any provider.
func openProvider(t *testing.T, form string, p provider.Provider) *client.Client {
	t.Helper()
	srv, err := server.New(p)
	require.NoError(t, err)
	host := serveRaw(t, srv)
	t.Cleanup(func() { srv.Drain(context.Background(), 0) })
	if form == "stream" {
		_, err = host.Metadata(t.Context())
		require.NoError(t, err)
	}
	_, err = host.ConfigureProvider(t.Context(), "p", cty.EmptyObjectVal)
	require.NoError(t, err)
	_, _, err = host.OpenChannel(t.Context(), client.OpenRequest{ProviderID: "p", ChannelID: "p.c", Config: cty.EmptyObjectVal})
	require.NoError(t, err)
	return host
}

// serveRaw serves a service and returns a client of it. The options are those of the server.
func serveRaw(t *testing.T, srv providerpb.ProviderServiceServer, options ...grpc.ServerOption) *client.Client {
	t.Helper()
	listener := bufconn.Listen(1 << 20)
	s := grpc.NewServer(append(options, grpc.MaxRecvMsgSize(client.MaxMessageBytes))...)
	providerpb.RegisterProviderServiceServer(s, srv)
	served := make(chan error, 1)
	go func() { served <- s.Serve(listener) }()
	conn, err := grpc.NewClient("passthrough:bufconn", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }),
		grpc.WithDefaultCallOptions(grpc.MaxCallSendMsgSize(client.MaxMessageBytes)))
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, conn.Close())
		s.Stop()
		require.NoError(t, <-served)
	})
	return client.New(conn)
}

func textBatch(body string, numbers ...int) message.Batch {
	b := message.Batch{Message: &message.Message{Type: "text", Text: &message.Text{Body: body}}}
	for _, n := range numbers {
		b.Deliveries = append(b.Deliveries, message.Delivery{DeliveryID: fmt.Sprint(n), To: message.Recipient{Kind: message.RecipientPhone, Address: fmt.Sprintf("+1555010%04d", n)}})
	}
	return b
}

// What cannot travel to the provider is rejected, message by message, and what travels beside it is sent once.
func TestABadMessageDoesNotHurtItsNeighbours(t *testing.T) {
	t.Parallel()
	const bad = "caf\xe9"
	large := strings.Repeat("x", client.MaxMessageBytes/3)
	badTo := textBatch("hi", 1)
	badTo.Deliveries[0].To.Address = "+1555\xff"
	badHeader := message.Batch{Message: &message.Message{Type: "template", Template: &message.Template{Name: "t", Components: []*message.Component{
		{Type: "body", Parameters: []*message.Parameter{{Type: "text", Text: bad}}}}}}, Deliveries: textBatch("", 1).Deliveries}
	tests := map[string]struct {
		batch message.Batch // of delivery 1
		path  string
		sent  bool
	}{
		"a text that is not UTF-8":         {batch: textBatch(bad, 1), path: "text.body"},
		"a parameter that is not UTF-8":    {batch: badHeader, path: "template.components[0].parameters[0].text"},
		"a recipient that is not UTF-8":    {batch: badTo, path: "to"},
		"a message that is too large":      {batch: textBatch(strings.Repeat("x", client.MaxMessageBytes), 1)},
		"messages too large for one call":  {batch: textBatch(large+"1", 1), sent: true},
		"a message nearly as large as all": {batch: textBatch(strings.Repeat("x", client.MaxMessageBytes-4096), 1), sent: true},
	}
	for name, test := range tests {
		for _, form := range forms {
			t.Run(name+"/"+form, func(t *testing.T) {
				t.Parallel()
				host, counter := openCounter(t, form)
				batches := []message.Batch{textBatch("hi", 2, 3), test.batch, textBatch(large+"4", 4), textBatch(large+"5", 5), textBatch("ho", 6)}
				outcomes := map[string]outcome.Outcome{}
				require.NoError(t, host.SendMessages(t.Context(), "p.c", batches, func(o outcome.Outcome) {
					require.NotContains(t, outcomes, o.DeliveryID)
					outcomes[o.DeliveryID] = o
				}))
				require.Len(t, outcomes, 6)
				for n := 2; n <= 6; n++ {
					require.Zero(t, outcomes[fmt.Sprint(n)].Unknown)
					// The provider itself refuses a text of some megabytes.
					if n != 4 && n != 5 {
						require.NotNil(t, outcomes[fmt.Sprint(n)].Accepted, n)
					}
				}
				first := outcomes["1"]
				require.NotNil(t, first.Rejected)
				require.Zero(t, first.Attempts)
				if !test.sent {
					require.Equal(t, test.path, first.Rejected.Path)
					require.NotContains(t, counter.sent, "+15550100001")
				}
				for to, n := range counter.sent {
					require.Equal(t, 1, n, to)
				}
			})
		}
	}
}

// A call that never left has an error of its own.
func TestACallThatNeverLeft(t *testing.T) {
	t.Parallel()
	for _, form := range forms {
		host, counter := openCounter(t, form)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := host.SendMessages(ctx, "p.c", []message.Batch{textBatch("hi", 1)}, func(outcome.Outcome) {})
		var notSent *client.NotSentError
		require.ErrorAs(t, err, &notSent)
		require.Empty(t, counter.sent)
	}
}
