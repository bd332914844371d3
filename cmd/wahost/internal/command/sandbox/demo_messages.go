// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/sdk/message"
)

//go:embed demo/messages.yaml
var demoMessages []byte

type demoMessage struct {
	title   string
	message *message.Message
}

// readDemo reads the documents of messages.yaml.
func readDemo() ([]demoMessage, error) {
	var all []demoMessage
	dec := yaml.NewDecoder(bytes.NewReader(demoMessages))
	for {
		var doc struct {
			Title   string    `yaml:"title"`
			Message yaml.Node `yaml:"message"`
		}
		if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		v, err := cli.YAMLValue(&doc.Message, 0)
		if err != nil {
			return nil, err
		}
		raw, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		m, err := message.Parse(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", strings.TrimSpace(doc.Title), err)
		}
		all = append(all, demoMessage{title: doc.Title, message: m})
	}
}
