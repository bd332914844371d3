// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/diagview"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/provider"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata")

// TestDiagnostics runs every mistake in testdata/diags. An archive holds the files of a folder and, in "expected",
// what is shown. Lines of "setup" change the surroundings; see setUp.
func TestDiagnostics(t *testing.T) {
	t.Parallel()
	base, err := os.ReadFile("testdata/base.hcl")
	require.NoError(t, err)
	archives, err := filepath.Glob("testdata/diags/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, archives)
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(path)
			require.NoError(t, err)
			fsys := fstest.MapFS{}
			var setup, expected string
			at := -1
			for i, f := range archive.Files {
				switch f.Name {
				case "setup":
					setup = string(f.Data)
				case "expected":
					expected, at = string(f.Data), i
				default:
					fsys[f.Name] = &fstest.MapFile{Data: f.Data}
				}
			}
			s := setUp(t, setup)
			if s.base {
				fsys["a_base.wahost.hcl"] = &fstest.MapFile{Data: base}
			}
			f := OpenFS(fsys, ".")
			r, diags := f.Load(context.Background(), s.options)
			require.Equal(t, !OnlyUnusable(diags), r == nil)
			if r != nil && s.capabilities {
				diags = append(diags, r.CheckCapabilities(capabilitiesOf(r.Config))...)
			}
			if r != nil && s.senders {
				diags = append(diags, r.CheckSenders(r.ConfiguredSenders())...)
			}

			var out bytes.Buffer
			require.NoError(t, diagview.Write(&out, f.Files(), diags, diagview.Options{}))
			requireJSON(t, f, diags)
			if *update {
				if at < 0 {
					archive.Files = append(archive.Files, txtar.File{Name: "expected"})
					at = len(archive.Files) - 1
				}
				archive.Files[at].Data = out.Bytes()
				require.NoError(t, os.WriteFile(path, txtar.Format(archive), 0o600))
				return
			}
			require.GreaterOrEqual(t, at, 0, "run with -update and read what it wrote")
			require.Empty(t, cmp.Diff(expected, out.String()))
		})
	}
}

// requireJSON checks that the JSON form says the same, and that highlights lie within their code.
func requireJSON(t *testing.T, f *Folder, diags hcl.Diagnostics) {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, diagview.WriteJSON(&out, f.Files(), diags))
	var r diagview.Report
	require.NoError(t, json.Unmarshal(out.Bytes(), &r))
	require.Len(t, r.Diagnostics, len(diags))
	require.Equal(t, len(diags), r.ErrorCount+r.WarningCount)
	require.Equal(t, !diags.HasErrors(), r.Valid)
	for _, d := range r.Diagnostics {
		if s := d.Snippet; s != nil {
			require.LessOrEqual(t, s.HighlightStartOffset, s.HighlightEndOffset)
			require.LessOrEqual(t, s.HighlightEndOffset, len(s.Code))
		}
	}
}

type setupResult struct {
	options      Options
	base         bool
	capabilities bool
	senders      bool
}

// setUp reads one word and its arguments a line: base, capabilities, senders, version V, env NAME=VALUE, var NAME=VALUE,
// problem PROVIDER KIND TEXT, crash PROVIDER TEXT.
func setUp(t *testing.T, text string) setupResult {
	t.Helper()
	kinds := map[string]FailureKind{
		"not_installed": NotInstalled, "lock": LockMismatch, "incompatible": Incompatible, "other": OtherFailure,
	}
	f := newFake()
	out := setupResult{options: Options{HostVersion: "1.4.2"}}
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "":
		case "base":
			out.base = true
			out.options.Env = append(out.options.Env, "WAHOST_VAR_app_key=k-1234", "WAHOST_VAR_authorization=a-1234", "WAHOST_VAR_auth=p-1234")
		case "capabilities":
			out.capabilities = true
		case "senders":
			out.senders = true
		case "version":
			out.options.HostVersion = rest
		case "env":
			out.options.Env = append(out.options.Env, rest)
		case "var":
			out.options.Vars = append(out.options.Vars, rest)
		case "problem":
			parts := strings.SplitN(rest, " ", 3)
			kind, ok := kinds[parts[1]]
			require.True(t, ok, "unknown kind %q", parts[1])
			inner := f.schema
			f.schema = func(name string) (provider.Schema, error) {
				if name == parts[0] {
					return provider.Schema{}, &ProviderError{Kind: kind, Detail: parts[2]}
				}
				return inner(name)
			}
		case "crash":
			name, lines, _ := strings.Cut(rest, " ")
			inner := f.provider
			f.provider = func(asked string, v cty.Value) (diag.Diagnostics, error) {
				if asked == name {
					return nil, &ProviderError{Kind: Crashed, Detail: strings.ReplaceAll(lines, `\n`, "\n")}
				}
				return inner(asked, v)
			}
		default:
			t.Fatalf("unknown word %q in setup", word)
		}
	}
	out.options.Providers, out.options.Validator = f, f
	return out
}
