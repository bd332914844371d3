// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/providertest"
)

func file(content io.Reader) provider.Media {
	return provider.Media{MIMEType: "image/png", Filename: `a "b" ü.png`, Content: io.NopCloser(content)}
}

func TestUpload(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, `{"id":"4490709327384033"}`)
	c := open(t, v).(provider.MediaUploader)
	got, refused := c.UploadMedia(t.Context(), file(strings.NewReader("png\r\n--")))
	require.Nil(t, refused)
	assert.Equal(t, "4490709327384033", got.ID)
	assert.WithinDuration(t, time.Now().Add(mediaKept), got.Expires, time.Hour)
	r := v.Take()[0]
	assert.Equal(t, "/v23.0/100000000000001/media", r.Path)
	request := &http.Request{Header: r.Header, Body: io.NopCloser(strings.NewReader(string(r.Body)))}
	request.Method = http.MethodPost
	require.NoError(t, request.ParseMultipartForm(1<<20))
	assert.Equal(t, []string{"whatsapp"}, request.MultipartForm.Value["messaging_product"])
	part := request.MultipartForm.File["file"][0]
	assert.Equal(t, `a "b" ü.png`, part.Filename)
	assert.Equal(t, "image/png", part.Header.Get("Content-Type"))

	_, refused = c.UploadMedia(t.Context(), file(iotest.ErrReader(errors.New("gone"))))
	require.NotNil(t, refused)
	assert.Empty(t, v.Take(), "media that broke off")

	for body, reason := range map[string]outcome.Reason{
		`{}`: outcome.ReasonVendorUnavailable, "x": outcome.ReasonVendorUnavailable, failure("131053"): outcome.ReasonInvalidMessage,
	} {
		v.Answer(http.StatusOK, nil, body)
		got, refused = c.UploadMedia(t.Context(), file(strings.NewReader("png")))
		require.NotNil(t, refused)
		assert.Empty(t, got.ID)
		assert.Equal(t, reason, refused.Reason, body)
	}
}

func TestFetch(t *testing.T) {
	t.Parallel()
	// The file is at another host than the API.
	files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "Bearer "+token:
			w.WriteHeader(http.StatusUnauthorized)
		case r.URL.Path == "/file" && r.URL.RawQuery == "ext=1&hash=a%2Fb":
			w.Header().Set("Content-Type", "image/webp")
			_, _ = io.WriteString(w, "webp")
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(files.Close)
	v := providertest.NewVendor(t, "")
	c := open(t, v).(provider.MediaFetcher)

	v.Answer(http.StatusOK, nil, `{"url":"`+files.URL+`/file?ext=1&hash=a%2Fb","mime_type":"image/png","id":"1"}`)
	media, refused := c.FetchMedia(t.Context(), "1/../2")
	require.Nil(t, refused)
	content, err := io.ReadAll(media.Content)
	require.NoError(t, err)
	assert.Equal(t, []any{"webp", "image/webp", int64(4)}, []any{string(content), media.MIMEType, media.Size})
	assert.Equal(t, "/v23.0/1%2F..%2F2?phone_number_id=100000000000001", v.Take()[0].Path)

	v.Answer(http.StatusOK, nil, `{"url":"`+files.URL+`/gone"}`)
	_, refused = c.FetchMedia(t.Context(), "1")
	require.NotNil(t, refused)
	assert.Equal(t, []any{outcome.ReasonInvalidMessage, outcome.RetryNever}, []any{refused.Reason, refused.Retry})
	v.Take()
	for _, id := range []string{"", ".."} {
		_, refused = c.FetchMedia(t.Context(), id)
		assert.NotNil(t, refused)
	}
	assert.Empty(t, v.Take())

	for name, body := range map[string]string{
		"no url": `{"id":"1"}`, "no host": `{"url":"/file"}`, "another scheme": `{"url":"file:///etc/passwd"}`, "garbage": "x", "no url at all": `{"url":"://"}`,
	} {
		v.Answer(http.StatusOK, nil, body)
		_, refused = c.FetchMedia(t.Context(), "1")
		assert.NotNil(t, refused, name)
	}
	v.Answer(http.StatusBadRequest, nil, failure("100"))
	_, refused = c.FetchMedia(t.Context(), "1")
	require.NotNil(t, refused)
	assert.Equal(t, outcome.RetryNever, refused.Retry)
}

// TestFetchKeepsTheToken: the token that goes to the vendor over TLS does not go anywhere without.
func TestFetchKeepsTheToken(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, "")
	a, _ := providertest.Open(t, New(), values(nil, providertest.Values{"endpoint": cty.StringVal("https://graph.facebook.com")}), number)
	_, refused := a.(*account).download(t.Context(), v.URL+"/file")
	require.NotNil(t, refused)
	assert.Empty(t, v.Take())
}

func TestFind(t *testing.T) {
	t.Parallel()
	v := providertest.NewVendor(t, "")
	c := open(t, v).(provider.MessageFinder)
	find := func(body string) provider.FindResult {
		v.Answer(http.StatusOK, nil, body)
		return c.FindMessage(t.Context(), provider.FindRequest{DeliveryID: "d", ProviderMessageID: "wamid.A=="})
	}
	history := func(events string) string {
		return `{"data":[{"id":"1","message_id":"wamid.B"},{"id":"2","message_id":"wamid.A==","events":{"data":[` + events + `]}}]}`
	}
	found := find(history(`{"delivery_status":"READ","timestamp":1640995320},{"delivery_status":"SENT","timestamp":1640995200},{"delivery_status":"DELETED"}`))
	require.NotNil(t, found.Event)
	assert.Equal(t, outcome.StatusRead, found.Event.DeliveryStatus.Status)
	assert.Equal(t, time.Unix(1640995320, 0).UTC(), found.Event.Time)
	assert.Equal(t, provider.Correlation{ProviderMessageID: "wamid.A==", WAMID: "wamid.A=="}, found.Event.Correlation)
	assert.Equal(t, "/v23.0/100000000000001/message_history?fields=id%2Cmessage_id%2Cevents%7Bdelivery_status%2Ctimestamp%2Cerror_description%7D&message_id=wamid.A%3D%3D",
		v.Take()[0].Path)

	assert.Equal(t, outcome.StatusAccepted, find(history("")).Event.DeliveryStatus.Status)
	failed := find(history(`{"delivery_status":"FAILED","error_description":"Message undeliverable"}`))
	assert.Equal(t, outcome.StatusFailed, failed.Event.DeliveryStatus.Status)
	assert.Equal(t, "Message undeliverable", failed.Event.DeliveryStatus.Error.VendorMessage)

	for _, body := range []string{`{"data":[]}`, `{"data":[{"message_id":"wamid.B"}]}`, "x", failure("100")} {
		result := find(body)
		assert.Nil(t, result.Event, body)
		assert.False(t, result.NotFound, body)
		assert.NotEmpty(t, result.Cause, body)
	}
	v.Take()
	result := c.FindMessage(t.Context(), provider.FindRequest{DeliveryID: "d"})
	assert.Contains(t, result.Cause, "WhatsApp's id")
	assert.Empty(t, v.Take())
}
