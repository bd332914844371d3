// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mistakes are command lines that end with exit code 2, with a part of the error. DIR is a folder with a configuration,
// FILE an ordinary file with a line of text, and EMPTY an empty one.
var mistakes = map[string]struct{ line, want string }{
	"unknown command":              {"nonsense", `unknown command "nonsense" for wahost. wahost --help lists the commands`},
	"misspelt command":             {"explian", `Did you mean "explain"?`},
	"command of another program":   {"plan", `wahost has no command "plan". Did you mean "explain"?`},
	"misspelt command of a group":  {"conformance verfy", `unknown command "verfy" for wahost conformance. Did you mean "verify"?`},
	"unknown command of a group":   {"providers foo", `unknown command "foo" for wahost providers.`},
	"help of an unknown command":   {"help nope", `unknown command "nope" for wahost.`},
	"help of a subcommand":         {"help conformance nope", `unknown command "nope" for wahost conformance.`},
	"completion of no shell":       {"completion tcsh", `unknown command "tcsh" for wahost completion.`},
	"flag of init with one dash":   {"init -upgrade", "wahost init has no flag -upgrade. Did you mean --upgrade?"},
	"downgrade without an upgrade": {"init --allow-downgrade", "add --upgrade"},
	"platform of Go":               {"providers lock --platform linux/amd64", `"linux/amd64" is not a platform: write OS_ARCH`},
	"mirror into no folder":        {"providers mirror", "FOLDER"},
	"other word for validate":      {"check", `wahost has no command "check". Did you mean "validate"?`},
	"provider without a command":   {"provider acme", `unknown command "acme" for wahost provider.`},
	"provider without a name":      {"provider new", "wahost provider new needs NAME"},
	"provider with a bad name":     {"provider new Acme", `Did you mean "acme"?`},
	"misspelt flag":                {"send --to-fil x.csv", "wahost send has no flag --to-fil. Did you mean --to-file?"},
	"unknown flag":                 {"send --frobnicate", "wahost send has no flag --frobnicate. wahost send --help lists the flags"},
	"unknown flag with value":      {"send --frobnicate=1", "has no flag --frobnicate."},
	"one letter":                   {"send -t", "wahost send has no flag -t."},
	"one hyphen":                   {"send -config x", "has no flag -config. Did you mean --config?"},
	"one hyphen with value":        {"send -text=Hi", "has no flag -text. Did you mean --text?"},
	"three hyphens":                {"send ---to x", "---to is not a flag"},
	"flag without a name":          {"send --=x", "--=x is not a flag"},
	"flag of another command":      {"validate --to x", "wahost validate has no flag --to."},
	"no value at the end":          {"send --to", "--to needs a value: recipient"},
	"no value before a flag":       {"send --to --text Hi", "--to needs a value, but the flag --text follows. If that is the value, write --to=--text"},
	"no value of a list":           {"send --text Hi --param --to x", "--param needs a value, but the flag --to follows"},
	"no value of a letter":         {"conformance run x -x", "--exclude needs a value"},
	"argument of send":             {"send --text Hi +4915112345678", `wahost send takes no arguments, but got "+4915112345678"`},
	"argument after --":            {"send --text Hi -- x", `wahost send takes no arguments, but got "x"`},
	"nothing to send":              {"send --to +4915112345678", "wahost send needs one of --message, --text or --template"},
	"nothing to explain":           {"explain", "wahost explain needs one of --message, --text or --template"},
	"two contents":                 {"send --text Hi --template x", "--text and --template cannot be used together"},
	"three contents":               {"send --text Hi --template x --message m", "--message, --text and --template cannot be used together"},
	"two kinds of recipients":      {"send --text Hi --to +49 --to-file f", "--to and --to-file cannot be used together"},
	"no recipient":                 {"send --text Hi", "no recipient: give --to"},
	"empty recipient":              {"send --text Hi --to ''", "--to is empty: give it a value, or leave it out"},
	"empty recipient in a list":    {"send --text Hi --to +4915112345678,", "--to is empty"},
	"recipient with a letter":      {"send --text Hi --to 49x", "--to 49x: "},
	"recipient that is short":      {"send --text Hi --to 49", "The phone number has the wrong length"},
	"negative recipient":           {"send --text Hi --to -49", "--to -49: "},
	"recipient with a quote":       {`send --text Hi --to a"b`, "--to"},
	"empty text":                   {"send --text '' --to +4915112345678", "text.body: The field is required."},
	"empty channel":                {"send --text Hi --to +49 --channel ''", "--channel is empty"},
	"empty route":                  {"send --text Hi --to +49 --route=", "--route is empty"},
	"empty template":               {"send --template '' --to +49", "--template is empty"},
	"empty language":               {"send --template x --language '' --to +49", "--language is empty"},
	"empty folder":                 {"validate --config ''", "--config is empty"},
	"empty argument":               {"validate ''", "argument 1 is empty"},
	"empty time":                   {"send --text Hi --to +49 --send-at ''", "--send-at is empty"},
	"empty journal":                {"send --text Hi --to-file FILE --journal ''", "--journal is empty"},
	"text twice":                   {"send --text Hi --text Ho --to +49", "--text is given twice: give it once"},
	"channel twice":                {"send --text Hi --channel a.b --channel=c.d --to +49", "--channel is given twice"},
	"placeholder twice":            {"send --text {{1}} --param 1=a --param 1=b --to +49", "placeholder 1 is given twice"},
	"placeholder 0":                {"send --text {{1}} --param 0=a --to +49", "placeholders are numbered from 1"},
	"channel and route":            {"send --text Hi --channel a.b --route c --to +4915112345678", "--channel bypasses routes: leave out --route"},
	"language as a word":           {"send --template x --language english --to +4915112345678", "--language english: expected a code"},
	"language with a space":        {"send --template x --language 'en US' --to +4915112345678", "--language en US: expected a code"},
	"language without a template":  {"send --text Hi --language en --to +4915112345678", "--language, --header-* and --button need --template"},
	"button without an index":      {"send --template x --button A-1 --to +4915112345678", "--button A-1: expected INDEX=VALUE"},
	"button with a negative index": {"send --template x --button -1=A --to +4915112345678", "--button -1=A: expected INDEX=VALUE"},
	"two headers":                  {"send --template x --header-text a --header-image b --to +4915112345678", "a template has one header"},
	"time in another form":         {"send --text Hi --send-at tomorrow --to +4915112345678", "--send-at tomorrow: expected RFC 3339"},
	"time without a zone":          {"send --text Hi --send-at 2099-01-02T03:04:05 --to +4915112345678", "expected RFC 3339"},
	"time in the past":             {"send --text Hi --send-at 2001-01-02T03:04:05Z --to +4915112345678", "--send-at 2001-01-02T03:04:05Z: the time has passed"},
	"message in a folder":          {"send --message DIR", "is a directory"},
	"message that does not exist":  {"send --message nowhere.json", "nowhere.json: no such file or directory"},
	"message that is empty":        {"send --message EMPTY", "the message is empty"},
	"message from an empty stream": {"send --message -", "standard input: the message is empty"},
	"message and more":             {"send --message MESSAGE --param x", "--message contains the whole message: leave out"},
	"recipients in a folder":       {"--config DIR send --text Hi --to-file DIR", "not an ordinary file"},
	"recipients that are missing":  {"--config DIR send --text Hi --to-file nowhere.csv", "nowhere.csv: no such file or directory"},
	"recipients that are empty":    {"--config DIR send --text Hi --to-file EMPTY", "--to-file"},
	"both from standard input":     {"send --message - --to-file -", "--message"},
	"variable without a value":     {"--config DIR --var x validate", ""},
	"unknown variable":             {"--config DIR --var x=1 validate", ""},
	"folder that does not exist":   {"validate nowhere", ""},
	"folder that is a file":        {"validate FILE", ""},
	"folder twice":                 {"validate --config . DIR", "the folder is given twice, as --config . and as "},
	"two folders":                  {"validate DIR DIR", "wahost validate got one argument too many"},
	"boolean with a word":          {"version --json=maybe", "--json maybe: expected true or false"},
	"port as a word":               {"sandbox --port x", "--port x: expected a whole number"},
	"negative port":                {"sandbox --port -1", "--port -1: expected a port from 1 to 65528"},
	"port with a fraction":         {"sandbox --port 1.5", "--port 1.5: expected a whole number"},
	"port that is too high":        {"sandbox --port 65535", "--port 65535: expected a port"},
	"port beyond every number":     {"sandbox --port 99999999999999999999", "expected a whole number"},
	"fault without a provider":     {"sandbox --write DIR/new --fault refuse", "--fault refuse: expected PROVIDER=FAULT"},
	"folder to write is a file":    {"sandbox --write FILE", "FILE is not a folder"},
	"folder to write is taken":     {"sandbox --write DIR", "has another configuration already (main.wahost.hcl)"},
	"duration NaN":                 {"conformance run x --start-timeout NaN", "--start-timeout NaN: expected a duration such as 30s"},
	"duration without a unit":      {"conformance run x --start-timeout 5", "--start-timeout 5: expected a duration"},
	"negative duration":            {"conformance run x --start-timeout -5s", "--start-timeout -5s: expected a duration above zero"},
	"no binary":                    {"conformance run", "wahost conformance run needs BINARY"},
	"no dialect":                   {"conformance run FILE", "no dialect: use --dialect FILE"},
	"dialect that is a folder":     {"conformance run FILE --dialect DIR", "the dialect cannot be used"},
	"dialect that is empty":        {"conformance dialect lint EMPTY", "the dialect cannot be used"},
	"one report":                   {"conformance diff a", "wahost conformance diff needs NEW. Usage: wahost conformance diff OLD NEW"},
	"report that is empty":         {"conformance diff EMPTY EMPTY", "EMPTY"},
	"two checks":                   {"conformance explain a b", `got one argument too many: "b"`},
	"check that does not exist":    {"conformance explain send/text/nope", "send/text/nope"},
	"seed as a word":               {"conformance emulate x --seed many", "--seed many: expected a whole number"},
	"threshold 0":                  {"conformance verify FILE FILE --key FILE --threshold 0", "--threshold 0: expected a number of keys"},
	"tier that does not exist":     {"conformance verify FILE FILE --key FILE --tier gold", "--tier gold: expected self, reproduced or official"},
	"no key":                       {"conformance verify FILE FILE", "no trusted key: use --key FILE"},
	"provider with a path":         {"providers schema ../x", "must start with a lower-case letter"},
	"format of nothing":            {"fmt nowhere", "nowhere: no such file or directory"},
}

// words splits a line at spaces. Single quotes keep a word together.
func words(line string) []string {
	var out []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			out[len(out)-1] += part
			continue
		}
		fields := strings.Fields(part)
		out = append(out, fields...)
		if strings.HasSuffix(part, " ") {
			out = append(out, "")
		}
	}
	if out[len(out)-1] == "" && !strings.HasSuffix(line, "'") {
		out = out[:len(out)-1]
	}
	return out
}

// TestMistakes checks that each mistake ends with exit code 2 and an error that says what to do, and that with --json the
// error is the only document on standard output, with nothing on standard error.
func TestMistakes(t *testing.T) {
	t.Parallel()
	for name, tt := range mistakes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			message := filepath.Join(dir, "MESSAGE")
			require.NoError(t, os.WriteFile(message, []byte(`{"to":"+4915112345678","text":{"body":"Hi"}}`), 0o600))
			folder, file, empty := filepath.Join(dir, "DIR"), filepath.Join(dir, "FILE"), filepath.Join(dir, "EMPTY")
			require.NoError(t, os.Mkdir(folder, 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(folder, "main.wahost.hcl"), nil, 0o600))
			require.NoError(t, os.WriteFile(file, []byte("a line\n"), 0o600))
			require.NoError(t, os.WriteFile(empty, nil, 0o600))
			args := words(tt.line)
			for i := range args {
				args[i] = strings.NewReplacer("DIR", folder, "FILE", file, "EMPTY", empty, "MESSAGE", message).Replace(args[i])
			}
			code, stdout, stderr := program(t.Context(), args...)
			assert.Equal(t, 2, code)
			assert.Empty(t, stdout)
			assert.Contains(t, stderr, "Error: ")
			assert.Contains(t, stderr, tt.want)
			for _, foreign := range []string{"if any flags in the group", "at least one of the flags", "arg(s)", "unknown shorthand", "flag needs an argument", "invalid argument", "required flag"} {
				assert.NotContains(t, stderr, foreign)
			}

			code, stdout, stderr = program(t.Context(), append([]string{"--json"}, args...)...)
			assert.Equal(t, 2, code)
			assert.Empty(t, stderr)
			requireDocument(t, stdout)
		})
	}
}

// requireDocument checks that the output is one JSON document with a format version.
func requireDocument(t *testing.T, stdout string) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewBufferString(stdout))
	var doc map[string]any
	require.NoError(t, decoder.Decode(&doc), stdout)
	assert.False(t, decoder.More(), "more than one document: %s", stdout)
	assert.NotEmpty(t, doc["format_version"])
	if doc["type"] == "error" {
		assert.InDelta(t, 2, doc["exit_code"], 0)
		assert.NotEmpty(t, doc["message"])
		assert.NotNil(t, doc["details"])
		assert.NotNil(t, doc["diagnostics"])
	}
}
