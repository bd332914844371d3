// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/core/registry/pack"
	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/internal/thirdparty"
)

// thirdPartyFile is the name of the file with the licences of what a program contains.
const thirdPartyFile = "THIRD_PARTY_LICENSES.md"

// packageFlags are the flags of `wahost provider package`.
type packageFlags struct {
	version, out, key, commit string
	files, certificates, also []string
}

// newPackage returns the command `wahost provider package`.
func newPackage(a *cli.App) *cobra.Command {
	f := packageFlags{}
	cmd := &cobra.Command{
		Use:   "package BINARY...",
		Short: "Write a release of a provider, which init can install",
		Long: `Write a release into a folder: for each BINARY the package
wahost-provider-NAME_VERSION_OS_ARCH.zip, and for the whole release SHA256SUMS. With
--key, SHA256SUMS.sig is the signature: 64 bytes of ed25519, made with a key of
"wahost conformance keygen". Beside the package of a Go program is a list of the
modules in it, as CycloneDX JSON. The same binaries and files give the same bytes.

A BINARY has the name wahost-provider-NAME, or wahost-provider-NAME.exe, and says
itself which platform it is for. For a script, write OS_ARCH=BINARY. One that this
machine can run is asked for its name and version, which must be those of the
release.

Packages have the program, the files of --file and the certificate of the program.
Give the licence and the notices of the provider with --file. The licences of the
modules of Go programs are put into THIRD_PARTY_LICENSES.md, unless --file has it.`,
		Example: `  wahost provider package build/*/wahost-provider-acme* --version 0.1.0 --file LICENSE
  wahost provider package build/*/wahost-provider-acme* --version 0.1.0 --file LICENSE --key acme.pem --certificate cert/certificate.json --out dist
  wahost provider package linux_amd64=build/wahost-provider-acme --version 0.1.0 --file LICENSE`,
		Args: cli.MinArgs("BINARY"),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), a, args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.version, "version", "", "version of the release, such as 0.1.0 or v0.1.0 (required)")
	flags.StringVar(&f.out, "out", "dist", "folder to write the release into")
	flags.StringVar(&f.key, "key", "", "private key that signs the checksums")
	flags.StringVar(&f.commit, "commit", "", "commit of the source (default what each program recorded)")
	flags.StringArrayVar(&f.files, "file", nil, "file to put beside the program in each package; may be repeated")
	flags.StringArrayVar(&f.certificates, "certificate", nil, "certificate, bundle or folder of certificates of the binaries; may be repeated")
	flags.StringArrayVar(&f.also, "also", nil, "name of a file in --out that the checksums have as well; may be repeated")
	cli.CompleteFiles(cmd, nil, "file")
	cli.CompleteFiles(cmd, []string{"pem"}, "key")
	cli.CompleteFiles(cmd, []string{"json", "jsonl"}, "certificate")
	cli.CompleteFolders(cmd, "out")
	cli.CompleteWords(cmd, "version")
	cli.CompleteWords(cmd, "commit")
	cli.CompleteWords(cmd, "also")
	return cmd
}

func (f *packageFlags) run(ctx context.Context, a *cli.App, binaries []string) error {
	r, err := f.release(ctx, a, binaries)
	if err != nil {
		return err
	}
	written, err := r.Write(ctx, f.out)
	switch {
	case err != nil && ctx.Err() != nil:
		return stopped(ctx, err)
	case err != nil:
		return cli.UsageError("%v", err)
	}
	if a.JSON {
		keyID := ""
		if r.Key != nil {
			keyID = r.Key.ID()
		}
		return a.PrintJSON(map[string]any{
			"format_version": "1.0", "version": r.Version.String(), "folder": f.out, "files": written, "signed": r.Key != nil, "key_id": keyID,
		})
	}
	t := cli.Table{Header: []string{"FILE", "BYTES"}}
	for _, w := range written {
		t.Add(w.Name, strconv.FormatInt(w.Size, 10))
	}
	t.Write(a.Stdout, a.Stdout.Width())
	if r.Key == nil {
		a.Note("SHA256SUMS is not signed. Sign it with --key, so that those who trust the key need not trust the place that offers the release.")
	}
	return nil
}

// release returns what to write. It warns of what is legal and probably not intended.
func (f *packageFlags) release(ctx context.Context, a *cli.App, binaries []string) (*pack.Release, error) {
	if f.version == "" {
		return nil, cli.UsageError("no version: use --version, such as --version 0.1.0")
	}
	v, err := release.ParseVersion(strings.TrimPrefix(f.version, "v"))
	if err != nil {
		return nil, cli.UsageError("--version: %v", err)
	}
	r := &pack.Release{Version: v, Commit: f.commit, Also: f.also}
	for _, text := range binaries {
		p, err := pack.ReadProgram(text)
		if err != nil {
			return nil, cli.UsageError("%v", err)
		}
		if err := f.describe(ctx, p, v); err != nil {
			return nil, err
		}
		for _, doubt := range p.Doubts() {
			a.Warn("%s", doubt)
		}
		r.Programs = append(r.Programs, p)
	}
	for _, path := range f.files {
		r.Files = append(r.Files, pack.File{Name: filepath.Base(path), Path: path})
	}
	if len(f.certificates) > 0 {
		if r.Certificates, err = verify.ReadCertificates(f.certificates...); err != nil {
			return nil, cli.UsageError("--certificate: %v", err)
		}
	}
	if f.key != "" {
		if r.Key, err = cli.ReadPrivateKey(f.key); err != nil {
			return nil, err
		}
	}
	return r, f.licences(ctx, a, r)
}

// describe asks a program that this machine can run for its name and version, which must be those of the release.
func (f *packageFlags) describe(ctx context.Context, p *pack.Program, v release.Version) error {
	name, err := p.Provider()
	if err != nil {
		return cli.UsageError("%v", err)
	}
	if p.Platform != release.Current() {
		return nil
	}
	path, err := filepath.Abs(p.Path)
	if err != nil {
		return cli.EnvironmentError(err)
	}
	switch d, err := launch.Describe(ctx, path); {
	case err != nil:
		return stopped(ctx, err)
	case d.Name != name:
		return cli.UsageError("%s says that it is the provider %q: give the file the name %s", p.Path, d.Name, p.Platform.Program(d.Name))
	case d.Version != v.String():
		return cli.UsageError("%s says that its version is %s, and the release is %s: build it with the version of the release", p.Path, d.Version, v)
	}
	return nil
}

// licences adds a file with the licences of the modules of Go programs, unless there is one.
func (f *packageFlags) licences(ctx context.Context, a *cli.App, r *pack.Release) error {
	has := func(beginnings ...string) bool {
		return slices.ContainsFunc(r.Files, func(f pack.File) bool {
			return slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(strings.ToUpper(f.Name), b) })
		})
	}
	thirdPartyGiven := has(strings.ToUpper(thirdPartyFile))
	if !has("LICEN", "COPYING") {
		a.Warn("the packages have no licence of the provider: add it, such as with --file LICENSE")
	}
	var builds []*debug.BuildInfo
	for _, p := range r.Programs {
		if p.Build != nil {
			builds = append(builds, p.Build)
		}
	}
	if len(builds) == 0 {
		return nil
	}
	build, err := thirdparty.ReadBuild(ctx, builds)
	if err != nil {
		if thirdPartyGiven {
			a.Warn("the lists of contents name no licences: %v", err)
			return nil
		}
		return stopped(ctx, fmt.Errorf("%w. Or give a file %s with --file", err, thirdPartyFile))
	}
	r.Licences = build.Licences()
	if !thirdPartyGiven {
		r.Files = append(r.Files, pack.File{Name: thirdPartyFile, Data: []byte(build.Listing())})
	}
	return nil
}
