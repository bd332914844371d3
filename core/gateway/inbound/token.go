// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package inbound

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"net/url"
	"strings"

	"github.com/wahost/wahost/core/addr"
)

// Prefix is what the path of each webhook begins with.
const Prefix = "/hooks/"

// place is what a URL belongs to: a provider configuration, or one of its channels.
type place struct {
	provider string
	channel  string // the address of the channel, or empty
}

// URL returns the URL at which the vendor of a channel reaches the gateway, or "" if the gateway has no public address. The last part of
// the path is a token, because some vendors prove nothing: who does not know it cannot make events up.
func URL(public string, secret []byte, ch addr.Channel, providerID string) string {
	if public == "" {
		return ""
	}
	p := place{providerID, ch.String()}
	return strings.TrimSuffix(public, "/") + Prefix + url.PathEscape(providerID) + "/" + url.PathEscape(ch.Name) + "/" + token(secret, p)
}

// ProviderURL returns the URL for all channels of a provider configuration, for vendors that have one URL for all numbers of a customer.
func ProviderURL(public string, secret []byte, providerID string) string {
	if public == "" {
		return ""
	}
	return strings.TrimSuffix(public, "/") + Prefix + url.PathEscape(providerID) + "/" + token(secret, place{provider: providerID})
}

// token returns the token of a place.
func token(secret []byte, p place) string {
	h := hmac.New(sha256.New, secret)
	// Neither part can contain a zero byte.
	h.Write([]byte("webhook\x00" + p.provider + "\x00" + p.channel))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(h.Sum(nil)[:20]))
}

// find returns the place of a path, if the path has its token.
func (s *Server) find(path string) (place, bool) {
	rest, ok := strings.CutPrefix(path, Prefix)
	parts := strings.Split(rest, "/")
	if !ok || len(parts) < 2 || len(parts) > 3 {
		return place{}, false
	}
	p := place{provider: parts[0]}
	if len(parts) == 3 {
		name, _, _ := strings.Cut(p.provider, ".")
		p.channel = addr.Channel{Provider: name, Name: parts[1]}.String()
	}
	want, known := s.places[p]
	if !known {
		want = s.elsewhere // the time of the comparison tells nobody which channels there are
	}
	return p, hmac.Equal([]byte(parts[len(parts)-1]), []byte(want)) && known
}
