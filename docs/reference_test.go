// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/plugins"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/serve"
)

// TestProviderReference compares the reference page of each shipped provider with its schema and its dialect. With -update it writes them.
func TestProviderReference(t *testing.T) {
	t.Parallel()
	const dir = "providers/reference"
	dialects, err := fs.Glob(plugins.Dialects, "*/dialect.hcl")
	require.NoError(t, err)
	require.NotEmpty(t, dialects)
	want := map[string]string{}
	for _, file := range dialects {
		name := filepath.Dir(file)
		want[name+".md"] = providerReference(t, name)
	}
	if *update {
		require.NoError(t, os.MkdirAll(dir, 0o755)) //nolint:gosec // it is a part of the repository
		for file, page := range want {
			require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(page), 0o600))
		}
	}
	written, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range written {
		names = append(names, e.Name())
	}
	require.Equal(t, slices.Sorted(maps.Keys(want)), names, "the pages are those of the shipped providers: run make docs")
	for file, page := range want {
		have, err := os.ReadFile(filepath.Join(dir, file))
		require.NoError(t, err)
		assert.Equal(t, page, string(have), "%s/%s is stale: run make docs", dir, file)
	}
}

// described is a provider as `wahost providers schema --json` shows it.
type described struct {
	Vendor       string                   `json:"vendor"`
	DocsURL      string                   `json:"docs_url"`
	Provider     serve.SchemaDocument     `json:"provider"`
	Channel      serve.SchemaDocument     `json:"channel"`
	Options      *serve.SchemaDocument    `json:"options"`
	Capabilities *capability.Capabilities `json:"capabilities"`
}

// providerReference returns the page about a shipped provider.
func providerReference(t *testing.T, name string) string {
	t.Helper()
	out, err := wahost(t.Context(), t.TempDir(), nil, "providers", "schema", name, "--json")
	require.NoError(t, err, out)
	var doc struct {
		Providers map[string]described `json:"providers"`
	}
	require.NoError(t, json.Unmarshal([]byte(out), &doc))
	p := doc.Providers[name]
	require.NotNil(t, p.Capabilities, "%s describes no capabilities", name)
	d, diags := dialect.LoadFS(plugins.Dialects, name+"/dialect.hcl")
	require.False(t, diags.HasErrors(), "%v", diags)

	var b strings.Builder
	fmt.Fprintf(&b, "# Reference: %s\n\nThis page follows from the schema of the provider and from its dialect; `make docs` writes it. "+
		"[Its README](../../../plugins/%s/README.md)\nexplains how the provider behaves.\n\n", name, name)
	b.WriteString(table([]string{"", ""}, [][]string{
		{"vendor", p.Vendor}, {"source address", code("wahost/" + name)}, {"program", code("wahost-provider-" + name)},
		{"documentation of the vendor", cmp.Or(p.DocsURL, d.Docs, "-")}, {"version of the vendor's API in the dialect", code(d.Version)},
	}))
	fmt.Fprintf(&b, "\n## Arguments\n\n### `provider %q`\n\n%s", name, bodyPart(p.Provider))
	fmt.Fprintf(&b, "\n### `channel %q \"NAME\"`\n\n%s", name, bodyPart(p.Channel))
	b.WriteString("\nEach channel may also have the arguments that [all channels](../../operating/configuration.md#blocks) have.\n\n## Options of a message\n\n")
	if p.Options == nil {
		b.WriteString("The provider has no options.\n")
	} else {
		fmt.Fprintf(&b, "They are in the message, as `wahost.vendor.%s`.\n\n%s", name, bodyPart(*p.Options))
	}
	b.WriteString("\n## Kinds\n\nWhat a channel with default arguments carries. Anything else is refused before the vendor is asked.\n\n" + kindsPart(*p.Capabilities))
	b.WriteString("\n" + powersPart(*p.Capabilities))
	b.WriteString("\n## Limits\n\n" + limitsPart(p.Capabilities.Limits))
	b.WriteString("\n## Errors\n\n" + errorsPart(name, d.Errors))
	b.WriteString("\n## Dialect\n\n" + dialectPart(d))
	return b.String()
}

// bodyPart describes the arguments of a block and its nested blocks.
func bodyPart(body serve.SchemaDocument) string {
	var b strings.Builder
	var rows [][]string
	for _, a := range body.Attributes {
		var typ string
		if json.Unmarshal(a.Type, &typ) != nil {
			typ = code(string(a.Type))
		}
		without := "not set"
		switch {
		case a.Required:
			without = "**required**"
		case len(a.Default) > 0:
			without = code(string(a.Default))
		}
		rows = append(rows, []string{code(a.Name), typ, without, strings.Join(argumentNotes(a), " ")})
	}
	if len(rows) == 0 {
		b.WriteString("No arguments.\n")
	} else {
		b.WriteString(table([]string{"argument", "type", "if it is missing", "meaning"}, rows))
	}
	for _, group := range body.ExactlyOneOf {
		fmt.Fprintf(&b, "\nExactly one of these is set: %s.\n", codes(group))
	}
	for _, inner := range body.Blocks {
		fmt.Fprintf(&b, "\nBlock `%s` (%s). %s\n\n%s", inner.Name, occurrences(inner), inner.Description, bodyPart(inner.Body))
	}
	return b.String()
}

func argumentNotes(a serve.AttributeDocument) []string {
	notes := []string{a.Description}
	if a.Sensitive {
		notes = append(notes, "Secret.")
	}
	if len(a.Allowed) > 0 {
		notes = append(notes, "Allowed: "+codes(a.Allowed)+".")
	}
	if a.PatternHint != "" {
		notes = append(notes, "It is "+a.PatternHint+".")
	}
	if a.Minimum != nil {
		notes = append(notes, "At least "+strconv.FormatFloat(*a.Minimum, 'g', -1, 64)+".")
	}
	if a.Maximum != nil {
		notes = append(notes, "At most "+strconv.FormatFloat(*a.Maximum, 'g', -1, 64)+".")
	}
	if len(a.ConflictsWith) > 0 {
		notes = append(notes, "Not with "+codes(a.ConflictsWith)+".")
	}
	if a.Deprecated != "" {
		notes = append(notes, "Deprecated: "+a.Deprecated)
	}
	return slices.DeleteFunc(notes, func(s string) bool { return s == "" })
}

func occurrences(b serve.BlockDocument) string {
	switch {
	case b.Nesting == "single" && b.MinItems > 0:
		return "required"
	case b.Nesting == "single":
		return "at most one"
	case b.MaxItems > 0:
		return fmt.Sprintf("%d to %d", b.MinItems, b.MaxItems)
	}
	return fmt.Sprintf("at least %d", b.MinItems)
}

// codes returns words as code, with commas between them.
func codes[T ~string](words []T) string {
	var out []string
	for _, w := range words {
		out = append(out, code(string(w)))
	}
	return strings.Join(out, ", ")
}

func kindsPart(c capability.Capabilities) string {
	var rows [][]string
	for _, k := range c.Kinds {
		rest := []string{}
		if len(k.ParameterTypes) > 0 {
			rest = append(rest, "parameters: "+codes(k.ParameterTypes))
		}
		if k.NamedParameters {
			rest = append(rest, "named parameters")
		}
		if len(k.Components) > 0 {
			rest = append(rest, "components: "+codes(k.Components))
		}
		if n := c.Recipients(k.Kind); n > 1 {
			rest = append(rest, fmt.Sprintf("%d recipients per request", n))
		}
		if len(k.MissingFields) > 0 {
			rest = append(rest, "not carried: "+codes(k.MissingFields))
		}
		rows = append(rows, []string{code(k.Kind), codes(k.HeaderKinds), codes(k.ButtonKinds), strings.Join(rest, "; ")})
	}
	return table([]string{"kind", "headers", "buttons", ""}, rows)
}

// powersPart lists what a channel can do beside carrying kinds of message.
func powersPart(c capability.Capabilities) string {
	yes := func(b bool) string {
		if b {
			return "yes"
		}
		return "no"
	}
	reference := "not carried"
	if c.ReferenceLength > 0 {
		reference = fmt.Sprintf("at most %d bytes", c.ReferenceLength)
	}
	recipients := c.RecipientKinds
	if len(recipients) == 0 {
		recipients = []message.RecipientKind{message.RecipientPhone}
	}
	sources := c.MediaSources
	if len(sources) == 0 {
		sources = []capability.MediaSource{capability.MediaByLink}
	}
	return table([]string{"what", ""}, [][]string{
		{"categories of templates", cmp.Or(codes(c.TemplateCategories), "all")},
		{"recipients", codes(recipients)},
		{"recipients per request", strconv.Itoa(max(1, c.MaxRecipients))},
		{"media by", codes(sources)},
		{"requests at a time", "at most " + strconv.Itoa(c.MaxConcurrency)},
		{"replies (`context.message_id`)", yes(c.ReplyContext)},
		{"`biz_opaque_callback_data`", reference},
		{"ids of the vendor", codeOr(string(c.IDScope), "none")},
		{"the vendor holds scheduled messages", yes(c.Scheduling)},
		{"webhooks", yes(c.Webhooks)},
		{"statuses", cmp.Or(codes(c.Statuses), "none")},
		{"inbound messages", cmp.Or(codes(c.InboundTypes), "none")},
		{"signals", cmp.Or(codes(c.Signals), "none")},
		{"look-up of messages", yes(c.Lookup)},
		{"upload of media, media of inbound messages", yes(c.MediaUpload) + ", " + yes(c.MediaFetch)},
		{"list of templates", yes(c.TemplateList)},
	})
}

func limitsPart(limits []message.Limit) string {
	if len(limits) == 0 {
		return "The limits are those that WhatsApp documents.\n"
	}
	var rows [][]string
	for _, l := range limits {
		rows = append(rows, []string{codeOr(l.Kind, "all"), code(l.Path), fmt.Sprintf("%d %s", l.Maximum, l.Unit), l.Source})
	}
	return "These differ from those that WhatsApp documents.\n\n" + table([]string{"kind", "field", "at most", "source"}, rows)
}

// codeOr returns a text as code, or another text if it is empty.
func codeOr(text, none string) string {
	if text == "" {
		return none
	}
	return code(text)
}

func errorsPart(name string, all []dialect.Error) string {
	var rows [][]string
	for _, e := range all {
		retry := string(e.Retry)
		if e.RetryAfter > 0 {
			retry += " " + seconds(e.RetryAfter)
		}
		kinds := ""
		if len(e.Kinds) > 0 {
			kinds = "For " + codes(e.Kinds) + ". "
		}
		rows = append(rows, []string{codeOr(e.Code, "-"), strconv.Itoa(e.Status), code(string(e.Reason)), retry, string(e.Scope), kinds + e.Source})
	}
	return fmt.Sprintf("What the vendor answers, and what the provider reports as an [outcome](../writing-a-provider.md#outcomes). The head of\n[the dialect](../../../plugins/%s/dialect.hcl) explains the "+
		"names of the sources.\n\n", name) +
		table([]string{"code", "HTTP status", "reason", "retry", "about", "source"}, rows)
}

func dialectPart(d *dialect.Dialect) string {
	var b strings.Builder
	b.WriteString("How the vendor's API is described for the emulator and the conformance suite; [dialects](../dialect.md) explains the notation of places.\n\n")
	var rows [][]string
	for _, r := range d.Routes {
		most := "-"
		if r.MaxRecipients > 0 {
			most = strconv.Itoa(r.MaxRecipients)
		}
		rows = append(rows, []string{code(r.Name), code(r.Method + " " + r.Path), string(r.Accept), most, r.Source})
	}
	b.WriteString(table([]string{"route", "request", "body", "recipients", "source"}, rows))
	rows = nil
	for _, a := range d.Auth {
		place := "body " + code(a.Body.String())
		switch {
		case a.Header != "":
			place = "header " + code(a.Header)
		case a.Query != "":
			place = "query " + code(a.Query)
		}
		rows = append(rows, []string{place, cmp.Or(codes(a.Routes), "all"), a.Source})
	}
	b.WriteString("\n" + table([]string{"credential", "routes", "source"}, rows))
	for _, m := range d.Maps {
		rows = nil
		for _, field := range slices.Sorted(maps.Keys(m.Paths)) {
			rows = append(rows, []string{code(field), code(m.Paths[field])})
		}
		if len(rows) > 0 {
			fmt.Fprintf(&b, "\n### `%s`\n\n", m.Kind)
			if m.Source != "" {
				fmt.Fprintf(&b, "Source: %s\n\n", m.Source)
			}
			b.WriteString(table([]string{"field of the message", "place in the request"}, rows))
		}
	}
	if len(d.Webhook.Events) > 0 {
		b.WriteString("\n### Webhooks\n\n" + eventsPart(d.Webhook))
	}
	return b.String()
}

func eventsPart(w dialect.Webhook) string {
	var rows [][]string
	for _, e := range w.Events {
		what := ""
		switch {
		case e.Status != "":
			what = "status " + code(string(e.Status))
		case e.Inbound != "":
			what = "inbound " + code(e.Inbound)
		}
		rows = append(rows, []string{code(e.Name), what, e.Source})
	}
	var b strings.Builder
	b.WriteString(table([]string{"event", "reports", "source"}, rows))
	for _, s := range w.Signatures {
		fmt.Fprintf(&b, "\nSignature: `%s` over %s, in %s.\n", s.Scheme, codes(s.Over), codes(slices.Sorted(maps.Keys(s.Headers))))
	}
	return b.String()
}
