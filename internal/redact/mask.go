// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package redact

// Mask is the byte that overwrites secrets in a source text whose positions must stay the same. Whoever shows the text writes
// MaskText for any number of them in a row, so that the length of a secret is not shown.
const Mask = 0x01

// MaskText is shown for a secret in a source text.
const MaskText = "********"
