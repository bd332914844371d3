// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package handshake defines what host and provider must agree on before the first call: the cookie, the protocol
// version and the names of environment variables.
package handshake

import "github.com/hashicorp/go-plugin"

const (
	// ProtocolVersion is the major version of the protocol, the N of `vN` in its proto package. It increases only if
	// hosts and providers of different versions can no longer work together.
	ProtocolVersion = 1
	// PluginName is the name of the only plugin that a provider binary serves.
	PluginName = "provider"
	// MaxMessageBytes is the maximum size of one gRPC message in either direction.
	MaxMessageBytes = 16 << 20
	// WindowBytes is how much of a stream gRPC keeps for a receiver that does not read. It is fixed on both sides: to find a size
	// itself, gRPC would send a ping with each message, which wakes both processes twice.
	WindowBytes = 1 << 20

	// CookieKey is an environment variable that the host sets to CookieValue. A provider that does not find it was
	// started by a person. The cookie is not a security measure and never changes.
	CookieKey = "WAHOST_PROVIDER_COOKIE"
	// CookieValue is the value of CookieKey.
	CookieValue = "8b1f0a54e3c94d0f9a5c7d2be6134c70"

	// EnvReattach lists the providers that the host attaches to instead of starting them, for debugging.
	EnvReattach = "WAHOST_REATTACH_PROVIDERS"
	// EnvHostPID is the process id of the host.
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
