// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify

import (
	"bufio"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

// Check is what Verify knows of a check of the suite.
type Check struct {
	// ID is the id of the check. In a Catalogue it may end in "/*", for checks that rows of a dialect make.
	ID string
	// Level is core, cap, rec or info.
	Level string
	// Capability is the capability that the check is about. It may be empty.
	Capability string
	// Provisional checks have no effect on the result.
	Provisional bool
	// Sometimes is set if not every full plan has the check. Others have it, even if it does not apply.
	Sometimes bool
	// Since is the version of the suite since which the check counts as it does; empty means the first version.
	Since string
}

// Required reports whether a provider must pass the check if it applies.
func (c Check) Required() bool {
	return !c.Provisional && (c.Level == levelCore || c.Level == levelCap)
}

// Subject returns the capability that a check is about: the one that it names, or the one that its id tells. It returns "" if the
// check is about the provider as a whole.
func (c Check) Subject() string {
	switch parts := strings.Split(c.ID, "/"); {
	case c.Capability != "":
		return c.Capability
	case parts[0] == "send" && len(parts) > 2:
		return parts[1]
	case parts[0] == "webhook":
		return CapWebhooks
	case parts[0] == "batch":
		return CapRecipients
	}
	return ""
}

// Catalogue is the checks of one major version of the suite, as they are in its newest minor version that this program
// knows.
type Catalogue struct {
	// Version is that newest version.
	Version string
	checks  map[string]Check
}

// Every major version of the suite has a file, which a test of the suite's commands writes.
//
//go:embed catalogue
var catalogueFiles embed.FS

// catalogues are the catalogues by major version.
var catalogues = sync.OnceValue(func() map[string]*Catalogue {
	all := map[string]*Catalogue{}
	files, _ := fs.Glob(catalogueFiles, "catalogue/*.txt")
	for _, name := range files {
		data, _ := catalogueFiles.ReadFile(name)
		c, err := ParseCatalogue(strings.NewReader(string(data)))
		if err != nil {
			panic(fmt.Sprintf("%s: %v", name, err)) // it is part of this program, and a test reads it
		}
		major, _, _ := strings.Cut(c.Version, ".")
		all[major] = c
	}
	return all
})

// CatalogueOf returns the catalogue of a major version of the suite, or nil if this program does not know it.
func CatalogueOf(major int) *Catalogue { return catalogues()[fmt.Sprint(major)] }

// Majors returns the major versions of the suite that this program knows, sorted.
func Majors() []string {
	var out []string
	for major := range catalogues() {
		out = append(out, major)
	}
	slices.Sort(out)
	return out
}

// NewCatalogue returns a catalogue.
func NewCatalogue(version string, checks []Check) *Catalogue {
	c := &Catalogue{Version: version, checks: map[string]Check{}}
	for _, check := range checks {
		c.checks[check.ID] = check
	}
	return c
}

// Checks returns the checks, sorted by id.
func (c *Catalogue) Checks() []Check {
	out := make([]Check, 0, len(c.checks))
	for _, check := range c.checks {
		out = append(out, check)
	}
	slices.SortFunc(out, func(a, b Check) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Check returns the check with an id, and whether the catalogue has it. The check of a row of a dialect has the id of the row.
func (c *Catalogue) Check(id string) (Check, bool) {
	if check, ok := c.checks[id]; ok {
		return check, true
	}
	if i := strings.LastIndexByte(id, '/'); i > 0 && i < len(id)-1 {
		if check, ok := c.checks[id[:i]+"/*"]; ok {
			check.ID = id
			return check, true
		}
	}
	return Check{}, false
}

const (
	flagProvisional = "provisional"
	flagSometimes   = "sometimes"
	flagSince       = "since="
	noCapability    = "-"
)

// Write writes the catalogue in the form that ParseCatalogue reads: the version, then the id, level, capability and flags of
// each check on a line.
func (c *Catalogue) Write(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "suite %s\n", c.Version)
	for _, check := range c.Checks() {
		fields := []string{check.ID, check.Level, check.Capability}
		if check.Capability == "" {
			fields[2] = noCapability
		}
		if check.Provisional {
			fields = append(fields, flagProvisional)
		}
		if check.Sometimes {
			fields = append(fields, flagSometimes)
		}
		if check.Since != "" {
			fields = append(fields, flagSince+check.Since)
		}
		b.WriteString(strings.Join(fields, " ") + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// ParseCatalogue reads what Write wrote.
func ParseCatalogue(r io.Reader) (*Catalogue, error) {
	c := &Catalogue{checks: map[string]Check{}}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		fields := strings.Fields(lines.Text())
		if n == 1 {
			if len(fields) != 2 || fields[0] != "suite" {
				return nil, fmt.Errorf("line 1: expected %q and a version", "suite")
			}
			c.Version = fields[1]
			continue
		}
		if len(fields) < 3 {
			return nil, fmt.Errorf("line %d: expected an id, a level and a capability", n)
		}
		check := Check{ID: fields[0], Level: fields[1], Capability: strings.TrimPrefix(fields[2], noCapability)}
		check.Provisional, check.Sometimes = slices.Contains(fields[3:], flagProvisional), slices.Contains(fields[3:], flagSometimes)
		if i := slices.IndexFunc(fields, func(f string) bool { return strings.HasPrefix(f, flagSince) }); i >= 0 {
			check.Since = strings.TrimPrefix(fields[i], flagSince)
		}
		c.checks[check.ID] = check
	}
	return c, lines.Err()
}
