// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/inbound"
)

// hooksSuffix makes the path of the secret of the webhooks of vendors from the path of the store.
const hooksSuffix = ".hooks.secret"

// Hooks knows the URLs at which vendors reach the gateway.
type Hooks struct {
	config *config.Config
	secret []byte
}

// OpenHooks returns the URLs of the gateway of a configuration in a folder. They stay the same as long as the file beside the store has the
// secret that is in their last part, so that vendors can be told of them once.
func OpenHooks(dir string, c *config.Config) (*Hooks, error) {
	path := filesPath(dir, c.Gateway) + hooksSuffix
	if c.Gateway.StoreFolder != "" {
		if err := checkMoved(filepath.Join(dir, postgresFiles+hooksSuffix), path); err != nil {
			return nil, err
		}
	}
	secret, err := readSecret(path)
	if err != nil {
		return nil, err
	}
	return &Hooks{c, secret}, nil
}

// checkMoved returns an error if the secret is where it was before the configuration named a folder for it, and not where it is from then on:
// the URLs that vendors have would not be valid with a new one.
func checkMoved(from, to string) error {
	if _, err := os.Stat(to); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if _, err := os.Stat(from); err != nil {
		return nil //nolint:nilerr // there is none to move
	}
	return fmt.Errorf("the secret of the URLs that vendors have is in %s, and the store block names another folder for it: move it to %s", from, to)
}

// URL returns the URL for the vendor of a channel, or "" if the configuration has no public URL.
func (h *Hooks) URL(ch addr.Channel) string {
	for _, c := range h.config.Channels {
		if c.Addr == ch {
			return inbound.URL(h.config.Gateway.PublicURL, h.secret, ch, c.ProviderID)
		}
	}
	return ""
}

// ProviderURL returns the URL for all channels of a provider configuration, such as "innopaas.eu", or "" if the configuration has no public
// URL.
func (h *Hooks) ProviderURL(providerID string) string {
	return inbound.ProviderURL(h.config.Gateway.PublicURL, h.secret, providerID)
}

// vendorDoor answers the webhooks of vendors. It is nil if the gateway takes none.
type vendorDoor struct{ *inbound.Server }

// hooks returns what answers the webhooks of vendors.
func (g *Gateway) hooks() (vendorDoor, error) {
	o := g.options
	if o.Hooks == nil || o.Providers == nil {
		return vendorDoor{}, nil
	}
	s, err := inbound.New(inbound.Options{
		Config: o.Config, Providers: o.Providers, Recorder: g.eventRecorder(), Secret: o.Hooks.secret, PublicURL: o.Config.Gateway.PublicURL, Log: g.log.Named("hooks"),
		Number: func(channel string) string {
			ch, err := addr.ParseChannel(channel)
			if err != nil {
				return ""
			}
			return o.Config.Gateway.SenderOf(ch)
		},
		Wish: g.policies.wish, Observer: g.metrics,
		Recorded: func() {
			if g.webhooks != nil {
				g.webhooks.Wake()
			}
		},
	})
	return vendorDoor{s}, err
}

// before returns a handler that answers vendors, and passes other requests on.
func (d vendorDoor) before(front http.Handler) http.Handler {
	if d.Server == nil {
		return front
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, inbound.Prefix) {
			d.ServeHTTP(w, r)
			return
		}
		front.ServeHTTP(w, r)
	})
}
