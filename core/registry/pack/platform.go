// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package pack

import (
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"runtime/debug"

	"github.com/wahost/wahost/core/registry/release"
)

// platformOf returns the platform that a program is for. Build may be nil. The result is false for a file that does not say it.
func platformOf(path string, build *debug.BuildInfo) (release.Platform, bool) {
	if build != nil {
		var p release.Platform
		for _, s := range build.Settings {
			switch s.Key {
			case "GOOS":
				p.OS = s.Value
			case "GOARCH":
				p.Arch = s.Value
			}
		}
		if p.OS != "" && p.Arch != "" {
			return p, true
		}
	}
	for _, of := range []func(string) (release.Platform, bool){elfPlatform, machoPlatform, pePlatform} {
		if p, ok := of(path); ok {
			return p, true
		}
	}
	return release.Platform{}, false
}

func elfPlatform(path string) (release.Platform, bool) {
	f, err := elf.Open(path)
	if err != nil {
		return release.Platform{}, false
	}
	defer func() { _ = f.Close() }()
	system := "linux"
	if f.OSABI == elf.ELFOSABI_FREEBSD {
		system = "freebsd"
	}
	arch, ok := map[elf.Machine]string{elf.EM_X86_64: "amd64", elf.EM_AARCH64: "arm64", elf.EM_386: "386", elf.EM_ARM: "arm", elf.EM_RISCV: "riscv64"}[f.Machine]
	return release.Platform{OS: system, Arch: arch}, ok
}

func machoPlatform(path string) (release.Platform, bool) {
	f, err := macho.Open(path)
	if err != nil {
		return release.Platform{}, false
	}
	defer func() { _ = f.Close() }()
	arch, ok := map[macho.Cpu]string{macho.CpuAmd64: "amd64", macho.CpuArm64: "arm64"}[f.Cpu]
	return release.Platform{OS: "darwin", Arch: arch}, ok
}

func pePlatform(path string) (release.Platform, bool) {
	f, err := pe.Open(path)
	if err != nil {
		return release.Platform{}, false
	}
	defer func() { _ = f.Close() }()
	arch, ok := map[uint16]string{pe.IMAGE_FILE_MACHINE_AMD64: "amd64", pe.IMAGE_FILE_MACHINE_ARM64: "arm64", pe.IMAGE_FILE_MACHINE_I386: "386"}[f.Machine]
	return release.Platform{OS: "windows", Arch: arch}, ok
}
