// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package convert converts the SDK's types to protocol messages and back. No value is lost on the way there and back.
package convert

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/msgpack"

	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/schema"
)

// ConfigToProto encodes a configuration value, which must not be marked.
func ConfigToProto(value cty.Value, typ cty.Type) ([]byte, error) {
	if err := schema.CheckNumbers(value); err != nil {
		return nil, fmt.Errorf("encode configuration: %w", err)
	}
	b, err := msgpack.Marshal(value, typ)
	if err != nil {
		return nil, fmt.Errorf("encode configuration: %w", err)
	}
	return b, nil
}

// ConfigFromProto decodes a configuration value of the type. An empty b is a null value.
func ConfigFromProto(b []byte, typ cty.Type) (cty.Value, error) {
	if len(b) == 0 {
		return cty.NullVal(typ), nil
	}
	v, err := configFromMsgpack(b, typ)
	if err != nil {
		return cty.NilVal, fmt.Errorf("decode configuration: %w", err)
	}
	return v, nil
}

// DiagnosticsToProto encodes diagnostics.
func DiagnosticsToProto(ds diag.Diagnostics) []*providerpb.Diagnostic {
	var out []*providerpb.Diagnostic
	for _, d := range ds {
		// What is not UTF-8 would spoil the whole answer.
		pb := &providerpb.Diagnostic{
			Severity: providerpb.Severity_SEVERITY_ERROR, Summary: cut(d.Summary, maxSummary), Detail: cut(d.Detail, maxDetail),
		}
		if d.Severity == diag.Warning {
			pb.Severity = providerpb.Severity_SEVERITY_WARNING
		}
		for _, step := range d.Path {
			if s := stepToProto(step); s != nil {
				pb.Path = append(pb.Path, s)
			}
		}
		out = append(out, pb)
	}
	return out
}

func stepToProto(step cty.PathStep) *providerpb.PathStep {
	switch s := step.(type) {
	case cty.GetAttrStep:
		return &providerpb.PathStep{Step: &providerpb.PathStep_Name{Name: cut(s.Name, maxPath)}}
	case cty.IndexStep:
		if s.Key.IsMarked() || s.Key.IsNull() || !s.Key.IsKnown() {
			return nil
		}
		if s.Key.Type() == cty.Number {
			i, _ := s.Key.AsBigFloat().Int64()
			return &providerpb.PathStep{Step: &providerpb.PathStep_Index{Index: i}}
		}
		if s.Key.Type() == cty.String {
			return &providerpb.PathStep{Step: &providerpb.PathStep_Name{Name: s.Key.AsString()}}
		}
	}
	return nil
}

// DiagnosticsFromProto decodes diagnostics. An unspecified severity is an error.
func DiagnosticsFromProto(pbs []*providerpb.Diagnostic) diag.Diagnostics {
	var out diag.Diagnostics
	for i, pb := range pbs {
		d := diag.Diagnostic{Severity: diag.Error, Summary: cut(pb.GetSummary(), maxSummary), Detail: cut(pb.GetDetail(), maxDetail)}
		if pb.GetSeverity() == providerpb.Severity_SEVERITY_WARNING {
			d.Severity = diag.Warning
		}
		if i == maxDiagnostics {
			return append(out, leftOut(pbs[i:]))
		}
		for _, step := range pb.GetPath()[:min(len(pb.GetPath()), maxSteps)] {
			switch s := step.GetStep().(type) {
			case *providerpb.PathStep_Name:
				d.Path = d.Path.GetAttr(cut(s.Name, maxPath))
			case *providerpb.PathStep_Index:
				d.Path = d.Path.IndexInt(int(s.Index))
			}
		}
		out = append(out, d)
	}
	return out
}

// leftOut stands for findings that are too many to be shown. It is an error if one of them is.
func leftOut(pbs []*providerpb.Diagnostic) diag.Diagnostic {
	d := diag.Diagnostic{Severity: diag.Warning, Summary: fmt.Sprintf("%d more findings of the provider", len(pbs))}
	for _, pb := range pbs {
		if pb.GetSeverity() != providerpb.Severity_SEVERITY_WARNING {
			d.Severity = diag.Error
		}
	}
	return d
}
