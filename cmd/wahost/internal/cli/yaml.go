// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

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
	"golang.org/x/term"

	"github.com/wahost/wahost/sdk/message"
)

// maxInput bounds what is read as one message, in bytes.
const maxInput = 16 << 20

// maxYAML bounds a message in YAML, whose parser needs a hundred times the memory of the text.
const maxYAML = 2 << 20

var errEmpty = errors.New("the message is empty")

// ReadJSON reads a JSON or YAML document from a file, or from standard input if path is "-", and returns it as JSON and
// the name of the source for messages.
func (a *App) ReadJSON(path string) (raw []byte, name string, err error) {
	src, name := a.Stdin, "standard input"
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, path, err
		}
		defer func() { _ = f.Close() }()
		src, name = f, path
	} else if f, ok := a.Stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		a.Note("Reading the message from the terminal. End it with Ctrl-D.")
	}
	raw, err = io.ReadAll(io.LimitReader(src, maxInput+1))
	switch {
	case err != nil:
		return nil, name, err
	case len(raw) > maxInput:
		return nil, name, fmt.Errorf("%s is larger than %d MiB", name, maxInput>>20)
	case len(bytes.TrimSpace(raw)) == 0:
		return nil, name, fmt.Errorf("%s: %w", name, errEmpty)
	}
	if !utf16Mark(raw) {
		if err := message.CheckUTF8(raw); err != nil {
			return nil, name, fmt.Errorf("%s: %w. Save the file as UTF-8", name, err)
		}
	}
	if ext := filepath.Ext(path); ext == ".yaml" || ext == ".yml" || bytes.TrimSpace(raw)[0] != '{' {
		if raw, err = yamlToJSON(raw); err != nil {
			return nil, name, fmt.Errorf("%s: %w", name, err)
		}
	}
	return raw, name, nil
}

// utf16Mark reports whether a document begins with the byte order mark of UTF-16, in which YAML may be written.
func utf16Mark(raw []byte) bool {
	return bytes.HasPrefix(raw, []byte("\xff\xfe")) || bytes.HasPrefix(raw, []byte("\xfe\xff"))
}

// yamlToJSON converts one YAML document. Numbers keep their digits.
func yamlToJSON(raw []byte) ([]byte, error) {
	if len(raw) > maxYAML {
		return nil, fmt.Errorf("larger than %d MiB, which is the most for YAML; write it as JSON", maxYAML>>20)
	}
	var node, second yaml.Node
	documents := yaml.NewDecoder(bytes.NewReader(raw))
	err := documents.Decode(&node)
	switch {
	case errors.Is(err, io.EOF) || err == nil && isNull(&node):
		return nil, errEmpty
	case err != nil:
		return nil, fmt.Errorf("not valid YAML: %w", err)
	}
	switch err := documents.Decode(&second); {
	case err == nil:
		return nil, fmt.Errorf("line %d: a second document begins, but a file holds one message", second.Line)
	case !errors.Is(err, io.EOF):
		return nil, fmt.Errorf("not valid YAML: %w", err)
	}
	v, err := YAMLValue(&node, 0)
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

// isNull reports whether a document is empty or has only comments.
func isNull(n *yaml.Node) bool {
	return len(n.Content) == 0 || n.Content[0].Kind == yaml.ScalarNode && n.Content[0].Tag == "!!null"
}

// YAMLValue returns a YAML node as a value that encoding/json can marshal. Numbers keep their digits. The depth is 0 for
// callers.
func YAMLValue(n *yaml.Node, depth int) (any, error) {
	if depth > 100 {
		return nil, errors.New("nested too deeply")
	}
	switch n.Kind {
	case yaml.DocumentNode:
		if len(n.Content) == 0 {
			return nil, errors.New("empty document")
		}
		return YAMLValue(n.Content[0], depth+1)
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			if _, ok := m[key]; ok {
				return nil, fmt.Errorf("line %d: the key %q appears twice", n.Content[i].Line, key)
			}
			v, err := YAMLValue(n.Content[i+1], depth+1)
			if err != nil {
				return nil, err
			}
			m[key] = v
		}
		return m, nil
	case yaml.SequenceNode:
		list := []any{}
		for _, c := range n.Content {
			v, err := YAMLValue(c, depth+1)
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
