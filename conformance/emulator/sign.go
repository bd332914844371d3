// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/dialect"
)

// SignOptions change how a call is signed. The zero value signs as the vendor does.
type SignOptions struct {
	// Key, if not empty, replaces the key of every signature. Static, if not empty, replaces every header without a
	// signature.
	Key, Static string
	// Time is the timestamp; zero means now.
	Time time.Time
	// Change, if not nil, is called with each signature and returns the one for the header.
	Change func(signature string) string
	// Hash, if not nil, replaces the HMAC of the scheme. It returns the signature as text.
	Hash func(key, data []byte) string
}

// Sign returns a copy of a call with the headers that authenticate the vendor: the constant ones, and the signatures of
// the body. If the vendor's calls are forms, a body that is a JSON object becomes a form before it is signed. Any other body stays
// as it is.
func (s *Server) Sign(w Webhook, o SignOptions) (Webhook, error) {
	w.Header = http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	if s.dialect.Webhook.Form {
		w.Header.Set("Content-Type", contentTypeForm+"; charset=UTF-8")
		w.Body = formOf(w.Body)
	}
	static, err := s.env.Value(s.dialect.Webhook.Headers, map[string]cty.Value{dialect.VarEvent: cty.EmptyObjectVal})
	if err != nil {
		return w, fmt.Errorf("webhook headers: %w", err)
	}
	a := answer{header: w.Header}
	a.addHeaders(static)
	if o.Static != "" && !static.IsNull() {
		for name := range static.AsValueMap() {
			w.Header.Set(name, o.Static)
		}
	}
	for _, signature := range s.dialect.Webhook.Signatures {
		if err := s.signOne(&w, signature, o); err != nil {
			return w, err
		}
	}
	return w, nil
}

func (s *Server) signOne(w *Webhook, sig dialect.Signature, o SignOptions) error {
	key, err := s.text(sig.Key, "the key of a signature")
	if err != nil {
		return err
	}
	if o.Key != "" {
		key = o.Key
	}
	if o.Time.IsZero() {
		o.Time = time.Now()
	}
	parts := map[string]string{
		dialect.PartBody: string(w.Body), dialect.PartForm: signedForm(w.Body), dialect.PartURL: w.URL(),
		dialect.PartTimestamp: strconv.FormatInt(o.Time.Unix(), 10), dialect.PartNonce: s.newID("XXXXXXXXXXXXXXXX"),
	}
	fields, err := s.object("fields", sig.Fields)
	if err != nil {
		return err
	}
	for name, v := range fields {
		if v.Type() == cty.String && !v.IsNull() {
			parts[name] = v.AsString()
		}
	}
	var data []string
	for _, part := range sig.Over {
		data = append(data, parts[part])
	}
	hash := sig.Scheme.Sign
	if o.Hash != nil {
		hash = o.Hash
	}
	signature := hash([]byte(key), []byte(strings.Join(data, sig.Separator)))
	if o.Change != nil {
		signature = o.Change(signature)
	}
	delete(parts, dialect.PartBody)
	delete(parts, dialect.PartForm)
	parts["signature"] = signature
	for name, text := range maps.All(sig.Headers) {
		for part, value := range parts {
			text = strings.ReplaceAll(text, "{"+part+"}", value)
		}
		w.Header.Set(name, text)
	}
	return nil
}

func (s *Server) text(x dialect.Expr, what string) (string, error) {
	v, err := s.env.Value(x, nil)
	if err == nil && (v.IsNull() || v.Type() != cty.String) {
		err = fmt.Errorf("the value is not a string")
	}
	if err != nil {
		return "", fmt.Errorf("dialect %s, %s: %w", s.dialect.Name, what, err)
	}
	return v.AsString(), nil
}
