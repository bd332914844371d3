// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package report defines the model of a conformance run and its verdict, and renders it as canonical JSON, JUnit, a
// one-file HTML page and Markdown. Every output is derived from the model alone, so outputs cannot contradict each
// other.
package report

import (
	"time"

	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/sdk/capability"
)

// FormatVersion is the version of the format of report.json. Its major number changes when readers of the older version
// would misread the report. Its minor number changes when fields are added, which readers of the older version ignore.
const FormatVersion = "1.1"

// Status is the result of a check.
type Status string

// The statuses.
const (
	Pass    Status = "pass"
	Fail    Status = "fail"
	Crash   Status = "crash"   // the provider process ended
	Timeout Status = "timeout" // the provider did not answer
	Flaky   Status = "flaky"   // repeated with mixed results
	Error   Status = "error"   // the suite or the environment failed, not the provider
	Blocked Status = "blocked" // the positive control or a prerequisite failed
	Skipped Status = "skipped" // deselected by the operator, or not possible in this run
	NA      Status = "na"      // the capability is not declared
	XFail   Status = "xfail"   // listed as known failing, and failed
	XPass   Status = "xpass"   // listed as known failing, and did not fail
)

// NoteInterrupted is the note of checks without a result because the run was interrupted.
const NoteInterrupted = "the run was interrupted"

// Level is the weight of a check in the verdict.
type Level string

// The levels.
const (
	Core Level = "core" // always required
	Cap  Level = "cap"  // required if the capability is declared
	Rec  Level = "rec"  // recommended
	Info Level = "info" // reported only
)

// Finding describes a deviation.
type Finding struct {
	Expected string `json:"expected"`
	Actual   string `json:"actual"`
	// At is the place of the deviation: a field path, a location in a request, or a log line. It may be empty.
	At string `json:"at,omitempty"`
}

// MaxExcerpt is the largest size of a body in an Exchange, in bytes.
const MaxExcerpt = 8 << 10

// Exchange is an excerpt of a vendor request and its answer. Its credentials were generated for the run.
type Exchange struct {
	ID          int    `json:"id"`
	Method      string `json:"method"`
	Path        string `json:"path"`
	ContentType string `json:"content_type,omitempty"`
	// Request and Response are bodies, at most MaxExcerpt bytes each.
	Request  string `json:"request,omitempty"`
	Response string `json:"response,omitempty"`
	// Fault is the fault that the emulator played; empty if it played none.
	Fault  string `json:"fault,omitempty"`
	Status int    `json:"status"`
	// Delivered reports whether the emulated vendor accepted the message, whatever it answered.
	Delivered bool `json:"delivered"`
}

// Result is the result of a planned check.
type Result struct {
	ID    string `json:"id"`
	Group string `json:"group"`
	Level Level  `json:"level"`
	// Provisional checks are reported but have no effect on the verdict.
	Provisional bool   `json:"provisional,omitempty"`
	Status      Status `json:"status"`
	Requirement string `json:"requirement"`
	// Control is the id of the positive control of a check that expects a refusal.
	Control string `json:"control,omitempty"`
	// Capability is the capability that the check needs; may be empty.
	Capability string        `json:"capability,omitempty"`
	Duration   time.Duration `json:"duration_ns"`
	Findings   []Finding     `json:"findings,omitempty"`
	// Exchanges are ids of exchanges in Report.Exchanges.
	Exchanges []int `json:"exchanges,omitempty"`
	// Reproduce is the command that runs only this check.
	Reproduce string `json:"reproduce,omitempty"`
	Note      string `json:"note,omitempty"`
}

// NotApplicable is the reason why a check does not apply.
type NotApplicable struct {
	ID string `json:"id"`
	// Capability is what is missing; empty if only the run showed that there was nothing to test.
	Capability string `json:"capability"`
	// Proof is the id of the check that proves that the provider refuses the missing capability.
	Proof string `json:"twin,omitempty"`
	// Reason is given instead of a proof if there is nothing to refuse.
	Reason string `json:"reason,omitempty"`
}

// The kinds of Violation.
const (
	Unattributed  = "unattributed_request"
	CanaryLeaked  = "canary_leaked"
	BinaryChanged = "binary_changed"
	// OtherProgram: something else than the executable that was hashed did the work.
	OtherProgram = "other_program"
)

// Violation is a violation of a rule for the whole run, which belongs to no single check.
type Violation struct {
	Kind   string `json:"kind"`
	Detail string `json:"detail"`
}

// Report is the record of a run.
type Report struct {
	FormatVersion string       `json:"format_version"`
	Suite         SuiteInfo    `json:"suite"`
	Run           RunInfo      `json:"run"`
	Provider      ProviderInfo `json:"provider"`
	Dialect       DialectInfo  `json:"dialect"`

	// Planned are the ids of all checks of the plan. Each must have one Result.
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

// SuiteInfo identifies the suite.
type SuiteInfo struct {
	Version         string `json:"version"`
	CatalogueDigest string `json:"catalogue_digest"`
	// Protocol is the version of the provider protocol that the suite uses.
	Protocol int    `json:"protocol"`
	Go       string `json:"go"`
	// Build is the program that ran the suite.
	Build Build `json:"build"`
}

// Build identifies the program that ran the suite.
type Build struct {
	Version string `json:"version,omitempty"`
	// Revision is the commit of the source, with "-dirty" if the source differed from it. It may be empty.
	Revision string `json:"revision,omitempty"`
	// SHA256 is that of the program's file, in hex.
	SHA256 string `json:"sha256,omitempty"`
}

// The values of RunInfo.Mode.
const (
	ModeCertified = "certified" // full plan and fixed settings
	ModeOpen      = "open"
	ModeAttached  = "attached" // the suite did not start the process
)

// RunInfo describes the settings and the duration of a run.
type RunInfo struct {
	Mode string `json:"mode"`
	Seed int64  `json:"seed"`
	// Selectors are the selectors that narrowed the plan, exclusions with a leading "!", and "quick" for a quick run; empty for the full plan.
	Selectors          []string `json:"selectors,omitempty"`
	KnownFailingDigest string   `json:"known_failing_digest,omitempty"`
	// Env are the variables that were added to the environment of the provider, as NAME=value; see Options.Env of the runner.
	Env []string `json:"env,omitempty"`
	// Interrupted is set if the run was interrupted before it was complete.
	Interrupted bool          `json:"interrupted,omitempty"`
	Started     time.Time     `json:"started"`
	Duration    time.Duration `json:"duration_ns"`
	Platform    string        `json:"platform"`
	// Isolation is "namespaces" if each process of the provider ran in a world of its own, where it could not tell the run from
	// production, and "none" if it ran as an ordinary process. It is empty in reports of suites before 1.1.
	Isolation string `json:"isolation,omitempty"`
	// Limits are the effective limits and graces.
	Limits map[string]string `json:"limits,omitempty"`
	// LimitsChanged is set if the operator raised a limit above its default.
	LimitsChanged bool `json:"limits_changed,omitempty"`
}

// Bytes describes, for people, which bytes were tested.
func (p ProviderInfo) Bytes() string {
	if p.SHA256 == "" {
		return "attached"
	}
	return "sha256:" + p.SHA256
}

// ProviderInfo identifies the provider.
type ProviderInfo struct {
	Name    string `json:"name"`
	Vendor  string `json:"vendor"`
	Version string `json:"version"`
	// File is the base name of the executable.
	File string `json:"file"`
	// SHA256 is the SHA-256 of the executed file in hex, and SHA256After that of the same file after the run. Both are
	// empty for a process that the suite did not start.
	SHA256      string `json:"sha256,omitempty"`
	SHA256After string `json:"sha256_after,omitempty"`
	Size        int64  `json:"size"`
	// Libraries are the files besides the executable that the provider mapped to execute them, sorted. It is empty if the
	// executable is linked statically, or if the platform does not tell.
	Libraries []verify.Library `json:"libraries,omitempty"`
	OS        string           `json:"os"`
	Arch      string           `json:"arch"`
	// Protocol is the negotiated version of the provider protocol.
	Protocol int `json:"protocol"`
	// Kinds are the declared kinds of message, sorted.
	Kinds        []string                `json:"kinds"`
	Capabilities capability.Capabilities `json:"capabilities"`
}

// DialectInfo identifies the dialect of the emulated vendor.
type DialectInfo struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	// Digest is the SHA-256 of the dialect and all files that it refers to, in hex.
	Digest string `json:"digest"`
	// WireMap is the location of each field in a request, by kind of message and field.
	WireMap map[string]map[string]string `json:"wire_map,omitempty"`
	// Assumed are the parts of the dialect that no document of the vendor confirms, and VendorLacks is what the vendor does not
	// offer, so that no provider can be tested for it.
	Assumed     []verify.Assumption `json:"assumed,omitempty"`
	VendorLacks []string            `json:"vendor_lacks,omitempty"`
}
