// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package keys has the API keys of the gateway: what one looks like, how it is checked, and what it may be used for.
//
// A key is "wah_", an id of 8 characters, "_" and a secret of 43 characters. Only the SHA-256 of the whole text is kept. The secret
// has 256 random bits, so a slow hash would protect nothing.
package keys
