// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package secret

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
)

// lookedUp finds a name in what Go's net package prints about each lookup with GODEBUG=netdns=2. The setting changes
// nothing about how names are looked up.
var lookedUp = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`hostLookupOrder\(([A-Za-z0-9._-]{1,253})\)`) })

// vendorName is a name of the vendor's host that every system can look up.
const vendorName = "localhost"

// lookups looks at the names that the process looks up: the vendor's and no other. The vendor's is the control: where
// it does not show, others would not either, and the result says that they were not seen.
func lookups(ctx context.Context, e *suite.Env) {
	emu := e.StartEmulator(emulator.Options{})
	// Without a proxy the process looks up by itself.
	other, err := e.NewProcess(ctx, suite.StationOptions{
		Emulator: emu, Provider: byName(emu, emu.ProviderConfig()), Channel: byName(emu, emu.ChannelConfig()),
		Env: []string{
			"GODEBUG=" + strings.TrimPrefix(os.Getenv("GODEBUG")+",netdns=2", ","),
			"HTTP_PROXY=", "HTTPS_PROXY=", "http_proxy=", "https_proxy=", "ALL_PROXY=", "all_proxy=",
		},
	})
	if err != nil {
		e.Untested("lookups of names were not seen: the provider takes no endpoint at %s", vendorName)
		return
	}
	for _, fault := range []string{"ok", "status(500)", "reset_after_request", "ok"} {
		play(ctx, other, fault)
	}
	// The end brings the rest of what it wrote.
	wire.End(ctx, other)
	names := lookedUpIn(other.Process().Lines())
	if !slices.Contains(names, vendorName) {
		e.Untested("lookups of names were not seen: the provider does not tell of that of its vendor")
	}
	for _, name := range names {
		if name != vendorName {
			e.Failf("names", "a lookup of the vendor's name only, "+vendorName, "also of %s", name)
		}
	}
}

// lookedUpIn returns the names that lines of a log tell of, each once, sorted.
func lookedUpIn(lines []string) []string {
	var names []string
	for _, line := range lines {
		for _, match := range lookedUp().FindAllStringSubmatch(line, -1) {
			names = append(names, strings.ToLower(strings.TrimSuffix(match[1], ".")))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// byName returns the texts of a configuration that hold the emulator's address, with its name in place of the number.
func byName(emu *emulator.Server, config map[string]cty.Value) map[string]cty.Value {
	out := map[string]cty.Value{}
	_, address, _ := strings.Cut(emu.URL(), "://")
	named := strings.Replace(address, "127.0.0.1:", vendorName+":", 1)
	for key, v := range config {
		if v.Type() == cty.String && v.IsKnown() && !v.IsNull() && strings.Contains(v.AsString(), address) {
			out[key] = cty.StringVal(strings.ReplaceAll(v.AsString(), address, named))
		}
	}
	return out
}
