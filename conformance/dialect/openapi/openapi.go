// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package openapi makes the beginning of a dialect from a vendor's OpenAPI document: its routes, credentials and refusals, and JSON
// Schemas of its requests. Import is the starting point.
//
// Everything that is made has its source, the file and the JSON pointer. What the document does not say is not guessed: a comment
// that begins with COMPLETE says what a person has to add.
package openapi

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Options configure Import. The zero value is valid.
type Options struct {
	// Name is the name of the dialect; empty means a name from the title of the document.
	Name string
	// Match selects the operations whose path it matches; nil selects all.
	Match *regexp.Regexp
}

// Result is the beginning of a dialect.
type Result struct {
	// Name is the name of the dialect.
	Name string
	// Dialect is the dialect file. Schemas are the files that it names, by their paths relative to it.
	Dialect []byte
	Schemas map[string][]byte
	// Server is the scheme and host of the vendor's API, such as "https://api.example.com", and Docs the address of its documentation. Each
	// is empty if the document does not say it.
	Server, Docs string
	// Routes and Errors are the numbers of routes and error rows. Open is the number of places that a person has to complete.
	Routes, Errors, Open int
}

// ImportFile is Import for a file of this machine. References may lead to other files in its folder.
func ImportFile(name string, o Options) (*Result, error) {
	return Import(os.DirFS(filepath.Dir(name)), filepath.Base(name), o)
}

// maxDocument is the largest size of a file of a document.
const maxDocument = 32 << 20

// Import reads an OpenAPI 3.0 or 3.1 document, in JSON or YAML, from a file system. References may lead to other files of it.
func Import(fsys fs.FS, name string, o Options) (result *Result, err error) {
	defer func() {
		if v := recover(); v != nil { // a parser that fails must not end the command
			result, err = nil, fmt.Errorf("%s cannot be read: %v", name, v)
		}
	}()
	doc, err := load(fsys, name)
	if err != nil {
		return nil, err
	}
	im := &importer{file: path.Base(name), doc: doc, schemas: newSchemas(doc), names: map[string]bool{}}
	return im.run(o)
}

// load reads a document, and makes components of what it refers to in other files.
func load(fsys fs.FS, name string) (*openapi3.T, error) {
	read := func(file string) ([]byte, error) {
		data, err := fs.ReadFile(fsys, file)
		if err == nil && len(data) > maxDocument {
			err = fmt.Errorf("it has %d bytes, and at most %d are allowed", len(data), maxDocument)
		}
		return data, err
	}
	data, err := read(name)
	if err != nil {
		var at *fs.PathError
		if errors.As(err, &at) {
			err = at.Err
		}
		return nil, fmt.Errorf("%s cannot be read: %w", name, err)
	}
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = true
	loader.ReadFromURIFunc = func(_ *openapi3.Loader, at *url.URL) ([]byte, error) {
		if at.Scheme != "" || at.Host != "" || !fs.ValidPath(at.Path) {
			return nil, fmt.Errorf("%s is outside of the folder of the document: put it there", at)
		}
		return read(at.Path)
	}
	doc, err := loader.LoadFromDataWithPath(data, &url.URL{Path: name})
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s is not a document that can be read: %w", name, err)
	case !strings.HasPrefix(doc.OpenAPI, "3."):
		return nil, fmt.Errorf(`%s is not an OpenAPI document of version 3: its field "openapi" is %q, and must be such as "3.0.3" or "3.1.0"`, name, doc.OpenAPI)
	case doc.Paths.Len() == 0:
		return nil, fmt.Errorf(`%s has no operations: its field "paths" is empty`, name)
	}
	doc.InternalizeRefs(context.Background(), nil)
	return doc, nil
}

// pointer returns the JSON pointer of a value of the document.
func pointer(steps ...string) string {
	var b strings.Builder
	for _, step := range steps {
		b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(step))
	}
	return b.String()
}

// word returns a text as a lower-case name, such as "send_text" for "sendText".
func word(text string) string {
	text = camel.ReplaceAllString(text, "${1}_${2}")
	return strings.Trim(notWord.ReplaceAllString(strings.ToLower(text), "_"), "_")
}

var (
	camel   = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	notWord = regexp.MustCompile(`[^a-z0-9]+`)
)
