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

// document is the file of --message. The zero document was not read yet.
type document struct {
	raw  []byte
	name string
}

// read reads the file, or standard input, at the first call.
func (d *document) read(a *cli.App, path string) (err error) {
	if d.name != "" {
		return nil
	}
	if d.raw, d.name, err = a.ReadJSON(path); err != nil {
		return cli.UsageError("--message: %v", err)
	}
	return nil
}

func (d *document) message() (*message.Message, error) {
	m, err := message.Parse(d.raw)
	if err != nil {
		return nil, messageError(fmt.Errorf("%s: %w", d.name, err))
	}
	return m, nil
}

func (d *document) signal() (*message.Signal, error) {
	s, err := message.ParseSignal(d.raw)
	if err != nil {
		return nil, messageError(fmt.Errorf("%s: %w", d.name, err))
	}
	return s, nil
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
