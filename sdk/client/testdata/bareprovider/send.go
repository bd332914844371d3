// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/message"
)

func (p *bareProvider) SendMessages(req *providerpb.SendMessagesRequest, stream providerpb.ProviderService_SendMessagesServer) error {
	p.mu.Lock()
	ch, open := p.channels[req.GetChannelId()]
	acc, stopping := p.accounts[ch.account], p.stopping
	if open && !stopping {
		p.running.Add(1)
		defer p.running.Done()
	}
	p.mu.Unlock()
	if !open || stopping {
		return status.Error(codes.FailedPrecondition, "the channel is not open, or the provider is stopping")
	}
	var sends sync.WaitGroup
	var answers sync.Mutex
	for _, b := range req.GetBatches() {
		for _, d := range b.GetDeliveries() {
			p.pending.Add(1)
			sends.Go(func() {
				defer p.pending.Add(-1)
				o := p.send(stream.Context(), acc, ch, b.GetMessage(), d.GetTo())
				o.DeliveryId = d.GetDeliveryId()
				answers.Lock()
				defer answers.Unlock()
				_ = stream.Send(&providerpb.SendMessagesResponse{Outcomes: []*providerpb.Outcome{o}})
			})
		}
	}
	sends.Wait()
	return nil
}

func rejected(reason providerpb.Reason, path, detail string) *providerpb.Outcome {
	return &providerpb.Outcome{Result: &providerpb.Outcome_Rejected{Rejected: &providerpb.Rejected{
		Reason: reason, Path: path, Detail: detail, Retry: providerpb.Retry_RETRY_NEVER, Scope: providerpb.Scope_SCOPE_MESSAGE,
	}}}
}

func unknown(cause string) *providerpb.Outcome {
	return &providerpb.Outcome{Result: &providerpb.Outcome_Unknown{Unknown: &providerpb.Unknown{Cause: cause}}, Attempts: 1}
}

func (p *bareProvider) send(ctx context.Context, acc account, ch channel, m *message.Message, to *providerpb.Recipient) *providerpb.Outcome {
	switch {
	case m.GetType() != "text":
		return rejected(providerpb.Reason_REASON_UNSUPPORTED, "type", "only texts are carried")
	case to.GetKind() != providerpb.RecipientKind_RECIPIENT_KIND_PHONE:
		return rejected(providerpb.Reason_REASON_UNSUPPORTED, "to", "only phone numbers are served")
	case !phone.MatchString(to.GetAddress()):
		return rejected(providerpb.Reason_REASON_INVALID_RECIPIENT, "to", "the address is not a phone number")
	}
	content, err := json.Marshal(map[string]string{"type": "text", "text": m.GetText().GetBody()})
	if err != nil {
		return rejected(providerpb.Reason_REASON_INVALID_MESSAGE, "text.body", err.Error())
	}
	form := url.Values{"channel": {"whatsapp"}, "source": {strings.TrimPrefix(ch.sender, "+")}, "destination": {strings.TrimPrefix(to.GetAddress(), "+")}, "message": {string(content)}}
	ctx, cancel := context.WithTimeout(ctx, acc.timeout)
	defer cancel()
	defer context.AfterFunc(p.base, cancel)()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, acc.endpoint+"/wa/api/v1/msg", strings.NewReader(form.Encode()))
	if err != nil {
		return rejected(providerpb.Reason_REASON_MISCONFIGURED, "", "the endpoint cannot be used")
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("apikey", acc.key)
	response, err := p.client.Do(request)
	if err != nil {
		return unknown("the request failed, and may have reached the vendor")
	}
	defer func() { _ = response.Body.Close() }()
	o := classify(response)
	if o.GetRejected() == nil {
		o.IgnoredFields = ignored(m)
	}
	return o
}

// classify returns the outcome of an answer. Success is an answer with an id, and nothing less.
func classify(response *http.Response) *providerpb.Outcome {
	var answer struct{ Status, MessageID, Code, Message string }
	if err := json.NewDecoder(io.LimitReader(response.Body, 1<<20)).Decode(&answer); err != nil {
		if response.StatusCode == http.StatusBadRequest {
			o := rejected(providerpb.Reason_REASON_VENDOR_REJECTED, "", "the vendor answered HTTP 400")
			o.Attempts = 1
			return o
		}
		return unknown("the vendor's answer is not understood")
	}
	if response.StatusCode == http.StatusAccepted && answer.Status == "submitted" && answer.MessageID != "" {
		return &providerpb.Outcome{Attempts: 1, Result: &providerpb.Outcome_Accepted{Accepted: &providerpb.Accepted{ProviderMessageId: answer.MessageID}}}
	}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil && response.StatusCode == http.StatusTooManyRequests {
		o := rejected(providerpb.Reason_REASON_RATE_LIMITED, "", "Formpost asks for a pause")
		o.Attempts = 1
		o.GetRejected().Retry, o.GetRejected().RetryAfter = providerpb.Retry_RETRY_AFTER, durationpb.New(time.Duration(seconds)*time.Second)
		o.GetRejected().Scope = providerpb.Scope_SCOPE_ACCOUNT
		return o
	}
	known, ok := map[string]struct {
		reason providerpb.Reason
		scope  providerpb.Scope
		path   string
	}{
		"1001": {providerpb.Reason_REASON_UNAUTHENTICATED, providerpb.Scope_SCOPE_ACCOUNT, ""},
		"1002": {providerpb.Reason_REASON_INVALID_RECIPIENT, providerpb.Scope_SCOPE_RECIPIENT, "to"},
		"1003": {providerpb.Reason_REASON_INVALID_MESSAGE, providerpb.Scope_SCOPE_MESSAGE, ""},
		"1004": {providerpb.Reason_REASON_QUOTA_EXCEEDED, providerpb.Scope_SCOPE_ACCOUNT, ""},
	}[answer.Code]
	if answer.Status != "error" || !ok {
		return unknown("the vendor's answer is not understood")
	}
	o := rejected(known.reason, known.path, "Formpost refused the message")
	o.Attempts = 1
	o.GetRejected().Scope, o.GetRejected().VendorCode, o.GetRejected().VendorMessage = known.scope, answer.Code, answer.Message
	return o
}

// ignored returns the fields of a text that Formpost has no room for.
func ignored(m *message.Message) (paths []string) {
	if m.GetText().GetPreviewUrl() {
		paths = append(paths, "text.preview_url")
	}
	if m.GetContext().GetMessageId() != "" {
		paths = append(paths, "context.message_id")
	}
	if m.GetBizOpaqueCallbackData() != "" {
		paths = append(paths, "biz_opaque_callback_data")
	}
	if m.GetRecipientIdentityKeyHash() != "" {
		paths = append(paths, "recipient_identity_key_hash")
	}
	return paths
}

func (p *bareProvider) Stop(_ context.Context, req *providerpb.StopRequest) (*providerpb.StopResponse, error) {
	p.mu.Lock()
	p.stopping = true
	p.mu.Unlock()
	idle := make(chan struct{})
	go func() {
		p.running.Wait()
		close(idle)
	}()
	select {
	case <-idle:
		return &providerpb.StopResponse{}, nil
	case <-time.After(req.GetGrace().AsDuration()):
		abandoned := int32(p.pending.Load())
		p.cancel()
		return &providerpb.StopResponse{Abandoned: abandoned}, nil
	}
}
