// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/wahost/wahost/sdk/message"
)

// maxMessageFile bounds what is read as one message.
const maxMessageFile = 16 << 20

// maxYAML bounds a message in YAML, whose parser needs a hundred times the memory of the text.
const maxYAML = 2 << 20

var errEmptyMessage = errors.New("the message is empty")

func readMessage(path string, stdin io.Reader) (*message.Message, error) {
	src, name := stdin, "standard input"
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, usageError("--message: %v", err)
		}
		defer func() { _ = f.Close() }()
		src, name = f, path
	}
	raw, err := io.ReadAll(io.LimitReader(src, maxMessageFile+1))
	if err != nil {
		return nil, usageError("--message: %v", err)
	}
	if len(raw) > maxMessageFile {
		return nil, usageError("--message: %s is larger than %d MiB", name, maxMessageFile>>20)
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, usageError("--message: %s: %v", name, errEmptyMessage)
	}
	if ext := filepath.Ext(path); ext == ".yaml" || ext == ".yml" || !looksLikeJSON(raw) {
		if raw, err = yamlToJSON(raw); err != nil {
			return nil, usageError("--message: %s: %v", name, err)
		}
	}
	m, err := message.Parse(raw)
	if err != nil {
		return nil, messageError(fmt.Errorf("%s: %w", name, err))
	}
	return m, nil
}

func looksLikeJSON(raw []byte) bool {
	trimmed := bytes.TrimSpace(raw)
	return len(trimmed) > 0 && trimmed[0] == '{'
}

// yamlToJSON keeps numbers as they are written, so that no digit is lost on the way.
func yamlToJSON(raw []byte) ([]byte, error) {
	if len(raw) > maxYAML {
		return nil, fmt.Errorf("larger than %d MiB, which is the most for YAML; write it as JSON", maxYAML>>20)
	}
	var node, second yaml.Node
	documents := yaml.NewDecoder(bytes.NewReader(raw))
	err := documents.Decode(&node)
	switch {
	case errors.Is(err, io.EOF) || err == nil && isNull(&node):
		return nil, errEmptyMessage
	case err != nil:
		return nil, fmt.Errorf("not valid YAML: %w", err)
	}
	switch err := documents.Decode(&second); {
	case err == nil:
		return nil, fmt.Errorf("line %d: a second document begins; a file holds one message", second.Line)
	case !errors.Is(err, io.EOF):
		return nil, fmt.Errorf("not valid YAML: %w", err)
	}
	v, err := yamlValue(&node, 0)
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

// isNull reports whether a document holds nothing, such as comments alone.
func isNull(n *yaml.Node) bool {
	return len(n.Content) == 0 || n.Content[0].Kind == yaml.ScalarNode && n.Content[0].Tag == "!!null"
}

func yamlValue(n *yaml.Node, depth int) (any, error) {
	if depth > 100 {
		return nil, errors.New("nested too deeply")
	}
	switch n.Kind {
	case yaml.DocumentNode:
		if len(n.Content) == 0 {
			return nil, errors.New("empty document")
		}
		return yamlValue(n.Content[0], depth+1)
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			if _, ok := m[key]; ok {
				return nil, fmt.Errorf("line %d: the key %q is there twice", n.Content[i].Line, key)
			}
			v, err := yamlValue(n.Content[i+1], depth+1)
			if err != nil {
				return nil, err
			}
			m[key] = v
		}
		return m, nil
	case yaml.SequenceNode:
		list := []any{}
		for _, c := range n.Content {
			v, err := yamlValue(c, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case yaml.ScalarNode:
		switch n.Tag {
		case "!!int", "!!float":
			if json.Valid([]byte(n.Value)) {
				return json.Number(n.Value), nil
			}
			return n.Value, nil
		case "!!bool":
			return strconv.ParseBool(strings.ToLower(n.Value))
		case "!!null":
			return nil, nil
		}
		return n.Value, nil
	}
	return nil, fmt.Errorf("line %d: aliases are not supported in a message", n.Line)
}

// messageError lists the problems of a message, one on each line.
func messageError(err error) error {
	var invalid *message.InvalidError
	if !errors.As(err, &invalid) {
		return usageError("%v", err)
	}
	var b strings.Builder
	b.WriteString("the message is not valid:")
	for _, p := range invalid.Problems {
		b.WriteString("\n  " + p.String())
	}
	return usageError("%s", b.String())
}
