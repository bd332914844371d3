// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/wahost/wahost/internal/hclbound"
	"github.com/wahost/wahost/internal/hclmeter"
)

// The blocks of a dialect file, as gohcl decodes them. Attributes that are checked further are kept as *hcl.Attribute,
// with their position.
type fileBlock struct {
	Dialect dialectBlock `hcl:"dialect,block"`
}

type dialectBlock struct {
	Name          string         `hcl:"name,label"`
	Version       *hcl.Attribute `hcl:"version"`
	Docs          *hcl.Attribute `hcl:"docs,optional"`
	Extends       *hcl.Attribute `hcl:"extends,optional"`
	Config        *hcl.Attribute `hcl:"config"`
	ChannelConfig *hcl.Attribute `hcl:"channel_config,optional"`
	Options       *hcl.Attribute `hcl:"options,optional"`
	Arguments     *hcl.Attribute `hcl:"arguments,optional"`
	CallbackURL   *hcl.Attribute `hcl:"callback_url,optional"`
	Auth          []authBlock    `hcl:"auth,block"`
	Routes        []routeBlock   `hcl:"route,block"`
	Errors        []errorBlock   `hcl:"error,block"`
	Limits        []limitBlock   `hcl:"limit,block"`
	Maps          []mapBlock     `hcl:"map,block"`
	Idempotency   *idemBlock     `hcl:"idempotency,block"`
	Schedule      *scheduleBlock `hcl:"schedule,block"`
	Webhook       *webhookBlock  `hcl:"webhook,block"`
	Samples       *samplesBlock  `hcl:"samples,block"`

	Signal       *signalBlock       `hcl:"signal,block"`
	Lookup       *lookupBlock       `hcl:"lookup,block"`
	MediaUpload  *uploadBlock       `hcl:"media_upload,block"`
	MediaFetch   *fetchBlock        `hcl:"media_fetch,block"`
	TemplateList *templateListBlock `hcl:"template_list,block"`

	Range hcl.Range `hcl:",def_range"`
}

type authBlock struct {
	In     string         `hcl:"in,label"`
	Name   *hcl.Attribute `hcl:"name,optional"`
	At     *hcl.Attribute `hcl:"at,optional"`
	Value  *hcl.Attribute `hcl:"value"`
	Error  *hcl.Attribute `hcl:"error"`
	Routes *hcl.Attribute `hcl:"routes,optional"`
	Source *hcl.Attribute `hcl:"source,optional"`
	Range  hcl.Range      `hcl:",def_range"`
}

type routeBlock struct {
	Name               string         `hcl:"name,label"`
	Method             *hcl.Attribute `hcl:"method"`
	Path               *hcl.Attribute `hcl:"path"`
	Accept             *hcl.Attribute `hcl:"accept"`
	RecipientAt        *hcl.Attribute `hcl:"recipient_at,optional"`
	RecipientSeparator string         `hcl:"recipient_separator,optional"`
	RecipientPrefix    string         `hcl:"recipient_prefix,optional"`
	MaxRecipients      int            `hcl:"max_recipients,optional"`
	Kind               *hcl.Attribute `hcl:"kind,optional"`
	TypeAt             *hcl.Attribute `hcl:"type_at,optional"`
	Schema             *hcl.Attribute `hcl:"schema,optional"`
	Violation          *hcl.Attribute `hcl:"violation,optional"`
	Reply              *hcl.Attribute `hcl:"reply"`
	Public             bool           `hcl:"public,optional"`
	Source             *hcl.Attribute `hcl:"source,optional"`
	Range              hcl.Range      `hcl:",def_range"`
}

type errorBlock struct {
	Name    string         `hcl:"name,label"`
	Status  *hcl.Attribute `hcl:"status"`
	Body    *hcl.Attribute `hcl:"body,optional"`
	Headers *hcl.Attribute `hcl:"headers,optional"`
	Kinds   *hcl.Attribute `hcl:"kinds,optional"`
	Item    *hcl.Attribute `hcl:"item,optional"`
	Answers []answerBlock  `hcl:"answer,block"`
	Code    string         `hcl:"code,optional"`
	Reason  *hcl.Attribute `hcl:"reason"`
	Retry   *hcl.Attribute `hcl:"retry"`
	Scope   *hcl.Attribute `hcl:"scope,optional"`
	// RetryAfter is in seconds.
	RetryAfter   int            `hcl:"retry_after,optional"`
	Asynchronous bool           `hcl:"asynchronous,optional"`
	Source       *hcl.Attribute `hcl:"source"`
	Range        hcl.Range      `hcl:",def_range"`
}

type answerBlock struct {
	Route   string         `hcl:"route,label"`
	Types   *hcl.Attribute `hcl:"types,optional"`
	Status  *hcl.Attribute `hcl:"status,optional"`
	Body    *hcl.Attribute `hcl:"body,optional"`
	Headers *hcl.Attribute `hcl:"headers,optional"`
	Range   hcl.Range      `hcl:",def_range"`
}

type scheduleBlock struct {
	At     *hcl.Attribute `hcl:"at"`
	Times  *hcl.Attribute `hcl:"times"`
	Source *hcl.Attribute `hcl:"source"`
	Range  hcl.Range      `hcl:",def_range"`
}

type mapBlock struct {
	Kind      string         `hcl:"kind,label"`
	Paths     *hcl.Attribute `hcl:"paths"`
	Fold      []string       `hcl:"fold,optional"`
	Duplicate []string       `hcl:"duplicate,optional"`
	Required  *hcl.Attribute `hcl:"required,optional"`
	Source    *hcl.Attribute `hcl:"source,optional"`
	Range     hcl.Range      `hcl:",def_range"`
}

type idemBlock struct {
	Supported bool           `hcl:"supported"`
	Header    string         `hcl:"header,optional"`
	At        *hcl.Attribute `hcl:"at,optional"`
	Range     hcl.Range      `hcl:",def_range"`
}

type limitBlock struct {
	Kind    string         `hcl:"kind,label"`
	Path    string         `hcl:"path"`
	Maximum int            `hcl:"maximum"`
	Unit    string         `hcl:"unit"`
	Source  *hcl.Attribute `hcl:"source"`
	Range   hcl.Range      `hcl:",def_range"`
}

type webhookBlock struct {
	Method     *hcl.Attribute   `hcl:"method"`
	Format     *hcl.Attribute   `hcl:"format,optional"`
	Headers    *hcl.Attribute   `hcl:"headers,optional"`
	Secrets    *hcl.Attribute   `hcl:"secrets,optional"`
	Times      *hcl.Attribute   `hcl:"times,optional"`
	Batch      *hcl.Attribute   `hcl:"batch,optional"`
	Signatures []signatureBlock `hcl:"signature,block"`
	Challenge  *challengeBlock  `hcl:"challenge,block"`
	Events     []eventBlock     `hcl:"event,block"`
	Range      hcl.Range        `hcl:",def_range"`
}

type signatureBlock struct {
	Scheme    string         `hcl:"scheme,label"`
	Key       *hcl.Attribute `hcl:"key"`
	Over      *hcl.Attribute `hcl:"over"`
	Separator string         `hcl:"separator,optional"`
	Fields    *hcl.Attribute `hcl:"fields,optional"`
	Headers   *hcl.Attribute `hcl:"headers"`
	Exact     bool           `hcl:"exact,optional"`
	// Window is in seconds.
	Window int       `hcl:"window,optional"`
	Range  hcl.Range `hcl:",def_range"`
}

type challengeBlock struct {
	Query  *hcl.Attribute `hcl:"query"`
	Reply  *hcl.Attribute `hcl:"reply"`
	Token  *hcl.Attribute `hcl:"token"`
	Source *hcl.Attribute `hcl:"source"`
	Range  hcl.Range      `hcl:",def_range"`
}

type eventBlock struct {
	Name    string         `hcl:"name,label"`
	Status  *hcl.Attribute `hcl:"status,optional"`
	Inbound *hcl.Attribute `hcl:"inbound,optional"`
	Times   *hcl.Attribute `hcl:"times,optional"`
	Body    *hcl.Attribute `hcl:"body"`
	Source  *hcl.Attribute `hcl:"source"`
	Range   hcl.Range      `hcl:",def_range"`
}

type samplesBlock struct {
	Recipients   []string       `hcl:"recipients"`
	BadRecipient string         `hcl:"bad_recipient,optional"`
	Template     *templateBlock `hcl:"template,block"`
	Range        hcl.Range      `hcl:",def_range"`
}

type templateBlock struct {
	Name     string         `hcl:"name"`
	Language string         `hcl:"language"`
	Category *hcl.Attribute `hcl:"category,optional"`
}

// Load reads a dialect file, its schemas, and the dialects that it extends. The dialect is nil if the diagnostics have errors.
func Load(name string) (*Dialect, hcl.Diagnostics) {
	read := func(name string) ([]byte, error) { return os.ReadFile(filepath.FromSlash(name)) }
	return parse(read, filepath.ToSlash(name))
}

// LoadFS is like Load, but reads from a file system, such as an embedded one.
func LoadFS(fsys fs.FS, name string) (*Dialect, hcl.Diagnostics) {
	return parse(func(name string) ([]byte, error) { return fs.ReadFile(fsys, name) }, path.Clean(name))
}

func parse(read func(string) ([]byte, error), name string) (*Dialect, hcl.Diagnostics) {
	r := reader{read: read, digest: sha256.New()}
	data, err := read(name)
	if err != nil {
		return nil, hcl.Diagnostics{cannotRead(name, err)}
	}
	raw, chain, diags := r.file(data, name, []string{name})
	if raw != nil {
		diags = append(diags, missing(reflect.ValueOf(*raw))...)
	}
	if diags.HasErrors() {
		return nil, diags
	}
	d := r.dialect(*raw)
	diags = append(diags, r.diags...)
	if diags.HasErrors() {
		return nil, diags
	}
	d.Extends = chain[1:]
	d.Digest = hex.EncodeToString(r.digest.Sum(nil))
	return d, diags
}

// file reads a file and the dialects that it extends, and returns them as one block. The chain has the names of the files and
// families that were read, the file itself last.
func (r *reader) file(data []byte, name string, chain []string) (*dialectBlock, []string, hcl.Diagnostics) {
	if d := hclbound.Check(data, name); d != nil {
		return nil, chain, hcl.Diagnostics{d}
	}
	f, diags := hclsyntax.ParseConfig(data, name, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, chain, diags
	}
	r.digest.Write(data)
	if body, ok := f.Body.(*hclsyntax.Body); ok {
		hclmeter.Limit(body)
	}
	var raw fileBlock
	diags = append(diags, gohcl.DecodeBody(f.Body, nil, &raw)...)
	if raw.Dialect.Range == (hcl.Range{}) { // there is no dialect block
		return nil, chain, diags
	}
	if diags.HasErrors() || raw.Dialect.Extends == nil {
		return &raw.Dialect, chain, diags
	}
	base, chain, more := r.base(raw.Dialect.Extends, chain)
	diags = append(diags, more...)
	if base == nil {
		return &raw.Dialect, chain, diags
	}
	merged := merge(*base, raw.Dialect)
	return &merged, chain, diags
}

// missing reports the missing required attributes of a block and of its nested blocks. gohcl treats each attribute kept
// as *hcl.Attribute as optional, because its field is a pointer.
func missing(block reflect.Value) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for i := range block.NumField() {
		field, tag := block.Field(i), block.Type().Field(i).Tag.Get("hcl")
		name, kind, _ := strings.Cut(tag, ",")
		switch {
		case kind == "block" && field.Kind() == reflect.Slice:
			for j := range field.Len() {
				diags = append(diags, missing(field.Index(j))...)
			}
		case kind == "block" && field.Kind() == reflect.Pointer && !field.IsNil():
			diags = append(diags, missing(field.Elem())...)
		case kind == "" && field.Kind() == reflect.Pointer && field.IsNil():
			at := block.FieldByName("Range").Interface().(hcl.Range)
			diags = append(diags, &hcl.Diagnostic{
				Severity: hcl.DiagError, Subject: &at, Summary: "Missing required argument",
				Detail: fmt.Sprintf("The argument %q is required, but no definition was found.", name),
			})
		}
	}
	return diags
}

func cannotRead(name string, err error) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Subject:  &hcl.Range{Filename: name},
		Summary:  "Cannot read the dialect",
		Detail:   "The file " + name + " cannot be read: " + withoutPath(err) + ".",
	}
}

// withoutPath returns the text of an error without the path of the file.
func withoutPath(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	return err.Error()
}
