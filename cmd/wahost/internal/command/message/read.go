// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"errors"
	"fmt"
	"strings"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/sdk/message"
)

// readMessage reads the file of --message.
func readMessage(a *cli.App, path string) (*message.Message, error) {
	raw, name, err := a.ReadJSON(path)
	if err != nil {
		return nil, cli.UsageError("--message: %v", err)
	}
	m, err := message.Parse(raw)
	if err != nil {
		return nil, messageError(fmt.Errorf("%s: %w", name, err))
	}
	return m, nil
}

// messageError returns a usage error that lists the problems of a message, one on each line.
func messageError(err error) error {
	var invalid *message.InvalidError
	if !errors.As(err, &invalid) {
		return cli.UsageError("%v", err)
	}
	var b strings.Builder
	b.WriteString("the message is not valid:")
	for _, p := range invalid.Problems {
		b.WriteString("\n  " + p.String())
	}
	return cli.UsageError("%s", b.String())
}
