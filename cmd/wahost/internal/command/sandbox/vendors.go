// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/plugins"
)

//go:embed demo/routes.wahost.hcl
var demoRoutes []byte

// vendor is a vendor of the sandbox: its provider and the name of its channel.
type vendor struct {
	provider, channel string
}

var sandboxVendors = []vendor{{"innopaas", "main"}, {"innopaas-mmlite", "promo"}, {"pushwoosh", "main"}, {"cloudapi", "main"}, {"twilio", "main"}}

// sandbox is a set of emulated vendors with the configuration that reaches them.
type sandbox struct {
	vendors []vendor
	servers map[string]*emulator.Server // by provider
	gateway *sandboxGateway             // nil if the sandbox is to have none
}

// startSandbox starts an emulator for each vendor. They listen on port and the ports after it, or on free ports if port
// is 0. observe is called for each request, and may be nil.
func startSandbox(ctx context.Context, port int, observe func(provider string, e emulator.Exchange)) (*sandbox, error) {
	sb := &sandbox{vendors: sandboxVendors, servers: map[string]*emulator.Server{}}
	for i, v := range sb.vendors {
		d, diags := dialect.LoadFS(plugins.Dialects, v.provider+"/dialect.hcl")
		if diags.HasErrors() {
			return nil, errors.Join(diags, sb.close())
		}
		options := emulator.Options{Seed: 1}
		if port > 0 {
			options.Addr = fmt.Sprintf("127.0.0.1:%d", port+i)
		}
		if observe != nil {
			options.OnExchange = func(e emulator.Exchange) { observe(v.provider, e) }
		}
		server, err := emulator.Start(ctx, d, options)
		if err != nil {
			return nil, errors.Join(err, sb.close())
		}
		sb.servers[v.provider] = server
	}
	return sb, nil
}

func (sb *sandbox) close() error {
	var errs []error
	for _, s := range sb.servers {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// writeConfig writes a configuration for the emulators into a folder. It replaces nothing that the sandbox did not write: the
// error is a *foreignError then.
func (sb *sandbox) writeConfig(dir string) error {
	vendors, vars := sb.render()
	files := map[string][]byte{
		"vendors.wahost.hcl": vendors, "routes.wahost.hcl": demoRoutes, config.AutoVarsFile: vars,
	}
	if sb.gateway != nil {
		block, more := sb.gateway.render()
		files[gatewayFile], files[config.AutoVarsFile] = block, hclwrite.Format(append(vars, more...))
	}
	names := slices.Sorted(maps.Keys(files))
	if err := checkOwn(dir, names); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, name := range names {
		// The variables contain credentials, although generated ones.
		if err := os.WriteFile(filepath.Join(dir, name), marked(files[name]), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// render returns the provider and channel blocks, and the values of the variables for credentials.
func (sb *sandbox) render() (vendors, vars []byte) {
	v, values := hclwrite.NewEmptyFile(), hclwrite.NewEmptyFile()
	required := v.Body().AppendNewBlock("wahost", nil).Body().AppendNewBlock("required_providers", nil).Body()
	for _, vendor := range sb.vendors {
		required.SetAttributeValue(vendor.provider, cty.ObjectVal(map[string]cty.Value{"source": cty.StringVal("wahost/" + vendor.provider)}))
	}
	for _, vendor := range sb.vendors {
		server := sb.servers[vendor.provider]
		v.Body().AppendNewline()
		block := v.Body().AppendNewBlock("provider", []string{vendor.provider}).Body()
		config := server.ProviderConfig()
		for _, name := range slices.Sorted(maps.Keys(config)) {
			if name == "endpoint" {
				block.SetAttributeValue(name, config[name])
				continue
			}
			variable := strings.ReplaceAll(vendor.provider, "-", "_") + "_" + name
			block.SetAttributeTraversal(name, hcl.Traversal{hcl.TraverseRoot{Name: "var"}, hcl.TraverseAttr{Name: variable}})
			values.Body().SetAttributeValue(variable, config[name])
			v.Body().AppendNewline()
			declared := v.Body().AppendNewBlock("variable", []string{variable}).Body()
			declared.SetAttributeRaw("type", hclwrite.Tokens{{Type: hclsyntax.TokenIdent, Bytes: []byte("string")}})
			declared.SetAttributeValue("sensitive", cty.True)
		}
		v.Body().AppendNewline()
		channel := v.Body().AppendNewBlock("channel", []string{vendor.provider, vendor.channel}).Body()
		channelConfig := server.ChannelConfig()
		for _, name := range slices.Sorted(maps.Keys(channelConfig)) {
			channel.SetAttributeValue(name, channelConfig[name])
		}
	}
	return hclwrite.Format(v.Bytes()), hclwrite.Format(values.Bytes())
}

// script sets the faults of --fault.
func (sb *sandbox) script(faults []string) error {
	byProvider := map[string][]emulator.Fault{}
	for _, text := range faults {
		name, word, ok := strings.Cut(text, "=")
		if !ok || sb.servers[name] == nil {
			return cli.UsageError("--fault %s: expected PROVIDER=FAULT with one of the providers %s", text, strings.Join(slices.Sorted(maps.Keys(sb.servers)), ", "))
		}
		fault, err := emulator.ParseFault(word)
		if err != nil {
			return cli.UsageError("--fault %s: %v", text, err)
		}
		byProvider[name] = append(byProvider[name], fault)
	}
	for name, list := range byProvider {
		if err := sb.servers[name].Script("", list...); err != nil {
			return cli.UsageError("--fault: %v", err)
		}
	}
	return nil
}
