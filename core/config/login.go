// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

// GatewayConsole is how people reach the console of a gateway, and how they log in other than with a key.
type GatewayConsole struct {
	// URL is the address of the console as browsers see it, without a path. It is empty if the configuration does not name it.
	URL string
	// Logins are in the order of the files.
	Logins []GatewayLogin
}

// GatewayLogin is an issuer of OpenID Connect that says who people are.
type GatewayLogin struct {
	Name string
	// Issuer is the URL of the issuer as it is in its tokens.
	Issuer, ClientID, ClientSecret string
	// RequestScopes are what the gateway asks the issuer for. They have openid.
	RequestScopes []string
	// Claim is the claim that grants are for, and NameClaim the one that names a person in the audit.
	Claim, NameClaim string
	// Grants are in the order of the files. The first one that fits a person decides.
	Grants    []GatewayGrant
	DeclRange Range
}

// The claims that may name a person.
const (
	ClaimEmail             = "email"
	ClaimPreferredUsername = "preferred_username"
	ClaimSubject           = "sub"
)

// GatewayGrant is what people may do whose claim has a value.
type GatewayGrant struct {
	Value string
	// Scopes and Senders are those of an API key. No Senders stand for all.
	Scopes, Senders []string
}
