// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package core groups the packages of the host. They are exported to each other and to cmd/wahost; none of them is
// an API: import only sdk from outside this module.
package core
