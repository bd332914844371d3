// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	hcl    = "github.com/hashicorp/hcl/v2"
	cty    = "github.com/zclconf/go-cty"
	plugin = "github.com/hashicorp/go-plugin"
)

// sqlDrivers are the packages that know a database.
var sqlDrivers = []string{"database/sql", "modernc.org/sqlite", "github.com/jackc/pgx/v5", "github.com/pressly/goose/v3"}

// trees are the top folders of the module.
var trees = []string{"./sdk", "./core", "./plugins", "./conformance", "./cmd", "./internal", "./docs"}

// mechanisms are what every tree may share.
var mechanisms = []string{"./internal/suggest", "./internal/redact", "./internal/printable", "./internal/buildinfo", "./internal/ctynumber"}

// reach is how far a rule looks.
type reach int

const (
	transitive reach = iota // all dependencies of the package
	direct                  // the imports of the package
	withTests               // all dependencies of the package, and the imports of its tests
)

// rule says what packages must not depend on. Names stand for a package and everything below it; those of this module
// begin with ./
type rule struct {
	packages []string
	// except are packages among them to which the rule does not apply.
	except    []string
	forbidden []string
	// allowed are packages among the forbidden ones that are allowed all the same.
	allowed []string
	reach   reach
	reason  string
}

var rules = []rule{
	{
		packages: []string{"./sdk"}, forbidden: trees, allowed: slices.Concat(mechanisms, []string{"./sdk"}), reach: withTests,
		reason: "the SDK is what authors of providers import: it must not bring the host or the suite with it",
	},
	{
		packages: []string{"./plugins"}, forbidden: trees, allowed: slices.Concat(mechanisms, []string{"./sdk", "./plugins"}), reach: withTests,
		reason: "a provider is what anybody can write outside of this repository: it uses the SDK only",
	},
	{
		packages: []string{"./conformance"}, forbidden: trees, allowed: []string{"./conformance", "./sdk", "./core/launch", "./core/registry/verify", "./core/registry/source", "./core/addr", "./internal"},
		reason: "the suite sees a provider from outside, as a started process: it shares the launcher, the verification of certificates and the grammar of addresses with the host, and nothing else",
	},
	{
		packages: []string{"./core"}, forbidden: trees, allowed: []string{"./core", "./sdk", "./internal"},
		reason: "the host knows the provider protocol, and neither a provider, nor the suite, nor its own command line",
	},
	{
		packages: []string{"./internal"}, forbidden: trees, allowed: []string{"./internal"},
		reason: "a mechanism that several trees share depends on none of them",
	},
	{
		packages: trees, except: []string{"./cmd"}, forbidden: []string{"./cmd"}, reach: withTests,
		reason: "commands are the outermost layer: what another package needs from one belongs below it",
	},
	{
		packages: []string{"./core/config", "./core/template", "./core/catalog", "./core/route", "./core/dispatch"}, except: []string{"./core/config/lang", "./core/config/load"},
		forbidden: []string{hcl, cty, plugin},
		reason:    "choosing where a message goes is independent of the language of the configuration and of how providers run",
	},
	{
		packages: []string{"./core/template", "./core/catalog", "./core/route"}, reach: direct,
		forbidden: []string{"net", "os", "io", "context", "./core/supervise", "./core/launch", "./core/dispatch"},
		reason:    "a route is chosen by a pure function of the message, the routes and the state of the channels",
	},
	{
		packages: trees, forbidden: []string{hcl}, reach: direct,
		except: []string{
			"./core/config/lang", "./core/config/load", "./core/diagview", "./core/host", "./core/registry/lockfile", "./internal/hclbound", "./internal/hclmeter",
			"./conformance/dialect", "./cmd",
		},
		reason: "HCL belongs to the readers of configuration, lock file and dialects, and to those who show or pass on their diagnostics",
	},
	{
		packages: trees, forbidden: []string{plugin}, reach: direct,
		except: []string{"./core/launch", "./sdk/serve", "./sdk/client", "./sdk/internal/handshake"},
		reason: "go-plugin is how a provider is started and reached: nobody else depends on how it works",
	},
	{
		packages: trees, forbidden: sqlDrivers, reach: direct,
		except: []string{"./core/gateway/store/sqlite", "./core/gateway/store/postgres"},
		reason: "SQL belongs to the drivers of the store: everybody else uses its interface, which has tests that each driver passes",
	},
	{
		packages:  []string{"./core/gateway/cloudapi", "./core/gateway/outbound", "./core/gateway/keys", "./core/gateway/media", "./core/gateway/graph", "./core/gateway/policy"},
		forbidden: slices.Concat(sqlDrivers, []string{"./core/dispatch", "./core/supervise", "./core/host", "./core/config", hcl, plugin}),
		reason:    "the front door, webhooks and policies know the store by its types and everything else by small interfaces of their own",
	},
	{
		packages: []string{"./core/gateway/adminapi"}, reach: direct,
		forbidden: slices.Concat(sqlDrivers, []string{"./core/dispatch", "./core/supervise", "./core/host", "./core/config", hcl, plugin}),
		reason:    "the gateway's own API knows the store and the engine by small interfaces",
	},
	{
		packages: trees, except: []string{"./core/numbers/internal/tablegen"}, forbidden: []string{"github.com/nyaruka/phonenumbers"},
		reason: "the library reads all its metadata each time that a program starts: core/numbers has what wahost asks of it",
	},
	{
		packages: []string{"./core/gateway/policy"}, reach: direct,
		forbidden: []string{"net", "os", "io", "context", "./core/gateway"}, allowed: []string{"./core/gateway/policy"},
		reason: "a policy is a pure function of facts and a time",
	},
}

// TestImportRules checks that the packages of the module keep to the rules.
func TestImportRules(t *testing.T) {
	t.Parallel()
	for _, violation := range violations(moduleGraph(t), rules) {
		t.Error(violation)
	}
}

// violations returns a sentence for each package that breaks a rule, with the chain of imports and the reason of the rule.
func violations(g graph, rules []rule) []string {
	var found []string
	for _, p := range g.own() {
		for _, r := range rules {
			if !within(p.ImportPath, r.packages...) || within(p.ImportPath, r.except...) {
				continue
			}
			forbidden := func(path string) bool {
				return within(path, r.forbidden...) && !within(path, r.allowed...) && path != p.ImportPath
			}
			report := func(chain []string) {
				found = append(found, fmt.Sprintf("%s must not depend on %s: %s\n\t%s",
					p.ImportPath, chain[len(chain)-1], r.reason, strings.Join(chain, " -> ")))
			}
			if r.reach == direct {
				if i := slices.IndexFunc(p.Imports, forbidden); i >= 0 {
					report([]string{p.ImportPath, p.Imports[i]})
				}
				continue
			}
			if chain := g.chain(p.ImportPath, forbidden); chain != nil {
				report(chain)
			}
			if r.reach != withTests {
				continue
			}
			tests := slices.Concat(p.TestImports, p.XTestImports)
			if i := slices.IndexFunc(tests, forbidden); i >= 0 {
				report([]string{"the tests of " + p.ImportPath, tests[i]})
			}
		}
	}
	return found
}

func TestViolations(t *testing.T) {
	t.Parallel()
	g := graph{}
	for path, imports := range map[string][]string{
		"./core/pure": {"./core/model", "fmt"}, "./core/model": {"./core/helper"}, "./core/helper": {"example.com/parser/ast"},
		"./core/view": {"example.com/parser"}, "./core/clean": {"fmt", "./core/parserless"}, "./core/parserless": nil,
	} {
		g[path] = listed{ImportPath: path, Imports: imports, own: true}
	}
	g["example.com/parser/ast"] = listed{ImportPath: "example.com/parser/ast"}
	tested := g["./core/parserless"]
	tested.XTestImports = []string{"example.com/parser"}
	g["./core/parserless"] = tested

	parser := []string{"example.com/parser"}
	tests := map[string]struct {
		rule rule
		want []string
	}{
		"transitive": {rule{packages: []string{"./core/pure"}, forbidden: parser, reason: "pure"},
			[]string{"./core/pure must not depend on example.com/parser/ast: pure\n\t./core/pure -> ./core/model -> ./core/helper -> example.com/parser/ast"}},
		"direct-is-not-transitive": {rule{packages: []string{"./core/pure"}, forbidden: parser, reach: direct}, nil},
		"direct": {rule{packages: []string{"./core/view"}, forbidden: parser, reach: direct, reason: "view"},
			[]string{"./core/view must not depend on example.com/parser: view\n\t./core/view -> example.com/parser"}},
		"except":           {rule{packages: []string{"./core"}, except: []string{"./core/pure", "./core/model", "./core/helper", "./core/view"}, forbidden: parser}, nil},
		"allowed":          {rule{packages: []string{"./core"}, forbidden: parser, allowed: []string{"example.com/parser"}}, nil},
		"not-a-prefix":     {rule{packages: []string{"./core/clean"}, forbidden: []string{"./core/parser"}}, nil},
		"tests-if-wanted":  {rule{packages: []string{"./core/parserless"}, forbidden: parser, reach: withTests, reason: "clean"}, []string{"./core/parserless must not depend on example.com/parser: clean\n\tthe tests of ./core/parserless -> example.com/parser"}},
		"tests-if-unasked": {rule{packages: []string{"./core/parserless"}, forbidden: parser}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, violations(g, []rule{tt.rule}))
		})
	}
}
