// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"bytes"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
)

// Files returns the files by their names in diagnostics, for package diagview. Everything that may be a secret is
// overwritten in them: all values in variables files, and in provider and channel blocks each literal that a schema does
// not show to be harmless.
func (f *Folder) Files() map[string]*hcl.File {
	out := make(map[string]*hcl.File, len(f.files))
	varsFiles := map[string]bool{}
	for _, v := range f.vars {
		varsFiles[v.Name] = true
	}
	for name, file := range f.files {
		src := bytes.Clone(file.Bytes)
		if varsFiles[name] || f.broken[name] {
			lang.RedactValues(src, name)
		} else {
			f.redactSecrets(src, name, file.Body)
		}
		out[name] = &hcl.File{Body: file.Body, Bytes: src, Nav: file.Nav}
	}
	return out
}

func (f *Folder) redactSecrets(src []byte, name string, body hcl.Body) {
	root, ok := body.(*hclsyntax.Body)
	if !ok {
		return
	}
	for _, block := range root.Blocks {
		switch block.Type {
		case "provider", "channel":
			f.redactBody(src, name, block.Body)
		case "gateway":
			redactGateway(src, name, block.Body)
		case "run", "variables":
			f.redactVariables(src, name, block)
		case "variable":
			if attr, ok := block.Body.Attributes["default"]; ok && block.Body.Attributes["sensitive"] != nil {
				lang.RedactLiterals(src, name, attr.Expr.Range())
			}
		}
	}
	for at := range f.hidden {
		if at.Filename == name {
			lang.RedactLiterals(src, name, at)
		}
	}
}

// redactGateway overwrites the secrets of a gateway block.
func redactGateway(src []byte, name string, body *hclsyntax.Body) {
	for _, block := range body.Blocks {
		redactGateway(src, name, block.Body)
		for _, attr := range block.Body.Attributes {
			if slices.Contains(gatewaySecrets, attr.Name) || block.Type == storeBlock.Type && attr.Name == urlArg && !isSQLite(src, attr) {
				lang.RedactLiterals(src, name, attr.Expr.Range())
			}
		}
	}
}

// isSQLite reports whether the URL of a store is written as that of an SQLite file, which is no secret.
func isSQLite(src []byte, attr *hclsyntax.Attribute) bool {
	return bytes.HasPrefix(attr.Expr.Range().SliceBytes(src), []byte(`"`+config.SQLitePrefix))
}

func (f *Folder) redactBody(src []byte, name string, body *hclsyntax.Body) {
	for _, attr := range body.Attributes {
		if attr.Name == forEach {
			redactForEach(src, name, attr.Expr)
			continue
		}
		if !f.shown[attr.Expr.Range()] {
			lang.RedactLiterals(src, name, attr.Expr.Range())
		}
	}
	for _, block := range body.Blocks {
		if block.Type != "rate_limit" {
			f.redactBody(src, name, block.Body)
		}
	}
}

// redactForEach overwrites what may be a secret in a for_each: the values of objects. The keys are part of names.
func redactForEach(src []byte, name string, expr hclsyntax.Expression) {
	_ = hclsyntax.VisitAll(expr, func(node hclsyntax.Node) hcl.Diagnostics {
		switch node := node.(type) {
		case *hclsyntax.ObjectConsExpr:
			for _, item := range node.Items {
				lang.RedactLiterals(src, name, item.ValueExpr.Range())
			}
		case *hclsyntax.ForExpr:
			if node.KeyExpr != nil {
				lang.RedactLiterals(src, name, node.ValExpr.Range())
			}
		}
		return nil
	})
}

// redactVariables overwrites the values that a test file gives to variables.
func (f *Folder) redactVariables(src []byte, name string, block *hclsyntax.Block) {
	for _, inner := range block.Body.Blocks {
		if inner.Type == "variables" {
			f.redactVariables(src, name, inner)
		}
	}
	if block.Type == "variables" {
		for _, attr := range block.Body.Attributes {
			lang.RedactLiterals(src, name, attr.Expr.Range())
		}
	}
}

// sourceOf returns how the value of an argument is written. It returns "" without an argument.
func (l *loader) sourceOf(attr *hcl.Attribute) string {
	if attr == nil {
		return ""
	}
	at := attr.Expr.Range()
	file := l.folder.files[at.Filename]
	if file == nil || !at.CanSliceBytes(file.Bytes) {
		return ""
	}
	return string(at.SliceBytes(file.Bytes))
}
