// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"cmp"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/wahost/wahost/sdk/provider"
)

// Check proves that a request is the vendor's.
type Check interface {
	// Verify returns nil if the request is proven to be the vendor's. The error says what is missing or wrong, for
	// WebhookResponse.Problem. It contains neither secrets nor what the request claims.
	Verify(req provider.WebhookRequest) error
}

// All is a Check that demands every one of its checks: otherwise the weakest of them would be enough. An empty All refuses
// every request, so that a provider without secrets trusts nobody.
type All []Check

// Verify implements Check.
func (all All) Verify(req provider.WebhookRequest) error {
	if len(all) == 0 {
		return errors.New("no check of webhooks is configured: all webhooks are refused")
	}
	for _, check := range all {
		if err := check.Verify(req); err != nil {
			return err
		}
	}
	return nil
}

// SharedHeader is a Check for vendors that send a fixed text in a header.
type SharedHeader struct {
	// Name is the name of the header.
	Name string
	// Value is the text. If it is empty, every request is refused.
	Value string
	// Argument is the argument of the configuration that holds the text, for errors. It may be empty.
	Argument string
}

// Verify implements Check. The values are compared in constant time.
func (s SharedHeader) Verify(req provider.WebhookRequest) error {
	if s.Value == "" {
		return fmt.Errorf("%s is not set: all webhooks are refused", cmp.Or(s.Argument, "the value of the header "+s.Name))
	}
	got, err := header(req, s.Name)
	if err != nil {
		return err
	}
	if !equal(got, s.Value) {
		return fmt.Errorf("the header %s is not %s", s.Name, cmp.Or(s.Argument, "the configured value"))
	}
	return nil
}

// Basic is a Check for vendors that use HTTP Basic authentication (RFC 7617).
type Basic struct {
	// Username and Password are the credentials. If the password is empty, every request is refused.
	Username, Password string
}

// Verify implements Check. The credentials are compared in constant time.
func (b Basic) Verify(req provider.WebhookRequest) error {
	if b.Password == "" {
		return errors.New("the password of webhooks is not set: all webhooks are refused")
	}
	value, err := header(req, "Authorization")
	if err != nil {
		return err
	}
	scheme, encoded, _ := strings.Cut(value, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return errors.New("the header Authorization is not of the scheme Basic")
	}
	decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil {
		return errors.New("the credentials in the header Authorization are not base64")
	}
	username, password, ok := strings.Cut(string(decoded), ":")
	if !ok {
		return errors.New("the credentials in the header Authorization have no colon")
	}
	// Both are always compared, so that the time does not tell which of them is wrong.
	rightName, rightPassword := equal(username, b.Username), equal(password, b.Password)
	if !rightName || !rightPassword {
		return errors.New("the credentials in the header Authorization are wrong")
	}
	return nil
}

// header returns the only value of a header. Two values are an error: a proxy or an attacker added one of them.
func header(req provider.WebhookRequest, name string) (string, error) {
	values := http.Header(req.Header).Values(name)
	switch {
	case len(values) == 0 || len(values) == 1 && values[0] == "":
		return "", fmt.Errorf("the header %s is missing", name)
	case len(values) > 1:
		return "", fmt.Errorf("the header %s occurs %d times", name, len(values))
	}
	return values[0], nil
}

// equal compares two texts in a time that depends on their lengths only.
func equal(got, want string) bool {
	g, w := sha256.Sum256([]byte(got)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(g[:], w[:]) == 1
}
