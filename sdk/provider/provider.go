// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package provider defines the interfaces that the author of a WhatsApp vendor integration implements, and the events that
// webhooks are translated to. Package outcome has the results of sending, package capability what a channel can carry.
//
// Three interfaces are required. A Provider makes an Account from a `provider` block. An Account opens a Channel from a
// `channel` block. A Channel sends a message. Each optional feature is an interface of its own: ProviderValidator,
// ChannelValidator, Describer, GroupSender, SignalSender, MessageFinder, MediaUploader, MediaFetcher, TemplateLister,
// WebhookHandler, HealthWatcher and Closer. The SDK derives capabilities from the interfaces that a channel and its account
// implement. docs/providers/acme is a complete provider.
//
// A provider must not sleep, retry, batch or schedule inside a send. The host does all of this.
package provider

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/gocty"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/schema"
)

// Provider is a vendor integration. Its methods may be called concurrently.
type Provider interface {
	// Metadata returns the name and version of the provider. It needs neither configuration nor the network, and always
	// returns the same value.
	Metadata() Metadata
	// Schema returns the schemas of the two blocks. It needs neither configuration nor the network, and always returns
	// the same value.
	Schema() Schema
	// Configure returns an account for a `provider` block. The config conforms to the schema. Configure should not use
	// the network: wrong credentials are reported by the first send. The account may be nil only if the diagnostics have
	// an error.
	Configure(ctx context.Context, req ConfigureRequest) (Account, diag.Diagnostics)
}

// Account is a configured `provider` block. There is one for each alias.
type Account interface {
	// OpenChannel returns a channel for a `channel` block. The channel may be nil only if the diagnostics have an error.
	OpenChannel(ctx context.Context, req OpenChannelRequest) (Channel, diag.Diagnostics)
}

// Channel is a sending identity. Send may be called concurrently.
type Channel interface {
	// Capabilities returns what the channel can carry. Send is not called with a message that they exclude.
	Capabilities() capability.Capabilities
	// Sender returns the sending identity: a phone number in E.164 with "+", or else a text that identifies the sender at
	// the vendor, such as the id of an application. Channels with the same sender share its rate limit and its order, across
	// all providers. It is not empty, and the same for the same configuration.
	Sender() string
	// Send sends a message to a recipient and returns the outcome. The context has the deadline.
	Send(ctx context.Context, req SendRequest) outcome.Outcome
}

// ProviderValidator is implemented by a Provider with rules that its schema cannot express. It must not use the network,
// and must accept unknown values.
type ProviderValidator interface {
	ValidateProviderConfig(ctx context.Context, config Config) diag.Diagnostics
}

// ChannelValidator is a ProviderValidator for `channel` blocks.
type ChannelValidator interface {
	ValidateChannelConfig(ctx context.Context, config Config) diag.Diagnostics
}

// Describer is implemented by a Provider that knows the capabilities of its channels without configuration. Prototype
// returns an account and a channel with default configuration. They are used for their capabilities only and never send.
type Describer interface {
	Prototype() (Account, Channel)
}

// GroupSender is implemented by a Channel whose vendor accepts one message for several recipients in one request.
type GroupSender interface {
	// MaxRecipients returns the vendor's limit for one request, at least 2. It becomes part of the capabilities. A kind of
	// message with another limit declares it as capability.Kind.MaxRecipients.
	MaxRecipients() int
	// SendGroup makes one vendor request and returns one outcome for each delivery, in any order. There are 2 to
	// MaxRecipients deliveries, and their recipients differ. Outcomes may share what they point to. The slice is the
	// caller's then. Outcomes in the order of the deliveries take the least time.
	SendGroup(ctx context.Context, req GroupRequest) []outcome.Outcome
}

// WebhookHandler is implemented by an Account whose vendor calls webhooks. It must not use the network.
type WebhookHandler interface {
	HandleWebhook(ctx context.Context, req WebhookRequest) WebhookResponse
}

// HealthWatcher is implemented by a Channel that knows whether it is healthy.
type HealthWatcher interface {
	// WatchHealth calls report immediately and on each change, until the context ends. The detail says why the channel is
	// unhealthy.
	WatchHealth(ctx context.Context, report func(healthy bool, detail string))
}

// Closer is implemented by an Account or a Channel that has resources to release. Calls may be under way: they end with what they
// began with. A channel that is opened again under its id is closed after the new one was opened.
type Closer interface {
	Close() error
}

// Metadata describes the provider.
type Metadata struct {
	// Name is the <name> of the binary wahost-provider-<name>: lower-case letters, digits and dashes.
	Name string
	// Version is a semantic version, such as "1.4.2".
	Version string
	// Vendor is the name of the vendor, for people.
	Vendor string
	// DocsURL is the address of the vendor's API documentation.
	DocsURL string
}

// Schema describes the two blocks that configure a provider, and the options of messages.
type Schema struct {
	Provider schema.Schema
	Channel  schema.Schema
	// Options describes the vendor's own options of one message, which a caller sets as wahost.vendor.NAME. If it
	// is empty, messages have no options.
	Options schema.Schema
}

// Config is the content of a block: a value of its schema with defaults.
type Config struct {
	Value cty.Value
}

// Decode copies the configuration into a struct. The struct needs a field with a tag `cty:"name"` for each attribute of the
// schema. A field for an attribute that may be null must be a pointer.
func (c Config) Decode(target any) error {
	return gocty.FromCtyValue(c.Value, target)
}

// String returns the value of a string attribute. It returns "" if the attribute does not exist or is null, unknown or not
// a string.
func (c Config) String(name string) string {
	if c.Value == cty.NilVal || c.Value.IsNull() || !c.Value.IsKnown() || !c.Value.Type().HasAttribute(name) {
		return ""
	}
	v := c.Value.GetAttr(name)
	if v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}

// Check calls rule with the value of a string attribute and returns its error as a diagnostic of that attribute. It does
// not call rule if the value is null or unknown. The text of the error continues a sentence, like "it begins with a
// space". It must not contain the value, which may be a secret.
func (c Config) Check(name string, rule func(value string) error) diag.Diagnostics {
	if c.Value == cty.NilVal || c.Value.IsNull() || !c.Value.IsKnown() || !c.Value.Type().HasAttribute(name) {
		return nil
	}
	v := c.Value.GetAttr(name)
	if v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return nil
	}
	if err := rule(v.AsString()); err != nil {
		return diag.Diagnostics{diag.AttributeError(name, "Invalid argument value", fmt.Sprintf("The argument %q is not valid: %s.", name, err))}
	}
	return nil
}

// SenderOf returns a sending number as Channel.Sender returns it: in E.164 with "+" if it is a phone number, however it is
// written, and otherwise as it is.
func SenderOf(number string) string {
	if r, err := message.ParseRecipient(strings.TrimSpace(number)); err == nil && r.Kind == message.RecipientPhone {
		return r.Address
	}
	return strings.TrimSpace(number)
}

// ConfigureRequest is the argument of Provider.Configure.
type ConfigureRequest struct {
	// ID identifies the configuration, such as "innopaas" or "innopaas.eu".
	ID     string
	Config Config
}

// OpenChannelRequest is the argument of Account.OpenChannel.
type OpenChannelRequest struct {
	// ID identifies the channel, such as "innopaas.in_otp".
	ID     string
	Config Config
	// WebhookURL is the URL at which the vendor reaches the host's webhooks for this channel. It is empty if the host
	// serves no webhooks.
	WebhookURL string
}

// SendRequest is a message for one recipient.
type SendRequest struct {
	// DeliveryID is the host's id of this attempt: at most 32 characters of [0-9a-z-]. It is never used again, also where the
	// same message is sent again.
	DeliveryID string
	// Message is the content. Its `to`, `recipient` and `wahost.vendor` are empty. It is shared with other sends and must not be changed.
	Message *message.Message
	To      message.Recipient
	// Options are the vendor's own options of the message: a value of Schema.Options with defaults.
	Options Config
}

// GroupRequest is a message for several recipients.
type GroupRequest struct {
	Message    *message.Message
	Deliveries []message.Delivery
	// Options are the vendor's own options of the message: a value of Schema.Options with defaults.
	Options Config
}

// WebhookRequest is an HTTP request of the vendor to the host.
type WebhookRequest struct {
	// ChannelIDs are the channels that the URL belongs to. If it is empty, the URL belongs to all channels of the account.
	ChannelIDs []string
	Method     string
	// URL is the full URL that the vendor called.
	URL string
	// Header has canonical keys.
	Header map[string][]string
	Body   []byte
}

// WebhookResponse is the response to a WebhookRequest, and its meaning.
type WebhookResponse struct {
	// Authenticated is true if the request is proven to be the vendor's. If it is false, Events are dropped.
	Authenticated bool
	// Reply is the HTTP response to the vendor.
	Reply WebhookReply
	// Events are the events of the request. There may be none.
	Events []Event
	// Problem says why the request was refused or not understood, for the host's log. It contains no secrets.
	Problem string
}

// WebhookReply is an HTTP response. A zero Status means 200 if the request is authenticated, and 401 otherwise.
type WebhookReply struct {
	Status      int
	ContentType string
	Body        []byte
}

// Event is an event that the vendor reports. Exactly one of DeliveryStatus, InboundMessage, TemplateStatus and
// ChannelNotice is set.
type Event struct {
	// ID identifies the event, so that repeated webhooks are recognized: the same event always has the same id.
	ID string
	// Time is when the event happened, or zero if the vendor does not say.
	Time time.Time
	// ChannelID is the channel of the event. It is empty if the vendor does not say.
	ChannelID string
	// Correlation identifies the message that the event is about.
	Correlation Correlation

	DeliveryStatus *DeliveryStatus
	InboundMessage *InboundMessage
	TemplateStatus *TemplateStatus
	ChannelNotice  *ChannelNotice

	// Raw is the body of the vendor's request, verbatim.
	Raw []byte
}

// Correlation has all known ids of the message that an event is about. Each may be empty.
type Correlation struct {
	// ProviderMessageID is the vendor's id, as in outcome.Accepted.
	ProviderMessageID string
	// WAMID is WhatsApp's id.
	WAMID string
	// Reference is the caller's reference or the delivery id that the vendor carried.
	Reference string
	// Recipient is the WhatsApp user. Its Kind is empty if the user is not known.
	Recipient message.Recipient
}

// DeliveryStatus is a new status of a message.
type DeliveryStatus struct {
	Status outcome.Status
	// VendorStatus is the vendor's name of the status.
	VendorStatus string
	// Error is the reason of a failure. It is set if Status is outcome.StatusFailed.
	Error *outcome.Rejected
}

// InboundMessage is a message from a WhatsApp user.
type InboundMessage struct {
	From message.Recipient
	// To is the business number.
	To          string
	ProfileName string
	// Type is the Cloud API's type of the message, or "unknown".
	Type string
	// Message is the message object of a Cloud API webhook, as JSON.
	Message []byte
	// ContextMessageID is WhatsApp's id of the message that this one replies to. It is empty if it is not a reply.
	ContextMessageID string
}

// TemplateStatus is a new status of a template.
type TemplateStatus struct {
	TemplateID   string
	TemplateName string
	Language     string
	Category     string
	// Status is PENDING, APPROVED, REJECTED, PAUSED, DISABLED or another status of the vendor.
	Status string
	Reason string
}

// ChannelNotice is any other event about the account or the sending number.
type ChannelNotice struct {
	Kind   string
	Detail string
}
