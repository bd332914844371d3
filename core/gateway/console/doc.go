// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package console serves the pages on which people see what happens to messages. It knows a gateway only through the gateway's own API,
// which it asks in the same process with the key of the person who logged in, or with what is granted to a person without one: nobody can
// see or change more by a page than by a request.
//
// A page is complete without a script. The script only asks again for what changes.
package console
