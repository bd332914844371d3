// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/core/registry/source"
)

// credentialsBlock is a block of the user's own file. A configuration has none, because it is shared and could send any variable of a
// user's environment to any server.
var credentialsBlock = lang.BlockType{
	Type: "credentials", Labels: []string{"host"}, Many: true,
	Doc: "What wahost sends to a host from which packages come, and to no other one: a bearer token, or a user name and a password. The secrets are in environment variables. " +
		"The host has its port, as in `\"providers.example.com:8443\"`, unless that is 443.",
	Args: []lang.Argument{
		{Name: "token_env", Type: "string", Default: "a password", Doc: "The name of the environment variable with the token."},
		{Name: "username", Type: "string", Default: "a token", Doc: "The user name for Basic authentication."},
		{Name: "password_env", Type: "string", Default: "a token", Doc: "The name of the environment variable with the password."},
	},
}

var environmentName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// decodeCredentials reads the credentials blocks of the user's own file.
func decodeCredentials(blocks hcl.Blocks) ([]config.Credential, hcl.Diagnostics) {
	var out []config.Credential
	var diags hcl.Diagnostics
	for _, block := range blocks {
		content, d := block.Body.Content(credentialsBlock.Schema())
		diags = append(diags, d...)
		b := &lang.Block{Scope: lang.NewScope(), Attrs: content.Attributes, Range: block.DefRange}
		c := config.Credential{
			Host: strings.TrimSuffix(block.Labels[0], ":443"), TokenEnv: variableName(b, "token_env"), Username: b.Text("username"),
			PasswordEnv: variableName(b, "password_env"), Range: lang.NewRange(block.DefRange),
		}
		if err := source.CheckHost(c.Host); err != nil {
			b.Error(block.LabelRanges[0], "Invalid host", lang.Sentence(err))
		}
		if i := slices.IndexFunc(out, func(other config.Credential) bool { return other.Host == c.Host }); i >= 0 {
			b.Diags = append(b.Diags, lang.Duplicate(block.DefRange, "block", fmt.Sprintf("credentials %q", c.Host), HCLRange(out[i].Range)))
		}
		token, password := b.Has("token_env"), b.Has("username") && b.Has("password_env")
		if token == password || token && (b.Has("username") || b.Has("password_env")) {
			b.Error(block.DefRange, "Wrong credentials", "Write either token_env, or username and password_env.")
		}
		diags = append(diags, b.Diags...)
		out = append(out, c)
	}
	return out, diags
}

// variableName returns an argument that is the name of an environment variable. The error is about the whole block, so that a secret that was
// written in its place is not shown.
func variableName(b *lang.Block, name string) string {
	text := b.Text(name)
	if text != "" && !environmentName.MatchString(text) {
		b.Error(b.Range, "Invalid name of a variable", fmt.Sprintf("%s is the name of an environment variable, in letters, digits and underscores, and not its value.", name))
		return ""
	}
	return text
}
