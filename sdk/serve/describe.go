// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"

	"github.com/wahost/wahost/internal/buildinfo"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/internal/handshake"
	"github.com/wahost/wahost/sdk/internal/server"
	"github.com/wahost/wahost/sdk/provider"
)

// Description is the JSON document that the command describe prints: everything about a provider that is known without
// configuration. The first number of FormatVersion changes if a reader of the document has to change.
type Description struct {
	FormatVersion string `json:"format_version"`
	Name          string `json:"name"`
	Version       string `json:"version"`
	// Commit, Date and Modified are about the source of the program, if the build recorded them.
	Commit           string                   `json:"commit,omitempty"`
	Date             string                   `json:"date,omitempty"`
	Modified         bool                     `json:"modified,omitempty"`
	Vendor           string                   `json:"vendor"`
	DocsURL          string                   `json:"docs_url,omitempty"`
	SDKVersion       string                   `json:"sdk_version,omitempty"`
	OS               string                   `json:"os"`
	Arch             string                   `json:"arch"`
	ProtocolVersions []int                    `json:"protocol_versions"`
	Provider         SchemaDocument           `json:"provider"`
	Channel          SchemaDocument           `json:"channel"`
	Options          *SchemaDocument          `json:"options,omitempty"` // nil if messages have no options
	Powers           map[string]bool          `json:"powers"`
	Capabilities     *capability.Capabilities `json:"capabilities,omitempty"`
}

func describe(p provider.Provider, stdout, stderr io.Writer) int {
	meta, schemas := p.Metadata(), p.Schema()
	build := buildinfo.Read()
	d := Description{
		FormatVersion: "2.0", Name: meta.Name, Version: meta.Version, Vendor: meta.Vendor, DocsURL: meta.DocsURL,
		Commit: build.Commit, Date: build.Date, Modified: build.Modified,
		SDKVersion: server.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH,
		ProtocolVersions: []int{handshake.ProtocolVersion},
	}
	_, validatesProvider := p.(provider.ProviderValidator)
	_, validatesChannel := p.(provider.ChannelValidator)
	d.Powers = map[string]bool{"validate_provider": validatesProvider, "validate_channel": validatesChannel}
	if describer, ok := p.(provider.Describer); ok {
		caps := server.Capabilities(describer.Prototype())
		d.Capabilities = &caps
	}
	if d.Capabilities == nil {
		fmt.Fprintln(stderr, "The capabilities are missing because the provider does not implement provider.Describer.")
	}
	var err error
	if d.Provider, err = DocumentSchema(schemas.Provider); err == nil {
		d.Channel, err = DocumentSchema(schemas.Channel)
	}
	if err == nil && !schemas.Options.Empty() {
		var options SchemaDocument
		options, err = DocumentSchema(schemas.Options)
		d.Options = &options
	}
	if err == nil {
		enc := json.NewEncoder(stdout)
		enc.SetIndent("", "  ")
		err = enc.Encode(d)
	}
	if err != nil {
		fmt.Fprintf(stderr, "describe: %v\n", err)
		return 1
	}
	return 0
}
