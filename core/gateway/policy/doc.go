// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package policy decides whether a message may be sent, and when: the service window, opt-outs, quiet hours in the recipient's time
// zone, limits for each recipient, and the time after which a message is not worth sending. Its functions are pure: all that they need is in
// their arguments, also the time.
package policy
