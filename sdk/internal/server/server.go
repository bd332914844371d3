// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package server serves a provider over the protocol. It holds accounts and channels, refuses messages that the
// capabilities exclude, bounds concurrency, and returns exactly one outcome for each delivery, whatever the author's
// code does.
//
// The package uses gRPC but not go-plugin, so that a test can run it in one process with its client.
package server

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"

	"github.com/zclconf/go-cty/cty"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/internal/convert"
	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// Server implements the provider service. Use New to make one.
type Server struct {
	providerpb.UnimplementedProviderServiceServer

	provider provider.Provider
	name     string
	schema   provider.Schema
	// defaults are the options of a message that has none.
	defaults provider.Config

	mu       sync.RWMutex
	accounts map[string]*account
	channels map[string]*channel

	calls  callTracker
	begun  begunFiles
	health healthBoard
}

type account struct {
	id      string
	account provider.Account
}

// New returns a server of the provider. The error says what is wrong with the provider's schema.
func New(p provider.Provider) (*Server, error) {
	s := &Server{
		provider: p, name: p.Metadata().Name, schema: p.Schema(),
		accounts: map[string]*account{}, channels: map[string]*channel{},
	}
	if err := s.schema.Provider.Check(); err != nil {
		return nil, fmt.Errorf("schema of the provider block: %w", err)
	}
	if err := s.schema.Channel.Check(); err != nil {
		return nil, fmt.Errorf("schema of the channel block: %w", err)
	}
	if err := s.schema.Options.CheckOptions(); err != nil {
		return nil, fmt.Errorf("schema of the options: %w", err)
	}
	s.defaults.Value, _ = s.schema.Options.Conform(cty.NilVal)
	s.calls.init()
	s.health.init()
	return s, nil
}

// GetMetadata returns the provider's metadata.
func (s *Server) GetMetadata(context.Context, *providerpb.GetMetadataRequest) (*providerpb.GetMetadataResponse, error) {
	m := s.provider.Metadata()
	resp := &providerpb.GetMetadataResponse{Name: m.Name, Version: m.Version, Vendor: m.Vendor, DocsUrl: m.DocsURL, SdkVersion: Version(), SendStream: true}
	if d, ok := s.provider.(provider.Describer); ok {
		resp.DefaultCapabilities = convert.CapabilitiesToProto(Capabilities(d.Prototype()))
	}
	return resp, nil
}

// GetSchema returns the schemas of the two blocks and of the options of a message.
func (s *Server) GetSchema(context.Context, *providerpb.GetSchemaRequest) (*providerpb.GetSchemaResponse, error) {
	p, err := convert.SchemaToProto(s.schema.Provider)
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	c, err := convert.SchemaToProto(s.schema.Channel)
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	if s.schema.Options.Empty() {
		return &providerpb.GetSchemaResponse{Provider: p, Channel: c}, nil
	}
	o, err := convert.SchemaToProto(s.schema.Options)
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &providerpb.GetSchemaResponse{Provider: p, Channel: c, Options: o}, nil
}

// ValidateProviderConfig checks a `provider` block without using the network.
func (s *Server) ValidateProviderConfig(ctx context.Context, req *providerpb.ValidateProviderConfigRequest) (*providerpb.ValidateProviderConfigResponse, error) {
	config, diags, err := conform(s.schema.Provider, req.GetConfig())
	if err != nil {
		return nil, err
	}
	if v, ok := s.provider.(provider.ProviderValidator); ok && !diags.HasErrors() {
		diags = append(diags, v.ValidateProviderConfig(ctx, config)...)
	}
	diags = append(diags, checkEndpoint(s.schema.Provider, config)...)
	return &providerpb.ValidateProviderConfigResponse{Diagnostics: convert.DiagnosticsToProto(diags)}, nil
}

// ValidateChannelConfig checks a `channel` block without using the network.
func (s *Server) ValidateChannelConfig(ctx context.Context, req *providerpb.ValidateChannelConfigRequest) (*providerpb.ValidateChannelConfigResponse, error) {
	config, diags, err := conform(s.schema.Channel, req.GetConfig())
	if err != nil {
		return nil, err
	}
	if v, ok := s.provider.(provider.ChannelValidator); ok && !diags.HasErrors() {
		diags = append(diags, v.ValidateChannelConfig(ctx, config)...)
	}
	diags = append(diags, checkEndpoint(s.schema.Channel, config)...)
	return &providerpb.ValidateChannelConfigResponse{Diagnostics: convert.DiagnosticsToProto(diags)}, nil
}

// ConfigureProvider makes an account. A previous account of the same id is closed with all its channels, so that the
// old configuration is not used any more, also if the new one has errors.
func (s *Server) ConfigureProvider(ctx context.Context, req *providerpb.ConfigureProviderRequest) (*providerpb.ConfigureProviderResponse, error) {
	config, diags, err := conform(s.schema.Provider, req.GetConfig())
	if err != nil {
		return nil, err
	}
	if v, ok := s.provider.(provider.ProviderValidator); ok && !diags.HasErrors() {
		diags = append(diags, v.ValidateProviderConfig(ctx, config)...)
	}
	diags = append(diags, checkEndpoint(s.schema.Provider, config)...)
	id := req.GetProviderConfigId()
	s.dropAccount(id)
	if diags.HasErrors() {
		return &providerpb.ConfigureProviderResponse{Diagnostics: convert.DiagnosticsToProto(diags)}, nil
	}
	made, more := s.provider.Configure(ctx, provider.ConfigureRequest{ID: id, Config: config})
	diags = append(diags, more...)
	if made == nil && !diags.HasErrors() {
		diags = append(diags, diag.BlockError("Provider not configured", "The provider returned neither an account nor an error. This is a bug in the provider."))
	}
	if !diags.HasErrors() {
		s.mu.Lock()
		s.accounts[id] = &account{id: id, account: made}
		s.mu.Unlock()
	}
	return &providerpb.ConfigureProviderResponse{Diagnostics: convert.DiagnosticsToProto(diags)}, nil
}

func (s *Server) dropAccount(id string) {
	s.mu.Lock()
	old := s.accounts[id]
	delete(s.accounts, id)
	var gone []*channel
	for key, ch := range s.channels {
		if ch.account == old && old != nil {
			delete(s.channels, key)
			gone = append(gone, ch)
		}
	}
	s.mu.Unlock()
	for _, ch := range gone {
		s.closeChannel(ch)
	}
	if old != nil {
		closeQuietly(old.account, "account", id)
	}
}

// OpenChannel opens a channel and returns its capabilities. A previous channel of the same id is closed.
func (s *Server) OpenChannel(ctx context.Context, req *providerpb.OpenChannelRequest) (*providerpb.OpenChannelResponse, error) {
	s.mu.RLock()
	acc := s.accounts[req.GetProviderConfigId()]
	s.mu.RUnlock()
	if acc == nil {
		return nil, status.Errorf(codes.FailedPrecondition, "provider configuration %q is not configured", req.GetProviderConfigId())
	}
	config, diags, err := conform(s.schema.Channel, req.GetConfig())
	if err != nil {
		return nil, err
	}
	if v, ok := s.provider.(provider.ChannelValidator); ok && !diags.HasErrors() {
		diags = append(diags, v.ValidateChannelConfig(ctx, config)...)
	}
	diags = append(diags, checkEndpoint(s.schema.Channel, config)...)
	if diags.HasErrors() {
		return &providerpb.OpenChannelResponse{Diagnostics: convert.DiagnosticsToProto(diags)}, nil
	}
	made, more := acc.account.OpenChannel(ctx, provider.OpenChannelRequest{
		ID: req.GetChannelId(), Config: config, WebhookURL: req.GetWebhookUrl(),
	})
	diags = append(diags, more...)
	if made == nil && !diags.HasErrors() {
		diags = append(diags, diag.BlockError("Channel not opened", "The provider returned neither a channel nor an error. This is a bug in the provider."))
	}
	resp := &providerpb.OpenChannelResponse{Diagnostics: convert.DiagnosticsToProto(diags)}
	if diags.HasErrors() {
		return resp, nil
	}
	sender := made.Sender()
	if err := convert.CheckSender(sender); err != nil {
		diags = append(diags, diag.BlockError("Channel without a sender", fmt.Sprintf("The sender of the channel cannot be used: %v.", err)))
		return &providerpb.OpenChannelResponse{Diagnostics: convert.DiagnosticsToProto(diags)}, nil
	}
	ch := newChannel(req.GetChannelId(), acc, made)
	ch.options = s.options
	s.mu.Lock()
	old := s.channels[ch.id]
	s.channels[ch.id] = ch
	s.mu.Unlock()
	if old != nil {
		s.closeChannel(old)
	}
	s.health.watch(ch)
	resp.Capabilities, resp.Sender = convert.CapabilitiesToProto(ch.caps), sender
	return resp, nil
}

// CloseChannel closes a channel. It is not an error if the channel is not open.
func (s *Server) CloseChannel(_ context.Context, req *providerpb.CloseChannelRequest) (*providerpb.CloseChannelResponse, error) {
	s.mu.Lock()
	ch := s.channels[req.GetChannelId()]
	delete(s.channels, req.GetChannelId())
	s.mu.Unlock()
	if ch != nil {
		s.closeChannel(ch)
	}
	return &providerpb.CloseChannelResponse{}, nil
}

// HandleWebhooks passes the requests to the account, in order. The status is Unimplemented if the account is not a
// WebhookHandler. A request on which the author's code panics is answered with the status 500.
func (s *Server) HandleWebhooks(ctx context.Context, req *providerpb.HandleWebhooksRequest) (*providerpb.HandleWebhooksResponse, error) {
	s.mu.RLock()
	acc := s.accounts[req.GetProviderConfigId()]
	s.mu.RUnlock()
	if acc == nil {
		return nil, status.Errorf(codes.FailedPrecondition, "provider configuration %q is not configured", req.GetProviderConfigId())
	}
	handler, ok := acc.account.(provider.WebhookHandler)
	if !ok {
		return nil, status.Error(codes.Unimplemented, "the provider does not handle webhooks")
	}
	resp := &providerpb.HandleWebhooksResponse{Responses: make([]*providerpb.WebhookResponse, len(req.GetRequests()))}
	for i, r := range req.GetRequests() {
		answer := provider.WebhookResponse{Reply: provider.WebhookReply{Status: http.StatusInternalServerError}}
		if err := guard("in HandleWebhook", "", func() { answer = handler.HandleWebhook(ctx, convert.WebhookRequestFromProto(r)) }); err != nil {
			answer.Problem = err.Error()
		}
		resp.Responses[i] = convert.WebhookResponseToProto(answer)
		convert.RepairUTF8(resp.Responses[i].ProtoReflect())
	}
	return resp, nil
}

func (s *Server) closeChannel(ch *channel) {
	s.health.forget(ch)
	ch.workers.stop()
	closeQuietly(ch.channel, "channel", ch.id)
}

func closeQuietly(v any, what, id string) {
	if c, ok := v.(provider.Closer); ok {
		if err := c.Close(); err != nil {
			slog.Warn("close failed", what, id, "error", err)
		}
	}
}

func conform(s schema.Schema, raw []byte) (provider.Config, diag.Diagnostics, error) {
	v, err := convert.ConfigFromProto(raw, s.ImpliedType())
	if err != nil {
		return provider.Config{}, nil, status.Error(codes.InvalidArgument, err.Error())
	}
	v, diags := s.Conform(v)
	return provider.Config{Value: v}, diags, nil
}

// checkEndpoint checks the argument with schema.RoleEndpoint, so that no author has to. An unknown value is accepted.
func checkEndpoint(s schema.Schema, config provider.Config) diag.Diagnostics {
	return config.Check(s.Endpoint(), vendorhttp.CheckEndpoint)
}
