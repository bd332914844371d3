// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/wahost/wahost/sdk/carry"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// object is JSON to be written. Harbour's names are the keys.
type object map[string]any

var (
	textRules = carry.MessageRules([]string{"text.body", "text.preview_url"})
	parts     = carry.MustTemplateRules(carry.TemplateOptions{HeaderKinds: []string{"text", "image"}, ButtonKinds: []string{"url"}})
)

func (c *channel) Send(ctx context.Context, req provider.SendRequest) outcome.Outcome {
	return c.SendGroup(ctx, provider.GroupRequest{Message: req.Message, Deliveries: []message.Delivery{{DeliveryID: req.DeliveryID, To: req.To}}})[0]
}

// SendGroup makes one request: with one text, or with a template for each recipient.
func (c *channel) SendGroup(ctx context.Context, req provider.GroupRequest) []outcome.Outcome {
	fields := carry.Fields{Vendor: "Harbour"}
	body, path := object{}, "/whatsapp/1/message/text"
	var content any
	var err error
	if req.Message.Kind() == message.KindTemplate {
		path = "/whatsapp/1/message/template"
		content, err = template(&fields, req.Message)
	} else if err = fields.Message(textRules, req.Message); err == nil {
		content = object{"text": req.Message.GetText().GetBody(), "previewUrl": req.Message.GetText().GetPreviewUrl()}
	}
	var messages []object
	for _, d := range req.Deliveries {
		if err != nil {
			break
		}
		var to string
		if to, err = fields.Digits(d.To); err == nil {
			messages = append(messages, object{"from": c.sender, "to": to, "callbackData": d.DeliveryID, "content": content})
		}
	}
	if err != nil {
		return each(req.Deliveries, carry.OutcomeOf(err))
	}
	if req.Message.Kind() == message.KindTemplate {
		body["messages"] = messages
	} else {
		body = messages[0]
	}
	if defect != "arguments" {
		for name, text := range map[string]string{"entityId": c.account.entity, "applicationId": c.application} {
			if text != "" {
				body[name] = text
			}
		}
	}
	response, failure := c.account.client.PostJSON(ctx, path, body)
	if failure != nil {
		return each(req.Deliveries, failure.Outcome())
	}
	outcomes := c.read(response, req.Deliveries)
	for i := range outcomes {
		if outcomes[i].Rejected == nil {
			outcomes[i].IgnoredFields = fields.Ignored
		}
		outcomes[i].Attempts = response.Attempts
	}
	return outcomes
}

func template(fields *carry.Fields, m *message.Message) (object, error) {
	if err := fields.Message(carry.MessageRules([]string{"template.name", "template.language.code", "template.components"}), m); err != nil {
		return nil, err
	}
	t, err := fields.Template(parts, m.GetTemplate())
	if err != nil {
		return nil, err
	}
	data := object{"body": object{"placeholders": append([]string{}, t.Body...)}}
	if h := t.Header; h != nil {
		data["header"] = object{"type": strings.ToUpper(h.Type), "placeholder": h.Text + h.Link}
	}
	var buttons []object
	for _, b := range t.Buttons {
		buttons = append(buttons, object{"type": "URL", "index": b.Index, "parameter": b.Value})
	}
	if len(buttons) > 0 {
		data["buttons"] = buttons
	}
	return object{"templateName": m.GetTemplate().GetName(), "language": m.GetTemplate().GetLanguage().GetCode(), "templateData": data}, nil
}

// each returns the same outcome for all deliveries.
func each(deliveries []message.Delivery, o outcome.Outcome) []outcome.Outcome {
	out := make([]outcome.Outcome, 0, len(deliveries))
	for _, d := range deliveries {
		o.DeliveryID = d.DeliveryID
		out = append(out, o)
	}
	return out
}

// result is the result of one recipient.
type result struct {
	To        string `json:"to"`
	MessageID string `json:"messageId"`
	Status    status `json:"status"`
}

type status struct {
	GroupName   string `json:"groupName"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

// problem is the body of a refusal: requestError at the address of templates, and the other fields at that of texts.
type problem struct {
	RequestError struct {
		ServiceException struct {
			MessageID string `json:"messageId"`
			Text      string `json:"text"`
		} `json:"serviceException"`
	} `json:"requestError"`
	ErrorCode   string `json:"errorCode"`
	Description string `json:"description"`
}

// read returns the outcome of each delivery.
func (c *channel) read(r *vendorhttp.Response, deliveries []message.Delivery) []outcome.Outcome {
	if r.Status < 200 || r.Status > 299 {
		var p problem
		_ = json.Unmarshal(r.Body, &p)
		code, text := p.ErrorCode, p.Description
		if e := p.RequestError.ServiceException; e.MessageID != "" {
			code, text = e.MessageID, e.Text
		}
		return each(deliveries, c.refused(vendorhttp.OutcomeForStatus(r), code, text))
	}
	var answer struct {
		result
		Messages []result `json:"messages"`
	}
	if json.Unmarshal(r.Body, &answer) != nil {
		return each(deliveries, vendorhttp.OutcomeForStatus(r))
	}
	results := append(answer.Messages, answer.result)
	out := make([]outcome.Outcome, 0, len(deliveries))
	for _, d := range deliveries {
		o := outcome.NewUnknown("Harbour's answer has no result for this recipient")
		for _, found := range results {
			if strings.TrimPrefix(found.To, "+") == strings.TrimPrefix(d.To.Address, "+") {
				o = c.one(found)
			}
		}
		o.DeliveryID = d.DeliveryID
		out = append(out, o)
	}
	return out
}

// one returns the outcome of one result. A rejected message has an id too.
func (c *channel) one(r result) outcome.Outcome {
	switch {
	case r.Status.GroupName == "REJECTED" && defect != "rejected":
		return c.refused(outcome.Reject(outcome.ReasonVendorRejected, "", "Harbour refused the message"), r.Status.Name, r.Status.Description)
	case r.MessageID != "" && r.Status.GroupName != "":
		return outcome.Accept(r.MessageID)
	}
	return outcome.NewUnknown("Harbour's answer has no id for this recipient")
}

type meaning struct {
	reason outcome.Reason
	scope  outcome.Scope
}

// meanings are the codes that Harbour documents.
var meanings = map[string]meaning{
	"UNAUTHORIZED":               {outcome.ReasonUnauthenticated, outcome.ScopeAccount},
	"BAD_REQUEST":                {outcome.ReasonInvalidMessage, outcome.ScopeMessage},
	"E400":                       {outcome.ReasonInvalidMessage, outcome.ScopeMessage},
	"REJECTED_TEMPLATE_PAUSED":   {outcome.ReasonTemplateUnavailable, outcome.ScopeMessage},
	"REJECTED_NOT_ENOUGH_CREDIT": {outcome.ReasonQuotaExceeded, outcome.ScopeAccount},
	"REJECTED_OPTED_OUT":         {outcome.ReasonOptedOut, outcome.ScopeRecipient},
	"UNDELIVERABLE_NO_WHATSAPP":  {outcome.ReasonRecipientUnreachable, outcome.ScopeRecipient},
}

// refused adds what a code means to a rejection by status.
func (c *channel) refused(o outcome.Outcome, code, text string) outcome.Outcome {
	if o.Rejected == nil || code == "" {
		return o
	}
	if m, ok := meanings[code]; ok {
		o.Rejected.Reason, o.Rejected.Scope, o.Rejected.Retry = m.reason, m.scope, outcome.RetryNever
		if m.scope == outcome.ScopeRecipient {
			o.Rejected.Path = "to"
		}
	}
	if o.Rejected.Reason == outcome.ReasonRateLimited {
		o.Rejected.Scope = outcome.ScopeAccount
	}
	o.Rejected.VendorCode, o.Rejected.VendorMessage = code, c.account.client.Redact(text)
	return o
}
