// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package scaffold writes new providers. What it writes is the example of the guide, docs/providers/acme, under another name and as
// a module of its own.
package scaffold

import (
	"fmt"
	"go/format"
	"io/fs"
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/wahost/wahost/conformance/dialect/openapi"
	"github.com/wahost/wahost/docs/providers"
)

// Options describe a new provider.
type Options struct {
	// Name is the name of the provider. CheckName accepts it.
	Name string
	// Module is the path of its module. CheckModule accepts it.
	Module string
	// Require is where the module takes wahost from.
	Require Requirement
	// OpenAPI is what was made of the vendor's OpenAPI document, and Document the name of the file. OpenAPI is nil without one.
	OpenAPI  *openapi.Result
	Document string
}

// example is the name of the provider that is the template.
const example = "acme"

// licence is what begins the files of this repository. It is not part of what is written: an author chooses a licence.
const licence = "SPDX-FileCopyrightText: 2026 The wahost Authors\n%[1]s SPDX-License-Identifier: Apache-2.0\n\n"

// taken is the sentence of the README after which the place of an imported dialect is described.
const taken = "The suite compares the provider with it."

// Files returns the files of the provider by their paths, which have slashes.
func Files(o Options) (map[string][]byte, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(providers.Example, example, func(at string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := providers.Example.ReadFile(at)
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(at, example+"/")
		files[name], err = rendered(name, string(data), o)
		return err
	})
	if err != nil {
		return nil, err
	}
	if o.OpenAPI != nil {
		files["openapi/dialect.hcl"] = o.OpenAPI.Dialect
		for name, data := range o.OpenAPI.Schemas {
			files[path.Join("openapi", name)] = data
		}
	}
	mod, sum, err := o.Require.files(o.Module)
	if err != nil {
		return nil, err
	}
	files["go.mod"] = mod
	if sum != nil {
		files["go.sum"] = sum
	}
	return files, nil
}

// rendered returns one file of the template for a provider.
func rendered(name, text string, o Options) ([]byte, error) {
	for _, comment := range []string{"//", "#"} {
		text = strings.TrimPrefix(text, comment+" "+fmt.Sprintf(licence, comment))
	}
	vendor := vendorName(o.Name)
	// All at once, because what the document says may contain the name of the example.
	text = strings.NewReplacer(append(o.vendorOf(name),
		"X-Acme-", "X-"+strings.ReplaceAll(vendor, " ", "-")+"-", "Acme", vendor, example, o.Name,
	)...).Replace(text)
	switch path.Ext(name) {
	case ".go":
		return format.Source([]byte(text)) // other lengths of names align in another way
	case ".hcl":
		return hclwrite.Format([]byte(text)), nil
	}
	return []byte(text), nil
}

// vendorOf returns the texts in a file of the template that an OpenAPI document says better, each followed by its replacement.
func (o Options) vendorOf(name string) (pairs []string) {
	if o.OpenAPI == nil {
		return nil
	}
	if server := o.OpenAPI.Server; server != "" {
		pairs = append(pairs, "https://api.acme.example", server)
	}
	if docs := o.OpenAPI.Docs; docs != "" {
		pairs = append(pairs, `"https://docs.acme.example"`, fmt.Sprintf("%q", docs))
	}
	if name == "README.md" {
		pairs = append(pairs, taken, taken+fmt.Sprintf("\n   `openapi/dialect.hcl` has what is in %s: move its routes, credentials and error rows to\n"+
			"   `dialect.hcl`, and its schemas to `schemas`, one at a time. A comment with the word COMPLETE says what is missing.", o.Document))
	}
	return pairs
}
