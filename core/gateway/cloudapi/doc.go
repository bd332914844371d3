// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package cloudapi is the front door of the gateway: an HTTP handler that takes what clients of the WhatsApp Cloud API send to
// graph.facebook.com, so that an application changes the host of its requests and nothing else.
//
// It checks keys, reads and checks messages, and answers in the words of the Graph API, also for errors. What happens to a message
// is decided behind small interfaces: a Planner finds out whether a message has a way to its recipient, and an Accepter stores it.
package cloudapi
