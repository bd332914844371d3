// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/message"
)

// Test is a run block of a test file: a message, and where it is expected to go.
type Test struct {
	Name    string
	Message *message.Message
	To      message.Recipient
	// Unhealthy are the channels that count as unhealthy.
	Unhealthy []addr.Channel
	Expect    Expectation
}

// Expectation is what a test expects. What is nil is not compared.
type Expectation struct {
	Route *string
	// Channels are the channels that can carry the message, in the order in which they are tried.
	Channels []addr.Channel
	// Skipped are all channels that are skipped, with the reason of each. The reason of an unhealthy channel is SkipUnhealthy.
	Skipped map[addr.Channel]string
	// NoRoute is whether no route matches.
	NoRoute *bool
	// Rejected is the reason for which a send rejects the message without an attempt.
	Rejected *string
}

// SkipUnhealthy is the reason for which an unhealthy channel is skipped, beside those of package outcome.
const SkipUnhealthy = "unhealthy"
