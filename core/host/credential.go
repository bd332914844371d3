// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/registry/fetch"
)

// authorize implements fetch.Authorize. The variable of a host wins over the block in the user's own file.
func (h *Host) authorize(host string) (string, error) {
	name := fetch.TokenVariable(host)
	if token := h.variable(name); token != "" {
		return h.bearer(name, token)
	}
	all := h.places.user.Credentials
	i := slices.IndexFunc(all, func(c config.Credential) bool { return c.Host == host })
	if i < 0 {
		return "", nil
	}
	c := all[i]
	if c.TokenEnv != "" {
		return h.bearer(c.TokenEnv, h.variable(c.TokenEnv))
	}
	password := h.variable(c.PasswordEnv)
	if err := usableSecret(c.PasswordEnv, password); err != nil {
		return "", err
	}
	pair := base64.StdEncoding.EncodeToString([]byte(c.Username + ":" + password))
	h.keepTexts(password, pair)
	return "Basic " + pair, nil
}

func (h *Host) bearer(name, token string) (string, error) {
	if err := usableSecret(name, token); err != nil {
		return "", err
	}
	h.keepTexts(token)
	return "Bearer " + token, nil
}

// usableSecret returns an error, without the value, if a variable has no value that a header may have.
func usableSecret(name, value string) error {
	switch {
	case value == "":
		return fmt.Errorf("the environment variable %s is not set, and the credentials block in %s names it", name, load.UserFileName)
	case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return fmt.Errorf("the environment variable %s has a line break or another control character, which credentials cannot have", name)
	}
	return nil
}

// keepTexts removes texts from everything that is written from now on.
func (h *Host) keepTexts(texts ...string) {
	if h.options.Secrets != nil {
		h.options.Secrets.Add(texts...)
	}
}

// refusedText says what to do about a server that answered that the request is not authorized.
func refusedText(e *fetch.StatusError) string {
	return fmt.Sprintf("It wants other credentials than it got. Set %s to a token of %s, or write a credentials block for it in your %s.", fetch.TokenVariable(e.Host), e.Host, load.UserFileName)
}
