// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package settings checks arguments that the providers have in common. Unknown values pass.
package settings

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/schema"
)

// DefaultTimeout is the default of the argument "timeout".
const DefaultTimeout = "30s"

// Endpoint is the argument "endpoint", which the SDK checks by its role.
func Endpoint(fallback string) schema.Attribute {
	return schema.Attribute{
		Name: "endpoint", Type: cty.String, Role: schema.RoleEndpoint, Default: cty.StringVal(fallback),
		Description: "Base URL of the vendor's API.",
	}
}

// Timeout is the argument "timeout".
func Timeout() schema.Attribute {
	return schema.Attribute{
		Name: "timeout", Type: cty.String, Default: cty.StringVal(DefaultTimeout),
		Description: `How long one request to the vendor may take, such as "30s" or "1m".`,
	}
}

// CheckTimeout checks "timeout".
func CheckTimeout(config provider.Config) diag.Diagnostics {
	return config.Check("timeout", func(s string) error {
		_, err := ParseTimeout(s)
		return err
	})
}

// ParseTimeout reads the argument "timeout"; empty is DefaultTimeout.
func ParseTimeout(s string) (time.Duration, error) {
	if s == "" {
		s = DefaultTimeout
	}
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf(`expected a duration above zero, such as "30s" or "1m", not %q`, s)
	}
	return d, nil
}

// Word checks a value that goes into a header or an identifier: not empty, no spaces around it, no control
// characters. It never repeats the value, which may be a secret.
func Word(s string) error {
	switch {
	case strings.TrimSpace(s) == "":
		return fmt.Errorf("it is empty")
	case strings.TrimSpace(s) != s:
		return fmt.Errorf("it begins or ends with a space or a line break")
	case strings.ContainsFunc(s, unicode.IsControl):
		return fmt.Errorf("it has a control character")
	}
	return nil
}
