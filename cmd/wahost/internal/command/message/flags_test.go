// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
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
	"github.com/wahost/wahost/sdk/message"
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
		if m, err = rowOf(t, f, m, path); err != nil {
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

// rowOf returns the message of the only row of a recipients file, or the error of the file, the message or the row.
func rowOf(t *testing.T, f *messageFlags, m *message.Message, path string) (*message.Message, error) {
	t.Helper()
	file, err := broadcast.Open(t.Context(), path, broadcast.ReadOptions{Message: m})
	if err != nil {
		return nil, err
	}
	defer func() { assert.NoError(t, file.Close()) }()
	if err := f.check(m, file.Columns); err != nil {
		return nil, err
	}
	row, err := file.Next()
	require.NoError(t, err)
	switch {
	case row.Refusal != nil:
		return nil, errors.New(Prefixed(row.Refusal.Path, row.Refusal.Detail))
	case row.Message == nil:
		return m, nil
	}
	return row.Message, nil
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
		"a column that the text has not":   {args: "--text|Hi", file: "to,name\n+4915112345678,Ann\n", err: `column "name": the column is not used: the text takes no parameters`},
		"braces in a message":              {args: "--message|-", stdin: `{"text":{"body":"Hi 5"}}`, want: "Hi 5"},
		"columns of templates with a text": {args: "--text|Hi", file: "to,header.image,language,button.0\n+4915112345678,a,en,x\n", err: `column "header.image": only a template takes this column`},

		"language in a column":        {args: "--template|t", file: "to,language,customer,no\n+4915112345678,id,Ann,7\n", want: "id: body  customer Ann; body  no 7"},
		"language nowhere":            {args: "--template|t", file: "to,customer\n+4915112345678,Ann\n", err: "template.language.code"},
		"an empty language":           {args: "--template|t|--language|en", file: "to,language,n\n+4915112345678,,Ann\n", want: "en: body  n Ann"},
		"flags and columns by name":   {args: "--template|t|--language|en|--param|no=5|--param|customer=Bob", file: "to,customer\n+4915112345678,Ann\n", want: "en: body  no 5; body  customer Ann"},
		"flags and columns by number": {args: "--template|t|--language|en|--param|2=5", file: "to,1\n+4915112345678,Ann\n", want: "en: body   Ann; body   5"},
		"flags and columns that mix":  {args: "--template|t|--language|en|--param|5", file: "to,customer\n+4915112345678,Ann\n", err: "name parameters and others number them: use only one of the two"},
		"columns with a gap":          {args: "--template|t|--language|en", file: "to,2\n+4915112345678,Ann\n", err: "there is no column for the parameter 1 of the template t: add a column of that name, or give --param 1=VALUE"},
		"one column under two names":  {args: "--template|t|--language|en", file: "to,1,01\n+4915112345678,Ann,Bob\n", err: `column "01": the name is in the columns 2 and 3`},
		"a header of flag and column": {args: "--template|t|--language|en|--header-image|https://a.example/1", file: "to,header.image\n+4915112345678,https://a.example/2\n", want: "en: header   https://a.example/2"},
		"two headers":                 {args: "--template|t|--language|en|--header-text|x", file: "to,header.image\n+4915112345678,https://a.example/2\n", err: "two components of the type header"},
		"a button of flag and column": {args: "--template|t|--language|en|--button|0=a", file: "to,button.0\n+4915112345678,b\n", want: "en: button 0  b"},
		"an empty header":             {args: "--template|t|--language|en", file: "to,header.image\n+4915112345678,\n", err: "header.image: the cell is empty"},
		"an empty parameter":          {args: "--template|t|--language|en", file: "to,n\n+4915112345678,\n", err: "n: the cell is empty"},
		"columns and a message":       {args: "--message|-", stdin: `{"template":{"name":"t","language":{"code":"en"},"components":[{"type":"BODY","parameters":[{"type":"text","parameter_name":"no","text":"5"}]}]}}`, file: "to,customer\n+4915112345678,Ann\n", want: "en: body  no 5; body  customer Ann"},
		"columns and an empty message": {args: "--message|-", stdin: `{"type":"template"}`, file: "to,customer\n+4915112345678,Ann\n",
			err: "template"},
		"a column that has no name": {args: "--text|Hi", file: "to, ,n\n+4915112345678,x,y\n", err: "column 2 has no name"},
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
