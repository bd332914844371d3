// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/wahost/wahost/internal/printable"
)

// JSON returns the report in canonical form: sorted, indented with two spaces, with one newline at the end. Equal
// reports have equal bytes. Characters that could control a terminal are escaped.
func (r *Report) JSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(r)
	return []byte(printable.Text(b.String())), err
}

// Read decodes a report.json and checks its consistency: the verdict and the digest must be the ones computed from its
// results. Another major format version is an error. An unknown field is an error too, unless the report has a newer
// minor version than FormatVersion: a newer suite may record more, and that does not change the verdict.
func Read(data []byte) (*Report, error) {
	var version struct {
		FormatVersion string `json:"format_version"`
	}
	if err := json.Unmarshal(data, &version); err != nil {
		return nil, fmt.Errorf("the report is not JSON: %w", err)
	}
	newer, err := newerFormat(version.FormatVersion)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if !newer {
		dec.DisallowUnknownFields()
	}
	var r Report
	if err := dec.Decode(&r); err != nil {
		return nil, fmt.Errorf("the report does not conform to format %s: %w", version.FormatVersion, err)
	}
	claimed, digest := r.Verdict, r.ResultDigest
	r.Judge()
	switch {
	case digest != r.ResultDigest:
		return nil, errors.New("the result digest does not match the results: the report was changed")
	case claimed.Word != r.Verdict.Word || claimed.Certifiable != r.Verdict.Certifiable || !maps.Equal(claimed.Counts, r.Verdict.Counts):
		return nil, fmt.Errorf("the verdict is %q, but the results lead to %q: the report was changed", claimed.Word, r.Verdict.Word)
	}
	return &r, nil
}

// newerFormat reports whether a format version has a newer minor number than FormatVersion. Another major number is an
// error.
func newerFormat(version string) (bool, error) {
	ours, _ := strings.CutPrefix(FormatVersion, major+".")
	theirs, ok := strings.CutPrefix(version, major+".")
	their, err := strconv.Atoi(theirs)
	if !ok || err != nil || their < 0 {
		return false, fmt.Errorf("the report has format version %q, and this program reads %s.x", version, major)
	}
	our, err := strconv.Atoi(ours)
	return their > our, err
}

// major is the major number of FormatVersion.
const major = "1"
