// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/compose"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// DecodeTest evaluates a run in this configuration, which was loaded with the run's Vars. readFile returns the content of a
// message file as JSON.
func (r *Result) DecodeTest(run TestRun, readFile func(path string) ([]byte, error)) (config.Test, hcl.Diagnostics) {
	b := &lang.Block{Scope: r.scope, Attrs: run.content.Attributes, Range: run.block.DefRange}
	test := config.Test{Name: run.Name}
	for _, it := range b.Channels("unhealthy") {
		test.Unhealthy = append(test.Unhealthy, it.Channel)
	}
	for _, inner := range run.content.Blocks {
		switch inner.Type {
		case "message":
			test.Message = decodeMessage(b, inner)
		case "expect":
			test.Expect = r.decodeExpect(b, inner)
		}
	}
	if b.Has("message_file") {
		test.Message = decodeMessageFile(b, filepath.Dir(run.At.File), readFile)
	}
	if test.Message != nil || b.Has("to") {
		test.To = decodeRecipient(b, test.Message)
	}
	if err := r.Config.CheckTarget(test.Message); err != nil {
		text := err.Error()
		b.Error(messageRange(run), "Invalid message", strings.ToUpper(text[:1])+text[1:])
	}
	return test, new(Folder).sorted(b.Diags)
}

// messageRange returns the range of what a run has as its message.
func messageRange(run TestRun) hcl.Range {
	if attr := run.content.Attributes["message_file"]; attr != nil {
		return attr.Expr.Range()
	}
	for _, inner := range run.content.Blocks.OfType("message") {
		return inner.DefRange
	}
	return run.block.DefRange
}

// decodeRecipient returns the recipient of a run.
func decodeRecipient(b *lang.Block, m *message.Message) message.Recipient {
	if !b.Has("to") {
		to, err := message.RecipientOf(m)
		if err != nil {
			b.Error(b.Range, "Missing recipient", `The run has no recipient. Write for instance: to = "+4915112345678"`)
		}
		return to
	}
	before := len(b.Diags)
	text := b.Text("to")
	to, err := message.ParseRecipient(text)
	if err != nil && len(b.Diags) == before {
		b.Error(b.RangeOf("to"), "Invalid recipient", details(err))
	}
	return to
}

// decodeMessageFile reads the message of message_file.
func decodeMessageFile(b *lang.Block, dir string, readFile func(path string) ([]byte, error)) *message.Message {
	before := len(b.Diags)
	name := b.Text("message_file")
	if len(b.Diags) > before {
		return nil
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	raw, err := readFile(name)
	if err != nil {
		b.Error(b.RangeOf("message_file"), "Message file not readable", lang.Sentence(err))
		return nil
	}
	m, err := message.Parse(raw)
	if err != nil {
		b.Error(b.RangeOf("message_file"), "Invalid message", fmt.Sprintf("In the file %s: %s", name, details(err)))
		return nil
	}
	return m
}

// shortForms are the arguments of a message block that the Cloud API message object does not have.
var shortForms = []string{"category", "language", "params"}

// decodeMessage reads a message block: the fields of the Cloud API message object, of which text and template may be
// strings.
func decodeMessage(outer *lang.Block, hb *hcl.Block) *message.Message {
	attrs, diags := hb.Body.JustAttributes()
	b := &lang.Block{Scope: outer.Scope, Attrs: attrs, Range: hb.DefRange, Diags: diags}
	defer func() { outer.Diags = append(outer.Diags, b.Diags...) }()
	fields := map[string]any{}
	for _, attr := range sortedAttributes(attrs) {
		v, ok := b.Value(attr.Name, cty.DynamicPseudoType)
		if !ok || slices.Contains(shortForms, attr.Name) {
			continue
		}
		short := v.Type() == cty.String
		data, err := ctyjson.Marshal(v, v.Type())
		switch {
		case err != nil:
			b.Error(attr.Expr.Range(), "Invalid message", "This value cannot be a part of a message. Write strings, numbers, lists and objects.")
		case attr.Name == "text" && short:
			fields["text"] = map[string]any{"body": v.AsString()}
		case attr.Name == "template" && short:
			template := map[string]any{"name": v.AsString()}
			if language := b.Text("language"); language != "" {
				template["language"] = map[string]any{"code": language}
			}
			fields["template"] = template
		default:
			fields[attr.Name] = json.RawMessage(data)
		}
	}
	if b.Diags.HasErrors() {
		return nil
	}
	raw, err := json.Marshal(fields)
	if err != nil {
		b.Error(b.Range, "Invalid message", lang.Sentence(err))
		return nil
	}
	m, err := message.Parse(raw)
	if err != nil {
		messageErrors(b, err)
		return nil
	}
	decodeShortForms(b, m)
	return m
}

// messageErrors adds an error for each problem of a message, at the argument that it is about.
func messageErrors(b *lang.Block, err error) {
	var invalid *message.InvalidError
	if !errors.As(err, &invalid) {
		b.Error(b.Range, "Invalid message", lang.Sentence(err))
		return
	}
	for _, p := range invalid.Problems {
		at := b.Range
		field, _, _ := strings.Cut(p.Path, ".")
		field, _, _ = strings.Cut(field, "[")
		if attr := b.Attrs[field]; attr != nil {
			at = attr.Range
		}
		b.Error(at, "Invalid message", p.String())
	}
}

// decodeShortForms adds the category and the parameters to a message.
func decodeShortForms(b *lang.Block, m *message.Message) {
	if b.Has("category") {
		if m.Wahost == nil {
			m.Wahost = &message.Extension{}
		}
		m.Wahost.Category = b.Word("category", "template category", templateCategories)
	}
	for _, name := range []string{"language", "params"} {
		if b.Has(name) && m.Template == nil && (name == "language" || m.Text == nil) {
			b.Error(b.Attrs[name].NameRange, "Argument without effect", fmt.Sprintf("The argument %q needs a template.", name))
			return
		}
	}
	for _, p := range decodeParams(b) {
		if m.Template != nil {
			compose.SetParameter(m.Template, p)
		} else {
			compose.SetVariable(m, p)
		}
	}
}

// decodeParams reads params: a list of values, or an object with the names of the parameters.
func decodeParams(b *lang.Block) []compose.Param {
	v, ok := b.Value("params", cty.DynamicPseudoType)
	if !ok {
		return nil
	}
	wrong := func() {
		b.Error(b.RangeOf("params"), "Incorrect argument type", `Write the values in order, as in ["Ann"], or by name, as in { customer = "Ann" }.`)
	}
	if !v.CanIterateElements() {
		wrong()
		return nil
	}
	var out []compose.Param
	named := v.Type().IsObjectType() || v.Type().IsMapType()
	for it := v.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if value.IsNull() || value.Type() != cty.String {
			wrong()
			return nil
		}
		name := strconv.Itoa(len(out) + 1)
		if named {
			name = key.AsString()
		}
		out = append(out, compose.Param{Name: name, Value: value.AsString()})
	}
	return out
}

// decodeExpect reads an expect block.
func (r *Result) decodeExpect(outer *lang.Block, hb *hcl.Block) config.Expectation {
	content, _ := hb.Body.Content(expectBlock.Schema()) // its errors are those of ReadTests
	b := &lang.Block{Scope: outer.Scope, Attrs: content.Attributes, Range: hb.DefRange}
	defer func() { outer.Diags = append(outer.Diags, b.Diags...) }()
	var e config.Expectation
	if v, ok := b.Value("no_route", cty.Bool); ok {
		e.NoRoute = new(v.True())
	}
	if b.Has("route") {
		e.Route = new(r.expectedRoute(b))
	}
	if b.Has("channels") {
		e.Channels = []addr.Channel{}
		for _, it := range b.Channels("channels") {
			e.Channels = append(e.Channels, it.Channel)
		}
	}
	if b.Has("skipped") {
		e.Skipped = expectedSkips(b)
	}
	if b.Has("rejected") {
		e.Rejected = new(expectedReason(b, "rejected", b.Attrs["rejected"].Expr, sortedWords(outcome.Reasons())))
	}
	switch {
	case len(b.Attrs) == 0:
		b.Error(hb.DefRange, "Empty expectation", "An expect block without arguments would test nothing. Write at least one of: "+
			strings.Join(expectBlock.Names(), ", ")+".")
	case e.NoRoute != nil && *e.NoRoute && (e.Route != nil || len(e.Channels) > 0):
		b.Error(b.Attrs["no_route"].NameRange, "Conflicting arguments", "Where no route matches, there is neither a route nor a channel. Remove one of the arguments.")
	}
	return e
}

func (r *Result) expectedRoute(b *lang.Block) string {
	before := len(b.Diags)
	name := b.Text("route")
	var known []string
	for _, route := range r.Config.Routes {
		known = append(known, route.Name)
	}
	if len(b.Diags) == before && !slices.Contains(known, name) {
		b.Error(b.RangeOf("route"), "Unknown route", fmt.Sprintf("There is no route %q.%s", name,
			suggest.SentenceOr(name, known, " There are: "+suggest.List(known)+".")))
	}
	return name
}

// expectedSkips reads the channels that are skipped, with their reasons.
func expectedSkips(b *lang.Block) map[addr.Channel]string {
	skipped := map[addr.Channel]string{}
	attr := b.Attrs["skipped"]
	pairs, diags := hcl.ExprMap(attr.Expr)
	if diags.HasErrors() {
		b.Error(attr.Expr.Range(), "Incorrect argument type",
			`The argument "skipped" must have a reason for each channel: { channel.PROVIDER.NAME = "unsupported", ... }.`)
		return skipped
	}
	allowed := append(sortedWords(outcome.Reasons()), config.SkipUnhealthy)
	for _, pair := range pairs {
		a, ok := b.ChannelKey("skipped", pair.Key)
		reason := expectedReason(b, "skipped", pair.Value, allowed)
		if !ok {
			continue
		}
		if _, twice := skipped[a]; twice {
			b.Error(pair.Key.Range(), "Duplicate value", fmt.Sprintf("%s is in \"skipped\" twice: remove one.", a.Reference()))
		}
		skipped[a] = reason
	}
	return skipped
}

// expectedReason reads a reason, which must be one of the allowed words.
func expectedReason(b *lang.Block, name string, expr hcl.Expression, allowed []string) string {
	v, ok := b.ValueOf(name, expr, cty.String)
	if !ok {
		return ""
	}
	b.Allowed(expr.Range(), v.AsString(), "reason", allowed)
	return v.AsString()
}

// details returns what is wrong with a message, without the words that begin each such error.
func details(err error) string {
	var invalid *message.InvalidError
	if !errors.As(err, &invalid) {
		return lang.Sentence(err)
	}
	var all []string
	for _, p := range invalid.Problems {
		all = append(all, p.Detail)
		if p.Path != "" && p.Path != "to" {
			all[len(all)-1] = p.String()
		}
	}
	return strings.Join(all, " ")
}
