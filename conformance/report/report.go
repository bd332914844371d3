// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package report holds the one model of a conformance run, the verdict over it and its written forms: canonical
// JSON, JUnit, a one-file HTML page and Markdown. Every output is made from the model and nothing else, so that no
// two of them can disagree.
package report

import (
	"time"

	"github.com/wahost/wahost/sdk/capability"
)

// FormatVersion is that of report.json. The major number changes when a reader of the older one would be misled.
const FormatVersion = "1.0"

// Status is what became of one check.
type Status string

// The statuses.
const (
	Pass    Status = "pass"
	Fail    Status = "fail"
	Crash   Status = "crash"   // the provider process ended
	Timeout Status = "timeout" // the provider did not answer
	Flaky   Status = "flaky"   // repeated with mixed results
	Error   Status = "error"   // the suite or the environment, not the provider
	Blocked Status = "blocked" // the positive control or a prerequisite failed
	Skipped Status = "skipped" // deselected by the operator, or not possible in this run
	NA      Status = "na"      // the capability is not declared
	XFail   Status = "xfail"   // listed as known failing, and failed
	XPass   Status = "xpass"   // listed as known failing, and did not fail
)

// Statuses lists all statuses in the order in which outputs count them.
func Statuses() []Status {
	return []Status{Pass, Fail, Crash, Timeout, Flaky, Error, Blocked, Skipped, NA, XFail, XPass}
}

// NoteInterrupted is the note of checks that have no result because the run was interrupted.
const NoteInterrupted = "the run was interrupted"

// Level says how much a check weighs.
type Level string

// The levels.
const (
	Core Level = "core" // always required
	Cap  Level = "cap"  // required if the capability is declared
	Rec  Level = "rec"  // recommended
	Info Level = "info" // reported only
)

// Finding is one deviation, in words.
type Finding struct {
	Expected string `json:"expected"`
	Actual   string `json:"actual"`
	// At is where: a field path, a wire location, a log line. It may be empty.
	At string `json:"at,omitempty"`
}

// MaxExcerpt bounds each body of an Exchange, in bytes.
const MaxExcerpt = 8 << 10

// Exchange is an excerpt of one vendor request and its answer. Credentials in it were invented for the run.
type Exchange struct {
	ID          int    `json:"id"`
	Method      string `json:"method"`
	Path        string `json:"path"`
	ContentType string `json:"content_type,omitempty"`
	// Request and Response are bodies, at most MaxExcerpt bytes each.
	Request  string `json:"request,omitempty"`
	Response string `json:"response,omitempty"`
	// Fault names what the emulator did wrong on purpose; empty for nothing.
	Fault  string `json:"fault,omitempty"`
	Status int    `json:"status"`
	// Delivered says that the emulated vendor took the message, whatever it answered.
	Delivered bool `json:"delivered"`
}

// Result is what became of one planned check.
type Result struct {
	ID    string `json:"id"`
	Group string `json:"group"`
	Level Level  `json:"level"`
	// Provisional checks are reported and have no effect on the verdict.
	Provisional bool   `json:"provisional,omitempty"`
	Status      Status `json:"status"`
	Requirement string `json:"requirement"`
	// Control is the id of the positive control of a check that must see a refusal.
	Control string `json:"control,omitempty"`
	// Capability is the one that the check needs; may be empty.
	Capability string        `json:"capability,omitempty"`
	Duration   time.Duration `json:"duration_ns"`
	Findings   []Finding     `json:"findings,omitempty"`
	// Exchanges are ids of Report.Exchanges.
	Exchanges []int `json:"exchanges,omitempty"`
	// Reproduce is the command that runs this check alone.
	Reproduce string `json:"reproduce,omitempty"`
	Note      string `json:"note,omitempty"`
}

// NotApplicable says why a check did not run.
type NotApplicable struct {
	ID         string `json:"id"`
	Capability string `json:"capability"`
	// Proof is the id of the check proving that the missing capability really is refused.
	Proof string `json:"twin,omitempty"`
	// Reason is given instead of a proof if there is nothing to refuse.
	Reason string `json:"reason,omitempty"`
}

// The kinds of Violation.
const (
	Unattributed  = "unattributed_request"
	CanaryLeaked  = "canary_leaked"
	BinaryChanged = "binary_changed"
)

// Violation breaks a rule of the whole run that belongs to no single check.
type Violation struct {
	Kind   string `json:"kind"`
	Detail string `json:"detail"`
}

// Report is the whole record of a run.
type Report struct {
	FormatVersion string       `json:"format_version"`
	Suite         SuiteInfo    `json:"suite"`
	Run           RunInfo      `json:"run"`
	Provider      ProviderInfo `json:"provider"`
	Dialect       DialectInfo  `json:"dialect"`

	// Planned are the ids of all checks of the plan: one Result is due for each.
	Planned       []string         `json:"planned"`
	Verdict       Verdict          `json:"verdict"`
	Profiles      []ProfileVerdict `json:"profiles"`
	Results       []Result         `json:"results"`
	NotApplicable []NotApplicable  `json:"not_applicable,omitempty"`
	Violations    []Violation      `json:"violations,omitempty"`
	Exchanges     []Exchange       `json:"exchanges,omitempty"`
	// ResultDigest is equal for runs of equal inputs with equal results; see Digest.
	ResultDigest string `json:"result_digest"`
}

// SuiteInfo says which suite ran.
type SuiteInfo struct {
	Version         string `json:"version"`
	CatalogueDigest string `json:"catalogue_digest"`
	// Protocol is the version of the provider protocol that the suite speaks.
	Protocol int    `json:"protocol"`
	Go       string `json:"go"`
}

// The values of RunInfo.Mode.
const (
	ModeCertified = "certified" // full plan and fixed settings
	ModeOpen      = "open"
	ModeAttached  = "attached" // the suite did not start the process
)

// RunInfo says how it ran.
type RunInfo struct {
	Mode string `json:"mode"`
	Seed int64  `json:"seed"`
	// Selectors are those that narrowed the plan, exclusions with a leading "!"; empty for the full plan.
	Selectors          []string `json:"selectors,omitempty"`
	KnownFailingDigest string   `json:"known_failing_digest,omitempty"`
	// Interrupted: the run was told to stop before it was through.
	Interrupted bool          `json:"interrupted,omitempty"`
	Started     time.Time     `json:"started"`
	Duration    time.Duration `json:"duration_ns"`
	Platform    string        `json:"platform"`
	// Limits are the effective limits and graces.
	Limits map[string]string `json:"limits,omitempty"`
	// LimitsChanged: the operator raised a limit above its default.
	LimitsChanged bool `json:"limits_changed,omitempty"`
}

// Bytes says for people which bytes were tested.
func (p ProviderInfo) Bytes() string {
	if p.SHA256 == "" {
		return "attached"
	}
	return "sha256:" + p.SHA256
}

// ProviderInfo says what was tested.
type ProviderInfo struct {
	Name    string `json:"name"`
	Vendor  string `json:"vendor"`
	Version string `json:"version"`
	// File is the base name of the executable.
	File string `json:"file"`
	// SHA256 is that of the bytes executed, in hex; SHA256After is that of the same file after the run.
	// Both are empty for a process that the suite did not start.
	SHA256      string `json:"sha256,omitempty"`
	SHA256After string `json:"sha256_after,omitempty"`
	Size        int64  `json:"size"`
	OS          string `json:"os"`
	Arch        string `json:"arch"`
	// Protocol is the version negotiated.
	Protocol int `json:"protocol"`
	// Kinds are those declared, sorted.
	Kinds        []string                `json:"kinds"`
	Capabilities capability.Capabilities `json:"capabilities"`
}

// DialectInfo says how the vendor was emulated.
type DialectInfo struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	// Digest is the sha256 of the dialect and all files that it names, in hex.
	Digest string `json:"digest"`
	// WireMap gives for each kind of message the wire location of each field.
	WireMap map[string]map[string]string `json:"wire_map,omitempty"`
}
