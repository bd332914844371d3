// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package gateway is what `wahost serve` runs: a front door for Cloud API clients, a store in which messages are safe, and an engine
// that sends them. It puts these parts together and ends them in order.
package gateway
