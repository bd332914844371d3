// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package pack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/verify"
)

// Release is a release to write.
type Release struct {
	Version release.Version
	// Commit is the commit of the source. If it is empty, it is the one that each program recorded.
	Commit string
	// Programs are programs of providers, with at most one of each provider for each platform.
	Programs []*Program
	// Files are in each package, beside the program.
	Files []File
	// Certificates are in the package of the program that they are about, and beside it.
	Certificates []verify.Certificate
	// Also are the names of files in the folder of the release that were written by others, and are in its checksums as well.
	Also []string
	// Licences has the SPDX identifiers of the licences of modules, by path. It may be nil.
	Licences map[string][]string
	// Key signs the checksums. If it is nil, they are not signed.
	Key *verify.Key
}

// sbomEnding and certificateEnding are the ends of the names of files beside a package.
const (
	sbomEnding        = ".cdx.json"
	certificateEnding = ".certificate.json"
)

// Write writes the release into a folder, which is made if it does not exist, and returns the names of the files with their sizes. Files of an
// earlier Write of the same release are replaced. The error says what has to be changed.
func (r *Release) Write(ctx context.Context, dir string) ([]Written, error) {
	packages, err := r.packages()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	w := &folder{dir: dir}
	if err := w.checkAlone(packages); err != nil {
		return nil, err
	}
	for _, p := range packages {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := p.write(w); err != nil {
			return nil, err
		}
	}
	for _, name := range r.Also {
		if err := w.add(name); err != nil {
			return nil, err
		}
	}
	sums := w.sums()
	if err := w.file(release.SumsFile, sums); err != nil {
		return nil, err
	}
	const signature = release.SumsFile + release.SignatureEnding
	if r.Key == nil {
		// A signature of other checksums must not stay.
		if err := os.Remove(filepath.Join(dir, signature)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		return w.written, nil
	}
	signed, err := r.Key.Sign(ctx, sums)
	if err != nil {
		return nil, err
	}
	err = w.file(signature, signed)
	return w.written, err
}

// onePackage is a package to write, with what is beside it.
type onePackage struct {
	file        release.File
	comment     string
	files       []File
	sbom        []byte
	certificate *File
}

// packages returns the packages in the order of their names.
func (r *Release) packages() ([]onePackage, error) {
	if len(r.Programs) == 0 {
		return nil, errors.New("there is no program to release")
	}
	certificates, err := r.certificates()
	if err != nil {
		return nil, err
	}
	seen := map[string]string{}
	var out []onePackage
	for _, p := range r.Programs {
		name, err := p.Provider()
		if err != nil {
			return nil, err
		}
		one := onePackage{file: release.File{Provider: name, Version: r.Version, Platform: p.Platform}}
		if other, twice := seen[one.file.Name()]; twice {
			return nil, fmt.Errorf("%s and %s are both %s for %s", other, p.Path, p.Name, p.Platform)
		}
		seen[one.file.Name()] = p.Path
		commit := r.Commit
		if commit == "" {
			commit = p.Commit()
		}
		one.comment = fmt.Sprintf("%s %s %s", p.Name, r.Version, p.Platform)
		if commit != "" {
			one.comment += ", commit " + commit
		}
		one.files = append([]File{{Name: p.Platform.Program(name), Path: p.Path, Executable: true}}, r.Files...)
		if one.certificate, err = certificateFile(certificates[p]); err != nil {
			return nil, err
		}
		if one.certificate != nil {
			one.files = append(one.files, *one.certificate)
		}
		if p.Build != nil {
			if one.sbom, err = SBOM(Component{p.Name, r.Version.String(), commit, p, r.Licences}); err != nil {
				return nil, err
			}
		}
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b onePackage) int { return strings.Compare(a.file.Name(), b.file.Name()) })
	return out, nil
}

func (p *onePackage) write(w *folder) error {
	name := p.file.Name()
	if err := w.create(name, func(to io.Writer) error { return WriteZip(to, p.comment, p.files) }); err != nil {
		return err
	}
	base := strings.TrimSuffix(name, filepath.Ext(name))
	if p.sbom != nil {
		if err := w.file(base+sbomEnding, p.sbom); err != nil {
			return err
		}
	}
	if p.certificate == nil {
		return nil
	}
	return w.file(base+certificateEnding+strings.TrimPrefix(p.certificate.Name, "certificate.json"), bytes.Clone(p.certificate.Data))
}
