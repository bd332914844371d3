// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package template

import (
	"fmt"
	"strings"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/message"
)

// NoBindingError says that a channel's vendor has no such template. A route skips the channel.
type NoBindingError struct {
	Template string
	Channel  addr.Channel
}

// Error names the template and the channel.
func (e *NoBindingError) Error() string {
	return fmt.Sprintf("template %s has no binding for channel %s", e.Template, e.Channel)
}

// LanguageError says that a channel's vendor has the template in other languages only. A route skips the channel.
type LanguageError struct {
	Template string
	Channel  addr.Channel
	// Language is the language that was asked for, or empty if the message names no language.
	Language  string
	Available []string
}

// Error names the languages that the template has on the channel.
func (e *LanguageError) Error() string {
	return fmt.Sprintf("template %s has no language %q on channel %s; it has: %s",
		e.Template, e.Language, e.Channel, strings.Join(e.Available, ", "))
}

// invalid returns the error that the message does not fit its logical template, whatever the channel. The detail holds names and
// counts, never the text of a parameter.
func invalid(path, format string, args ...any) error {
	return &message.InvalidError{Problems: []message.Problem{{Path: path, Detail: fmt.Sprintf(format, args...)}}}
}
