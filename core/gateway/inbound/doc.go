// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package inbound takes the webhooks of vendors. A vendor calls the URL of a channel or of a provider configuration; the provider
// says whether the request is the vendor's and what it means; the events are recorded; and then the vendor gets its answer. A vendor
// that gets no success calls again, so that nothing is lost while a provider or the store is away.
//
// Requests for one provider configuration that arrive at about the same time travel together, because a call to a provider costs more
// than what it does for one request. No request waits for others to come.
package inbound
