// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	generator "github.com/invopop/jsonschema"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/certificate"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/core/registry/verify"
)

// publishedSchema is a JSON Schema in certification/schemas.
type publishedSchema struct {
	file, title string
	value       any
	// later are properties of objects that files of the first version of the format do not have.
	later map[string][]string
}

var publishedSchemas = []publishedSchema{
	{
		file: "report-1.schema.json", title: "Report of a conformance run, format 1.x", value: &report.Report{},
		later: map[string][]string{"SuiteInfo": {"build"}},
	},
	{file: "predicate-1.schema.json", title: "Predicate of a certificate, " + verify.PredicateType, value: &verify.Predicate{}},
}

func (s publishedSchema) path() string { return filepath.Join("certification", "schemas", s.file) }

// generate returns the schema of the Go types, with their comments. Objects may have other properties, because a later minor
// version may add some.
func (s publishedSchema) generate(t *testing.T) []byte {
	t.Helper()
	r := &generator.Reflector{AllowAdditionalProperties: true, Anonymous: true, Mapper: closedWords}
	for _, folder := range []string{"conformance/report", "core/registry/verify", "sdk/capability", "sdk/message"} {
		require.NoError(t, r.AddGoComments("github.com/wahost/wahost", filepath.Join("..", folder)))
	}
	schema := r.Reflect(s.value)
	schema.ID, schema.Title = generator.ID("https://wahost.dev/schemas/conformance/"+s.file), s.title
	for name, properties := range s.later {
		if d := schema.Definitions[name]; d != nil {
			d.Required = slices.DeleteFunc(d.Required, func(p string) bool { return slices.Contains(properties, p) })
		}
	}
	data, err := json.MarshalIndent(schema, "", "  ")
	require.NoError(t, err)
	return append(data, '\n')
}

// closedWords gives statuses and levels the list of their words.
func closedWords(t reflect.Type) *generator.Schema {
	enum := func(words []report.Word) *generator.Schema {
		s := &generator.Schema{Type: "string"}
		for _, w := range words {
			s.Enum = append(s.Enum, w.Word)
		}
		return s
	}
	switch t {
	case reflect.TypeFor[report.Status]():
		return enum(report.StatusWords())
	case reflect.TypeFor[report.Level]():
		return enum(report.LevelWords())
	}
	return nil
}

// compiled returns the published schema, ready to validate.
func (s publishedSchema) compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	data, err := os.ReadFile(s.path())
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource(s.file, doc))
	out, err := c.Compile(s.file)
	require.NoError(t, err)
	return out
}

// TestSchemas compares the published schemas with the Go types. With -update it writes them.
func TestSchemas(t *testing.T) {
	t.Parallel()
	for _, s := range publishedSchemas {
		fresh := s.generate(t)
		if *update {
			require.NoError(t, os.WriteFile(s.path(), fresh, 0o600))
		}
		written, err := os.ReadFile(s.path())
		require.NoError(t, err)
		assert.Equal(t, string(fresh), string(written), "%s is stale: run make docs", s.path())
	}
}

// TestReportsFitTheirSchema validates reports of the first and of the current version of the format, those that are published,
// and one that a later version could write.
func TestReportsFitTheirSchema(t *testing.T) {
	t.Parallel()
	schema := publishedSchemas[0].compiled(t)
	files, err := filepath.Glob("../conformance/report/testdata/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	submitted, err := filepath.Glob("../conformance/reports/*/*/report.json")
	require.NoError(t, err)
	for _, file := range append(files, submitted...) {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		_, err = report.Read(data)
		require.NoError(t, err, file)
		assert.NoError(t, validate(t, schema, data), file)
		assert.NoError(t, validate(t, schema, bytes.Replace(data, []byte(`"suite": {`), []byte(`"suite": {"added_later": true,`), 1)), file)
		for _, wrong := range [][2]string{{`"status": "pass"`, `"status": "passed"`}, {`"level": "core"`, `"level": "must"`}, {`"format_version"`, `"version"`}} {
			assert.Error(t, validate(t, schema, bytes.Replace(data, []byte(wrong[0]), []byte(wrong[1]), 1)), "%s with %s", file, wrong[1])
		}
	}
}

func validate(t *testing.T, schema *jsonschema.Schema, data []byte) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	return schema.Validate(doc)
}

// TestPredicatesFitTheirSchema validates what a certificate about the golden report says.
func TestPredicatesFitTheirSchema(t *testing.T) {
	t.Parallel()
	schema := publishedSchemas[1].compiled(t)
	data, err := os.ReadFile("../conformance/report/testdata/report-1.0.json")
	require.NoError(t, err)
	r, err := report.Read(data)
	require.NoError(t, err)
	statement, err := certificate.New(r, certificate.DefaultValidity)
	require.NoError(t, err)
	predicate, err := json.Marshal(statement.Predicate)
	require.NoError(t, err)
	assert.NoError(t, validate(t, schema, predicate))
	assert.NoError(t, validate(t, schema, bytes.Replace(predicate, []byte(`{`), []byte(`{"addedLater":[1],`), 1)), "a later version may add properties")
	assert.Error(t, validate(t, schema, bytes.Replace(predicate, []byte(`"evaluated"`), []byte(`"Evaluated"`), 1)))
	assert.Error(t, validate(t, schema, bytes.Replace(predicate, []byte(`"seed":7`), []byte(`"seed":"7"`), 1)))
}
