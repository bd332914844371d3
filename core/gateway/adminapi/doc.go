// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package adminapi is the gateway's own API under /v1: what applications and people do with messages after they handed them over. Its
// operations and their types are the source of the OpenAPI document openapi.json. Errors are problems as of RFC 9457.
package adminapi
