// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package pack writes releases of providers in the form that package fetch reads: a package for each platform, the checksums with their
// signature, and beside each package a list of what its program contains. The same programs and files give the same bytes.
package pack

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/verify"
)

// Program is a program for one platform.
type Program struct {
	Path string
	// Name is the name of the file, without the ending .exe.
	Name     string
	Platform release.Platform
	// SHA256 is in hex.
	SHA256 string
	// Build is what the Go tool recorded in the program, or nil if it is not a Go program.
	Build *debug.BuildInfo
}

// ReadProgram reads a program. The text is its path, or OS_ARCH=PATH for a file that does not say for which platform it is, such as a
// script. The error names the path.
func ReadProgram(text string) (*Program, error) {
	path := text
	var stated *release.Platform
	if before, after, found := strings.Cut(text, "="); found {
		if p, err := release.ParsePlatform(before); err == nil {
			stated, path = &p, after
		}
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a program: it is not an ordinary file", path)
	case info.Size() > release.MaxPackage:
		return nil, fmt.Errorf("%s has more than %d MiB", path, int64(release.MaxPackage)>>20)
	}
	p := &Program{Path: path, Name: strings.TrimSuffix(filepath.Base(path), ".exe")}
	if p.SHA256, err = verify.FileSHA256(path); err != nil {
		return nil, err
	}
	p.Build, _ = buildinfo.ReadFile(path) // the error means that it is not a Go program
	found, ok := platformOf(path, p.Build)
	switch {
	case !ok && stated == nil:
		return nil, fmt.Errorf("%s does not say for which platform it is: write OS_ARCH=%s, such as %s=%s", path, path, release.Current(), path)
	case ok && stated != nil && found != *stated:
		return nil, fmt.Errorf("%s is a program for %s, and not for %s", path, found, stated)
	case ok:
		p.Platform = found
	default:
		p.Platform = *stated
	}
	return p, nil
}

// Provider returns the name of the provider, or an error if the name of the file is not that of a provider's program.
func (p *Program) Provider() (string, error) {
	name, ok := strings.CutPrefix(p.Name, release.ProgramPrefix)
	if !ok || p.Platform.Program(name) != filepath.Base(p.Path) || addr.CheckProviderName(name) != nil {
		return "", fmt.Errorf("%s: the program of a provider for %s has a name such as %s", p.Path, p.Platform, p.Platform.Program("acme"))
	}
	return name, nil
}

// Commit returns the commit that the program was built from, or "" if the build did not record it.
func (p *Program) Commit() string { return p.setting("vcs.revision") }

func (p *Program) setting(key string) string {
	if p.Build == nil {
		return ""
	}
	for _, s := range p.Build.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}

// Doubts returns what may keep others from building the same bytes from the same source.
func (p *Program) Doubts() []string {
	if p.Build == nil {
		return nil
	}
	var out []string
	add := func(format string, args ...any) { out = append(out, p.Path+" "+fmt.Sprintf(format, args...)) }
	if p.setting("-trimpath") != "true" {
		add("was built without -trimpath: in another folder, the same source gives other bytes")
	}
	if p.setting("CGO_ENABLED") == "1" {
		add("was built with CGO_ENABLED=1: it may need libraries of the machine that it runs on")
	}
	if p.setting("vcs.modified") == "true" {
		add("was built from files that differ from the commit %s", p.Commit())
	}
	for _, d := range p.Build.Deps {
		if d.Replace != nil && modfile.IsDirectoryPath(d.Replace.Path) {
			add("was built with the folder %s in place of %s %s", d.Replace.Path, d.Path, d.Version)
		}
	}
	return out
}
