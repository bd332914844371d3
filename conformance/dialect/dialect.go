// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package dialect reads dialects: a vendor's HTTP API described as data.
//
// A dialect is one HCL file, with JSON Schemas of the requests beside it. It says how a request is recognised,
// what makes it right, and what the vendor answers. The emulator plays it; sandbox, demo and conformance suite
// take configuration, limits and samples from it. Load is the starting point.
package dialect

import (
	"slices"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Dialect describes one vendor's API. It does not change once loaded.
type Dialect struct {
	// Name is the label of the block, such as "innopaas".
	Name string
	// Version is the vendor's or the author's word for this state of the API.
	Version string
	// Docs is the address of the vendor's documentation; may be empty.
	Docs string
	// Digest is the SHA-256, in hex, of the file and the schemas it names.
	Digest string

	// Config and ChannelConfig are the objects that a `provider` and a `channel` block need to reach the emulator.
	Config        Expr
	ChannelConfig Expr

	Auth    []Auth
	Routes  []Route
	Errors  []Error
	Limits  []message.Limit
	Maps    []Map
	Webhook Webhook
	Samples Samples

	Idempotency Idempotency
	// Extends are the dialects that this one builds on, nearest first.
	Extends []string
}

// Map says where a kind of message has its fields on the wire.
type Map struct {
	Kind string
	// Paths leads from fields of the message to places of the request; trace.Map says how both are written.
	Paths map[string]string
	// Fold are the fields that the vendor's API wants inside a longer text, Duplicate those it wants twice.
	Fold, Duplicate []string
	// Source says where the vendor documents it; may be empty.
	Source string
}

// Idempotency says whether the vendor takes a key by which it recognises a request that was made before.
type Idempotency struct {
	Supported bool
	// Header or At is where the key goes; both are empty where it is not supported.
	Header string
	At     Path
}

// Auth is one credential that a request must carry.
type Auth struct {
	// Header or Query names what carries it; both are empty where Body is set.
	Header, Query string
	// Body leads to the field of the request body that carries it.
	Body Path
	// Value is what must be there.
	Value Expr
	// Error names the error row of a request without it.
	Error string
}

// Format is how a request body is encoded.
type Format string

// The formats.
const (
	FormatJSON Format = "json"
	FormatForm Format = "form"
	// FormatMultipart is multipart/form-data: a text for each part, and its file name at "<name>~filename".
	FormatMultipart Format = "multipart"
)

// Route is one call of the vendor's API.
type Route struct {
	Name   string
	Method string
	// Path may hold placeholders such as {send_path}, which stand for values of Config or ChannelConfig.
	Path   string
	Accept Format

	// RecipientAt leads to the recipients. Each found text is split at RecipientSeparator, where that is set,
	// and RecipientPrefix is taken off.
	RecipientAt        Path
	RecipientSeparator string
	RecipientPrefix    string
	// MaxRecipients bounds the recipients of one request; 0 for no bound.
	MaxRecipients int

	// TypeAt says how the kind of message shows. The first that is there wins.
	TypeAt []TypeRule

	// Schema is what request bodies must conform to; nil for anything.
	Schema *jsonschema.Schema
	// Violation names the error row of a request that breaks Schema or MaxRecipients.
	Violation string

	// Reply is the answer to a good request: an object with status, body and, optionally, headers.
	Reply Expr
}

// TypeRule finds the kind of message in a request.
type TypeRule struct {
	At Path
	// Kind is the kind that the presence of At means; where empty, the text at At is the kind itself.
	Kind string
}

// Error is one documented way in which the vendor refuses.
type Error struct {
	Name string
	// Status is the HTTP status.
	Status int
	// Body is sent as JSON, or as it is where it is a string; null for no body.
	Body Expr
	// Headers is an object of strings; null for none.
	Headers Expr
	// Code is the vendor's code, as a provider must report it; empty where the vendor has none.
	Code string
	// Reason, Retry and Scope are what a provider should make of it. Scope may be empty.
	Reason outcome.Reason
	Retry  outcome.Retry
	Scope  outcome.Scope
	// RetryAfter is the wait that the vendor asks for; 0 for none.
	RetryAfter time.Duration
	// Asynchronous: status webhooks report the same code.
	Asynchronous bool
	// Source says where the vendor documents it, or that it does not.
	Source string
}

// Webhook describes the calls that the vendor makes.
type Webhook struct {
	Method string
	// Headers is an object of strings; null for none.
	Headers Expr
	Events  []Event
	// Signatures prove that a call is the vendor's; every one must hold.
	Signatures []Signature
	// Secrets name the values of Config without which nothing proves a call.
	Secrets []string
	// Times are the forms that the vendor writes times in.
	Times []TimeForm
	// Batch makes one body of several, which it uses as events; null where the vendor never does that.
	Batch Expr
	// Challenge is how the vendor tests the URL; nil where it does not.
	Challenge *Challenge
}

// Signature is a keyed hash over parts of a call.
type Signature struct {
	Scheme Scheme
	Key    Expr
	// Over are the parts that are hashed, with Separator between them: body, timestamp, nonce, url, or one of Fields.
	Over      []string
	Separator string
	// Fields is an object of strings; null for none.
	Fields Expr
	// Headers are what the call carries: the texts hold {signature}, {timestamp}, {nonce} and {name} of a field.
	Headers map[string]string
	// Exact: the vendor documents the spelling of the signature, so that no other one is to be accepted.
	Exact bool
	// Window is the age from which on a timestamp is refused; 0 where the vendor says nothing of that.
	Window time.Duration
}

// Covers reports whether a part is hashed.
func (s Signature) Covers(part string) bool { return slices.Contains(s.Over, part) }

// Scheme is a way to sign.
type Scheme string

// The schemes: HMAC-SHA256 in hexadecimal and in base64.
const (
	HMACHex    Scheme = "hmac-sha256-hex"
	HMACBase64 Scheme = "hmac-sha256-base64"
)

// TimeForm is a way to write a time.
type TimeForm string

// The forms: RFC 3339, and seconds or milliseconds since 1970, as a text or as a number.
const (
	TimeRFC3339    TimeForm = "rfc3339"
	TimeUnixText   TimeForm = "unix_text"
	TimeUnix       TimeForm = "unix"
	TimeMilliText  TimeForm = "milliseconds_text"
	TimeMilli      TimeForm = "milliseconds"
	TimeDateTime   TimeForm = "datetime_utc"
	maxExtendDepth          = 4
)

// Challenge is a call that wants to have a text back.
type Challenge struct {
	// Query are the parameters; the text that is wanted back is the one named Reply, and the one named Token is a
	// secret that must be right.
	Query        Expr
	Reply, Token string
	Source       string
}

// Event is one kind of webhook call.
type Event struct {
	Name string
	// Status is the delivery status that the event reports; empty for other events.
	Status outcome.Status
	// Inbound is the type of inbound message that the event reports; empty for other events.
	Inbound string
	Body    Expr
	Source  string
}

// Samples are values to try the API with.
type Samples struct {
	// Recipients are phone numbers in E.164, with "+".
	Recipients []string
	// BadRecipient is a number that the vendor refuses; may be empty.
	BadRecipient string
	// Template is one that the vendor takes; its name is empty where there is none.
	Template TemplateSample
}

// TemplateSample names a template.
type TemplateSample struct {
	Name, Language, Category string
}

// Map returns the map of a kind of message, or nil.
func (d *Dialect) Map(kind string) *Map {
	for i := range d.Maps {
		if d.Maps[i].Kind == kind {
			return &d.Maps[i]
		}
	}
	return nil
}

// Route returns the route of a name, or nil.
func (d *Dialect) Route(name string) *Route {
	for i := range d.Routes {
		if d.Routes[i].Name == name {
			return &d.Routes[i]
		}
	}
	return nil
}

// Error returns the error row of a name, or nil.
func (d *Dialect) Error(name string) *Error {
	for i := range d.Errors {
		if d.Errors[i].Name == name {
			return &d.Errors[i]
		}
	}
	return nil
}

// Event returns the webhook event of a name, or nil.
func (d *Dialect) Event(name string) *Event {
	for i := range d.Webhook.Events {
		if d.Webhook.Events[i].Name == name {
			return &d.Webhook.Events[i]
		}
	}
	return nil
}
