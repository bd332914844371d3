// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"log/slog"
	"runtime"
	"slices"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/internal/convert"
	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

type channel struct {
	id      string
	account *account
	channel provider.Channel
	group   provider.GroupSender // nil if the vendor takes one recipient per request
	caps    capability.Capabilities
	checker *capability.Checker
	// options returns the options that a message has for the provider.
	options func(*message.Message) (provider.Config, *message.Problem)
	workers workers
}

func newChannel(id string, acc *account, made provider.Channel) *channel {
	ch := &channel{id: id, account: acc, channel: made, caps: Capabilities(acc.account, made)}
	if ch.caps.MaxRecipients > 1 {
		ch.group = made.(provider.GroupSender)
	}
	ch.checker = capability.NewChecker(ch.caps)
	ch.workers.init(ch.caps.MaxConcurrency)
	return ch
}

// Capabilities returns the capabilities of a channel, completed with what its interfaces imply and with defaults.
func Capabilities(acc provider.Account, ch provider.Channel) capability.Capabilities {
	caps := ch.Capabilities()
	caps.MaxRecipients = 1
	if g, ok := ch.(provider.GroupSender); ok && g.MaxRecipients() > 1 {
		caps.MaxRecipients = g.MaxRecipients()
	}
	if _, caps.Webhooks = acc.(provider.WebhookHandler); !caps.Webhooks {
		caps.Statuses, caps.InboundTypes = nil, nil
	}
	if len(caps.RecipientKinds) == 0 {
		caps.RecipientKinds = []message.RecipientKind{message.RecipientPhone}
	}
	if len(caps.MediaSources) == 0 {
		caps.MediaSources = []capability.MediaSource{capability.MediaByLink}
	}
	if caps.MaxConcurrency <= 0 {
		caps.MaxConcurrency = capability.DefaultMaxConcurrency
	}
	caps.Signals = nil
	if s, ok := ch.(provider.SignalSender); ok {
		caps.Signals = s.Signals()
	}
	_, caps.Lookup = ch.(provider.MessageFinder)
	_, caps.MediaUpload = ch.(provider.MediaUploader)
	_, caps.MediaFetch = ch.(provider.MediaFetcher)
	_, caps.TemplateList = ch.(provider.TemplateLister)
	return caps
}

// SendMessages sends one outcome for each delivery, as soon as it is known.
func (s *Server) SendMessages(req *providerpb.SendMessagesRequest, stream providerpb.ProviderService_SendMessagesServer) error {
	total, err := convert.CountDeliveries(req)
	if err != nil {
		return status.Error(codes.InvalidArgument, err.Error())
	}
	ch, ctx, done, err := s.begin(stream.Context(), req.GetChannelId(), total)
	if err != nil {
		return err
	}
	defer done()
	if total == 0 {
		return nil
	}

	begun := s.begun.open(req.GetBegunFile())
	defer begun.release()
	if total == 1 {
		return s.sendOne(ctx, ch, req, begun, stream)
	}
	outcomes := make(chan []outcome.Outcome, total)
	answer := func(settled ...outcome.Outcome) {
		s.calls.settled(len(settled))
		outcomes <- settled
	}
	now := time.Now()
	for _, b := range req.GetBatches() {
		ch.dispatch(ctx, b.GetMessage(), convert.AppendDeliveries(nil, b), now, ch.workers.do, begun, answer)
	}
	resp := &providerpb.SendMessagesResponse{}
	for total > 0 {
		settled := <-outcomes
		total -= len(settled)
		resp.Outcomes = append(resp.Outcomes, convert.OutcomesToProto(settled)...)
		if len(outcomes) > 0 {
			continue
		}
		// Outcomes that are about to arrive are sent in the same response.
		if runtime.Gosched(); len(outcomes) > 0 {
			continue
		}
		if err := stream.Send(resp); err != nil {
			return err
		}
		resp = &providerpb.SendMessagesResponse{}
	}
	return nil
}

// sendOne serves a call with one delivery on the goroutine of the call.
func (s *Server) sendOne(ctx context.Context, ch *channel, req *providerpb.SendMessagesRequest, begun *begunFile, stream providerpb.ProviderService_SendMessagesServer) error {
	var answer outcome.Outcome
	for _, b := range req.GetBatches() {
		ch.dispatch(ctx, b.GetMessage(), convert.AppendDeliveries(nil, b), time.Now(), ch.workers.here, begun, func(settled ...outcome.Outcome) { answer = settled[0] })
	}
	s.calls.settled(1)
	return stream.Send(&providerpb.SendMessagesResponse{Outcomes: []*providerpb.Outcome{convert.OutcomeToProto(answer)}})
}

// dispatch makes the vendor requests of one batch. Each is a function that it passes to start. answer is called with
// the outcomes of all deliveries, in any number of calls. The deliveries are not changed.
func (ch *channel) dispatch(ctx context.Context, m *message.Message, deliveries []message.Delivery, now time.Time,
	start func(func()), begun *begunFile, answer func(...outcome.Outcome)) {
	ignored := ch.ignoredFields(m)
	finish := func(settled ...outcome.Outcome) {
		for i := range settled {
			if o := &settled[i]; o.Rejected == nil {
				o.IgnoredFields = union(o.IgnoredFields, ignored)
			}
		}
		answer(settled...)
	}
	refused := ch.checker.CheckContent(m)
	options, problem := ch.options(m)
	if m.GetWahost().GetVendor() != nil {
		// The author gets the options as a value, and may refuse a field that he does not know.
		m.Wahost.Vendor = nil
	}
	if refused == nil && problem != nil {
		refused = outcome.Reject(outcome.ReasonInvalidMessage, problem.Path, "%s", problem.Detail).Rejected
	}
	most := ch.caps.Recipients(m.Kind())
	carried, some := deliveries, false
	for i, d := range deliveries {
		r := refused
		if r == nil {
			r = ch.checker.CheckDelivery(m, d.To.Kind, now)
		}
		if r == nil && d.To.Kind == message.RecipientPhone && !message.IsPhone(d.To.Address) {
			r = notAPhone()
		}
		switch {
		case r != nil:
			if !some {
				carried, some = slices.Clone(deliveries[:i]), true
			}
			answer(outcome.Outcome{DeliveryID: d.DeliveryID, Rejected: r})
		case some:
			carried = append(carried, d)
		}
	}
	for len(carried) > 0 {
		var group []message.Delivery
		group, carried = nextGroup(carried, most)
		start(func() { ch.run(ctx, m, options, group, begun, finish) })
	}
}

// options returns the options that a message has for the provider. Most messages have none.
func (s *Server) options(m *message.Message) (provider.Config, *message.Problem) {
	if m.GetWahost().GetVendor().GetFields()[s.name] == nil {
		return s.defaults, nil
	}
	value, problem := s.schema.Options.Options(s.name, m)
	return provider.Config{Value: value}, problem
}

// notAPhone returns the rejection of an address that is not a phone number, so that no author has to check. The text
// does not contain the address.
func notAPhone() *outcome.Rejected {
	r := outcome.Reject(outcome.ReasonInvalidRecipient, "to", `expected a phone number in E.164, such as "+14155550123"`).Rejected
	r.Scope = outcome.ScopeRecipient
	return r
}

func union(paths, more []string) []string {
	for _, path := range more {
		if !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	return paths
}

// ignoredFields returns the fields of a message that the vendor cannot carry according to the capabilities.
func (ch *channel) ignoredFields(m *message.Message) []string {
	var paths []string
	if m.GetContext().GetMessageId() != "" && !ch.caps.ReplyContext {
		paths = append(paths, "context.message_id")
	}
	if n := len(m.GetBizOpaqueCallbackData()); n > 0 && n > ch.caps.ReferenceLength {
		paths = append(paths, "biz_opaque_callback_data")
	}
	return paths
}

// run makes one vendor request and answers exactly once for each of its deliveries, whatever the author's code does.
func (ch *channel) run(ctx context.Context, m *message.Message, options provider.Config, group []message.Delivery, begun *begunFile, answer func(...outcome.Outcome)) {
	obstacle := context.Cause(ctx)
	if obstacle == nil {
		obstacle = begun.begin(group)
	}
	if obstacle != nil {
		for _, d := range group {
			o := outcome.Reject(outcome.ReasonVendorUnavailable, "", "cancelled before a request was made: %v", obstacle)
			o.Rejected.Retry, o.DeliveryID = outcome.RetrySafe, d.DeliveryID
			answer(o)
		}
		return
	}
	if len(group) == 1 {
		answer(ch.one(ctx, m, options, group[0]))
		return
	}
	answered := make([]bool, len(group))
	settled := make([]outcome.Outcome, 0, len(group))
	next := 0
	var last, normal outcome.Outcome // the outcome before: as the author's code returned it, and as it was answered
	for _, o := range ch.several(ctx, m, options, group) {
		at := positionOf(group, o.DeliveryID, next)
		if at < 0 || answered[at] {
			slog.Error("the provider returned an outcome for an unknown delivery, or a second one", "channel", ch.id, "delivery", o.DeliveryID)
			continue
		}
		answered[at], next = true, at+1
		if !shared(o, last) {
			last, normal = o, normalizeOutcome(o)
		}
		normal.DeliveryID = o.DeliveryID
		settled = append(settled, normal)
	}
	for i, d := range group {
		if !answered[i] {
			o := outcome.NewUnknown("the provider returned no outcome for this delivery")
			o.DeliveryID = d.DeliveryID
			settled = append(settled, o)
		}
	}
	answer(settled...)
}

// shared reports whether two outcomes are surely the same except for their deliveries, as those of one vendor request are.
func shared(a, b outcome.Outcome) bool {
	return a.Accepted != nil && a.Accepted == b.Accepted && a.Rejected == nil && b.Rejected == nil && a.Unknown == nil && b.Unknown == nil &&
		a.Attempts == b.Attempts && a.Degraded == b.Degraded && slices.Equal(a.IgnoredFields, b.IgnoredFields)
}

// positionOf returns the position of a delivery in its group, or -1. Most providers answer in the order of the group, so
// the search begins at next.
func positionOf(group []message.Delivery, id string, next int) int {
	for i := range group {
		if at := (next + i) % len(group); group[at].DeliveryID == id {
			return at
		}
	}
	return -1
}

// one runs the author's code for one delivery. If it panics, the outcome is unknown, because the vendor may have the request.
func (ch *channel) one(ctx context.Context, m *message.Message, options provider.Config, d message.Delivery) (o outcome.Outcome) {
	if err := guard("while sending", ch.id, func() {
		o = normalizeOutcome(ch.channel.Send(ctx, provider.SendRequest{DeliveryID: d.DeliveryID, Message: m, To: d.To, Options: options}))
	}); err != nil {
		o = outcome.NewUnknown(err.Error())
	}
	o.DeliveryID = d.DeliveryID
	return o
}

// several is one for a group.
func (ch *channel) several(ctx context.Context, m *message.Message, options provider.Config, group []message.Delivery) (outcomes []outcome.Outcome) {
	err := guard("while sending", ch.id, func() {
		outcomes = ch.group.SendGroup(ctx, provider.GroupRequest{Message: m, Deliveries: group, Options: options})
	})
	if err == nil {
		return outcomes
	}
	for _, d := range group {
		o := outcome.NewUnknown(err.Error())
		o.DeliveryID = d.DeliveryID
		outcomes = append(outcomes, o)
	}
	return outcomes
}

// normalizeOutcome makes an outcome unknown if it does not have exactly one result. Nothing else is safe to conclude.
func normalizeOutcome(o outcome.Outcome) outcome.Outcome {
	results := 0
	for _, set := range []bool{o.Accepted != nil, o.Rejected != nil, o.Unknown != nil} {
		if set {
			results++
		}
	}
	if results != 1 {
		o.Accepted, o.Rejected = nil, nil
		o.Unknown = &outcome.Unknown{Cause: "the provider returned an outcome that does not have exactly one result"}
	}
	return convert.BoundOutcome(o)
}
