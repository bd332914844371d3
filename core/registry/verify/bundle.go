// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wahost/wahost/internal/boundfile"
)

const (
	// maxCertificates bounds the file of a certificate or of a bundle, in bytes.
	maxCertificates = 16 << 20
	// bundleEnding is how the name of a bundle ends: JSON lines, one certificate on each, as in-toto describes it.
	bundleEnding = ".jsonl"
)

// Certificate is a certificate that was read from a file, and not verified yet.
type Certificate struct {
	// File is the name of the file, with the line in a bundle.
	File string
	Data []byte
}

// ReadCertificates reads certificates from files and folders. A provider has one for each of its platforms. A file has one
// certificate, or is a bundle with the ending .jsonl and one certificate on each line. Of a folder, the files with the endings .json
// and .jsonl count. The error names the path; it wraps fs.ErrNotExist if there is no such file.
func ReadCertificates(paths ...string) ([]Certificate, error) {
	var out []Certificate
	for _, path := range paths {
		files := []string{path}
		if info, err := os.Stat(path); err != nil {
			return nil, err
		} else if info.IsDir() {
			if files, err = certificateFiles(path); err != nil {
				return nil, err
			}
		}
		for _, file := range files {
			data, err := boundfile.ReadRegular(file, maxCertificates)
			if err != nil {
				return nil, err
			}
			out = append(out, splitBundle(file, data)...)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: there is no certificate: %w", strings.Join(paths, ", "), fs.ErrNotExist)
	}
	return out, nil
}

// certificateFiles returns the files in a folder that may be certificates, sorted.
func certificateFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	var out []string
	for _, e := range entries {
		if ending := filepath.Ext(e.Name()); !e.IsDir() && (ending == ".json" || ending == bundleEnding) {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	return out, err
}

func splitBundle(file string, data []byte) []Certificate {
	if filepath.Ext(file) != bundleEnding {
		return []Certificate{{File: file, Data: data}}
	}
	var out []Certificate
	n := 0
	for line := range bytes.Lines(data) {
		n++
		if line = bytes.TrimSpace(line); len(line) > 0 {
			out = append(out, Certificate{File: fmt.Sprintf("%s:%d", file, n), Data: line})
		}
	}
	return out
}

// Bundle returns a bundle of certificates: each on a line.
func Bundle(certificates ...[]byte) ([]byte, error) {
	var b bytes.Buffer
	for _, c := range certificates {
		if err := json.Compact(&b, c); err != nil {
			return nil, err
		}
		b.WriteByte('\n')
	}
	return b.Bytes(), nil
}

// VerifyAny returns the first certificate that satisfies the policy. If no certificate does, the error is the *Error of the
// certificate that came furthest, with the name of its file.
func VerifyAny(ctx context.Context, certificates []Certificate, p Policy) (*Verified, error) {
	var best *Error
	for _, c := range certificates {
		v, err := Verify(ctx, c.Data, p)
		if err == nil {
			v.File = c.File
			return v, nil
		}
		var refusal *Error
		if !errors.As(err, &refusal) {
			return nil, err
		}
		if best == nil || slices.Index(Steps(), refusal.Step) > slices.Index(Steps(), best.Step) {
			best = refusal
			if len(certificates) > 1 {
				named := *refusal
				named.Detail = fmt.Sprintf("none of %d certificates holds; of %s: %s", len(certificates), c.File, refusal.Detail)
				best = &named
			}
		}
	}
	if best == nil {
		return nil, refuse(StepEnvelope, askForOther, "there is no certificate")
	}
	return nil, best
}
