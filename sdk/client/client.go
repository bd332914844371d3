// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package client is the host's side of the protocol, over an established connection. The host and the conformance suite
// use it. It is not for authors of providers and may change without notice.
package client

import (
	"context"
	"crypto/elliptic"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-plugin"
	"github.com/zclconf/go-cty/cty"
	"golang.org/x/time/rate"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/internal/convert"
	"github.com/wahost/wahost/sdk/internal/handshake"
	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/provider"
)

// What host and provider agree on, for the package that starts providers.
const (
	ProtocolVersion = handshake.ProtocolVersion
	PluginName      = handshake.PluginName
	MaxMessageBytes = handshake.MaxMessageBytes
	// WindowBytes is how much of a stream gRPC keeps for a receiver that does not read. See handshake.WindowBytes.
	WindowBytes   = handshake.WindowBytes
	EnvReattach   = handshake.EnvReattach
	EnvHostPID    = handshake.EnvHostPID
	EnvLogLevel   = handshake.EnvLogLevel
	EnvClientCert = handshake.EnvClientCert
	ServerName    = handshake.ServerName
)

// Handshake is the configuration of go-plugin's handshake.
var Handshake = handshake.Config

// NewCertificate returns a new key with its certificate, and the certificate in PEM, which the provider must get in
// EnvClientCert. Each start has a certificate of its own.
func NewCertificate() (tls.Certificate, []byte, error) { return handshake.NewCertificate() }

// NewCertificateOf is NewCertificate with a key of another curve, such as P-521, which go-plugin's own hosts use.
func NewCertificateOf(curve elliptic.Curve) (tls.Certificate, []byte, error) {
	return handshake.NewCertificateOf(curve)
}

// Plugins returns the plugin set of the host's side. Dispensing PluginName returns a *Conn.
func Plugins() plugin.PluginSet {
	return plugin.PluginSet{PluginName: connPlugin{}}
}

// Conn is a connection to a provider process.
type Conn struct {
	*grpc.ClientConn
	// Done is closed when the process has ended and its output has been read. It is nil if the host attached to the process.
	Done <-chan struct{}
}

type connPlugin struct {
	plugin.NetRPCUnsupportedPlugin
}

func (connPlugin) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error {
	return errors.New("the host does not serve providers")
}

func (connPlugin) GRPCClient(ctx context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return &Conn{ClientConn: conn, Done: ctx.Done()}, nil
}

// Client calls one provider process. An error is a fault of transport or programming, as a gRPC status. Everything that a
// user or a vendor causes is in the results. A Client is safe for concurrent use.
//
// It sends over streams once Metadata has said that the provider serves them. These end with the connection.
type Client struct {
	rpc providerpb.ProviderServiceClient

	sendStream atomic.Bool
	callID     atomic.Uint64 // of the last call over a stream

	mu      sync.Mutex
	streams map[string]*channelStream // by channel id
}

// New returns a client that uses the connection.
func New(conn grpc.ClientConnInterface) *Client {
	return &Client{rpc: providerpb.NewProviderServiceClient(conn)}
}

// Metadata returns the provider's metadata.
func (c *Client) Metadata(ctx context.Context) (provider.Metadata, error) {
	resp, err := c.rpc.GetMetadata(ctx, &providerpb.GetMetadataRequest{})
	if err != nil {
		return provider.Metadata{}, err
	}
	if err := convert.CheckMetadata(resp); err != nil {
		return provider.Metadata{}, fmt.Errorf("metadata: %w", err)
	}
	c.sendStream.Store(resp.GetSendStream())
	return provider.Metadata{Name: resp.GetName(), Version: resp.GetVersion(), Vendor: resp.GetVendor(), DocsURL: resp.GetDocsUrl()}, nil
}

// DefaultCapabilities returns the capabilities of a channel with default configuration, or nil if the provider does not
// implement provider.Describer.
func (c *Client) DefaultCapabilities(ctx context.Context) (*capability.Capabilities, error) {
	resp, err := c.rpc.GetMetadata(ctx, &providerpb.GetMetadataRequest{})
	if err != nil || resp.GetDefaultCapabilities() == nil {
		return nil, err
	}
	if err := convert.CheckCapabilities(resp.GetDefaultCapabilities()); err != nil {
		return nil, &UnusableError{What: "default capabilities", Cause: err}
	}
	caps := convert.CapabilitiesFromProto(resp.GetDefaultCapabilities())
	return &caps, nil
}

// Schema returns the schemas of the provider's blocks. The error is a *SchemaError if the host cannot use a schema.
func (c *Client) Schema(ctx context.Context) (provider.Schema, error) {
	resp, err := c.rpc.GetSchema(ctx, &providerpb.GetSchemaRequest{})
	if err != nil {
		return provider.Schema{}, err
	}
	var s provider.Schema
	if s.Provider, err = convert.SchemaFromProto(resp.GetProvider()); err != nil {
		return s, &SchemaError{Block: "provider", Cause: err}
	}
	if s.Channel, err = convert.SchemaFromProto(resp.GetChannel()); err != nil {
		return s, &SchemaError{Block: "channel", Cause: err}
	}
	if s.Options, err = convert.SchemaFromProto(resp.GetOptions()); err != nil {
		return s, &SchemaError{Block: "options", Cause: err}
	}
	return s, nil
}

// ValidateProviderConfig checks a `provider` block without using the network. The value has the schema's implied type and
// must not be marked.
func (c *Client) ValidateProviderConfig(ctx context.Context, config cty.Value) (diag.Diagnostics, error) {
	raw, err := convert.ConfigToProto(config, config.Type())
	if err != nil {
		return nil, err
	}
	resp, err := c.rpc.ValidateProviderConfig(ctx, &providerpb.ValidateProviderConfigRequest{Config: raw})
	return convert.DiagnosticsFromProto(resp.GetDiagnostics()), err
}

// ValidateChannelConfig checks a `channel` block without using the network.
func (c *Client) ValidateChannelConfig(ctx context.Context, config cty.Value) (diag.Diagnostics, error) {
	raw, err := convert.ConfigToProto(config, config.Type())
	if err != nil {
		return nil, err
	}
	resp, err := c.rpc.ValidateChannelConfig(ctx, &providerpb.ValidateChannelConfigRequest{Config: raw})
	return convert.DiagnosticsFromProto(resp.GetDiagnostics()), err
}

// ConfigureProvider configures the provider under an id. A previous configuration of the same id is closed with its
// channels.
func (c *Client) ConfigureProvider(ctx context.Context, id string, config cty.Value) (diag.Diagnostics, error) {
	raw, err := convert.ConfigToProto(config, config.Type())
	if err != nil {
		return nil, err
	}
	resp, err := c.rpc.ConfigureProvider(ctx, &providerpb.ConfigureProviderRequest{ProviderConfigId: id, Config: raw})
	return convert.DiagnosticsFromProto(resp.GetDiagnostics()), err
}

// OpenRequest names a channel and configures it.
type OpenRequest struct {
	ProviderID, ChannelID string
	// Config is a value of the channel schema's implied type, and must not be marked.
	Config cty.Value
	// WebhookURL is the URL at which the vendor reaches the host's webhooks for the channel, or empty.
	WebhookURL string
}

// Opened is an open channel.
type Opened struct {
	Capabilities capability.Capabilities
	// Sender is the sending identity. It is not empty if the diagnostics have no error.
	Sender string
}

// OpenChannel opens a channel. The error is an *UnusableError if the channel is open and the host cannot use what the
// provider answered.
func (c *Client) OpenChannel(ctx context.Context, req OpenRequest) (Opened, diag.Diagnostics, error) {
	raw, err := convert.ConfigToProto(req.Config, req.Config.Type())
	if err != nil {
		return Opened{}, nil, err
	}
	resp, err := c.rpc.OpenChannel(ctx, &providerpb.OpenChannelRequest{
		ProviderConfigId: req.ProviderID, ChannelId: req.ChannelID, Config: raw, WebhookUrl: req.WebhookURL,
	})
	if err != nil {
		return Opened{}, nil, err
	}
	diags := convert.DiagnosticsFromProto(resp.GetDiagnostics())
	if err := convert.CheckCapabilities(resp.GetCapabilities()); err != nil {
		return Opened{}, diags, &UnusableError{What: "capabilities", Cause: err}
	}
	if !diags.HasErrors() {
		if err := convert.CheckSender(resp.GetSender()); err != nil {
			return Opened{}, diags, &UnusableError{What: "sender", Cause: err}
		}
	}
	return Opened{Capabilities: convert.CapabilitiesFromProto(resp.GetCapabilities()), Sender: resp.GetSender()}, diags, nil
}

// CloseChannel closes a channel.
func (c *Client) CloseChannel(ctx context.Context, channelID string) error {
	_, err := c.rpc.CloseChannel(ctx, &providerpb.CloseChannelRequest{ChannelId: channelID})
	c.endStream(ctx, channelID)
	return err
}

// HandleWebhooks passes webhook requests of a vendor to a provider configuration, and returns one response for each, in
// the order of the requests. The error is an *UnusableError if the host cannot use a response.
func (c *Client) HandleWebhooks(ctx context.Context, providerID string, requests ...provider.WebhookRequest) ([]provider.WebhookResponse, error) {
	pb := &providerpb.HandleWebhooksRequest{ProviderConfigId: providerID, Requests: make([]*providerpb.WebhookRequest, len(requests))}
	for i, r := range requests {
		pb.Requests[i] = convert.WebhookRequestToProto(r)
	}
	resp, err := c.rpc.HandleWebhooks(ctx, pb)
	if err != nil {
		return nil, err
	}
	if n := len(resp.GetResponses()); n != len(requests) {
		return nil, &UnusableError{What: "answer to webhooks", Cause: fmt.Errorf("%d responses to %d requests", n, len(requests))}
	}
	responses := make([]provider.WebhookResponse, len(requests))
	for i, r := range resp.GetResponses() {
		if err := convert.CheckWebhookResponse(r); err != nil {
			return nil, &UnusableError{What: "answer to a webhook", Cause: err}
		}
		responses[i] = convert.WebhookResponseFromProto(r)
	}
	return responses, nil
}

// ChannelHealth is the health of one channel, as the provider reports it.
type ChannelHealth struct {
	ChannelID string
	Healthy   bool
	Detail    string
}

// WatchHealth calls report immediately and on every change, until the context or the process ends.
func (c *Client) WatchHealth(ctx context.Context, report func([]ChannelHealth)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := c.rpc.WatchHealth(ctx, &providerpb.WatchHealthRequest{})
	if err != nil {
		return err
	}
	pace := rate.NewLimiter(healthPerSecond, healthBurst)
	for {
		if err := pace.Wait(ctx); err != nil {
			return err
		}
		resp, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := convert.CheckHealth(resp); err != nil {
			return err
		}
		var all []ChannelHealth
		for _, h := range resp.GetChannels() {
			all = append(all, ChannelHealth{ChannelID: h.GetChannelId(), Healthy: h.GetHealthy(), Detail: convert.HealthDetail(h)})
		}
		report(all)
	}
}

// Stop ends the provider's sends: running ones have the grace to finish. It returns the number of deliveries that had no
// outcome when the grace ended.
func (c *Client) Stop(ctx context.Context, grace time.Duration) (int, error) {
	resp, err := c.rpc.Stop(ctx, &providerpb.StopRequest{Grace: durationpb.New(grace)})
	return max(0, int(resp.GetAbandoned())), err
}
