// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/internal/suggest"
)

// families holds the dialects of APIs that many vendors share.
//
//go:embed families/*.hcl
var families embed.FS

// Families returns the names of the built-in dialects that the argument extends accepts.
func Families() []string {
	files, _ := fs.Glob(families, "families/*.hcl")
	for i, name := range files {
		files[i] = strings.TrimSuffix(path.Base(name), ".hcl")
	}
	return files
}

// maxExtendDepth is the largest number of dialects that extend each other.
const maxExtendDepth = 4

// base reads the dialect that another one extends: a file, such as "common.hcl" beside it or "../acme/common.hcl", or a family,
// such as "meta-cloud".
func (r *reader) base(a *hcl.Attribute, chain []string) (*dialectBlock, []string, hcl.Diagnostics) {
	before := len(r.diags)
	name := r.text(a)
	var data []byte
	var err error
	switch {
	case name == "":
	case strings.HasSuffix(name, ".hcl") && (path.IsAbs(name) || strings.Contains(name, `\`)):
		r.add(a.Expr.Range(), "Incorrect value", fmt.Sprintf(`The file %s must be written from the folder of this one and with "/", such as "../acme/common.hcl".`, name))
	case strings.HasSuffix(name, ".hcl"):
		name = path.Join(path.Dir(chain[len(chain)-1]), name)
		if len(chain) > maxExtendDepth || slices.Contains(chain, name) {
			r.add(a.Expr.Range(), "Dialects extend each other", fmt.Sprintf("The chain of extended dialects is circular or too long: %s.", strings.Join(append(chain, name), ", ")))
			break
		}
		data, err = r.read(name)
	case !slices.Contains(Families(), name):
		r.add(a.Expr.Range(), "Unknown dialect", fmt.Sprintf("There is no family of dialects %q.%s Use a file, such as \"common.hcl\" or \"../acme/common.hcl\", or one of: %s.",
			name, suggest.Sentence(name, Families()), strings.Join(Families(), ", ")))
	default:
		data, err = fs.ReadFile(families, "families/"+name+".hcl")
	}
	if err != nil {
		r.add(a.Expr.Range(), "Cannot read the dialect", fmt.Sprintf("The file %s cannot be read: %s.", name, withoutPath(err)))
	}
	if len(r.diags) > before {
		diags := slices.Clone(r.diags[before:])
		r.diags = r.diags[:before]
		return nil, chain, diags
	}
	return r.file(data, name, append(chain, name))
}

// merge returns a dialect merged over the one it extends. What is set in both is taken from over: arguments by name,
// blocks by label, limits by kind and path, and the credentials as a whole.
func merge(base, over dialectBlock) dialectBlock {
	out := overlay(base, over)
	out.Routes = byKey(base.Routes, over.Routes, func(b routeBlock) string { return b.Name })
	out.Errors = byKey(base.Errors, over.Errors, func(b errorBlock) string { return b.Name })
	out.Limits = byKey(base.Limits, over.Limits, func(b limitBlock) string { return b.Kind + " " + b.Path })
	out.Maps = byKey(base.Maps, over.Maps, func(b mapBlock) string { return b.Kind })
	if base.Webhook != nil && over.Webhook != nil {
		w := overlay(*base.Webhook, *over.Webhook)
		w.Events = byKey(base.Webhook.Events, over.Webhook.Events, func(b eventBlock) string { return b.Name })
		out.Webhook = &w
	}
	out.Name, out.Range, out.Extends = over.Name, over.Range, nil
	return out
}

// overlay returns base with each field that over sets.
func overlay[T any](base, over T) T {
	out := base
	for i := range reflect.TypeFor[T]().NumField() {
		if field := reflect.ValueOf(over).Field(i); !field.IsZero() {
			reflect.ValueOf(&out).Elem().Field(i).Set(field)
		}
	}
	return out
}

func byKey[T any](base, over []T, key func(T) string) []T {
	out := slices.Clone(base)
	for _, b := range over {
		i := slices.IndexFunc(base, func(o T) bool { return key(o) == key(b) })
		if i >= 0 {
			out[i] = b
		} else {
			out = append(out, b)
		}
	}
	return out
}
