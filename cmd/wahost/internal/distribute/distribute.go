// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/wahost/wahost/core/registry/pack"
	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/internal/thirdparty"
)

// distribution is a release of wahost.
type distribution struct {
	version          release.Version
	commit           string
	build, out, root string
}

// documents are the files of the repository that are in each archive.
var documents = []string{"LICENSE", "NOTICE", "THIRD_PARTY_LICENSES.md", "README.md", "CHANGELOG.md"}

// archive is an archive that was written.
type archive struct {
	platform     release.Platform
	file, sha256 string
}

func (d *distribution) write(ctx context.Context) error {
	common, err := d.common()
	if err != nil {
		return err
	}
	programs, err := d.programs()
	if err != nil {
		return err
	}
	var builds []*debug.BuildInfo
	for _, p := range programs {
		builds = append(builds, p.Build)
	}
	build, err := thirdparty.ReadBuild(ctx, builds)
	if err != nil {
		return err
	}
	licences := build.Licences()
	if err := os.MkdirAll(d.out, 0o755); err != nil {
		return err
	}
	var archives []archive
	for _, p := range programs {
		if err := ctx.Err(); err != nil {
			return err
		}
		a, err := d.archive(p, common)
		if err != nil {
			return err
		}
		archives = append(archives, a)
		sbom, err := pack.SBOM(pack.Component{Name: "wahost", Version: d.version.String(), Commit: d.commit, Program: p, Licences: licences})
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(d.out, d.base(p.Platform)+".cdx.json"), sbom, 0o644); err != nil {
			return err
		}
	}
	return d.formula(archives)
}

// base returns the name of an archive without its ending.
func (d *distribution) base(p release.Platform) string {
	return fmt.Sprintf("wahost_%s_%s", d.version, p)
}

// programs returns the program wahost for each platform that was built, in the order of the platforms.
func (d *distribution) programs() ([]*pack.Program, error) {
	entries, err := os.ReadDir(d.build)
	if err != nil {
		return nil, err
	}
	var out []*pack.Program
	for _, e := range entries {
		platform, err := release.ParsePlatform(e.Name())
		if err != nil {
			continue
		}
		path := filepath.Join(d.build, e.Name(), "wahost")
		if platform.OS == "windows" {
			path += ".exe"
		}
		p, err := pack.ReadProgram(path)
		switch {
		case err != nil:
			return nil, err
		case p.Platform != platform || p.Build == nil:
			return nil, fmt.Errorf("%s is not a Go program for %s", path, platform)
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s has no folder such as linux_amd64", d.build)
	}
	slices.SortFunc(out, func(a, b *pack.Program) int { return a.Platform.Compare(b.Platform) })
	return out, nil
}

// common returns the files that each archive has.
func (d *distribution) common() ([]pack.File, error) {
	var out []pack.File
	for _, name := range documents {
		out = append(out, pack.File{Name: name, Path: filepath.Join(d.root, name)})
	}
	share, err := tree(filepath.Join(d.build, "share"), false)
	return append(out, share...), err
}

// tree returns the files below a folder. Some of them are programs if programs is true: those whose names have no other ending than .exe.
func tree(dir string, programs bool) ([]pack.File, error) {
	var out []pack.File
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		ending := filepath.Ext(name)
		out = append(out, pack.File{Name: filepath.ToSlash(name), Path: path, Executable: programs && (ending == "" || ending == ".exe")})
		return err
	})
	return out, err
}

// archive writes the archive for a platform: zip for Windows, where nothing else can be unpacked without a program of its own, and tar otherwise.
func (d *distribution) archive(p *pack.Program, common []pack.File) (archive, error) {
	a := archive{platform: p.Platform}
	files, err := tree(filepath.Dir(p.Path), true)
	if err != nil {
		return a, err
	}
	files = append(files, common...)
	var write func(io.Writer) error
	if p.Platform.OS == "windows" {
		a.file = d.base(p.Platform) + ".zip"
		write = func(to io.Writer) error {
			return pack.WriteZip(to, strings.ReplaceAll(d.base(p.Platform), "_", " ")+", commit "+d.commit, files)
		}
	} else {
		a.file = d.base(p.Platform) + ".tar.gz"
		write = func(to io.Writer) error { return pack.WriteTar(to, d.base(p.Platform), files) }
	}
	path := filepath.Join(d.out, a.file)
	out, err := os.Create(path)
	if err != nil {
		return a, err
	}
	if err := errors.Join(write(out), out.Close()); err != nil {
		return a, fmt.Errorf("%s: %w", path, err)
	}
	a.sha256, err = verify.FileSHA256(path)
	return a, err
}
