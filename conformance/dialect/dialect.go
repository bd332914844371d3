// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package dialect reads dialects. A dialect describes a vendor's HTTP API as data.
//
// A dialect is one HCL file, with JSON Schemas of the requests in the same folder. It describes how to recognise a
// request, what a valid request is, and what the vendor answers. The emulator follows the dialect. The sandbox, the
// demo and the conformance suite use its configuration, limits and samples. Load is the starting point.
package dialect

import (
	"slices"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Dialect describes one vendor's API. It does not change after it was loaded.
type Dialect struct {
	// Name is the label of the block, such as "innopaas".
	Name string
	// Version is the vendor's or the author's name for this version of the API.
	Version string
	// Docs is the address of the vendor's documentation; may be empty.
	Docs string
	// Digest is the SHA-256, in hex, of the dialect file and its schemas.
	Digest string

	// Config and ChannelConfig are the objects that a `provider` and a `channel` block need to reach the emulator.
	Config        Expr
	ChannelConfig Expr
	// Options maps options of a message for the vendor to their places in a request, such as "priority" to "$.priority". See
	// trace.Map for the notation of places.
	Options map[string]string
	// Arguments maps arguments of the two blocks, such as "provider.application" or "channel.notify_url", to their places in a
	// request. See trace.Map for the notation of places.
	Arguments map[string]string
	// Schedule describes how the vendor takes the time of a message that is sent later; nil if it does not.
	Schedule *Schedule
	// CallbackURL is the place in a request that sends where the vendor takes the URL for the callbacks about the message, such
	// as "$.callback_url"; empty if it takes none. See trace.Map for the notation of places.
	CallbackURL string

	Auth    []Auth
	Routes  []Route
	Errors  []Error
	Limits  []message.Limit
	Maps    []Map
	Webhook Webhook
	Samples Samples

	Idempotency Idempotency

	// The calls of optional powers; nil if the vendor does not have them.
	Signal       *Signal
	Lookup       *Lookup
	MediaUpload  *MediaUpload
	MediaFetch   *MediaFetch
	TemplateList *TemplateList

	// Extends are the dialects that this one extends, nearest first.
	Extends []string
}

// AuthOf returns the credentials that the requests of a route must carry.
func (d *Dialect) AuthOf(route string) []Auth {
	if r := d.Route(route); r != nil && r.Public {
		return nil
	}
	named := slices.ContainsFunc(d.Auth, func(a Auth) bool { return slices.Contains(a.Routes, route) })
	return slices.DeleteFunc(slices.Clone(d.Auth), func(a Auth) bool {
		return len(a.Routes) > 0 && !slices.Contains(a.Routes, route) || len(a.Routes) == 0 && named
	})
}

// HasTokens reports whether requests carry a token that the vendor issues, as with OAuth.
func (d *Dialect) HasTokens() bool {
	return slices.ContainsFunc(d.Auth, func(a Auth) bool { return a.Token != "" })
}

// Map describes where the fields of a kind of message are in a request.
type Map struct {
	Kind string
	// Paths maps fields of the message to places of the request. See trace.Map for the notation of both.
	Paths map[string]string
	// Fold are the fields that the vendor's API expects inside a longer text, those that share one in the order in which it has
	// them. Duplicate are the fields that it expects twice.
	Fold, Duplicate []string
	// Required are the texts that the vendor's API needs, although WhatsApp does not. They are among Paths.
	Required []string
	// Source says where the vendor documents it; may be empty.
	Source string
}

// Schedule describes the time of a message that the vendor sends later.
type Schedule struct {
	// At is the place of the time in a request, in the notation of trace.Map.
	At string
	// Times are the forms of the time that the vendor takes.
	Times  []TimeForm
	Source string
}

// Idempotency describes whether the vendor accepts a key by which it recognises repeated requests.
type Idempotency struct {
	Supported bool
	// Header or At is the place of the key. Both are empty if keys are not supported.
	Header string
	At     Path
}

// Auth is a credential that each request must carry.
type Auth struct {
	// Header or Query is the name of the header or parameter with the credential. Both are empty if Body is set.
	Header, Query string
	// Body is the path of the field of the request body with the credential.
	Body Path
	// Value is the expected value. With the function token it stands for every token that the vendor issued.
	Value Expr
	// Routes are the names of the routes whose requests have the credential; nil means all routes that no other Auth names.
	Routes []string
	// Source is where the vendor documents it; may be empty.
	Source string
	// Token is the name of the token in Value; empty if Value is constant.
	Token string
	// Error is the name of the error row that answers a request without the credential.
	Error string
}

// Format is how a request body is encoded.
type Format string

// The formats.
const (
	FormatJSON Format = "json"
	FormatForm Format = "form"
	// FormatMultipart is multipart/form-data. It is decoded to a string for each part, with the file name of the part
	// at "<name>~filename", and its Content-Type at "<name>~type".
	FormatMultipart Format = "multipart"
	// FormatQuery is a request without a body. In its place are the parameters of the query and the variables of the path.
	FormatQuery Format = "query"
)

// Route is one call of the vendor's API.
type Route struct {
	Name string
	// Tokens are the names of the access tokens that the reply issues.
	Tokens []string
	Method string
	// Path may contain placeholders such as {send_path} for values of Config or ChannelConfig. With FormatQuery, {*name} stands
	// for a variable: any text without "/". A part of the path may have text before and after its variable, such as {*id}.json.
	Path   string
	Accept Format

	// RecipientAt is the path of the recipients. Each string at the path is split at RecipientSeparator, if that is
	// set, and RecipientPrefix is removed.
	RecipientAt        Path
	RecipientSeparator string
	RecipientPrefix    string
	// MaxRecipients is the largest number of recipients of one request; 0 means no bound.
	MaxRecipients int

	// Kind is the kind of message of a route that takes no other; empty if TypeAt finds it.
	Kind string
	// TypeAt are the rules that find the kind of message. The first rule whose path is present applies.
	TypeAt []TypeRule

	// Schema is the schema of request bodies; nil allows any body.
	Schema *jsonschema.Schema
	// Violation is the name of the error row that answers a request that breaks Schema or MaxRecipients.
	Violation string

	// Public is set if the requests carry no credentials, so that Dialect.AuthOf has none.
	Public bool
	// Source says where the vendor documents the route and its answer, or that it does not; may be empty.
	Source string

	// Reply is the answer to a valid request: an object with status, body and, optionally, headers.
	Reply Expr
}

// TypeRule is a rule that finds the kind of message in a request.
type TypeRule struct {
	At Path
	// Kind is the kind of message if At is present. If Kind is empty, the string at At is the kind itself.
	Kind string
}

// Error is an error that the vendor documents.
type Error struct {
	Name string
	// Status is the HTTP status.
	Status int
	// Body is the body of the answer. A string is sent as it is, and any other value as JSON; null means no body.
	Body Expr
	// Headers is an object of strings; null if the answer has no headers of its own.
	Headers Expr
	// Answers are other answers of some routes. The first that fits a request applies.
	Answers []ErrorAnswer
	// Kinds are the kinds of message that the vendor refuses in this way, as in message.Message.Kind; nil means all.
	Kinds []string
	// Item stands for a refused recipient in an answer that has accepted ones too. The zero Expr means that the row refuses
	// all recipients of a request.
	Item Expr
	// Code is the vendor's code, which a provider must report; empty if the vendor has no code for the error.
	Code string
	// Reason, Retry and Scope are what a provider should report for the error. Scope may be empty.
	Reason outcome.Reason
	Retry  outcome.Retry
	Scope  outcome.Scope
	// RetryAfter is the delay that the vendor asks for; 0 means none.
	RetryAfter time.Duration
	// Asynchronous is set if status webhooks report the same code.
	Asynchronous bool
	// Source is where the vendor documents the error, or a note that the error is not documented.
	Source string
}

// ErrorAnswer is the answer of an error row on one route.
type ErrorAnswer struct {
	// Route is the name of the route.
	Route string
	// Types are the vendor's names of the kinds of message that are answered in this way; nil means all.
	Types []string
	// Status, Headers and Body are as in Error. What is not set is that of the row.
	Status        int
	Headers, Body Expr
}

// Fits reports whether the answer is for a request on a route with a kind of message, as TypeAt finds it.
func (a ErrorAnswer) Fits(route, kind string) bool {
	return a.Route == route && (len(a.Types) == 0 || slices.Contains(a.Types, kind))
}

// For returns the row with the answer for a request on a route with a kind of message, as TypeAt finds it.
func (e Error) For(route, kind string) Error {
	i := slices.IndexFunc(e.Answers, func(a ErrorAnswer) bool { return a.Fits(route, kind) })
	if i < 0 {
		return e
	}
	a := e.Answers[i]
	if a.Status != 0 {
		e.Status = a.Status
	}
	if !a.Headers.IsZero() {
		e.Headers = a.Headers
	}
	if !a.Body.IsZero() {
		e.Body = a.Body
	}
	return e
}

// Webhook describes the webhook calls of the vendor.
type Webhook struct {
	Method string
	// Form is set if a call is a form (application/x-www-form-urlencoded). Otherwise it is JSON.
	Form bool
	// Headers is an object of strings; null if the call has no headers of its own.
	Headers Expr
	Events  []Event
	// Signatures authenticate the vendor. All of them must be valid.
	Signatures []Signature
	// Secrets are the names of the values of Config that a provider needs to authenticate a call.
	Secrets []string
	// Times are the forms of event.time in the events that have no forms of their own.
	Times []TimeForm
	// Batch combines several bodies, the variable events, into one body; null if the vendor does not batch events.
	Batch Expr
	// Challenge is the call by which the vendor tests the URL; nil if the vendor does not test it.
	Challenge *Challenge
}

// Signature is a keyed hash of parts of a call.
type Signature struct {
	Scheme Scheme
	Key    Expr
	// Over are the hashed parts, joined with Separator: body, form, timestamp, nonce, url, or one of Fields. The part form is the
	// names of the form in the body, each with its values, in the order of the names and without anything between them.
	Over      []string
	Separator string
	// Fields is an object of strings; null if there are no fields.
	Fields Expr
	// Headers are the headers of the call. Their values may contain {signature}, {timestamp}, {nonce} and {name} of a
	// field.
	Headers map[string]string
	// Exact is set if the vendor documents the spelling of the signature, so that a provider must not accept any other
	// spelling.
	Exact bool
	// Window is the largest accepted age of a timestamp; 0 if the vendor does not document one.
	Window time.Duration
}

// HasTime reports whether the body of the event has its time.
func (e Event) HasTime() bool { return e.Body.UsesMember(VarEvent, "time") }

// Covers reports whether the signature covers a part of the call.
func (s Signature) Covers(part string) bool { return slices.Contains(s.Over, part) }

// CoversContent reports whether the signature covers the content of the call: its bytes, or the values of its form.
func (s Signature) CoversContent() bool { return s.Covers(PartBody) || s.Covers(PartForm) }

// Challenge is a call to which the vendor expects a certain text as the answer.
type Challenge struct {
	// Query are the parameters. The one named Reply is the expected answer, and the one named Token is a secret that
	// the provider must verify.
	Query        Expr
	Reply, Token string
	Source       string
}

// Event is a kind of webhook call.
type Event struct {
	Name string
	// Status is the delivery status that the event reports; empty for other events.
	Status outcome.Status
	// Inbound is the type of inbound message that the event reports; empty for other events.
	Inbound string
	// Times are the forms of event.time in this event.
	Times  []TimeForm
	Body   Expr
	Source string
}

// Samples are example values for requests to the API.
type Samples struct {
	// Recipients are phone numbers in E.164, with "+".
	Recipients []string
	// BadRecipient is a phone number that the vendor refuses; may be empty.
	BadRecipient string
	// Template is a template that the vendor accepts. Its name is empty if there is no such template.
	Template TemplateSample
}

// TemplateSample is the name and language of a template.
type TemplateSample struct {
	Name, Language, Category string
}

// Map returns the map of a kind of message, or nil if there is no such map.
func (d *Dialect) Map(kind string) *Map {
	for i := range d.Maps {
		if d.Maps[i].Kind == kind {
			return &d.Maps[i]
		}
	}
	return nil
}

// Route returns the route with a name, or nil if there is no such route.
func (d *Dialect) Route(name string) *Route {
	for i := range d.Routes {
		if d.Routes[i].Name == name {
			return &d.Routes[i]
		}
	}
	return nil
}

// Error returns the error row with a name, or nil if there is no such row.
func (d *Dialect) Error(name string) *Error {
	for i := range d.Errors {
		if d.Errors[i].Name == name {
			return &d.Errors[i]
		}
	}
	return nil
}

// Event returns the webhook event with a name, or nil if there is no such event.
func (d *Dialect) Event(name string) *Event {
	for i := range d.Webhook.Events {
		if d.Webhook.Events[i].Name == name {
			return &d.Webhook.Events[i]
		}
	}
	return nil
}
