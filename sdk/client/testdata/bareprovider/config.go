// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/msgpack"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/sdk/internal/providerpb"
)

// account is a configured provider block.
type account struct {
	endpoint, key string
	timeout       time.Duration
}

// phone is an E.164 number.
var phone = regexp.MustCompile(`^\+[1-9][0-9]{5,14}$`)

// watchParent calls gone when the host has ended.
func watchParent(parent int, gone func()) {
	for range time.Tick(time.Second) {
		if os.Getppid() != parent {
			gone()
			return
		}
	}
}

func (p *bareProvider) GetMetadata(context.Context, *providerpb.GetMetadataRequest) (*providerpb.GetMetadataResponse, error) {
	return &providerpb.GetMetadataResponse{Name: "bare", Version: "1.0.0", Vendor: "Formpost", DocsUrl: "https://docs.formpost.example", DefaultCapabilities: capabilities()}, nil
}

var (
	providerType = cty.Object(map[string]cty.Type{"endpoint": cty.String, "api_key": cty.String, "timeout": cty.String})
	channelType  = cty.Object(map[string]cty.Type{"sender": cty.String})
)

func (p *bareProvider) GetSchema(context.Context, *providerpb.GetSchemaRequest) (*providerpb.GetSchemaResponse, error) {
	text := []byte(`"string"`)
	return &providerpb.GetSchemaResponse{
		Provider: &providerpb.Schema{Attributes: []*providerpb.Attribute{
			{Name: "endpoint", Type: text, Description: "Base URL of Formpost's API.", DefaultValue: []byte(`"https://api.formpost.example"`), Role: providerpb.AttributeRole_ATTRIBUTE_ROLE_ENDPOINT},
			{Name: "api_key", Type: text, Description: "The key that Formpost's console shows.", Required: true, Sensitive: true},
			{Name: "timeout", Type: text, Description: "How long one request may take.", DefaultValue: []byte(`"20s"`)},
		}},
		Channel: &providerpb.Schema{Attributes: []*providerpb.Attribute{
			{Name: "sender", Type: text, Description: "The sending number, in digits with the country code.", Required: true},
		}},
	}, nil
}

// decode reads a configuration. An argument that is not known yet is not checked.
func decode(raw []byte, typ cty.Type) (cty.Value, error) {
	v, err := msgpack.Unmarshal(raw, typ)
	if err != nil || v.IsNull() {
		return cty.NilVal, status.Error(codes.InvalidArgument, "the configuration cannot be read")
	}
	return v, nil
}

func complaint(name, detail string) *providerpb.Diagnostic {
	return &providerpb.Diagnostic{Severity: providerpb.Severity_SEVERITY_ERROR, Summary: "Invalid argument value", Detail: detail,
		Path: []*providerpb.PathStep{{Step: &providerpb.PathStep_Name{Name: name}}}}
}

// check looks at what the host does not check. It relies on the host for required arguments, but a provider may be asked
// by others. There is no default here: the host fills it in.
func check(v cty.Value) (diags []*providerpb.Diagnostic) {
	for name := range v.Type().AttributeTypes() {
		a := v.GetAttr(name)
		switch {
		case !a.IsKnown():
		case a.IsNull():
			diags = append(diags, complaint(name, `The argument "`+name+`" is required.`))
		case name == "endpoint":
			if u, err := url.Parse(a.AsString()); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
				diags = append(diags, complaint(name, "The endpoint must be a URL, such as https://api.formpost.example."))
			}
		case name == "sender" && !phone.MatchString("+"+strings.TrimPrefix(a.AsString(), "+")):
			diags = append(diags, complaint(name, "The sender must be a phone number in digits with the country code."))
		case name == "timeout":
			if d, err := time.ParseDuration(a.AsString()); err != nil || d <= 0 {
				diags = append(diags, complaint(name, `The timeout must be a duration, such as "20s".`))
			}
		}
	}
	return diags
}

func (p *bareProvider) ValidateProviderConfig(_ context.Context, req *providerpb.ValidateProviderConfigRequest) (*providerpb.ValidateProviderConfigResponse, error) {
	v, err := decode(req.GetConfig(), providerType)
	if err != nil {
		return nil, err
	}
	return &providerpb.ValidateProviderConfigResponse{Diagnostics: check(v)}, nil
}

func (p *bareProvider) ValidateChannelConfig(_ context.Context, req *providerpb.ValidateChannelConfigRequest) (*providerpb.ValidateChannelConfigResponse, error) {
	v, err := decode(req.GetConfig(), channelType)
	if err != nil {
		return nil, err
	}
	return &providerpb.ValidateChannelConfigResponse{Diagnostics: check(v)}, nil
}

func (p *bareProvider) ConfigureProvider(_ context.Context, req *providerpb.ConfigureProviderRequest) (*providerpb.ConfigureProviderResponse, error) {
	v, err := decode(req.GetConfig(), providerType)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	id := req.GetProviderConfigId()
	delete(p.accounts, id)
	for name, ch := range p.channels {
		if ch.account == id {
			delete(p.channels, name)
		}
	}
	if diags := check(v); len(diags) > 0 {
		return &providerpb.ConfigureProviderResponse{Diagnostics: diags}, nil
	}
	timeout, _ := time.ParseDuration(v.GetAttr("timeout").AsString()) // checked above
	p.accounts[id] = account{strings.TrimSuffix(v.GetAttr("endpoint").AsString(), "/"), v.GetAttr("api_key").AsString(), timeout}
	return &providerpb.ConfigureProviderResponse{}, nil
}

func capabilities() *providerpb.Capabilities {
	return &providerpb.Capabilities{
		Kinds: []*providerpb.KindCapability{{Kind: "text"}}, MaxRecipients: 1, RecipientKinds: []string{"phone"}, MediaSources: []string{"link"},
		IdScope: providerpb.IdScope_ID_SCOPE_RECIPIENT,
	}
}

func (p *bareProvider) OpenChannel(_ context.Context, req *providerpb.OpenChannelRequest) (*providerpb.OpenChannelResponse, error) {
	v, err := decode(req.GetConfig(), channelType)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.accounts[req.GetProviderConfigId()]; !ok {
		return nil, status.Error(codes.FailedPrecondition, "the provider is not configured")
	}
	if diags := check(v); len(diags) > 0 {
		return &providerpb.OpenChannelResponse{Diagnostics: diags}, nil
	}
	sender := v.GetAttr("sender").AsString()
	p.channels[req.GetChannelId()] = channel{account: req.GetProviderConfigId(), sender: sender}
	p.change()
	return &providerpb.OpenChannelResponse{Capabilities: capabilities(), Sender: "+" + strings.TrimPrefix(sender, "+")}, nil
}

func (p *bareProvider) CloseChannel(_ context.Context, req *providerpb.CloseChannelRequest) (*providerpb.CloseChannelResponse, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.channels, req.GetChannelId())
	p.change()
	return &providerpb.CloseChannelResponse{}, nil
}

// change wakes those who watch the channels. p.mu must be held.
func (p *bareProvider) change() {
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *bareProvider) WatchHealth(_ *providerpb.WatchHealthRequest, stream providerpb.ProviderService_WatchHealthServer) error {
	for {
		resp := &providerpb.WatchHealthResponse{}
		p.mu.Lock()
		for id := range p.channels {
			resp.Channels = append(resp.Channels, &providerpb.ChannelHealth{ChannelId: id, Healthy: true})
		}
		changed := p.changed
		p.mu.Unlock()
		if err := stream.Send(resp); err != nil {
			return err
		}
		select {
		case <-changed:
		case <-stream.Context().Done():
			return nil
		}
	}
}
