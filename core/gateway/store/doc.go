// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package store defines what the gateway keeps: the messages that applications handed over, what became of each, what may have
// reached a vendor, and what applications are still to be told. A driver of a database implements Store; the package storetest
// has the tests that every driver passes.
//
// A message is two records: what it is, which never changes, and where it stands, its State. What may have reached a vendor is a
// Handover, which is durable before the provider is called. After a crash, a message that is in a handover without an outcome may
// have reached the vendor, so it is unknown and not sent again; any other message surely did not, so it is sent.
//
// The id of a message, the sequence of a handover, the id of an attempt and the key of an event are chosen by the caller, so that
// every method may be called again when the connection to the database broke and it is not known whether the first call was done.
package store
