// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import "github.com/wahost/wahost/sdk/outcome"

// Signal describes how the vendor takes read receipts and typing indicators.
type Signal struct {
	// Route is the name of the route.
	Route string
	// MessageAt is the path of the id of the inbound message.
	MessageAt Path
	// TypingAt is the path of what makes a typing indicator of the request; the zero Path if the vendor has none. A value
	// that is false, null or "" does not count.
	TypingAt Path
	// ToAt is the path of the sender of the inbound message; the zero Path if the vendor does not ask for it.
	ToAt Path
	// Reply is the answer to a signal if the route takes messages as well; the zero Expr if the reply of the route is for
	// signals.
	Reply  Expr
	Source string
}

// Lookup describes how the vendor answers what became of a message.
type Lookup struct {
	// Route is the name of the route. Its reply may use the variable message.
	Route string
	// KeysAt are the paths of the id or the reference by which the request names the message.
	KeysAt []Path
	// IDAt is the path of the ids in the answer to a send, one for each recipient.
	IDAt Path
	// ReferenceAt is the path of the references in a request to send, one for each recipient. It is the zero Path if the
	// vendor cannot find a message by a reference.
	ReferenceAt Path
	// Statuses are the vendor's words for the statuses. A status without a word is the word.
	Statuses map[outcome.Status]string
	// Missing is the answer for a message that the vendor does not have: an object with status and body.
	Missing Expr
	// Proves is set if Missing proves that the vendor did not accept the message and will not.
	Proves bool
	Source string
}

// MediaUpload describes how the vendor takes media.
type MediaUpload struct {
	// Route is the name of the route.
	Route string
	// ContentAt, TypeAt and FilenameAt are the paths of the content, its MIME type and its file name in the request. All but
	// ContentAt may be the zero Path.
	ContentAt, TypeAt, FilenameAt Path
	// IDAt is the path of the id in the answer.
	IDAt   Path
	Source string
}

// MediaFetch describes how the vendor gives access to media.
type MediaFetch struct {
	// Route is the name of the route that answers with the content. Its reply is not used.
	Route string
	// IDAt is the path of the id in the request.
	IDAt Path
	// Expired is the answer for media that the vendor does not have: an object with status and body.
	Expired Expr
	Source  string
}

// TemplateList describes how the vendor lists templates.
type TemplateList struct {
	// Route is the name of the route. Its reply may use the variables templates and next.
	Route string
	// PageAt is the path of the name of the page in the request. The first page has none.
	PageAt Path
	// Words are the vendor's words for statuses and categories. What has no word is the word.
	Words  map[string]string
	Source string
}
