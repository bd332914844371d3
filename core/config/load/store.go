// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"errors"
	"net/url"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
)

const (
	urlArg    = "url"
	folderArg = "folder"
)

// storeURL returns the URL of a store, or "" if it is missing or wrong. It is a secret if it may have a password or was made from a secret.
func (l *loader) storeURL(b *lang.Block) string {
	attr := b.Attrs[urlArg]
	if attr == nil {
		return ""
	}
	v, diags := l.scope.EvalSecret(attr.Expr)
	plain, _ := v.Unmark()
	if diags.HasErrors() || !plain.IsKnown() || plain.IsNull() || plain.Type() != cty.String || !lang.IsSensitive(v) && !mayHavePassword(plain.AsString()) {
		return checkedText(b, urlArg, "Invalid store", checkStore)
	}
	text := l.secretText(b, urlArg, 1)
	if err := checkStore(text); err != nil && text != "" {
		b.Error(attr.Expr.Range(), "Invalid store", lang.Sentence(err))
		return ""
	}
	return text
}

// mayHavePassword reports whether the URL of a store has a password, or cannot be read.
func mayHavePassword(text string) bool {
	if strings.HasPrefix(text, config.SQLitePrefix) || !strings.Contains(text, ":") {
		return false
	}
	u, err := url.Parse(text)
	if err != nil {
		return true
	}
	_, has := u.User.Password()
	return has || u.Query().Has("password") || u.Query().Has("sslpassword")
}

// checkStore returns an error for a text that is not the URL of a store. The error does not have the text.
func checkStore(text string) error {
	if path, ok := strings.CutPrefix(text, config.SQLitePrefix); ok && path != "" {
		return nil
	}
	if u, err := url.Parse(text); config.IsPostgres(text) && err == nil && len(u.Path) > 1 {
		return nil
	}
	return errors.New(`the URL of a store is "sqlite:" and the path of a file, such as "sqlite:wahost.db", or that of a PostgreSQL database, such as ` +
		`"postgres://USER:PASSWORD@HOST/DATABASE". Special characters of the password are written in percent encoding, such as %40 for @`)
}
