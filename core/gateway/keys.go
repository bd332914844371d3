// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"fmt"
	"net"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/keys"
)

// firstKeyName is the name of the key that a gateway without keys makes.
const firstKeyName = "first"

// KeylessError is the error of a gateway that others can reach and that has no key.
type KeylessError struct{ Listen string }

// Error says what to do.
func (e *KeylessError) Error() string {
	return fmt.Sprintf("the gateway would listen on %s, where others can reach it, and its configuration has no api_key block. Make a key with `wahost key`, "+
		"or listen on a loopback address such as %s for a key that is valid until the gateway ends", e.Listen, config.DefaultGatewayListen)
}

// keys returns the keys of the configuration. If it has no keys and only this machine can reach the gateway, it makes one.
func (g *Gateway) keys(c *config.Gateway) ([]*keys.Key, error) {
	var all []*keys.Key
	for _, k := range c.Keys {
		key := &keys.Key{
			ID: k.ID, Name: k.Name, Numbers: k.Senders, Rate: k.Rate, IdempotentReference: k.IdempotentReference, AppSecret: k.AppSecret, RequireProof: k.RequireProof,
		}
		for _, s := range k.Scopes {
			key.Scopes = append(key.Scopes, keys.Scope(s))
		}
		for _, text := range k.Hashes {
			h, err := keys.ParseHash(text)
			if err != nil {
				return nil, fmt.Errorf("the api_key %q: %w", k.Name, err)
			}
			key.Secrets = append(key.Secrets, keys.Secret{Hash: h})
		}
		if err := key.Check(); err != nil {
			return nil, fmt.Errorf("the api_key %q: %w", k.Name, err)
		}
		all = append(all, key)
	}
	if len(all) > 0 {
		return all, nil
	}
	if host, _, err := net.SplitHostPort(c.Listen); err != nil || !net.ParseIP(host).IsLoopback() && host != "localhost" {
		return nil, &KeylessError{c.Listen}
	}
	if g.FirstKey = g.options.FirstKey; !g.FirstKey.Valid() {
		g.FirstKey = keys.NewToken()
	}
	return []*keys.Key{{
		ID: g.FirstKey.ID(), Name: firstKeyName, Secrets: []keys.Secret{{Hash: g.FirstKey.Hash()}}, Scopes: keys.Scopes(),
	}}, nil
}
