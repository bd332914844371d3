// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package client_test

import (
	"context"
	"fmt"
	"net"

	"github.com/zclconf/go-cty/cty"
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
)

// echo accepts every text. It is provider, account and channel.
type echo struct{}

func (echo) Metadata() provider.Metadata {
	return provider.Metadata{Name: "echo", Version: "1.0.0", Vendor: "Echo"}
}

func (echo) Schema() provider.Schema { return provider.Schema{} }

func (e echo) Configure(context.Context, provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	return e, nil
}

func (e echo) OpenChannel(context.Context, provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	return e, nil
}

func (echo) Sender() string { return "echo" }

func (echo) Capabilities() capability.Capabilities {
	return capability.Capabilities{Kinds: []capability.Kind{{Kind: message.KindText}}}
}

func (echo) Send(_ context.Context, req provider.SendRequest) outcome.Outcome {
	return outcome.Accept("echo of " + req.Message.GetText().GetBody())
}

// connect serves the provider in this process, where the host would start another one.
func connect(p provider.Provider) (*grpc.ClientConn, func(), error) {
	srv, err := server.New(p)
	if err != nil {
		return nil, nil, err
	}
	listener := bufconn.Listen(1 << 16)
	s := grpc.NewServer()
	providerpb.RegisterProviderServiceServer(s, srv)
	go func() { _ = s.Serve(listener) }()
	conn, err := grpc.NewClient("passthrough:///provider",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		s.Stop()
		return nil, nil, err
	}
	return conn, func() { _ = conn.Close(); s.Stop() }, nil
}

// The calls of a host in their order. An error is a fault of the connection or of the program; the mistakes of users are
// diagnostics and the responses of vendors are outcomes.
func Example() {
	conn, closeAll, err := connect(echo{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer closeAll()
	ctx := context.Background()
	c := client.New(conn)
	metadata, err := c.Metadata(ctx)
	fmt.Println(metadata.Name, metadata.Version, err)
	diags, err := c.ConfigureProvider(ctx, "echo", cty.EmptyObjectVal)
	fmt.Println(diags.Err(), err)
	opened, diags, err := c.OpenChannel(ctx, client.OpenRequest{ProviderID: "echo", ChannelID: "echo.main", Config: cty.EmptyObjectVal})
	fmt.Println(opened.Sender, opened.Capabilities.Kinds[0].Kind, diags.Err(), err)

	batch := message.Batch{
		Message: &message.Message{Type: "text", Text: &message.Text{Body: "Hello"}},
		Deliveries: []message.Delivery{
			{DeliveryID: "d1", To: message.Recipient{Kind: message.RecipientPhone, Address: "+12025550123"}},
		},
	}
	err = c.SendMessages(ctx, "echo.main", []message.Batch{batch}, func(o outcome.Outcome) {
		fmt.Println(o.DeliveryID, o.Word(), o.Accepted.ProviderMessageID)
	})
	fmt.Println(err)
	abandoned, err := c.Stop(ctx, 0)
	fmt.Println(abandoned, err)
	// Output:
	// echo 1.0.0 <nil>
	// <nil> <nil>
	// echo text <nil> <nil>
	// d1 accepted echo of Hello
	// <nil>
	// 0 <nil>
}
