// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package login finds out by OpenID Connect who a person is, and what the person may do. It uses the authorization code flow with PKCE, state
// and nonce. It knows no cookies and no pages: those are of the console.
//
// An issuer is asked for its configuration when somebody logs in for the first time, so a gateway starts without it.
package login
