// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lockfile

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// temporary is the pattern of the names of files that are not complete.
const temporary = ".wahost-lock-*"

// header is the beginning of each lock file.
const header = `# This file is maintained by "wahost init". Commit it with the configuration: it says which providers may run.
# Other commands that change it are "wahost providers lock" and "wahost providers update".
`

// Format returns the content of a lock file with these providers, in the order of their names.
func Format(providers []Provider) []byte {
	file := hclwrite.NewEmptyFile()
	body := file.Body()
	sorted := slices.SortedFunc(slices.Values(providers), func(a, b Provider) int { return cmp.Compare(a.Name, b.Name) })
	for _, p := range sorted {
		body.AppendNewline()
		block := body.AppendNewBlock("provider", []string{p.Name}).Body()
		for _, arg := range []struct{ name, value string }{{"source", p.Source}, {"version", p.Version}, {"constraints", p.Constraints}} {
			if arg.value != "" {
				block.SetAttributeValue(arg.name, cty.StringVal(arg.value))
			}
		}
		if len(p.Platforms) > 0 {
			block.SetAttributeRaw("platforms", lines(p.Platforms))
		}
		block.SetAttributeRaw("hashes", lines(p.Hashes))
	}
	return append([]byte(header), hclwrite.Format(file.Bytes())...)
}

// lines returns a list of texts, sorted and each on its own line, so that a version control system shows changes well.
func lines(texts []string) hclwrite.Tokens {
	sorted := slices.Compact(slices.Sorted(slices.Values(texts)))
	tokens := hclwrite.Tokens{{Bytes: []byte("[\n")}}
	for _, text := range sorted {
		tokens = append(tokens, hclwrite.TokensForValue(cty.StringVal(text))...)
		tokens = append(tokens, &hclwrite.Token{Bytes: []byte(",\n")})
	}
	return append(tokens, &hclwrite.Token{Bytes: []byte("]")})
}

// Write replaces the providers of the lock file. An interrupt at any time leaves the old file or the new one. It reports whether the
// file changed: one that is right already is not written.
func (f *File) Write(providers []Provider) (changed bool, err error) {
	content := Format(providers)
	path := f.Path
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		path = resolved
	}
	old, err := os.ReadFile(path)
	switch {
	case err == nil && bytes.Equal(old, content):
		return false, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return false, err
	case errors.Is(err, fs.ErrNotExist) && len(providers) == 0:
		return false, nil
	}
	return true, Replace(path, content)
}

// Replace writes a file under a temporary name, and renames it when it is on disk. The folder of the file must exist.
func Replace(path string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), temporary)
	if err != nil {
		return err
	}
	_, err = tmp.Write(content)
	err = errors.Join(err, tmp.Chmod(0o644), tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}

// Sweep removes what an interrupted Write left in a folder. Nobody may write the lock file meanwhile.
func Sweep(folder string) {
	left, _ := filepath.Glob(filepath.Join(folder, temporary)) // the pattern is not wrong
	for _, path := range left {
		_ = os.Remove(path)
	}
}
