// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package providerpb is generated from provider.proto: the contract between host and provider as Go types.
package providerpb
