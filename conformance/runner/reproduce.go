// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/wahost/wahost/conformance/isolation"
	"github.com/wahost/wahost/internal/printable"
)

// reproduce returns the command that runs one check again, with every option of this run that a check can notice.
func (r *runner) reproduce(id string) string {
	o := r.options
	dialect := o.DialectPath
	if dialect == "" {
		dialect = r.facts.Dialect.Name + ".hcl"
	}
	provider := printable.ShellWord(o.Command)
	if r.attached() {
		provider = attachAgain
	}
	words := []string{"wahost conformance run", provider, "--dialect", printable.ShellWord(dialect), "--seed", strconv.FormatInt(o.Seed, 10)}
	for _, kv := range o.Env {
		name, _, _ := strings.Cut(kv, "=")
		if secretName.MatchString(name) {
			words = append(words, "--env", name+`="$`+name+`"`)
		} else {
			words = append(words, "--env", printable.ShellWord(kv))
		}
	}
	if o.StartTimeout != DefaultStartTimeout {
		words = append(words, "--start-timeout", o.StartTimeout.String())
	}
	if o.Isolation != isolation.None {
		words = append(words, "--isolation", string(o.Isolation))
	}
	return strings.Join(append(words, printable.ShellWord(id)), " ")
}

// secretName matches names of variables whose values must not be written down.
var secretName = regexp.MustCompile(`(?i)secret|token|passw|passphrase|credential|auth|private|key`)

// recorded returns variables as a report has them: NAME=value, or only NAME if the name says that the value is a secret.
func recorded(env []string) []string {
	var out []string
	for _, kv := range env {
		if name, _, _ := strings.Cut(kv, "="); secretName.MatchString(name) {
			kv = name
		}
		out = append(out, kv)
	}
	return out
}
