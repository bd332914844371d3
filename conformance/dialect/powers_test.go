// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/outcome"
)

// able has the calls of all powers.
const able = `dialect "able" {
  version = "1"
  config  = {}
  route "send" {
    method       = "POST"
    path         = "/send"
    accept       = "json"
    recipient_at = "$.to"
    reply        = { status = 200, body = { id = new_id("m-99") } }
  }
  route "status" {
    method = "GET"
    path   = "/messages/{*id}"
    accept = "query"
    reply  = { status = 200, body = { status = message.status } }
  }
  route "files" {
    method = "POST"
    path   = "/files"
    accept = "multipart"
    reply  = { status = 200, body = { id = new_id("f-99") } }
  }
  route "templates" {
    method = "GET"
    path   = "/templates"
    accept = "query"
    reply  = { status = 200, body = { list = templates, next = next } }
  }
  signal {
    route      = "send"
    message_at = "$.message_id"
    typing_at  = "$.typing"
    reply      = { status = 200, body = {} }
    source     = "docs"
  }
  lookup {
    route    = "status"
    keys_at  = ["$.id"]
    id_at    = "$.id"
    statuses = { read = "seen" }
    missing  = { status = 404, body = {} }
    source   = "docs"
  }
  media_upload {
    route      = "files"
    content_at = "$.file"
    id_at      = "$.id"
    source     = "docs"
  }
  media_fetch {
    route   = "status"
    id_at   = "$.id"
    expired = { status = 410, body = {} }
    source  = "docs"
  }
  template_list {
    route   = "templates"
    page_at = "$.page"
    words   = { marketing = "MKT" }
    source  = "docs"
  }
}
`

func TestPowers(t *testing.T) {
	t.Parallel()
	d, problems := loadMore(able)
	require.Empty(t, problems)
	assert.Equal(t, "send", d.Signal.Route)
	assert.False(t, d.Signal.Reply.IsZero())
	assert.Equal(t, "seen", d.Lookup.Word(outcome.StatusRead))
	assert.Equal(t, "sent", d.Lookup.Word(outcome.StatusSent))
	assert.False(t, d.Lookup.Proves)
	assert.True(t, d.Lookup.ReferenceAt.IsZero())
	assert.Equal(t, "$.file", d.MediaUpload.ContentAt.String())
	assert.Equal(t, "status", d.MediaFetch.Route)
	assert.Equal(t, "MKT", d.TemplateList.Word("marketing"))
	assert.Equal(t, "APPROVED", d.TemplateList.Word("APPROVED"))
}

// TestPowersProblems changes one thing and expects an error with its position.
func TestPowersProblems(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ old, new, want string }{
		"unknown route":            {`route      = "files"`, `route      = "file"`, `Did you mean "files"?`},
		"missing path":             {"    message_at = \"$.message_id\"\n", "", `"message_at" is required`},
		"wrong path":               {`page_at = "$.page"`, `page_at = "page"`, "Incorrect path"},
		"no keys":                  {`["$.id"]`, `[]`, "at least one path"},
		"unknown status":           {`read = "seen"`, `raed = "seen"`, `no status "raed"`},
		"an empty status":          {`read = "seen"`, `read = ""`, `the word for "read" is empty`},
		"an empty word":            {`marketing = "MKT"`, `marketing = ""`, `the word for "marketing" is empty`},
		"a word for nothing":       {`marketing = "MKT"`, `"" = "MKT"`, "has no name"},
		"an answer without status": {`{ status = 410, body = {} }`, `{ body = {} }`, "status and body"},
		"a variable with a body":   {`"/files"`, `"/files/{*id}"`, `only with accept = "query"`},
		"a message elsewhere":      {`list = templates`, `list = message`, "message"},
		"templates elsewhere":      {`message.status`, `templates`, "templates"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, able, test.old)
			d, problems := loadMore(strings.Replace(able, test.old, test.new, 1))
			assert.Nil(t, d)
			assert.Contains(t, problems, test.want)
		})
	}
}
