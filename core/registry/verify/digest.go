// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Inputs are what the result of a run depends on. All digests are sha256 in hex.
type Inputs struct {
	// Provider, Catalogue and Dialect are the digests of the binary, of the checks and of the dialect.
	Provider, Catalogue, Dialect string
	Seed                         int64
}

// ResultDigest returns the sha256, in hex, of the inputs of a run and of the status of each check, as in {ID, Status}. It does
// not depend on times, so runs of equal inputs with equal results have equal digests.
func ResultDigest(in Inputs, statuses []Finding) string {
	lines := make([]string, 0, len(statuses))
	for _, s := range statuses {
		lines = append(lines, s.ID+" "+s.Status)
	}
	slices.Sort(lines)
	h := sha256.New()
	fmt.Fprintf(h, "provider %s\nsuite %s\ndialect %s\nseed %d\n", in.Provider, in.Catalogue, in.Dialect, in.Seed)
	_, _ = io.WriteString(h, strings.Join(lines, "\n"))
	return hex.EncodeToString(h.Sum(nil))
}

// The statuses and levels of checks that the digests and the steps of Verify depend on.
const (
	statusPass = "pass"
	statusNA   = "na"
	levelCore  = "core"
	levelCap   = "cap"
	levelRec   = "rec"
)

// CatalogueDigest returns the sha256, in hex, of what the checks are and how much they count. It does not depend on the
// wording of a requirement: a check that demands something else has another id.
func CatalogueDigest(checks []Check) string {
	return digestOf(checks, func(c Check) string {
		return fmt.Sprintf("%s\x00%s\x00%t\x00%s", c.ID, c.Level, c.Provisional, c.Capability)
	})
}

// RequiredDigest returns the sha256, in hex, of the ids of the checks that a provider must pass.
func RequiredDigest(checks []Check) string {
	return digestOf(slices.DeleteFunc(slices.Clone(checks), func(c Check) bool { return !c.Required() }), func(c Check) string { return c.ID })
}

func digestOf(checks []Check, line func(Check) string) string {
	lines := make([]string, 0, len(checks))
	for _, c := range checks {
		lines = append(lines, line(c))
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}

// isDigest reports whether a text is a sha256 in hex.
func isDigest(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == sha256.Size
}
