// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package providertest

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"mime"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

var update = flag.Bool("update", false, "record the files of providertest.Golden")

// Recipient is the recipient of the messages that Golden and Fidelity send.
var Recipient = message.Recipient{Kind: message.RecipientPhone, Address: "+12025550123"}

// Golden runs a subtest for each *.txtar file of a folder. The first section of a file is a message as Cloud API
// JSON. Golden sends it to Recipient, and compares the outcome and the vendor requests with the sections that follow.
// With the flag -update it writes these sections instead.
//
// If schemaFile is not empty, it names a JSON Schema that the body of each request must conform to. A form conforms as an object of
// texts. The values of the given headers are part of what is compared; other headers are not.
func Golden(t *testing.T, dir, schemaFile string, v *Vendor, c provider.Channel, headers ...string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no *.txtar files in %s (%v)", dir, err)
	}
	var schema *jsonschema.Schema
	if schemaFile != "" {
		if schema, err = jsonschema.NewCompiler().Compile(schemaFile); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			goldenFile(t, file, schema, v, c, headers)
		})
	}
}

func goldenFile(t *testing.T, file string, schema *jsonschema.Schema, v *Vendor, c provider.Channel, headers []string) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(archive.Files) == 0 {
		t.Fatalf("%s has no section with a message", file)
	}
	m, err := message.Parse(archive.Files[0].Data)
	if err != nil {
		t.Fatal(err)
	}
	v.Take()
	result := c.Send(t.Context(), provider.SendRequest{DeliveryID: "delivery-1", Message: m, To: Recipient})
	got := []txtar.File{archive.Files[0], {Name: "outcome", Data: formatOutcome(result)}}
	for _, r := range v.Take() {
		if schema != nil {
			body, err := r.decode()
			if err == nil {
				err = schema.Validate(body)
			}
			if err != nil {
				t.Fatalf("the request does not conform to the schema: %v", err)
			}
		}
		got = append(got, txtar.File{Name: "request", Data: formatRequest(r, headers)})
	}
	if *update {
		archive.Files = got
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(formatSections(archive.Files), formatSections(got)); diff != "" {
		t.Errorf("run the test with -update to accept the difference (-recorded +got):\n%s", diff)
	}
}

func formatSections(files []txtar.File) string {
	return string(txtar.Format(&txtar.Archive{Files: files}))
}

func formatOutcome(o outcome.Outcome) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%s attempts=%d\n", o.Word(), o.Attempts)
	switch {
	case o.Accepted != nil:
		fmt.Fprintf(&b, "id=%s group=%s aliases=%v\n", o.Accepted.ProviderMessageID, o.Accepted.GroupID, o.Accepted.Aliases)
	case o.Unknown != nil && (o.Unknown.GroupID != "" || len(o.Unknown.Aliases) > 0):
		fmt.Fprintf(&b, "group=%s aliases=%v\n", o.Unknown.GroupID, o.Unknown.Aliases)
	case o.Rejected != nil:
		fmt.Fprintf(&b, "%s at %s: %s\n", o.Rejected.Reason, o.Rejected.Path, o.Rejected.Detail)
	}
	for _, path := range o.IgnoredFields {
		fmt.Fprintf(&b, "ignored %s\n", path)
	}
	return []byte(b.String())
}

// form returns the values of a form, or false if the body is not a form.
func (r Request) form() (url.Values, bool) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "application/x-www-form-urlencoded" {
		return nil, false
	}
	values, err := url.ParseQuery(string(r.Body))
	return values, err == nil
}

// text returns the body as text, and a form with a line for each value.
func (r Request) text() string {
	form, ok := r.form()
	if !ok {
		return string(r.Body)
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, value := range form[name] {
			fmt.Fprintf(&b, "%s=%s\n", name, value)
		}
	}
	return b.String()
}

// decode returns the body for a schema.
func (r Request) decode() (any, error) {
	form, ok := r.form()
	if !ok {
		return jsonschema.UnmarshalJSON(bytes.NewReader(r.Body))
	}
	object := map[string]any{}
	for name := range form {
		object[name] = form.Get(name)
	}
	return object, nil
}

// formatRequest writes a request for a golden file. A JSON body is indented, and a form has a line for each value. Any other body is
// written as it is.
func formatRequest(r Request, headers []string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s\n", r.Method, r.Path)
	for _, name := range headers {
		fmt.Fprintf(&b, "%s: %s\n", name, r.Header.Get(name))
	}
	b.WriteByte('\n')
	if json.Indent(&b, r.Body, "", "  ") != nil {
		b.WriteString(strings.TrimSuffix(r.text(), "\n"))
	}
	b.WriteByte('\n')
	return b.Bytes()
}
