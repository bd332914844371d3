// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"fmt"

	"github.com/wahost/wahost/sdk/internal/providerpb"
)

// Bounds of what one side takes from the other, in bytes where nothing else is said. The message size of gRPC bounds the
// whole; these bound what is kept, shown or looked up.
const (
	// MaxID bounds an id of a vendor, a delivery or an event.
	MaxID = 1 << 10
	// maxWord bounds a word of a vocabulary, such as a kind of message or a vendor's code; maxPath the path of a field.
	maxWord = 256
	maxPath = 512
	// maxDetail bounds a text for people, maxSummary a title.
	maxDetail  = 8 << 10
	maxSummary = 1 << 10
	// maxIgnored and maxAliases bound the numbers of an outcome's ignored fields and aliases.
	maxIgnored = 1000
	maxAliases = 1000
	// maxDiagnostics bounds the number of findings, maxSteps that of the steps of a path.
	maxDiagnostics = 100
	maxSteps       = 32
	// maxWords bounds each list of words in capabilities, maxLimits the number of limits.
	maxWords  = 500
	maxLimits = 1000
	// maxEvents bounds the events of one webhook, maxReply the body of its reply.
	maxEvents = 10_000
	maxReply  = 1 << 20
	// maxChannels bounds the channels of one report of health.
	maxChannels = 10_000
)

// field is a text with its bound.
type field struct {
	name, text string
	most       int
}

func checkTexts(fields ...field) error {
	for _, f := range fields {
		if len(f.text) > f.most {
			return fmt.Errorf("%s has %d bytes, at most %d are allowed", f.name, len(f.text), f.most)
		}
	}
	return nil
}

// CheckMetadata reports what is too long in a provider's metadata.
func CheckMetadata(pb *providerpb.GetMetadataResponse) error {
	return checkTexts(field{"the name", pb.GetName(), maxWord}, field{"the version", pb.GetVersion(), maxWord},
		field{"the vendor", pb.GetVendor(), maxSummary}, field{"the address of the documentation", pb.GetDocsUrl(), maxDetail},
		field{"the version of the SDK", pb.GetSdkVersion(), maxWord})
}

// CheckCapabilities reports what is too large, or no number that a host can use, in capabilities.
func CheckCapabilities(pb *providerpb.Capabilities) error {
	lists := map[string][]string{
		"template_categories": pb.GetTemplateCategories(), "recipient_kinds": pb.GetRecipientKinds(), "media_sources": pb.GetMediaSources(),
		"statuses": pb.GetStatuses(), "inbound_types": pb.GetInboundTypes(),
	}
	if n := len(pb.GetKinds()); n > maxWords {
		return fmt.Errorf("%d kinds of messages, at most %d are allowed", n, maxWords)
	}
	for i, k := range pb.GetKinds() {
		for name, list := range map[string][]string{
			"kind": {k.GetKind()}, "header_kinds": k.GetHeaderKinds(), "button_kinds": k.GetButtonKinds(),
			"parameter_types": k.GetParameterTypes(), "components": k.GetComponents(),
		} {
			lists[fmt.Sprintf("kinds[%d].%s", i, name)] = list
		}
	}
	for name, list := range lists {
		if len(list) > maxWords {
			return fmt.Errorf("%s has %d items, at most %d are allowed", name, len(list), maxWords)
		}
		for _, word := range list {
			if err := checkTexts(field{"an item of " + name, word, maxWord}); err != nil {
				return err
			}
		}
	}
	if n := len(pb.GetLimits()); n > maxLimits {
		return fmt.Errorf("%d limits, at most %d are allowed", n, maxLimits)
	}
	for _, l := range pb.GetLimits() {
		err := checkTexts(field{"the kind of a limit", l.GetKind(), maxWord}, field{"the path of a limit", l.GetPath(), maxPath},
			field{"the source of a limit", l.GetSource(), maxSummary})
		if err != nil {
			return err
		}
		if l.GetMaximum() < 0 || l.GetMaximum() > 1<<31-1 {
			return fmt.Errorf("the limit of %q is %d, which is not between 0 and 2147483647", cut(l.GetPath(), maxShown), l.GetMaximum())
		}
	}
	for name, n := range map[string]int32{
		"max_recipients": pb.GetMaxRecipients(), "reference_length": pb.GetReferenceLength(), "max_concurrency": pb.GetMaxConcurrency(),
	} {
		if n < 0 {
			return fmt.Errorf("%s is %d, and must not be negative", name, n)
		}
	}
	return nil
}

// CheckWebhookResponse reports what is too large, or not HTTP, in the answer to a webhook.
func CheckWebhookResponse(pb *providerpb.HandleWebhookResponse) error {
	reply := pb.GetReply()
	if status := reply.GetStatus(); status != 0 && (status < 100 || status > 599) {
		return fmt.Errorf("the reply has the status %d, which is not one of HTTP", status)
	}
	if n := len(reply.GetBody()); n > maxReply {
		return fmt.Errorf("the reply has %d bytes, at most %d are allowed", n, maxReply)
	}
	if err := checkTexts(field{"the content type of the reply", reply.GetContentType(), maxWord}); err != nil {
		return err
	}
	for _, c := range []byte(reply.GetContentType()) {
		if c < ' ' || c == 0x7f {
			return fmt.Errorf("the content type of the reply, %q, has control characters", reply.GetContentType())
		}
	}
	if n := len(pb.GetEvents()); n > maxEvents {
		return fmt.Errorf("%d events, at most %d are allowed", n, maxEvents)
	}
	for _, e := range pb.GetEvents() {
		c := e.GetCorrelation()
		err := checkTexts(field{"the id of an event", e.GetId(), MaxID}, field{"the channel of an event", e.GetChannelId(), MaxID},
			field{"the provider's message id of an event", c.GetProviderMessageId(), MaxID}, field{"the wamid of an event", c.GetWamid(), MaxID},
			field{"the reference of an event", c.GetReference(), MaxID}, field{"the recipient of an event", c.GetRecipient().GetAddress(), MaxID})
		if err != nil {
			return err
		}
		if t := e.GetTime(); t != nil && t.CheckValid() != nil {
			return fmt.Errorf("the time of an event is not one: %w", t.CheckValid())
		}
	}
	return nil
}

// CheckHealth reports a report of health that is too large.
func CheckHealth(pb *providerpb.WatchHealthResponse) error {
	if n := len(pb.GetChannels()); n > maxChannels {
		return fmt.Errorf("a report of health names %d channels, at most %d are allowed", n, maxChannels)
	}
	return nil
}

// HealthDetail returns the detail of a channel's health, cut to what is kept.
func HealthDetail(pb *providerpb.ChannelHealth) string { return cut(pb.GetDetail(), maxDetail) }
