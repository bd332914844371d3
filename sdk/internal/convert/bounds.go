// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/message"
)

// Bounds of what host and provider accept from each other. Lengths are in bytes. gRPC bounds the size of a whole message;
// these constants bound its parts.
const (
	// MaxID is the largest length of an id of a vendor, a delivery or an event.
	MaxID = 1 << 10
	// maxWord is the largest length of a name, such as a kind of message or a vendor's code, and maxPath that of the path of
	// a field.
	maxWord = 256
	maxPath = 512
	// maxDetail is the largest length of a text for people, and maxSummary that of a title.
	maxDetail  = 8 << 10
	maxSummary = 1 << 10
	// maxIgnored and maxAliases are the largest numbers of ignored fields and aliases in an outcome.
	maxIgnored = 1000
	maxAliases = 1000
	// maxDiagnostics is the largest number of diagnostics, and maxSteps that of the steps of a path.
	maxDiagnostics = 100
	maxSteps       = 32
	// maxWords is the largest length of each list of names in capabilities, and maxLimits the largest number of limits.
	maxWords  = 500
	maxLimits = 1000
	// maxEvents is the largest number of events in one webhook, and maxReply the largest size of the body of its reply.
	maxEvents = 10_000
	maxReply  = 1 << 20
	// maxChannels is the largest number of channels in one report of health.
	maxChannels = 10_000
)

// field is a text with its name and its largest length in bytes.
type field struct {
	name, text string
	most       int
}

// checkTexts returns an error for the first field that is too long.
func checkTexts(fields ...field) error {
	for _, f := range fields {
		if len(f.text) > f.most {
			return fmt.Errorf("%s has %d bytes, at most %d are allowed", f.name, len(f.text), f.most)
		}
	}
	return nil
}

// CheckMetadata returns an error if a text in a provider's metadata is too long.
func CheckMetadata(pb *providerpb.GetMetadataResponse) error {
	return checkTexts(field{"the name", pb.GetName(), maxWord}, field{"the version", pb.GetVersion(), maxWord},
		field{"the vendor", pb.GetVendor(), maxSummary}, field{"the address of the documentation", pb.GetDocsUrl(), maxDetail},
		field{"the version of the SDK", pb.GetSdkVersion(), maxWord})
}

// CheckCapabilities returns an error if a text or a list in capabilities is too long, or a number is out of range.
func CheckCapabilities(pb *providerpb.Capabilities) error {
	lists := map[string][]string{
		"template_categories": pb.GetTemplateCategories(), "recipient_kinds": pb.GetRecipientKinds(), "media_sources": pb.GetMediaSources(),
		"statuses": pb.GetStatuses(), "inbound_types": pb.GetInboundTypes(), "signals": pb.GetSignals(),
	}
	if n := len(pb.GetKinds()); n > maxWords {
		return fmt.Errorf("%d kinds of messages, at most %d are allowed", n, maxWords)
	}
	for i, k := range pb.GetKinds() {
		for name, list := range map[string][]string{
			"kind": {k.GetKind()}, "header_kinds": k.GetHeaderKinds(), "button_kinds": k.GetButtonKinds(),
			"parameter_types": k.GetParameterTypes(), "components": k.GetComponents(), "missing_fields": k.GetMissingFields(),
		} {
			lists[fmt.Sprintf("kinds[%d].%s", i, name)] = list
		}
		if k.GetMaxRecipients() < 0 {
			return fmt.Errorf("kinds[%d].max_recipients is %d, and must not be negative", i, k.GetMaxRecipients())
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

// CheckSender returns an error if a sending identity is missing, too long or not one line of printable text.
func CheckSender(sender string) error {
	switch {
	case sender == "":
		return errors.New("it is empty: the provider must name the number or the account that it sends from")
	case len(sender) > maxWord:
		return fmt.Errorf("it has %d bytes, at most %d are allowed", len(sender), maxWord)
	case !utf8.ValidString(sender):
		return errors.New("it is not valid UTF-8")
	case strings.TrimSpace(sender) != sender:
		return errors.New("it begins or ends with a space")
	case strings.ContainsFunc(sender, func(r rune) bool { return !unicode.IsPrint(r) }):
		return errors.New("it has characters that cannot be printed")
	case strings.HasPrefix(sender, "+") && !message.IsPhone(sender):
		return errors.New("it begins with + and is not a phone number in E.164")
	}
	return nil
}

// CheckWebhookResponse returns an error if the answer to a webhook is too large, or its reply is not valid in HTTP.
func CheckWebhookResponse(pb *providerpb.WebhookResponse) error {
	reply := pb.GetReply()
	if status := reply.GetStatus(); status != 0 && (status < 100 || status > 599) {
		return fmt.Errorf("the reply has the status %d, which is not an HTTP status", status)
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
		if err := CheckEvent(e); err != nil {
			return err
		}
	}
	return nil
}

// CheckEvent returns an error if a text of an event is too long, or its time is not valid.
func CheckEvent(e *providerpb.Event) error {
	c := e.GetCorrelation()
	err := checkTexts(field{"the id of an event", e.GetId(), MaxID}, field{"the channel of an event", e.GetChannelId(), MaxID},
		field{"the provider's message id of an event", c.GetProviderMessageId(), MaxID}, field{"the wamid of an event", c.GetWamid(), MaxID},
		field{"the reference of an event", c.GetReference(), MaxID}, field{"the recipient of an event", c.GetRecipient().GetAddress(), MaxID})
	if err != nil {
		return err
	}
	if t := e.GetTime(); t != nil && t.CheckValid() != nil {
		return fmt.Errorf("the time of an event is not valid: %w", t.CheckValid())
	}
	return nil
}

// CheckHealth returns an error if a report of health names too many channels.
func CheckHealth(pb *providerpb.WatchHealthResponse) error {
	if n := len(pb.GetChannels()); n > maxChannels {
		return fmt.Errorf("a report of health names %d channels, at most %d are allowed", n, maxChannels)
	}
	return nil
}

// HealthDetail returns the detail of a channel's health, cut to maxDetail bytes.
func HealthDetail(pb *providerpb.ChannelHealth) string { return cut(pb.GetDetail(), maxDetail) }
