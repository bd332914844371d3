// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// goFrames holds what is around a block of Go, by a text in the block. A block without a frame is a file without its first lines.
var goFrames = map[string]string{
	"PatternHint:": "var _ = %s",
	"vendorhttp.Authorizer{": `func _(endpoint, clientSecret string, form []byte) (*vendorhttp.Client, error) {
	%s
	return client, err
}`,
	"var textRules": `var result outcome.Outcome
func _(req provider.SendRequest) outcome.Outcome {
	%s
	return result
}`,
	"carry.MustTemplateRules": `func _(req provider.SendRequest, fields *carry.Fields) (carry.Template, error) {
	%s
	return t, err
}`,
	"var check = webhook.HMAC{": `func _(secret string, sender message.Recipient, req provider.WebhookRequest, body struct{ ID, Text string; Time []byte }) (problem any) {
	%s
	return []any{in, err, problem}
}`,
	`ID: "send/text/preview-flag"`: `func delivering(string, suite.Check) suite.Check { panic("") }
func previewFlag(context.Context, *suite.Env)  {}
var _ = %s`,
	"func previewFlag": "%s",
	`Name: "ignores-preview-flag"`: `type mutant struct{ Name, Defect string; body any }
func content(change func(m map[string]any)) any { panic("") }
func object(map[string]any, string) map[string]any { panic("") }
var _ = []mutant{%s,
}`,
	"func TestConformance": "%s",
	"func (a *account) HandleWebhook": `type account struct{ proof webhook.Check }
type callback struct{ ID, MessageID, Reference, Status string; Time json.RawMessage }
%s`,
	"func newProof": "%s",
	"func inbound(": "%s",
	"func open(t": `func New() provider.Provider { panic("") }
%s`,
	"func TestFidelity": `func open(*testing.T, *providertest.Vendor) provider.Channel { panic("") }
%s`,
	"func TestAnswers": `func open(*testing.T, *providertest.Vendor) provider.Channel { panic("") }
%s`,
}

// goImports are the packages that blocks name.
var goImports = map[string]string{
	"context": "context", "errors": "errors", "json": "encoding/json", "maps": "maps", "testing": "testing", "time": "time",
	"cty":          "github.com/zclconf/go-cty/cty",
	"capability":   "github.com/wahost/wahost/sdk/capability",
	"carry":        "github.com/wahost/wahost/sdk/carry",
	"message":      "github.com/wahost/wahost/sdk/message",
	"outcome":      "github.com/wahost/wahost/sdk/outcome",
	"provider":     "github.com/wahost/wahost/sdk/provider",
	"providertest": "github.com/wahost/wahost/sdk/providertest",
	"schema":       "github.com/wahost/wahost/sdk/schema",
	"vendorhttp":   "github.com/wahost/wahost/sdk/vendorhttp",
	"webhook":      "github.com/wahost/wahost/sdk/webhook",
	"conformance":  "github.com/wahost/wahost/conformance",
	"suite":        "github.com/wahost/wahost/conformance/suite",
	"trace":        "github.com/wahost/wahost/conformance/trace",
	"wire":         "github.com/wahost/wahost/conformance/checks/internal/wire",
}

var qualifier = regexp.MustCompile(`\b([a-z]+)\.[A-Z]`)

// TestGo compiles each block of Go, as a package that only the compiler sees. It is beside the checks, so that it may use what
// checks use.
func TestGo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	overlay := map[string]string{}
	args := []string{"build", "-overlay", filepath.Join(dir, "overlay.json")}
	for _, page := range pages(t) {
		for _, f := range fences(t, page) {
			if f.lang != "go" {
				continue
			}
			n := len(overlay)
			path := filepath.Join(dir, fmt.Sprintf("block%d.go", n))
			require.NoError(t, os.WriteFile(path, []byte(complete(t, f)), 0o600))
			overlay[filepath.Join(root, "conformance", "checks", fmt.Sprintf("block%d", n), "block.go")] = path
			args = append(args, fmt.Sprintf("./conformance/checks/block%d", n))
		}
	}
	require.NotEmpty(t, overlay)
	data, err := json.Marshal(map[string]any{"Replace": overlay})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "overlay.json"), data, 0o600))
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir, cmd.Env = root, os.Environ()
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// complete returns the file that a block is a part of. A line that the compiler finds is that of the page.
func complete(t *testing.T, f fence) string {
	t.Helper()
	format := ""
	for text, one := range goFrames {
		if strings.Contains(f.text, text) {
			require.Empty(t, format, "%s has several frames", f)
			format = one
		}
	}
	require.NotEmpty(t, format, "%s: add a frame to goFrames", f)
	body := fmt.Sprintf(format, fmt.Sprintf("\n//line %s:%d\n%s", filepath.Base(f.page), f.line+1, strings.TrimSpace(f.text)))
	var imports []string
	for _, m := range qualifier.FindAllStringSubmatch(body, -1) {
		if path := strconv.Quote(goImports[m[1]]); path != `""` && !slices.Contains(imports, path) {
			imports = append(imports, path)
		}
	}
	src := "package block\nimport (" + strings.Join(imports, "\n") + ")\n" + body + "\n"
	_, err := parser.ParseFile(token.NewFileSet(), "", src, parser.SkipObjectResolution)
	require.NoError(t, err, "%s\n%s", f, src)
	return src
}
