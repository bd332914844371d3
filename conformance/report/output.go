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

// Formats returns the names of the report formats.
func Formats() []string { return []string{"json", "junit", "html", "md"} }

// Render returns the report in one format. It reads the result back and returns an error if its counts differ from
// those of the model.
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
		return nil, fmt.Errorf("there is no format %q; the formats are %s", format, strings.Join(Formats(), ", "))
	}
	if err == nil {
		err = r.readBack(format, data)
	}
	if err != nil {
		return nil, fmt.Errorf("the %s report: %w", format, err)
	}
	return data, nil
}

// readBack returns an error if the counts in a rendered report differ from those of the model.
func (r *Report) readBack(format string, data []byte) error {
	switch format {
	case "json":
		again, err := Read(data)
		if err != nil {
			return fmt.Errorf("cannot be read back: %w", err)
		}
		if !maps.Equal(again.Verdict.Counts, r.Verdict.Counts) || len(again.Results) != len(r.Results) {
			return fmt.Errorf("has other counts after reading it back")
		}
	case "junit":
		counts, err := readBackJUnit(data)
		if err != nil {
			return fmt.Errorf("cannot be read back: %w", err)
		}
		want := map[string]int{}
		for _, res := range slices.Concat(r.Results, r.broken()) {
			want[junitKind(res)]++
		}
		if !maps.Equal(counts, want) {
			return fmt.Errorf("has the counts %v, but the results are %v", counts, want)
		}
	case "html":
		for _, s := range Statuses() {
			if got := bytes.Count(data, []byte(`<li class="check" data-status="`+string(s)+`"`)); got != r.Verdict.Counts[s] {
				return fmt.Errorf("lists %d checks with status %s, but there are %d", got, s, r.Verdict.Counts[s])
			}
		}
	}
	return nil
}

// WriteFile renders the report in one format and writes it to a file atomically. It creates the folder of the file if
// necessary.
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

// CapabilityRow is a kind of message with the results of the checks of the kind.
type CapabilityRow struct {
	Kind     string
	Declared bool
	// Features are the features that the channel declares for the kind.
	Features []string
	// Refusal is the status of the check that an undeclared kind is refused, or empty if there is no such check.
	Refusal Status
	Counts  map[Status]int
}

// Matrix returns a row for each kind of message that is declared or whose refusal was tested.
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

// Count returns how many checks of the kind have a status.
func (c CapabilityRow) Count(s string) int { return c.Counts[Status(s)] }

// Bad returns how many checks of the kind did not pass and affect the verdict.
func (c CapabilityRow) Bad() int {
	n := 0
	for s, count := range c.Counts {
		if s != Pass && s != NA && s != Skipped {
			n += count
		}
	}
	return n
}
