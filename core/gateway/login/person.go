// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package login

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/keys"
)

// maxName bounds the name of a person in bytes. A subject has no more than that.
const maxName = 255

// Person is somebody who logged in, as the issuer knows them.
type Person struct {
	// ID is the same in all sessions of a person, and of nobody else.
	ID string
	// Name is the name for the audit: that of the login, a colon and a claim.
	Name string
	// from is what the claims are worth something for.
	from source
	// values are those of the claim that grants are for.
	values []string
}

// source is an issuer, and what it is asked.
type source struct{ login, issuer, client, claim string }

func sourceOf(c config.GatewayLogin) source {
	return source{c.Name, c.Issuer, c.ClientID, c.Claim}
}

// person returns who has the claims of an ID token.
func (l *Login) person(subject string, claims map[string]any) (*Person, error) {
	if !usable(subject) {
		return nil, &RefusedError{Status: http.StatusForbidden, Text: fmt.Sprintf("The subject that %s has for you cannot be used: it is empty, too long, or not printable.", l.Name)}
	}
	verified := claims["email_verified"] == true || claims["email_verified"] == "true" // some issuers write a text
	name, _ := claims[l.NameClaim].(string)
	if !usable(name) || l.NameClaim == config.ClaimEmail && !verified {
		name = subject
	}
	p := &Person{ID: l.Name + "\x00" + subject, Name: l.Name + ":" + name, from: sourceOf(l.GatewayLogin)}
	if l.Claim != config.ClaimEmail || verified {
		p.values = texts(claims[l.Claim])
	}
	return p, nil
}

func usable(name string) bool {
	return name != "" && len(name) <= maxName && !strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) })
}

// texts returns the texts of a claim, which is a text or a list.
func texts(claim any) (all []string) {
	switch claim := claim.(type) {
	case string:
		return []string{claim}
	case []any:
		for _, x := range claim {
			if text, ok := x.(string); ok {
				all = append(all, text)
			}
		}
	}
	return all
}

// key returns what a person may do, as a key without a secret, or nil if no grant is for the person.
func (l *Login) key(p *Person) *keys.Key {
	for _, g := range l.Grants {
		if slices.Contains(p.values, g.Value) {
			k := &keys.Key{Name: p.Name, Numbers: g.Senders}
			for _, s := range g.Scopes {
				k.Scopes = append(k.Scopes, keys.Scope(s))
			}
			return k
		}
	}
	return nil
}

// noGrant says what a person lacks.
func (l *Login) noGrant(p *Person) *RefusedError {
	var wanted []string
	for _, g := range l.Grants {
		wanted = append(wanted, g.Value)
	}
	has := "nothing"
	if len(p.values) > 0 {
		has = quoted(p.values[:min(len(p.values), 10)], " and ")
	}
	return &RefusedError{Status: http.StatusForbidden, Text: fmt.Sprintf(
		"You are %s, and no grant of this gateway is for you. Somebody who logs in with %s needs %s in the claim %q. You have %s. Ask whoever runs the gateway, and log in again after a change.",
		p.Name, l.Name, quoted(wanted, " or "), l.Claim, has)}
}

func quoted(values []string, separator string) string {
	var all []string
	for _, v := range values {
		all = append(all, fmt.Sprintf("%.100q", v))
	}
	return strings.Join(all, separator)
}
