// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package server serves a provider over the protocol: it keeps accounts and channels, refuses what capabilities
// exclude, bounds concurrency, and turns whatever an author's code does into exactly one outcome per delivery.
//
// It knows gRPC and the protocol but not go-plugin, so that it can be run in one process with its client.
package server

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/internal/convert"
	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// Server implements the provider service. Make it with New.
type Server struct {
	providerpb.UnimplementedProviderServiceServer

	provider provider.Provider
	schema   provider.Schema

	mu       sync.RWMutex
	accounts map[string]*account
	channels map[string]*channel

	flight flight
	health healthBoard
}

type account struct {
	id      string
	account provider.Account
}

// New checks the provider's schema and makes its server.
func New(p provider.Provider) (*Server, error) {
	s := &Server{
		provider: p, schema: p.Schema(),
		accounts: map[string]*account{}, channels: map[string]*channel{},
	}
	if err := s.schema.Provider.Check(); err != nil {
		return nil, fmt.Errorf("schema of the provider block: %w", err)
	}
	if err := s.schema.Channel.Check(); err != nil {
		return nil, fmt.Errorf("schema of the channel block: %w", err)
	}
	s.flight.init()
	s.health.init()
	return s, nil
}

// GetMetadata answers who the provider is.
func (s *Server) GetMetadata(context.Context, *providerpb.GetMetadataRequest) (*providerpb.GetMetadataResponse, error) {
	m := s.provider.Metadata()
	resp := &providerpb.GetMetadataResponse{Name: m.Name, Version: m.Version, Vendor: m.Vendor, DocsUrl: m.DocsURL, SdkVersion: Version()}
	if d, ok := s.provider.(provider.Describer); ok {
		resp.DefaultCapabilities = convert.CapabilitiesToProto(Capabilities(d.Prototype()))
	}
	return resp, nil
}

// GetSchema answers the two schemas.
func (s *Server) GetSchema(context.Context, *providerpb.GetSchemaRequest) (*providerpb.GetSchemaResponse, error) {
	p, err := convert.SchemaToProto(s.schema.Provider)
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	c, err := convert.SchemaToProto(s.schema.Channel)
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &providerpb.GetSchemaResponse{Provider: p, Channel: c}, nil
}

// ValidateProviderConfig checks a `provider` block offline.
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

// ValidateChannelConfig checks a `channel` block offline.
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

// ConfigureProvider makes an account. One that had the id before is closed with all its channels, so that
// nothing of the old configuration is ever used again.
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
		diags = append(diags, diag.BlockError("Provider not configured", "The provider gave neither an account nor an error. This is a bug in the provider."))
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

// OpenChannel opens a channel and answers what it can carry.
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
	made, more := acc.account.OpenChannel(ctx, provider.OpenChannelRequest{ID: req.GetChannelId(), Config: config})
	diags = append(diags, more...)
	if made == nil && !diags.HasErrors() {
		diags = append(diags, diag.BlockError("Channel not opened", "The provider gave neither a channel nor an error. This is a bug in the provider."))
	}
	resp := &providerpb.OpenChannelResponse{Diagnostics: convert.DiagnosticsToProto(diags)}
	if diags.HasErrors() {
		return resp, nil
	}
	ch := newChannel(req.GetChannelId(), acc, made)
	s.mu.Lock()
	old := s.channels[ch.id]
	s.channels[ch.id] = ch
	s.mu.Unlock()
	if old != nil {
		s.closeChannel(old)
	}
	s.health.watch(ch)
	resp.Capabilities = convert.CapabilitiesToProto(ch.caps)
	return resp, nil
}

// CloseChannel closes a channel; one that is not open is no error.
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

// HandleWebhook hands the request to the account. A provider without webhooks answers Unimplemented.
func (s *Server) HandleWebhook(ctx context.Context, req *providerpb.HandleWebhookRequest) (*providerpb.HandleWebhookResponse, error) {
	s.mu.RLock()
	acc := s.accounts[req.GetProviderConfigId()]
	s.mu.RUnlock()
	if acc == nil {
		return nil, status.Errorf(codes.FailedPrecondition, "provider configuration %q is not configured", req.GetProviderConfigId())
	}
	handler, ok := acc.account.(provider.WebhookHandler)
	if !ok {
		return nil, status.Error(codes.Unimplemented, "the provider handles no webhooks")
	}
	resp := convert.WebhookResponseToProto(handler.HandleWebhook(ctx, convert.WebhookRequestFromProto(req)))
	convert.RepairUTF8(resp.ProtoReflect())
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

// checkEndpoint checks the argument that is the base URL of the vendor's API, so that no author has to. A value that is
// not known yet passes.
func checkEndpoint(s schema.Schema, config provider.Config) diag.Diagnostics {
	return config.Check(s.Endpoint(), vendorhttp.CheckEndpoint)
}
