// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package plugintest

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

var update = flag.Bool("update", false, "write golden files")

// Recipient is whom Golden and Fidelity send to.
var Recipient = message.Recipient{Kind: message.RecipientPhone, Address: "+12025550123"}

// Golden sends the message.json of each *.txtar file of a folder, and compares requests and outcome with those recorded in
// the file. With -update it records them. Requests must also be valid by the JSON Schema in schemaFile, "" for none.
func Golden(t *testing.T, dir, schemaFile string, v *Vendor, c provider.Channel, headers ...string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var schema *jsonschema.Schema
	if schemaFile != "" {
		schema, err = jsonschema.NewCompiler().Compile(schemaFile)
		require.NoError(t, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			require.NotEmpty(t, archive.Files)
			m, err := message.Parse(archive.Files[0].Data)
			require.NoError(t, err)
			v.Take()
			result := c.Send(t.Context(), provider.SendRequest{DeliveryID: "delivery-1", Message: m, To: Recipient})
			got := []txtar.File{archive.Files[0], {Name: "outcome", Data: describe(result)}}
			for _, r := range v.Take() {
				if schema != nil {
					body, err := jsonschema.UnmarshalJSON(bytes.NewReader(r.Body))
					require.NoError(t, err)
					require.NoError(t, schema.Validate(body))
				}
				got = append(got, txtar.File{Name: "request", Data: show(t, r, headers)})
			}
			if *update {
				archive.Files = got
				require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o644))
				return
			}
			if diff := cmp.Diff(text(archive.Files), text(got)); diff != "" {
				t.Errorf("run with -update if this is right (-want +got):\n%s", diff)
			}
		})
	}
}

func text(files []txtar.File) string { return string(txtar.Format(&txtar.Archive{Files: files})) }

func describe(o outcome.Outcome) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%s attempts=%d\n", o.Word(), o.Attempts)
	switch {
	case o.Accepted != nil:
		fmt.Fprintf(&b, "id=%s group=%s aliases=%v\n", o.Accepted.ProviderMessageID, o.Accepted.GroupID, o.Accepted.Aliases)
	case o.Rejected != nil:
		fmt.Fprintf(&b, "%s at %s: %s\n", o.Rejected.Reason, o.Rejected.Path, o.Rejected.Detail)
	}
	for _, path := range o.IgnoredFields {
		fmt.Fprintf(&b, "ignored %s\n", path)
	}
	return []byte(b.String())
}

func show(t *testing.T, r Request, headers []string) []byte {
	t.Helper()
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s\n", r.Method, r.Path)
	for _, name := range headers {
		fmt.Fprintf(&b, "%s: %s\n", name, r.Header.Get(name))
	}
	b.WriteByte('\n')
	require.NoError(t, json.Indent(&b, r.Body, "", "  "))
	b.WriteByte('\n')
	return b.Bytes()
}
