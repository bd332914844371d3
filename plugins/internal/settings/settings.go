// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package settings defines and checks arguments that the providers have in common. It accepts unknown values.
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

// Endpoint returns the argument "endpoint" with a default. The SDK checks its value.
func Endpoint(fallback string) schema.Attribute {
	return schema.Attribute{
		Name: "endpoint", Type: cty.String, Role: schema.RoleEndpoint, Default: cty.StringVal(fallback),
		Description: "Base URL of the vendor's API.",
	}
}

// Timeout returns the argument "timeout".
func Timeout() schema.Attribute {
	return schema.Attribute{
		Name: "timeout", Type: cty.String, Default: cty.StringVal(DefaultTimeout),
		Description: `How long one request to the vendor may take, such as "30s" or "1m".`,
	}
}

// KeepAlive returns the argument "keep_alive".
func KeepAlive() schema.Attribute {
	return schema.Attribute{
		Name: "keep_alive", Type: cty.Bool, Default: cty.True,
		Description: "Keep connections to the vendor open between requests. If it is false, each connection is closed after its answer, " +
			"for proxies and firewalls that drop idle connections.",
	}
}

// DisablesKeepAlive reports whether the argument "keep_alive" is false.
func DisablesKeepAlive(config provider.Config) bool { return !Bool(config, "keep_alive", true) }

// Bool returns the value of a boolean argument, or fallback if the argument is not set or not known.
func Bool(config provider.Config, name string, fallback bool) bool {
	v := config.Value
	if v == cty.NilVal || v.IsNull() || !v.IsKnown() || !v.Type().HasAttribute(name) {
		return fallback
	}
	flag := v.GetAttr(name)
	if flag.IsNull() || !flag.IsKnown() {
		return fallback
	}
	return flag.True()
}

// CheckTimeout checks the argument "timeout".
func CheckTimeout(config provider.Config) diag.Diagnostics {
	return config.Check("timeout", func(s string) error {
		_, err := ParseTimeout(s)
		return err
	})
}

// ParseTimeout parses the argument "timeout". An empty text means DefaultTimeout.
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

// Word checks the value of a header or an identifier: it must not be empty, not begin or end with a space, and have no
// control characters. The error does not contain the value, which may be a secret.
func Word(s string) error {
	switch {
	case strings.TrimSpace(s) == "":
		return fmt.Errorf("it is empty")
	case strings.TrimSpace(s) != s:
		return fmt.Errorf("it begins or ends with a space or a line break")
	case strings.ContainsFunc(s, unicode.IsControl):
		return fmt.Errorf("it contains a control character")
	}
	return nil
}
