// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/sdk/serve"
)

// printBody prints the arguments and nested blocks of a block.
func printBody(a *cli.App, title string, body serve.SchemaDocument) {
	fmt.Fprintf(a.Stdout, "\n%s\n", title)
	t := cli.Table{Header: []string{"  ARGUMENT", "TYPE", "", "DESCRIPTION"}}
	addBody(&t, "  ", body)
	t.Write(a.Stdout, a.Stdout.Width())
}

// addBody adds a row for each argument and nested block. The arguments of a nested block are indented below it.
func addBody(t *cli.Table, indent string, body serve.SchemaDocument) {
	for _, attr := range body.Attributes {
		var typ string
		if json.Unmarshal(attr.Type, &typ) != nil {
			typ = string(attr.Type)
		}
		t.Add(indent+attr.Name, typ, strings.Join(notes(attr), ", "), described(attr.Description, attr.Deprecated))
	}
	for _, b := range body.Blocks {
		t.Add(indent+b.Name+" {}", "block", occurrence(b), described(b.Description, b.Deprecated))
		addBody(t, indent+"  ", b.Body)
	}
	for _, group := range body.ExactlyOneOf {
		t.Add(indent+"("+strings.Join(group, ", ")+")", "", "required", "Exactly one of these is set.")
	}
}

// notes returns what a value of the argument must be.
func notes(attr serve.AttributeDocument) []string {
	out := []string{"optional"}
	if attr.Required {
		out[0] = "required"
	}
	if attr.Sensitive {
		out = append(out, "sensitive")
	}
	if len(attr.Default) > 0 {
		out = append(out, "default "+string(attr.Default))
	}
	if len(attr.Allowed) > 0 {
		out = append(out, "one of "+strings.Join(attr.Allowed, " "))
	}
	switch {
	case attr.PatternHint != "":
		out = append(out, attr.PatternHint)
	case attr.Pattern != "":
		out = append(out, "like "+attr.Pattern)
	}
	if attr.Minimum != nil {
		out = append(out, "at least "+strconv.FormatFloat(*attr.Minimum, 'g', -1, 64))
	}
	if attr.Maximum != nil {
		out = append(out, "at most "+strconv.FormatFloat(*attr.Maximum, 'g', -1, 64))
	}
	if len(attr.ConflictsWith) > 0 {
		out = append(out, "not with "+strings.Join(attr.ConflictsWith, ", "))
	}
	return out
}

// occurrence returns how often a block may occur.
func occurrence(b serve.BlockDocument) string {
	switch {
	case b.Nesting == "single" && b.MinItems > 0:
		return "required"
	case b.Nesting == "single":
		return "at most one"
	case b.MinItems > 0 && b.MaxItems > 0:
		return fmt.Sprintf("%d to %d", b.MinItems, b.MaxItems)
	case b.MinItems > 0:
		return fmt.Sprintf("at least %d", b.MinItems)
	case b.MaxItems > 0:
		return fmt.Sprintf("at most %d", b.MaxItems)
	}
	return "any number"
}

// described returns a description, with what to use instead if it is deprecated.
func described(text, deprecated string) string {
	if deprecated == "" {
		return text
	}
	return strings.TrimSpace(text + " Deprecated: " + deprecated)
}
