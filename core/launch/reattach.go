// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/sdk/client"
)

// reattachTo is one value of the JSON object in WAHOST_REATTACH_PROVIDERS, as a provider's -debug prints it.
type reattachTo struct {
	Protocol        string `json:"protocol"`
	ProtocolVersion int    `json:"protocol_version"`
	PID             int    `json:"pid"`
	Network         string `json:"network"`
	Address         string `json:"address"`
}

func parseReattach(value string) (map[string]reattachTo, error) {
	if value == "" {
		return nil, nil
	}
	var all map[string]reattachTo
	if err := json.Unmarshal([]byte(value), &all); err != nil {
		return nil, fmt.Errorf("%s: expected the JSON that a provider prints when started with -debug: %w", client.EnvReattach, err)
	}
	return all, nil
}

// Attachment is a provider that somebody else started.
type Attachment struct {
	// Name is the provider's name.
	Name string
	to   reattachTo
}

// ParseAttachment reads a value of WAHOST_REATTACH_PROVIDERS that names one provider. The line that a provider prints,
// with the name of the variable before it, is accepted too.
func ParseAttachment(value string) (*Attachment, error) {
	value = strings.TrimSpace(value)
	if after, ok := strings.CutPrefix(value, client.EnvReattach+"="); ok {
		value = strings.Trim(after, "'")
	}
	all, err := parseReattach(value)
	switch {
	case err != nil:
		return nil, err
	case len(all) != 1:
		return nil, fmt.Errorf("expected one provider, but %d are named; use the text that a provider prints when it is started with -debug", len(all))
	}
	name := slices.Collect(maps.Keys(all))[0]
	a := &Attachment{Name: name, to: all[name]}
	if _, err := a.to.addr(); err != nil {
		return nil, err
	}
	return a, nil
}

// Attaches reports whether Start would attach to a provider that WAHOST_REATTACH_PROVIDERS names, whatever its binary is.
func (l *Launcher) Attaches(name string) bool {
	_, ok := l.reattach[name]
	return ok
}

// Attachable returns the names in WAHOST_REATTACH_PROVIDERS, sorted.
func (l *Launcher) Attachable() []string { return slices.Sorted(maps.Keys(l.reattach)) }

// Attach connects to a provider that somebody else started. Kill ends the connection and leaves the provider running.
func (l *Launcher) Attach(ctx context.Context, a *Attachment) (*Process, error) {
	return l.attach(ctx, Spec{Name: a.Name}, a.to)
}

func (to reattachTo) addr() (net.Addr, error) {
	if to.Address == "" {
		return nil, fmt.Errorf("%s: there is no address", client.EnvReattach)
	}
	switch to.Network {
	case "unix":
		return net.ResolveUnixAddr("unix", to.Address)
	case "tcp":
		return net.ResolveTCPAddr("tcp", to.Address)
	}
	return nil, fmt.Errorf("%s: network %q is neither unix nor tcp", client.EnvReattach, to.Network)
}

// attach connects to a provider that somebody else started, for debugging. The host never ends it. No version is
// negotiated, so a first call proves that both sides speak the same protocol.
func (l *Launcher) attach(ctx context.Context, spec Spec, to reattachTo) (*Process, error) {
	fail := func(kind StartErrorKind, err error) error {
		return &StartError{Name: spec.Name, Path: to.Address, Kind: kind, Cause: err, Offered: []int{to.ProtocolVersion}, attached: true}
	}
	if to.ProtocolVersion != client.ProtocolVersion {
		return nil, fail(IncompatibleProtocol, fmt.Errorf("%s names protocol version %d", client.EnvReattach, to.ProtocolVersion))
	}
	addr, err := to.addr()
	if err != nil {
		return nil, fail(Failed, err)
	}
	a := &attached{addr: addr, pid: to.PID, detach: make(chan struct{}), waited: make(chan struct{})}
	p := &Process{
		name: spec.Name, path: to.Address, attached: a, output: newOutput(l.providerLogger(spec.Name)),
		done: make(chan struct{}), release: make(chan struct{}),
		plugin: plugin.NewClient(&plugin.ClientConfig{
			HandshakeConfig: client.Handshake, Plugins: client.Plugins(),
			AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
			GRPCDialOptions:  dialOptions(),
			Logger:           hclog.New(&hclog.LoggerOptions{Level: hclog.Off}),
			// Test keeps go-plugin from killing the process id, which may belong to another process by now.
			Reattach: &plugin.ReattachConfig{Protocol: plugin.ProtocolGRPC, ProtocolVersion: to.ProtocolVersion, Addr: addr, Test: true,
				ReattachFunc: a.reattach},
		}),
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	if err := p.connect(ctx, time.Time{}); err != nil {
		p.Kill()
		return nil, attachError(ctx, spec, to, err)
	}
	return p, nil
}

// attachError returns the error of an attachment that failed. There is no binary to ask.
func attachError(ctx context.Context, spec Spec, to reattachTo, cause error) *StartError {
	e := &StartError{Name: spec.Name, Path: to.Address, Kind: Stale, Cause: cause, attached: true}
	var wrong *nameError
	switch {
	case ctx.Err() != nil:
		e.Kind = Cancelled
	case errors.As(cause, &wrong):
		e.Kind = WrongName
	case status.Code(cause) == codes.Unimplemented:
		e.Kind, e.Offered = IncompatibleProtocol, []int{to.ProtocolVersion}
	}
	return e
}
