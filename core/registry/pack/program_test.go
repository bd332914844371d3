// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package pack

import (
	"bytes"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/release"
)

// goProgram returns the path of a Go program for this platform, under the name of a provider's program.
func goProgram(t *testing.T, provider string) string {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), release.Current().Program(provider))
	require.NoError(t, os.Symlink(self, path))
	return path
}

// program writes a file that is no Go program, under the name of a provider's program.
func program(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o700))
	return path
}

func header(t *testing.T, order binary.ByteOrder, parts ...any) string {
	t.Helper()
	var b bytes.Buffer
	for _, part := range parts {
		require.NoError(t, binary.Write(&b, order, part))
	}
	b.Write(make([]byte, 512))
	return b.String()
}

func TestReadProgramOfGo(t *testing.T) {
	t.Parallel()
	p, err := ReadProgram(goProgram(t, "acme"))
	require.NoError(t, err)
	require.Equal(t, release.Current(), p.Platform)
	require.NotNil(t, p.Build)
	name, err := p.Provider()
	require.NoError(t, err)
	require.Equal(t, "acme", name)
	require.Len(t, p.SHA256, 64)
}

func TestReadProgramOfOthers(t *testing.T) {
	t.Parallel()
	elfOf := func(m elf.Machine, abi elf.OSABI) string {
		h := elf.Header64{Type: uint16(elf.ET_EXEC), Machine: uint16(m), Version: uint32(elf.EV_CURRENT), Ehsize: 64}
		copy(h.Ident[:], elf.ELFMAG)
		h.Ident[elf.EI_CLASS], h.Ident[elf.EI_DATA], h.Ident[elf.EI_VERSION], h.Ident[elf.EI_OSABI] = byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT), byte(abi)
		return header(t, binary.LittleEndian, h)
	}
	tests := map[string]struct {
		name, content, prefix string
		want                  string
		err                   string
	}{
		"elf":             {"wahost-provider-a", elfOf(elf.EM_X86_64, elf.ELFOSABI_NONE), "", "linux_amd64", ""},
		"elf arm64":       {"wahost-provider-a", elfOf(elf.EM_AARCH64, elf.ELFOSABI_LINUX), "", "linux_arm64", ""},
		"elf freebsd":     {"wahost-provider-a", elfOf(elf.EM_X86_64, elf.ELFOSABI_FREEBSD), "", "freebsd_amd64", ""},
		"mach-o":          {"wahost-provider-a", header(t, binary.LittleEndian, macho.FileHeader{Magic: macho.Magic64, Cpu: macho.CpuArm64, Type: macho.TypeExec}), "", "darwin_arm64", ""},
		"pe":              {"wahost-provider-a.exe", header(t, binary.LittleEndian, pe.FileHeader{Machine: pe.IMAGE_FILE_MACHINE_AMD64}), "", "windows_amd64", ""},
		"script":          {"wahost-provider-a", "#!/usr/bin/env node\n", "", "", "does not say for which platform it is: write OS_ARCH="},
		"script, stated":  {"wahost-provider-a", "#!/usr/bin/env node\n", "linux_arm64=", "linux_arm64", ""},
		"another machine": {"wahost-provider-a", elfOf(elf.EM_MIPS, elf.ELFOSABI_NONE), "", "", "does not say for which platform it is"},
		"wrongly stated":  {"wahost-provider-a", elfOf(elf.EM_X86_64, elf.ELFOSABI_NONE), "linux_arm64=", "", "is a program for linux_amd64, and not for linux_arm64"},
		"empty":           {"wahost-provider-a", "", "", "", "does not say for which platform it is"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := ReadProgram(tt.prefix + program(t, tt.name, tt.content))
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, p.Platform.String())
			_, err = p.Provider()
			require.NoError(t, err)
		})
	}
	_, err := ReadProgram(filepath.Join(t.TempDir(), "wahost-provider-a"))
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = ReadProgram(t.TempDir())
	require.ErrorContains(t, err, "it is not an ordinary file")
}

func TestProvider(t *testing.T) {
	t.Parallel()
	for name, platform := range map[string]string{
		"acme": "linux_amd64", "wahost-provider-": "linux_amd64", "wahost-provider-Acme": "linux_amd64", "wahost-provider-a_b": "linux_amd64",
		"wahost-provider-acme.exe": "linux_amd64", "wahost-provider-acme": "windows_amd64",
	} {
		p, err := ReadProgram(platform + "=" + program(t, name, "script"))
		require.NoError(t, err)
		_, err = p.Provider()
		require.ErrorContains(t, err, "has a name such as wahost-provider-acme", name)
	}
}
