// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package pack

import (
	"bytes"
	"strings"

	"github.com/CycloneDX/cyclonedx-go"
	"github.com/google/uuid"
	"golang.org/x/mod/modfile"
)

// Component is what a list of contents is about.
type Component struct {
	Name, Version string
	// Commit is the commit of the source, or empty.
	Commit string
	// Program is a Go program.
	Program *Program
	// Licences has the SPDX identifiers of the licences of modules, by path. It may be nil.
	Licences map[string][]string
}

// SBOM returns a list of the modules that a program contains, in CycloneDX 1.6 as JSON. It has no time, and its serial number follows from the
// program, so that the same program gives the same bytes.
func SBOM(c Component) ([]byte, error) {
	build := c.Program.Build
	self := "program"
	bom := cyclonedx.NewBOM()
	bom.SerialNumber = "urn:uuid:" + uuid.NewSHA1(uuid.NameSpaceOID, []byte("wahost sbom "+c.Name+" "+c.Version+" "+c.Program.SHA256)).String()
	properties := []cyclonedx.Property{{Name: "wahost:platform", Value: c.Program.Platform.String()}}
	if c.Commit != "" {
		properties = append(properties, cyclonedx.Property{Name: "wahost:commit", Value: c.Commit})
	}
	bom.Metadata = &cyclonedx.Metadata{Component: &cyclonedx.Component{
		BOMRef: self, Type: cyclonedx.ComponentTypeApplication, Name: c.Name, Version: c.Version, PackageURL: goPackage(build.Main.Path, "v"+c.Version),
		Hashes:     &[]cyclonedx.Hash{{Algorithm: cyclonedx.HashAlgoSHA256, Value: c.Program.SHA256}},
		Properties: &properties,
	}}
	components := []cyclonedx.Component{library("std", strings.TrimPrefix(build.GoVersion, "go"), []string{"BSD-3-Clause"})}
	for _, d := range build.Deps {
		path, version := d.Path, d.Version
		if d.Replace != nil && !modfile.IsDirectoryPath(d.Replace.Path) {
			path, version = d.Replace.Path, d.Replace.Version
		}
		components = append(components, library(path, version, c.Licences[d.Path]))
	}
	var refs []string
	for _, one := range components {
		refs = append(refs, one.BOMRef)
	}
	bom.Components = &components
	bom.Dependencies = &[]cyclonedx.Dependency{{Ref: self, Dependencies: &refs}}
	var b bytes.Buffer
	err := cyclonedx.NewBOMEncoder(&b, cyclonedx.BOMFileFormatJSON).SetPretty(true).SetEscapeHTML(false).EncodeVersion(bom, cyclonedx.SpecVersion1_6)
	return b.Bytes(), err
}

func library(path, version string, licences []string) cyclonedx.Component {
	purl := goPackage(path, version)
	one := cyclonedx.Component{BOMRef: purl, Type: cyclonedx.ComponentTypeLibrary, Name: path, Version: version, PackageURL: purl}
	if len(licences) > 0 {
		all := make(cyclonedx.Licenses, 0, len(licences))
		for _, id := range licences {
			all = append(all, cyclonedx.LicenseChoice{License: &cyclonedx.License{ID: id}})
		}
		one.Licenses = &all
	}
	return one
}

// goPackage returns the package URL of a Go module.
func goPackage(path, version string) string {
	// A path of a module has no character that a package URL escapes, and a version only "+".
	return "pkg:golang/" + path + "@" + strings.ReplaceAll(version, "+", "%2B")
}
