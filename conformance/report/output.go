// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Formats lists the written forms.
func Formats() []string { return []string{"json", "junit", "html", "md"} }

// Render writes one form of the report, reads it back, and compares what it says with the model.
func (r *Report) Render(format string) ([]byte, error) {
	var data []byte
	var err error
	switch format {
	case "json":
		data, err = r.JSON()
	case "junit":
		data, err = r.JUnit()
	case "html":
		data, err = r.HTML()
	case "md":
		data = r.Markdown()
	default:
		return nil, fmt.Errorf("there is no format %q; there are %s", format, strings.Join(Formats(), ", "))
	}
	if err == nil {
		err = r.readBack(format, data)
	}
	if err != nil {
		return nil, fmt.Errorf("the %s report: %w", format, err)
	}
	return data, nil
}

// readBack makes sure that a written form counts what the model counts.
func (r *Report) readBack(format string, data []byte) error {
	switch format {
	case "json":
		again, err := Read(data)
		if err != nil {
			return fmt.Errorf("does not read back: %w", err)
		}
		if !maps.Equal(again.Verdict.Counts, r.Verdict.Counts) || len(again.Results) != len(r.Results) {
			return fmt.Errorf("reads back with other counts")
		}
	case "junit":
		counts, err := readBackJUnit(data)
		if err != nil {
			return fmt.Errorf("does not read back: %w", err)
		}
		want := map[string]int{}
		for _, res := range r.Results {
			want[junitKind(res)]++
		}
		if !maps.Equal(counts, want) {
			return fmt.Errorf("counts %v, and the results are %v", counts, want)
		}
	case "html":
		for _, s := range Statuses() {
			if got := bytes.Count(data, []byte(`<tr class="check" data-status="`+string(s)+`"`)); got != r.Verdict.Counts[s] {
				return fmt.Errorf("lists %d checks with status %s, and there are %d", got, s, r.Verdict.Counts[s])
			}
		}
	}
	return nil
}

// WriteFile renders one form into a file, which is complete or not there. It makes the folder where that is missing.
func (r *Report) WriteFile(format, path string) error {
	data, err := r.Render(format)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("the %s report cannot be written: %w", format, err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("the %s report cannot be written: %w", format, err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if _, err = f.Write(data); err == nil {
		err = f.Chmod(0o644)
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("the %s report cannot be written: %w", format, err)
	}
	return nil
}

// CapabilityRow is one kind of message with what the checks about it gave.
type CapabilityRow struct {
	Kind     string
	Declared bool
	// Features are what is declared beside the kind.
	Features []string
	// Refusal is what became of the check that the kind is refused; empty where there is none.
	Refusal Status
	Counts  map[Status]int
}

// Matrix returns a row for each kind of message, declared ones and those whose refusal was tested.
func (r *Report) Matrix() []CapabilityRow {
	rows := map[string]*CapabilityRow{}
	row := func(kind string) *CapabilityRow {
		if rows[kind] == nil {
			rows[kind] = &CapabilityRow{Kind: kind, Counts: map[Status]int{}}
		}
		return rows[kind]
	}
	for _, kind := range r.Provider.Kinds {
		row(kind).Declared = true
	}
	for _, k := range r.Provider.Capabilities.Kinds {
		c := row(k.Kind)
		for _, f := range []struct {
			what  string
			words []string
		}{{"headers", k.HeaderKinds}, {"buttons", k.ButtonKinds}, {"parameters", k.ParameterTypes}, {"components", k.Components}} {
			if len(f.words) > 0 {
				c.Features = append(c.Features, f.what+": "+strings.Join(f.words, ", "))
			}
		}
	}
	for _, res := range r.Results {
		parts := strings.Split(res.ID, "/")
		if kind := subject(res); parts[0] == "send" && kind != "" && kind != "media" {
			row(kind).Counts[res.Status]++
		}
		if kind, ok := strings.CutPrefix(res.ID, "cap/undeclared-refused/"); ok && res.Status != NA {
			row(kind).Refusal = res.Status
		}
	}
	var out []CapabilityRow
	for _, kind := range slices.Sorted(maps.Keys(rows)) {
		out = append(out, *rows[kind])
	}
	return out
}

// Count returns how many checks about the kind have a status.
func (c CapabilityRow) Count(s string) int { return c.Counts[Status(s)] }

// Bad returns how many neither passed nor were without effect.
func (c CapabilityRow) Bad() int {
	n := 0
	for s, count := range c.Counts {
		if s != Pass && s != NA && s != Skipped {
			n += count
		}
	}
	return n
}
