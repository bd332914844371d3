// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/outcome"
)

// answered are outcomes of one delivery, with whether they are read without protobuf.
var answered = map[string]struct {
	outcome outcome.Outcome
	direct  bool
}{
	"accepted":     {outcome.Outcome{DeliveryID: "d", Accepted: &outcome.Accepted{ProviderMessageID: "m"}, Attempts: 1}, true},
	"nothing else": {outcome.Outcome{Accepted: &outcome.Accepted{}}, true},
	"all fields":   {outcome.Outcome{DeliveryID: "d", Accepted: &outcome.Accepted{ProviderMessageID: "m", GroupID: "g", Aliases: []string{"a", "", "b"}}, IgnoredFields: []string{"x", "y"}, Degraded: "as text", Attempts: 300}, true},
	"long texts":   {outcome.Outcome{DeliveryID: strings.Repeat("d", 200), Accepted: &outcome.Accepted{ProviderMessageID: strings.Repeat("m", 1000)}}, true},
	"rejected":     {outcome.Outcome{DeliveryID: "d", Rejected: &outcome.Rejected{Reason: outcome.ReasonForbidden, Retry: outcome.RetryNever, Scope: outcome.ScopeMessage, Detail: "no"}}, false},
	"unknown":      {outcome.Outcome{DeliveryID: "d", Unknown: &outcome.Unknown{Cause: "c"}}, false},
}

func TestAnswersOnTheWire(t *testing.T) {
	t.Parallel()
	for name, test := range answered {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := &providerpb.SendStreamResponse{Answers: []*providerpb.SendAnswer{
				{CallId: 7, Outcomes: []*providerpb.Outcome{OutcomeToProto(test.outcome), OutcomeToProto(test.outcome)}},
				{CallId: 1 << 40, End: &providerpb.SendEnd{Code: 5, Message: "gone"}},
				{Outcomes: []*providerpb.Outcome{OutcomeToProto(test.outcome)}, End: &providerpb.SendEnd{}},
			}}
			one := AppendOutcome(nil, test.outcome)
			raw := AppendAnswer(nil, 7, append(one, one...), nil)
			raw = AppendAnswer(raw, 1<<40, nil, want.GetAnswers()[1].GetEnd())
			raw = AppendAnswer(raw, 0, one, &providerpb.SendEnd{})
			var got providerpb.SendStreamResponse
			require.NoError(t, proto.Unmarshal(raw, &got))
			require.True(t, proto.Equal(want, &got), "%v", &got)

			var read []*providerpb.SendAnswer
			require.NoError(t, EachAnswer(raw, func(a *Answer) error {
				pb := &providerpb.SendAnswer{CallId: a.CallID, End: a.End}
				read = append(read, pb)
				return a.Outcomes(func(o outcome.Outcome) error {
					require.True(t, test.direct)
					require.Equal(t, OutcomeFromProto(OutcomeToProto(test.outcome)), o)
					pb.Outcomes = append(pb.Outcomes, OutcomeToProto(o))
					return nil
				}, func(o *providerpb.Outcome) error {
					require.False(t, test.direct)
					pb.Outcomes = append(pb.Outcomes, o)
					return nil
				})
			}))
			require.True(t, proto.Equal(want, &providerpb.SendStreamResponse{Answers: read}), "%v", read)
		})
	}
}

func TestAnAnswerThatCannotBeEncodedIsLeftOut(t *testing.T) {
	t.Parallel()
	o := outcome.NewUnknown("\xff")
	require.Equal(t, []byte("before"), AppendOutcome([]byte("before"), o))
}

func TestAnswersWithin(t *testing.T) {
	t.Parallel()
	one := AppendAnswer(nil, 1, make([]byte, 100), nil)
	all := append(append(append([]byte(nil), one...), one...), one...)
	for most, want := range map[int]int{1: 1, len(one): 1, 2*len(one) - 1: 1, 2 * len(one): 2, len(all): 3, 1 << 20: 3} {
		require.Equal(t, want*len(one), AnswersWithin(all, most), most)
	}
}

func TestAnErrorEndsTheReading(t *testing.T) {
	t.Parallel()
	raw := AppendAnswer(AppendAnswer(nil, 1, AppendOutcome(nil, outcome.Accept("m")), nil), 2, nil, nil)
	enough, calls := errors.New("enough"), 0
	require.ErrorIs(t, EachAnswer(raw, func(*Answer) error { calls++; return enough }), enough)
	require.Equal(t, 1, calls)
	require.ErrorContains(t, EachAnswer(raw[:len(raw)-1], func(*Answer) error { return nil }), "cannot be read")
	invalid := AppendAnswer(nil, 1, []byte{outcomesField<<3 | 2, 3, deliveryIDField<<3 | 2, 1, 0xff}, nil)
	err := EachAnswer(invalid, func(a *Answer) error {
		return a.Outcomes(func(outcome.Outcome) error { return nil }, func(*providerpb.Outcome) error { return nil })
	})
	require.ErrorContains(t, err, "UTF-8")
}

// FuzzReadOutcome compares what is read without protobuf with what protobuf reads.
func FuzzReadOutcome(f *testing.F) {
	for _, test := range answered {
		data, err := proto.Marshal(OutcomeToProto(test.outcome))
		require.NoError(f, err)
		f.Add(data)
		f.Add(append(data, data...))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, ok := readOutcome(data)
		if !ok {
			return
		}
		var pb providerpb.Outcome
		require.NoError(t, proto.Unmarshal(data, &pb))
		require.Empty(t, pb.GetDeliveries())
		require.Empty(t, pb.GetOtherDeliveryIds())
		require.Equal(t, OutcomeFromProto(&pb), got)
	})
}
