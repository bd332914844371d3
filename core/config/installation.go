// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

// InstallKind is a kind of place from which providers are installed.
type InstallKind string

// The kinds, by the names of their blocks.
const (
	InstallFilesystem InstallKind = "filesystem_mirror"
	InstallOCI        InstallKind = "oci_mirror"
	InstallHTTPS      InstallKind = "https_mirror"
	InstallDirect     InstallKind = "direct"
	InstallBundled    InstallKind = "bundled"
)

// Installation is a provider_installation block: where providers come from, in order.
type Installation struct {
	Methods []InstallMethod
	// Overrides are the programs that are used in place of what is installed. Only the user's own file has them.
	Overrides []DevOverride
	// Range is the range of the block. It is empty if there is no such block.
	Range Range
}

// InstallMethod is one place from which providers are installed.
type InstallMethod struct {
	Kind InstallKind
	// At is the path of a folder, the URL of a server, or the name of a repository, depending on the kind. It is empty for the kinds direct
	// and bundled.
	At string
	// Include are patterns of the source addresses that may come from here. Nil stands for all. Exclude are those that may not.
	Include, Exclude []string
}

// DevOverride is a program under development that is used in place of a provider.
type DevOverride struct {
	// Source is the source address.
	Source string
	// Path is that of the program, or of the folder that it is in.
	Path string
}
