// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package media keeps the files that applications upload to the gateway: what may be uploaded, where it is kept, and the signed links
// under which it can be had for a while.
package media
