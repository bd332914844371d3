// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/internal/testtool"
)

const (
	root      = "../../../"
	rules     = root + "packaging/prometheus/wahost-alerts.yaml"
	dashboard = root + "packaging/grafana/wahost-gateway.json"
)

var (
	metricName = regexp.MustCompile(`\b(?:wahost|process)_[a-z_]+`)
	descName   = regexp.MustCompile(`fqName: "([^"]+)"`)
)

// exported returns the names of all metrics that a gateway has, also of those that have no value yet.
func exported(t *testing.T) map[string]bool {
	t.Helper()
	descs := make(chan *prometheus.Desc, 1000)
	New(func() State { return State{} }).registry.Describe(descs)
	close(descs)
	names := map[string]bool{}
	for d := range descs {
		found := descName.FindStringSubmatch(d.String())
		require.NotNil(t, found, d.String())
		names[found[1]] = true
	}
	require.True(t, names["wahost_ready"] && names["process_resident_memory_bytes"])
	return names
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

// expressions returns the expressions of the dashboard.
func expressions(t *testing.T) (all []string) {
	t.Helper()
	var d struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(read(t, dashboard)), &d))
	for _, p := range d.Panels {
		require.NotEmpty(t, p.Targets, p.Title)
		for _, target := range p.Targets {
			all = append(all, target.Expr)
		}
	}
	require.NotEmpty(t, all)
	return all
}

// Each metric that the rules and the dashboard name exists, and each metric of the gateway is in the documentation and on the dashboard.
func TestNames(t *testing.T) {
	t.Parallel()
	names := exported(t)
	shown := map[string]bool{}
	for path, text := range map[string]string{rules: read(t, rules), dashboard: strings.Join(expressions(t), "\n")} {
		for _, name := range metricName.FindAllString(text, -1) {
			base := strings.TrimSuffix(name, "_bucket")
			require.True(t, names[name] || names[base] && base != name, "%s names %s, which the gateway does not have", path, name)
			shown[base] = shown[base] || path == dashboard
		}
	}
	documented := read(t, root+"docs/operating/gateway.md")
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if strings.HasPrefix(name, "wahost_") {
			require.Regexp(t, "`"+name+"[`{]", documented, "docs/operating/gateway.md does not have the metric")
			require.True(t, shown[name], "%s is not on the dashboard", name)
		}
	}
}

// TestAlerts lets Prometheus read the rules and the expressions of the dashboard, and raises each alert.
func TestAlerts(t *testing.T) {
	t.Parallel()
	promtool := testtool.Path(t, "promtool")
	run := func(args ...string) {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), promtool, args...).CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	run("check", "rules", rules)
	path, err := filepath.Abs(rules)
	require.NoError(t, err)
	test := filepath.Join(t.TempDir(), "alerts_test.yaml")
	text := read(t, "testdata/alerts_test.yaml")
	require.NoError(t, os.WriteFile(test, []byte(strings.Replace(text, "RULES", path, 1)), 0o600))
	run("test", "rules", test)
	for _, name := range regexp.MustCompile(`alert: (\w+)`).FindAllStringSubmatch(read(t, rules), -1) {
		require.Equal(t, 2, strings.Count(text, name[1]), "the alert %s is not in both tests", name[1])
	}

	// An expression of the dashboard is one that a rule could have, once Grafana has put values for its variables.
	values := strings.NewReplacer("$__rate_interval", "5m", "$instance", ".*")
	var asRules strings.Builder
	asRules.WriteString("groups:\n  - name: dashboard\n    rules:\n")
	for _, e := range expressions(t) {
		quoted, err := json.Marshal(values.Replace(e))
		require.NoError(t, err)
		asRules.WriteString("      - record: a\n        expr: " + string(quoted) + "\n")
	}
	recorded := filepath.Join(t.TempDir(), "dashboard.yaml")
	require.NoError(t, os.WriteFile(recorded, []byte(asRules.String()), 0o600))
	run("check", "rules", "--lint=none", recorded)
}
