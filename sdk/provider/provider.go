// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package provider holds the interfaces that the author of a WhatsApp vendor integration implements, and the
// vocabulary of what they answer: outcomes, capabilities, events.
//
// The required core is small: Provider, which makes an Account from a `provider` block, which opens a Channel
// from each `channel` block, which sends one message. Every further power is an interface of its own
// (ProviderValidator, ChannelValidator, GroupSender, WebhookHandler, HealthWatcher, Closer). What a
// channel claims to be able to do is derived from the interfaces it implements, where one implies it.
// docs/providers/acme is a whole provider.
//
// A provider never sleeps, retries, batches or schedules inside a send: the host does.
package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/gocty"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/schema"
)

// Provider is one vendor integration. Its methods are called at any time and concurrently.
type Provider interface {
	// Metadata and Schema answer without configuration and without network, always the same.
	Metadata() Metadata
	Schema() Schema
	// Configure makes an account from a `provider` block. Its config conforms to the schema. It should not
	// touch the network: bad credentials show at the first send. The account may be nil only with an error.
	Configure(ctx context.Context, req ConfigureRequest) (Account, diag.Diagnostics)
}

// Account is one configured `provider` block (one alias).
type Account interface {
	// OpenChannel opens a `channel` block. The channel may be nil only with an error.
	OpenChannel(ctx context.Context, req OpenChannelRequest) (Channel, diag.Diagnostics)
}

// Channel is one sending identity. Send is called concurrently.
type Channel interface {
	// Capabilities say what the channel can carry. A message that they exclude never reaches Send.
	Capabilities() capability.Capabilities
	// Send sends one message to one recipient and says what became of it. The context carries the deadline.
	Send(ctx context.Context, req SendRequest) outcome.Outcome
}

// ProviderValidator is implemented by a Provider with rules that its schema cannot express. It must not touch
// the network and must let unknown values pass.
type ProviderValidator interface {
	ValidateProviderConfig(ctx context.Context, config Config) diag.Diagnostics
}

// ChannelValidator is ProviderValidator for `channel` blocks.
type ChannelValidator interface {
	ValidateChannelConfig(ctx context.Context, config Config) diag.Diagnostics
}

// Describer is implemented by a Provider that can say before any configuration what its channels carry. The
// prototypes have default configuration and are only asked for capabilities: they never send.
type Describer interface {
	Prototype() (Account, Channel)
}

// GroupSender is implemented by a Channel whose vendor takes several recipients of equal content in one request.
type GroupSender interface {
	// MaxRecipients is the vendor's limit per request, at least 2. Capabilities report it.
	MaxRecipients() int
	// SendGroup makes one vendor request and answers one outcome for each recipient, in any order. There are at most
	// MaxRecipients of them, and none twice. Outcomes may share what they point to.
	SendGroup(ctx context.Context, req GroupRequest) []outcome.Outcome
}

// WebhookHandler is implemented by an Account whose vendor calls back. It must not touch the network.
type WebhookHandler interface {
	HandleWebhook(ctx context.Context, req WebhookRequest) WebhookResponse
}

// HealthWatcher is implemented by a Channel that learns of its own health.
type HealthWatcher interface {
	// WatchHealth calls report at once and then on each change, until the context ends.
	WatchHealth(ctx context.Context, report func(healthy bool, detail string))
}

// Closer is implemented by an Account or Channel that holds something to be released.
type Closer interface {
	Close() error
}

// Metadata says who the provider is.
type Metadata struct {
	// Name is the <name> of the binary wahost-provider-<name>: lower-case letters, digits and dashes.
	Name string
	// Version is a semantic version, such as "1.4.2".
	Version string
	// Vendor is the vendor's name for humans.
	Vendor string
	// DocsURL is where the vendor documents the API.
	DocsURL string
}

// Schema describes the two blocks that configure a provider.
type Schema struct {
	Provider schema.Schema
	Channel  schema.Schema
}

// Config is the content of a block: a value of its schema, with defaults filled in.
type Config struct {
	Value cty.Value
}

// Decode copies the configuration into a struct whose fields have `cty:"name"` tags for every attribute of the
// schema. Use pointers for attributes that may be null.
func (c Config) Decode(target any) error {
	return gocty.FromCtyValue(c.Value, target)
}

// String gives a string attribute, or "" where it is null, unknown or not a string.
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

// Check runs a rule on a string attribute that is set and known, and makes its error a diagnostic of that attribute. The
// value itself stays out of the text, because it may be a secret: so must it stay out of the rule's error, which reads
// like "it begins with a space".
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

// ConfigureRequest asks for an account.
type ConfigureRequest struct {
	// ID identifies the configuration, such as "innopaas" or "innopaas.eu".
	ID     string
	Config Config
}

// OpenChannelRequest asks for a channel.
type OpenChannelRequest struct {
	// ID identifies the channel, such as "innopaas.in_otp".
	ID     string
	Config Config
}

// SendRequest is one message to one recipient.
type SendRequest struct {
	// DeliveryID is the host's message id: at most 32 characters of [0-9a-z-], unique for ever.
	DeliveryID string
	// Message is the content; its `to` and `recipient` are empty. It is shared: do not change it.
	Message *message.Message
	To      message.Recipient
}

// GroupRequest is one content for several recipients: at least 2, at most MaxRecipients.
type GroupRequest struct {
	Message    *message.Message
	Deliveries []message.Delivery
}

// WebhookRequest is one HTTP request that the vendor made to the host.
type WebhookRequest struct {
	// ChannelIDs are the channels that the URL belongs to; empty for all of the account.
	ChannelIDs []string
	Method     string
	// URL is the full external URL as the vendor called it.
	URL string
	// Header keys are canonical.
	Header map[string][]string
	Body   []byte
}

// WebhookResponse is what the request means.
type WebhookResponse struct {
	// Authenticated is false where the request is not proven to be the vendor's; then Events are dropped.
	Authenticated bool
	Reply         WebhookReply
	Events        []Event
	// Problem says why the request was refused or not understood, for the host's log. It holds no secrets.
	Problem string
}

// WebhookReply is the HTTP answer. A zero Status means 200 where authenticated, else 401.
type WebhookReply struct {
	Status      int
	ContentType string
	Body        []byte
}

// Event is something that happened at the vendor. Exactly one of the four contents is set.
type Event struct {
	// ID is for de-duplication: the same event always has the same id.
	ID   string
	Time time.Time
	// ChannelID is the channel it belongs to; empty where the vendor does not say.
	ChannelID   string
	Correlation Correlation

	DeliveryStatus *DeliveryStatus
	InboundMessage *InboundMessage
	TemplateStatus *TemplateStatus
	ChannelNotice  *ChannelNotice

	// Raw is what the vendor sent, verbatim.
	Raw []byte
}

// Correlation holds all ids known of the message that an event is about. Any may be empty.
type Correlation struct {
	ProviderMessageID string
	WAMID             string
	// Reference is the caller's reference or the delivery id that the vendor carried.
	Reference string
	// Recipient is the other side; its Kind is zero where unknown.
	Recipient message.Recipient
}

// DeliveryStatus says how far a message got.
type DeliveryStatus struct {
	Status outcome.Status
	// VendorStatus is the vendor's own word.
	VendorStatus string
	// Error is set with StatusFailed.
	Error *outcome.Rejected
}

// InboundMessage is a message from a WhatsApp user.
type InboundMessage struct {
	From message.Recipient
	// To is the business number.
	To          string
	ProfileName string
	// Type is the Cloud API's word; "unknown" where the vendor's is not known.
	Type string
	// Message is the Cloud API webhook's message object, as JSON.
	Message []byte
	// ContextMessageID is the wamid of the message that it replies to.
	ContextMessageID string
}

// TemplateStatus says that a template was reviewed, paused or changed.
type TemplateStatus struct {
	TemplateID   string
	TemplateName string
	Language     string
	Category     string
	// Status is PENDING, APPROVED, REJECTED, PAUSED, DISABLED or the vendor's other word.
	Status string
	Reason string
}

// ChannelNotice is anything else that the vendor tells about the account or number.
type ChannelNotice struct {
	Kind   string
	Detail string
}
