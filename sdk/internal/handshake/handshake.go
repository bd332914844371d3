// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package handshake holds what host and provider must agree on before they can speak: the cookie, the protocol
// version, the names of environment variables.
package handshake

import "github.com/hashicorp/go-plugin"

const (
	// ProtocolVersion is the major version of the protocol, `vN` in its proto package. It grows only when an
	// older host or provider could no longer understand the other.
	ProtocolVersion = 1
	// PluginName is the one plugin that a provider binary serves.
	PluginName = "provider"
	// MaxMessageBytes bounds one gRPC message in either direction.
	MaxMessageBytes = 16 << 20

	// CookieKey is set to CookieValue by the host, which tells it from a person who starts a provider by hand. It is
	// no security measure and never changes.
	CookieKey = "WAHOST_PROVIDER_COOKIE"
	// CookieValue goes with CookieKey.
	CookieValue = "8b1f0a54e3c94d0f9a5c7d2be6134c70"

	// EnvReattach names the providers to attach to instead of starting them, for debugging.
	EnvReattach = "WAHOST_REATTACH_PROVIDERS"
	// EnvHostPID tells a provider the process id of its host.
	EnvHostPID = "WAHOST_HOST_PID"
	// EnvLogLevel is the level at which a provider logs.
	EnvLogLevel = "WAHOST_PROVIDER_LOG"
)

// Config is go-plugin's part of the handshake.
var Config = plugin.HandshakeConfig{
	ProtocolVersion:  ProtocolVersion,
	MagicCookieKey:   CookieKey,
	MagicCookieValue: CookieValue,
}
