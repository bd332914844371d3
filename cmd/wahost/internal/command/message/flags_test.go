// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/broadcast"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// composed builds the message of a command line and, if there is a file with one row, the message of that row.
func composed(t *testing.T, args []string, file, stdin string) (string, error) {
	t.Helper()
	f, cmd := &messageFlags{app: cli.NewApp(strings.NewReader(stdin), io.Discard, io.Discard)}, &cobra.Command{}
	f.register(cmd)
	(&fileFlags{}).register(cmd)
	path := ""
	if file != "" {
		path = filepath.Join(t.TempDir(), "r.csv")
		require.NoError(t, os.WriteFile(path, []byte(file), 0o600))
		args = append(args, "--to-file", path)
	}
	require.NoError(t, cmd.ParseFlags(args))
	m, err := f.build()
	if err != nil {
		return "", err
	}
	if path != "" {
		if m, err = rowOf(t, m, path); err != nil {
			return "", err
		}
	}
	var parts []string
	if len(m.GetTemplate().GetComponents()) > 0 {
		for _, c := range m.GetTemplate().GetComponents() {
			for _, p := range c.GetParameters() {
				parts = append(parts, strings.Trim(strings.Join([]string{c.GetType(), c.GetIndex(), p.GetParameterName(), p.GetText() + p.GetImage().GetLink()}, " "), " "))
			}
		}
		return m.GetTemplate().GetLanguage().GetCode() + ": " + strings.Join(parts, "; "), nil
	}
	return message.RenderVariables(m.GetText().GetBody(), m.GetWahost().GetVariables())
}

// rowOf returns the message of the only row of a recipients file, or the error with which the row is rejected.
func rowOf(t *testing.T, m *message.Message, path string) (sent *message.Message, err error) {
	t.Helper()
	file, err := broadcast.Open(path)
	require.NoError(t, err)
	defer func() { assert.NoError(t, file.Close()) }()
	s := &sender{}
	_, runErr := broadcast.Run(t.Context(), broadcast.Options{
		File: file, Message: m, Journal: path + ".journal", Sender: s,
		Result: func(_ broadcast.Row, r dispatch.Result) error {
			if r.Outcome.Rejected != nil {
				err = errors.New(r.Outcome.Rejected.Detail)
			}
			return nil
		},
	})
	require.NoError(t, runErr)
	return s.prepared, err
}

// sender keeps the last message that it prepared and accepts everything.
type sender struct{ prepared *message.Message }

func (s *sender) Prepare(m *message.Message) *dispatch.Content {
	s.prepared = m
	return &dispatch.Content{}
}

func (s *sender) Record(dispatch.Recorder) {}

func (s *sender) StopWaiting() {}

func (s *sender) Submit(_ context.Context, req dispatch.Request, done func(dispatch.Result)) {
	done(dispatch.Result{ID: req.ID, To: req.To, Outcome: outcome.Outcome{Accepted: &outcome.Accepted{}}})
}

func TestCompose(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		args  string // separated by |
		file  string
		stdin string
		want  string
		err   string
	}{
		"names in any case":         {args: "--template|t|--language|en|--param|Name=Ann|--param|order_no=1", want: "en: body  Name Ann; body  order_no 1"},
		"names in a text":           {args: "--text|Hi {{Name}}|--param|Name=Ann", want: "Hi Ann"},
		"numbers":                   {args: "--template|t|--language|en|--param|2=b=c|--param|1=utm_x=1", want: "en: body   utm_x=1; body   b=c"},
		"the number after a number": {args: "--text|{{1}} {{2}} {{3}} {{n}}|--param|2=b|--param|c|--param|n=d|--param|1=a", want: "a b c d"},
		"not a name, so a value":    {args: "--text|{{1}} {{2}}|--param|a b=c|--param|=", want: "a b=c ="},
		"a number passed over":      {args: "--template|t|--language|en|--param|2=b", err: "placeholder 1 has no value"},
		"a number out of range":     {args: "--text|{{1}}|--param|0=secret", err: "numbered from 1 to 999; to give a value that begins so, write its number first, as in 1=0=..."},
		"a large number":            {args: "--text|{{1}}|--param|99999999999999999999=x", err: "numbered from 1 to 999"},
		"a name given twice":        {args: "--text|{{n}}|--param|n=1|--param|n=2", err: "placeholder n is given twice"},
		"a number given twice":      {args: "--text|{{1}}|--param|a|--param|1=b", err: "placeholder 1 is given twice"},

		"no values":                        {args: "--text|Hi {{1}} from {{name}}", err: "placeholders without a value: 1, name. Give them with --param"},
		"no values and no columns":         {args: "--text|Hi {{1}}", file: "to\n+4915112345678\n", err: "placeholders without a value: 1"},
		"values in columns":                {args: "--text|Hi {{1}}", file: "to,1\n+4915112345678,Ann\n", want: "Hi Ann"},
		"values in columns and flags":      {args: "--text|{{1}} {{n}}|--param|n=5", file: "to,1\n+4915112345678,Ann\n", want: "Ann 5"},
		"a column that the text has not":   {args: "--text|Hi", file: "to,name\n+4915112345678,Ann\n", err: "no placeholder for the variables: name"},
		"braces in a message":              {args: "--message|-", stdin: `{"text":{"body":"Hi 5"}}`, want: "Hi 5"},
		"columns of templates with a text": {args: "--text|Hi", file: "to,header.image,language,button.0\n+4915112345678,a,en,x\n", err: "columns such as language, header.image, button.0 need a template"},

		"language in a column":        {args: "--template|t", file: "to,language,customer,no\n+4915112345678,id,Ann,7\n", want: "id: body  customer Ann; body  no 7"},
		"language nowhere":            {args: "--template|t", file: "to,customer\n+4915112345678,Ann\n", err: "template.language.code"},
		"an empty language":           {args: "--template|t|--language|en", file: "to,language,n\n+4915112345678,,Ann\n", want: "en: body  n Ann"},
		"flags and columns by name":   {args: "--template|t|--language|en|--param|no=5|--param|customer=Bob", file: "to,customer\n+4915112345678,Ann\n", want: "en: body  no 5; body  customer Ann"},
		"flags and columns by number": {args: "--template|t|--language|en|--param|2=5", file: "to,1\n+4915112345678,Ann\n", want: "en: body   Ann; body   5"},
		"flags and columns that mix":  {args: "--template|t|--language|en|--param|5", file: "to,customer\n+4915112345678,Ann\n", err: "Name all or none"},
		"columns with a gap":          {args: "--template|t|--language|en", file: "to,2\n+4915112345678,Ann\n", err: `placeholder 1 has no value and a later one has: give --param 1=VALUE or, with --to-file, a column "1"`},
		"one column under two names":  {args: "--template|t|--language|en", file: "to,1,01\n+4915112345678,Ann,Bob\n", err: `column "1" appears twice`},
		"a header of flag and column": {args: "--template|t|--language|en|--header-image|https://a.example/1", file: "to,header.image\n+4915112345678,https://a.example/2\n", want: "en: header   https://a.example/2"},
		"two headers":                 {args: "--template|t|--language|en|--header-text|x", file: "to,header.image\n+4915112345678,https://a.example/2\n", err: "two components of the type header"},
		"a button of flag and column": {args: "--template|t|--language|en|--button|0=a", file: "to,button.0\n+4915112345678,b\n", want: "en: button 0  b"},
		"an empty header":             {args: "--template|t|--language|en", file: "to,header.image\n+4915112345678,\n", err: "template.components[0].parameters[0].image"},
		"an empty parameter":          {args: "--template|t|--language|en", file: "to,n\n+4915112345678,\n", err: "template.components[0].parameters[0]"},
		"columns and a message":       {args: "--message|-", stdin: `{"template":{"name":"t","language":{"code":"en"},"components":[{"type":"BODY","parameters":[{"type":"text","parameter_name":"no","text":"5"}]}]}}`, file: "to,customer\n+4915112345678,Ann\n", want: "en: body  no 5; body  customer Ann"},
		"columns and an empty message": {args: "--message|-", stdin: `{"type":"template"}`, file: "to,customer\n+4915112345678,Ann\n",
			err: "template"},
		"a column that has no name": {args: "--text|Hi", file: "to, \n+4915112345678,x\n", err: `column "" is neither "to" nor the number or name of a placeholder`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := composed(t, strings.Split(tt.args, "|"), tt.file, tt.stdin)
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				assert.NotContains(t, err.Error(), "secret")
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

// A message in a file may contain braces that are not placeholders.
func TestComposeLeavesBracesOfAMessage(t *testing.T) {
	t.Parallel()
	stdin := strings.NewReader(`{"text":{"body":"Use {{1}} in a template"}}`)
	f, cmd := &messageFlags{app: cli.NewApp(stdin, io.Discard, io.Discard)}, &cobra.Command{}
	f.register(cmd)
	require.NoError(t, cmd.ParseFlags([]string{"--message", "-"}))
	m, err := f.build()
	require.NoError(t, err)
	assert.Equal(t, "Use {{1}} in a template", m.GetText().GetBody())
}
