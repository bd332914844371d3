// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/outcome"
)

// enumFromWord returns the number of an enum value. The words of the Go types are the names of the enum values without
// their prefix and in lower case.
func enumFromWord(values map[string]int32, prefix, word string) int32 {
	if word == "" {
		return 0
	}
	return values[prefix+strings.ToUpper(word)]
}

var wordCache = map[string]string{}

func init() {
	for prefix, values := range map[string]map[string]int32{
		"REASON_": providerpb.Reason_value, "RETRY_": providerpb.Retry_value, "SCOPE_": providerpb.Scope_value,
		"STATUS_": providerpb.Status_value, "ID_SCOPE_": providerpb.IdScope_value,
		"LIMIT_UNIT_": providerpb.LimitUnit_value, "RECIPIENT_KIND_": providerpb.RecipientKind_value,
	} {
		for name, n := range values {
			if n != 0 {
				wordCache[name] = strings.ToLower(strings.TrimPrefix(name, prefix))
			}
		}
	}
}

func wordFromEnum(name string) string { return wordCache[name] }

// reasonNumbers holds the numbers of all reasons, so that no string is built for an outcome.
var reasonNumbers = func() map[outcome.Reason]providerpb.Reason {
	m := map[outcome.Reason]providerpb.Reason{}
	for _, r := range outcome.Reasons() {
		m[r] = providerpb.Reason(enumFromWord(providerpb.Reason_value, "REASON_", string(r)))
	}
	return m
}()

// OutcomeToProto encodes an outcome.
func OutcomeToProto(o outcome.Outcome) *providerpb.Outcome {
	pb := &providerpb.Outcome{
		DeliveryId: o.DeliveryID, IgnoredFields: o.IgnoredFields, Degraded: o.Degraded, Attempts: int32(o.Attempts),
	}
	switch {
	case o.Accepted != nil:
		pb.Result = &providerpb.Outcome_Accepted{Accepted: &providerpb.Accepted{
			ProviderMessageId: o.Accepted.ProviderMessageID, GroupId: o.Accepted.GroupID, Aliases: o.Accepted.Aliases,
		}}
	case o.Rejected != nil:
		pb.Result = &providerpb.Outcome_Rejected{Rejected: RejectedToProto(o.Rejected)}
	case o.Unknown != nil:
		pb.Result = &providerpb.Outcome_Unknown{Unknown: &providerpb.Unknown{
			Cause: o.Unknown.Cause, GroupId: o.Unknown.GroupID, Aliases: o.Unknown.Aliases,
		}}
	}
	return pb
}

// OutcomesToProto encodes outcomes. Neighbours that differ only in their delivery become one message.
func OutcomesToProto(outcomes []outcome.Outcome) []*providerpb.Outcome {
	var all []*providerpb.Outcome
	for i, o := range outcomes {
		if i > 0 && Alike(&outcomes[i-1], &o) {
			last := all[len(all)-1]
			last.OtherDeliveryIds = append(last.OtherDeliveryIds, o.DeliveryID)
			continue
		}
		all = append(all, OutcomeToProto(o))
	}
	return all
}

// Alike reports whether two outcomes are equal except for their delivery. It returns false for some that are, because it
// compares accepted outcomes only.
func Alike(a, b *outcome.Outcome) bool {
	if a.Accepted == nil || b.Accepted == nil || a.Attempts != b.Attempts || a.Degraded != b.Degraded {
		return false
	}
	if a.Accepted == b.Accepted {
		return slices.Equal(a.IgnoredFields, b.IgnoredFields)
	}
	return a.Accepted.ProviderMessageID == b.Accepted.ProviderMessageID && a.Accepted.GroupID == b.Accepted.GroupID &&
		slices.Equal(a.Accepted.Aliases, b.Accepted.Aliases) && slices.Equal(a.IgnoredFields, b.IgnoredFields)
}

// EachOutcome decodes an outcome and calls answer for each of the deliveries that it names by their ids. The outcomes share what
// they point to.
func EachOutcome(pb *providerpb.Outcome, answer func(outcome.Outcome)) {
	o := OutcomeFromProto(pb)
	if o.DeliveryID != "" || len(pb.GetDeliveries())+len(pb.GetOtherDeliveryIds()) == 0 {
		answer(o)
	}
	for _, id := range pb.GetOtherDeliveryIds() {
		o.DeliveryID = id
		answer(o)
	}
}

// OutcomeFromProto decodes an outcome. An outcome without a result is unknown.
func OutcomeFromProto(pb *providerpb.Outcome) outcome.Outcome {
	o := outcome.Outcome{
		DeliveryID: pb.GetDeliveryId(), IgnoredFields: pb.GetIgnoredFields(), Degraded: pb.GetDegraded(), Attempts: int(pb.GetAttempts()),
	}
	switch r := pb.GetResult().(type) {
	case *providerpb.Outcome_Accepted:
		o.Accepted = &outcome.Accepted{
			ProviderMessageID: r.Accepted.GetProviderMessageId(), GroupID: r.Accepted.GetGroupId(), Aliases: r.Accepted.GetAliases(),
		}
	case *providerpb.Outcome_Rejected:
		o.Rejected = RejectedFromProto(r.Rejected)
	case *providerpb.Outcome_Unknown:
		o.Unknown = &outcome.Unknown{Cause: r.Unknown.GetCause(), GroupID: r.Unknown.GetGroupId(), Aliases: r.Unknown.GetAliases()}
	default:
		o.Unknown = &outcome.Unknown{Cause: "the provider returned an outcome without a result"}
	}
	return BoundOutcome(o)
}

// RejectedToProto encodes a rejection. It returns nil for nil.
func RejectedToProto(r *outcome.Rejected) *providerpb.Rejected {
	if r == nil {
		return nil
	}
	pb := &providerpb.Rejected{
		Reason: reasonNumbers[r.Reason], Path: r.Path, Detail: r.Detail,
		Retry:      providerpb.Retry(enumFromWord(providerpb.Retry_value, "RETRY_", string(r.Retry))),
		Scope:      providerpb.Scope(enumFromWord(providerpb.Scope_value, "SCOPE_", string(r.Scope))),
		VendorCode: r.VendorCode, VendorMessage: r.VendorMessage, MetaCode: int32(r.MetaCode),
	}
	if r.RetryAfter > 0 {
		pb.RetryAfter = durationpb.New(r.RetryAfter)
	}
	return pb
}

// RejectedFromProto decodes a rejection. It returns nil for nil. Values that are not specified become vendor_rejected,
// never retry and this message only.
func RejectedFromProto(pb *providerpb.Rejected) *outcome.Rejected {
	if pb == nil {
		return nil
	}
	r := &outcome.Rejected{
		Reason: outcome.Reason(wordFromEnum(pb.GetReason().String())), Path: pb.GetPath(), Detail: pb.GetDetail(),
		Retry: outcome.Retry(wordFromEnum(pb.GetRetry().String())), Scope: outcome.Scope(wordFromEnum(pb.GetScope().String())),
		VendorCode: pb.GetVendorCode(), VendorMessage: pb.GetVendorMessage(), MetaCode: int(pb.GetMetaCode()),
	}
	if d := pb.GetRetryAfter(); d != nil && d.AsDuration() > 0 {
		r.RetryAfter = min(d.AsDuration(), 24*time.Hour)
	}
	if r.Reason == "" {
		r.Reason = outcome.ReasonVendorRejected
	}
	if r.Retry == "" {
		r.Retry = outcome.RetryNever
	}
	if r.Scope == "" {
		r.Scope = outcome.ScopeMessage
	}
	if !boundedRejection(r) {
		return boundRejection(r)
	}
	return r
}

// SendEndFromProto returns the error of a call over a stream: a status, or nil if the call was served.
func SendEndFromProto(pb *providerpb.SendEnd) error {
	code := codes.Code(pb.GetCode())
	if code > codes.Unauthenticated {
		code = codes.Unknown
	}
	return status.Error(code, cut(pb.GetMessage(), maxDetail))
}
