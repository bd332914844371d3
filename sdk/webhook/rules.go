// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

// kind is what the value of a field must be.
type kind int

const (
	text          kind = iota // a string
	word                      // a string that is not empty
	digits                    // a phone number in digits
	stamp                     // a string with seconds since 1970
	stampOrNumber             // a stamp, or a number in any unit
	document                  // a string that is JSON
	number
	flag
	object
	list // a list of objects
)

// rule says what a field of an object must be. Fields are the rules of the object, or of each object of the list. The
// sources are the pages of the `messages` webhook in Meta's documentation; where those pages and payloads of clients
// differ, both are accepted.
type rule struct {
	name     string
	kind     kind
	required bool
	fields   []rule
}

var messageRules = []rule{
	{name: "id", kind: word, required: true},
	{name: "type", kind: word, required: true},
	{name: "timestamp", kind: stamp},
	{name: "from", kind: digits},
	{name: "from_user_id", kind: word},
	{name: "from_parent_user_id", kind: word},
	{name: "group_id", kind: word},
	{name: "context", kind: object, fields: contextRules},
	{name: "referral", kind: object, fields: []rule{
		{name: "source_url", kind: word, required: true},
		{name: "source_id", kind: text}, {name: "source_type", kind: text},
		{name: "headline", kind: text}, {name: "body", kind: text}, {name: "media_type", kind: text},
		{name: "image_url", kind: text}, {name: "video_url", kind: text}, {name: "thumbnail_url", kind: text},
		{name: "ctwa_clid", kind: text},
		{name: "welcome_message", kind: object, fields: []rule{{name: "text", kind: text}}},
	}},
	{name: "identity", kind: object, fields: []rule{
		{name: "hash", kind: word, required: true},
		{name: "acknowledged", kind: flag},
		// Meta's page shows a number in its table and clients have a string in their types.
		{name: "created_timestamp", kind: stampOrNumber},
	}},
	{name: "errors", kind: list, fields: []rule{
		{name: "code", kind: number, required: true},
		{name: "title", kind: text}, {name: "message", kind: text},
	}},
}

var contextRules = []rule{
	{name: "from", kind: text}, {name: "id", kind: word},
	{name: "forwarded", kind: flag}, {name: "frequently_forwarded", kind: flag},
	{name: "referred_product", kind: object, fields: []rule{
		{name: "catalog_id", kind: word, required: true}, {name: "product_retailer_id", kind: word, required: true},
	}},
}

// editedRules are the rules of the message in an edit, which has neither an id nor a sender.
var editedRules = []rule{{name: "type", kind: word, required: true}, {name: "context", kind: object, fields: contextRules}}

var fileRules = []rule{
	{name: "id", kind: word}, {name: "url", kind: word}, {name: "mime_type", kind: text}, {name: "sha256", kind: text},
	{name: "caption", kind: text}, {name: "filename", kind: text}, {name: "voice", kind: flag}, {name: "animated", kind: flag},
}

// contentRules has the rule of each content by the type of the message.
var contentRules = map[string]rule{
	"text":     {name: "text", kind: object, required: true, fields: []rule{{name: "body", kind: text, required: true}}},
	"image":    {name: "image", kind: object, required: true, fields: fileRules},
	"video":    {name: "video", kind: object, required: true, fields: fileRules},
	"audio":    {name: "audio", kind: object, required: true, fields: fileRules},
	"document": {name: "document", kind: object, required: true, fields: fileRules},
	"sticker":  {name: "sticker", kind: object, required: true, fields: fileRules},
	"location": {name: "location", kind: object, required: true, fields: []rule{
		{name: "latitude", kind: number, required: true}, {name: "longitude", kind: number, required: true},
		{name: "name", kind: text}, {name: "address", kind: text}, {name: "url", kind: text},
	}},
	"contacts": {name: "contacts", kind: list, required: true, fields: []rule{
		{name: "name", kind: object}, {name: "phones", kind: list}, {name: "emails", kind: list}, {name: "urls", kind: list},
		{name: "addresses", kind: list}, {name: "org", kind: object}, {name: "birthday", kind: text},
	}},
	"reaction": {name: "reaction", kind: object, required: true, fields: []rule{
		{name: "message_id", kind: word, required: true}, {name: "emoji", kind: text},
	}},
	"button": {name: "button", kind: object, required: true, fields: []rule{
		{name: "text", kind: text, required: true}, {name: "payload", kind: text},
	}},
	"interactive": {name: "interactive", kind: object, required: true, fields: []rule{{name: "type", kind: word, required: true}}},
	"order": {name: "order", kind: object, required: true, fields: []rule{
		{name: "catalog_id", kind: word, required: true}, {name: "text", kind: text},
		{name: "product_items", kind: list, required: true, fields: []rule{
			{name: "product_retailer_id", kind: word, required: true},
			{name: "quantity", kind: number}, {name: "item_price", kind: number}, {name: "currency", kind: text},
		}},
	}},
	"system": {name: "system", kind: object, required: true, fields: []rule{
		{name: "type", kind: word, required: true}, {name: "body", kind: text}, {name: "wa_id", kind: text},
		{name: "user_id", kind: text}, {name: "parent_user_id", kind: text},
	}},
	"edit": {name: "edit", kind: object, required: true, fields: []rule{
		{name: "original_message_id", kind: word, required: true}, {name: "message", kind: object, required: true},
	}},
	"revoke": {name: "revoke", kind: object, required: true, fields: []rule{
		{name: "original_message_id", kind: word, required: true},
	}},
	"unsupported": {name: "unsupported", kind: object, fields: []rule{{name: "type", kind: text}}},
	"unknown":     {name: "unknown", kind: object},
}

// replyRules has the rules of the object of each type of reply.
var replyRules = map[string][]rule{
	"button_reply": {{name: "id", kind: word, required: true}, {name: "title", kind: word, required: true}},
	"list_reply": {
		{name: "id", kind: word, required: true}, {name: "title", kind: word, required: true}, {name: "description", kind: text},
	},
	"nfm_reply": {{name: "response_json", kind: document, required: true}, {name: "name", kind: text}, {name: "body", kind: text}},
}
