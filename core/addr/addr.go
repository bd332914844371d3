// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package addr defines the addresses of channels and provider configurations, as they appear in configuration, logs and
// JSON. Addresses are comparable, so that they can be map keys.
package addr

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
)

var (
	providerName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	blockName    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)
)

// Channel is the address of a channel: the two labels of its block, and a key if the block has for_each.
type Channel struct {
	Provider string
	Name     string
	// Key is the key of one instance of a block with for_each, and empty for any other block.
	Key string
}

// String returns the address as "innopaas.in_otp", or "innopaas.numbers["de"]" with a key.
func (c Channel) String() string { return Instance(c.Provider+"."+c.Name, c.Key) }

// Reference returns the expression that refers to the channel in configuration: "channel.innopaas.in_otp".
func (c Channel) Reference() string { return "channel." + c.String() }

// Block returns the address of the whole block, without the key.
func (c Channel) Block() Channel { return Channel{Provider: c.Provider, Name: c.Name} }

// Compare orders channels by provider, then by name, then by key.
func (c Channel) Compare(other Channel) int {
	return cmp.Or(strings.Compare(c.Provider, other.Provider), strings.Compare(c.Name, other.Name), strings.Compare(c.Key, other.Key))
}

// MarshalText returns the same text as String.
func (c Channel) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText accepts the same texts as ParseChannel.
func (c *Channel) UnmarshalText(text []byte) error {
	parsed, err := ParseChannel(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}

// ParseChannel reads "innopaas.in_otp" and "innopaas.numbers["de"]". The form of a reference, "channel.innopaas.in_otp", is
// read as well, and so is a key without its quotes, which shells remove.
func ParseChannel(s string) (Channel, error) {
	block, key, err := cutKey(strings.TrimPrefix(s, "channel."))
	if err != nil {
		return Channel{}, fmt.Errorf("channel %q: %w", s, err)
	}
	parts := strings.Split(block, ".")
	if len(parts) != 2 {
		return Channel{}, fmt.Errorf(`channel %q: expected PROVIDER.NAME, such as innopaas.in_otp, or PROVIDER.NAME["KEY"]`, s)
	}
	c := Channel{Provider: parts[0], Name: parts[1], Key: key}
	if err := CheckProviderName(c.Provider); err != nil {
		return Channel{}, fmt.Errorf("channel %q: %w", s, err)
	}
	if err := CheckBlockName(c.Name); err != nil {
		return Channel{}, fmt.Errorf("channel %q: %w", s, err)
	}
	return c, nil
}

// ProviderConfig is the address of one `provider` block.
type ProviderConfig struct {
	Name string
	// Alias is empty for the default configuration.
	Alias string
}

// String returns "innopaas", or "innopaas.eu" with an alias.
func (p ProviderConfig) String() string {
	if p.Alias == "" {
		return p.Name
	}
	return p.Name + "." + p.Alias
}

// ParseProviderConfig reads "innopaas" or "innopaas.eu".
func ParseProviderConfig(s string) (ProviderConfig, error) {
	name, alias, hasAlias := strings.Cut(s, ".")
	if err := CheckProviderName(name); err != nil {
		return ProviderConfig{}, fmt.Errorf("provider configuration %q: %w", s, err)
	}
	if hasAlias {
		if err := CheckBlockName(alias); err != nil {
			return ProviderConfig{}, fmt.Errorf("provider configuration %q: %w", s, err)
		}
	}
	return ProviderConfig{Name: name, Alias: alias}, nil
}

// CheckProviderName returns what is wrong with the name of a provider, which is also part of a file name.
func CheckProviderName(name string) error {
	if !providerName.MatchString(name) {
		return fmt.Errorf("the provider name %q must start with a lower-case letter and have only lower-case letters, digits and dashes", name)
	}
	return nil
}

// CheckBlockName returns what is wrong with the name of a channel, template, route or alias.
func CheckBlockName(name string) error {
	if !blockName.MatchString(name) {
		return fmt.Errorf("the name %q must start with a letter or underscore and have only letters, digits, underscores and dashes", name)
	}
	return nil
}
