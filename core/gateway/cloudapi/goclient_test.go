// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/piusalfred/whatsapp/config"
	clientmedia "github.com/piusalfred/whatsapp/media"
	client "github.com/piusalfred/whatsapp/message"
	werrors "github.com/piusalfred/whatsapp/pkg/errors"
	whttp "github.com/piusalfred/whatsapp/pkg/http"
	"github.com/piusalfred/whatsapp/webhooks"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/outbound"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// goClient returns the settings of github.com/piusalfred/whatsapp for a world whose key demands an appsecret_proof.
func goClient(w *world) config.Reader {
	c := &config.Config{
		BaseURL: w.url, APIVersion: "v23.0", AccessToken: w.token.Reveal(), PhoneNumberID: numberID, BusinessAccountID: accountID, AppSecret: secret, SecureRequests: true,
	}
	return config.ReaderFunc(func(context.Context) (*config.Config, error) { return c, nil })
}

func proving(w *world) {
	withMedia(1 << 20)(w)
	w.key.AppSecret, w.key.RequireProof = secret, true
}

// TestGoClient lets a client in Go, which reads answers strictly, send messages of many kinds.
func TestGoClient(t *testing.T) {
	t.Parallel()
	w := newWorld(t, proving)
	c, err := client.NewBaseClient(whttp.NewSender[client.Message](), goClient(w))
	require.NoError(t, err)
	const to, link = "16505551234", "https://example.com/a.png"
	calls := map[string]func(context.Context) (*client.Response, error){
		"text": func(ctx context.Context) (*client.Response, error) {
			return c.SendText(ctx, client.NewRequest(to, &client.Text{Body: "Grüße", PreviewURL: true}, client.WithRequestAsReplyTo[client.Text]("wamid.A")))
		},
		"location": func(ctx context.Context) (*client.Response, error) {
			return c.SendLocation(ctx, client.NewRequest(to, &client.Location{Longitude: 13.4, Latitude: 52.5, Name: "Berlin", Address: "A"}))
		},
		"image": func(ctx context.Context) (*client.Response, error) {
			return c.SendImage(ctx, client.NewRequest(to, &client.Image{Link: link, Caption: "c"}))
		},
		"video": func(ctx context.Context) (*client.Response, error) {
			return c.SendVideo(ctx, client.NewRequest(to, &client.Video{Link: link}))
		},
		"audio": func(ctx context.Context) (*client.Response, error) {
			return c.SendAudio(ctx, client.NewRequest(to, &client.Audio{ID: "1"}))
		},
		"document": func(ctx context.Context) (*client.Response, error) {
			return c.SendDocument(ctx, client.NewRequest(to, &client.Document{Link: link, Filename: "a.pdf"}))
		},
		"sticker": func(ctx context.Context) (*client.Response, error) {
			return c.SendSticker(ctx, client.NewRequest(to, &client.Sticker{ID: "1"}))
		},
		"reaction": func(ctx context.Context) (*client.Response, error) {
			return c.SendReaction(ctx, client.NewRequest(to, &client.Reaction{MessageID: "wamid.A", Emoji: "👍"}))
		},
		"contacts": func(ctx context.Context) (*client.Response, error) {
			person := client.NewContact(client.WithContactName(&client.Name{FormattedName: "A B", FirstName: "A"}), client.WithContactPhones(&client.Phone{Phone: "+16505551234", Type: "WORK"}))
			return c.SendContacts(ctx, client.NewRequest(to, &client.Contacts{person}))
		},
		"place": func(ctx context.Context) (*client.Response, error) {
			question := "where are you?"
			return c.RequestLocation(ctx, client.NewRequest(to, &question))
		},
		"url": func(ctx context.Context) (*client.Response, error) {
			button := client.NewInteractiveCTAURLButton(&client.InteractiveCTARequest{DisplayText: "Go", URL: "https://example.com", Body: "b", Header: client.InteractiveHeaderText("h"), Footer: "f"})
			return c.SendInteractiveMessage(ctx, client.NewRequest(to, button))
		},
		"template": func(ctx context.Context) (*client.Response, error) {
			return c.SendTemplate(ctx, client.NewRequest(to, client.NewAuthTemplate(&client.AuthTemplateRequest{Name: "code", LanguageCode: "en_US", LanguagePolicy: "deterministic", OneTimePassword: "123456"})))
		},
		"group": func(ctx context.Context) (*client.Response, error) {
			r := client.NewRequest("Y2FwaV9n", &client.Text{Body: "x"})
			r.SetAsGroupMessage()
			return c.SendText(ctx, r)
		},
	}
	for name, call := range calls {
		answer, err := call(t.Context())
		require.NoError(t, err, name)
		require.Len(t, answer.Messages, 1)
		assert.Regexp(t, `^wamid\.[0-9a-v]{26}$`, answer.Messages[0].ID)
		assert.Equal(t, "accepted", answer.Messages[0].MessageStatus)
		assert.NotEmpty(t, answer.Contacts[0].WhatsappID)
	}
	assert.Len(t, w.store.order, len(calls))
	read, err := c.UpdateStatus(t.Context(), &client.StatusUpdateRequest{MessageID: "wamid.A", Status: client.StatusRead, WithTypingIndicator: true})
	require.NoError(t, err)
	assert.True(t, read.Success)

	_, err = c.SendText(t.Context(), client.NewRequest("refuse", &client.Text{Body: "x"}))
	var refused *werrors.Error
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, 131009, refused.Code)
	assert.Contains(t, refused.Data.Details, "to: ")
	assert.NotEmpty(t, refused.FBTraceID)
}

func TestGoClientAndMedia(t *testing.T) {
	t.Parallel()
	w := newWorld(t, proving)
	path := filepath.Join(t.TempDir(), "a.png")
	require.NoError(t, os.WriteFile(path, []byte("a picture"), 0o600))
	c := clientmedia.NewBaseClient(goClient(w), whttp.NewAnySender())
	uploaded, err := c.Upload(t.Context(), &clientmedia.UploadRequest{MediaType: clientmedia.TypeImagePNG, Filepath: path})
	require.NoError(t, err)
	about := &clientmedia.BaseRequest{MediaID: uploaded.ID, RestrictToOwnMedia: true}
	info, err := c.GetInfo(t.Context(), about)
	require.NoError(t, err)
	assert.Equal(t, int64(9), info.FileSize)
	deleted, err := c.Delete(t.Context(), about)
	require.NoError(t, err)
	assert.True(t, deleted.Success)
	_, err = c.GetInfo(t.Context(), about)
	var refused *werrors.Error
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, 33, refused.Subcode)
}

// TestGoClientTakesWebhooks posts to the listener of the client, which proves where they come from.
func TestGoClientTakesWebhooks(t *testing.T) {
	t.Parallel()
	statuses, texts := make(chan *webhooks.Status, 10), make(chan string, 10)
	handler := webhooks.NewHandler()
	handler.OnMessageStatusChange(func(_ context.Context, _ *webhooks.MessageNotificationContext, s []*webhooks.Status) error {
		for _, status := range s {
			statuses <- status
		}
		return nil
	})
	handler.OnTextMessage(func(_ context.Context, _ *webhooks.MessageNotificationContext, info *webhooks.MessageInfo, text *webhooks.Text) error {
		texts <- info.From + " " + text.Body
		return nil
	})
	listener := webhooks.NewListener(handler, webhooks.ConfigReaderFunc(func(*http.Request) (*webhooks.Config, error) {
		return &webhooks.Config{Token: "token", Validate: true, AppSecret: secret}, nil
	}))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hook", listener.HandleSubscriptionVerification)
	mux.HandleFunc("POST /hook", listener.HandleNotification)
	server := httptest.NewServer(mux)
	defer server.Close()
	poster := outbound.NewClient(loopback, outbound.Timeout)
	defer poster.CloseIdleConnections()
	require.NoError(t, outbound.Challenge(t.Context(), poster, server.URL+"/hook", "token"))
	require.Error(t, outbound.Challenge(t.Context(), poster, server.URL+"/hook", "wrong"))

	n := store.Notice{Position: store.Position{Seq: 1}, Sender: numberID, To: message.Recipient{Kind: message.RecipientPhone, Address: "+16505551234"}, Reference: "ü", At: time.Unix(1795687200, 0), Status: outcome.StatusFailed, Failure: store.Failure{Reason: string(outcome.ReasonOptedOut)}}
	log := &notices{list: []outbound.Notice{outbound.FromStore(&n), inboundNotice(n.To)}}
	runner := outbound.NewRunner(outbound.Options{
		Endpoint: outbound.Endpoint{Name: "go", URL: server.URL + "/hook", Secrets: []string{secret}}, Log: log, Retries: log, Numbers: senderNames{}, Client: poster,
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(ctx) }()
	select {
	case status := <-statuses:
		assert.Equal(t, "failed", status.StatusValue)
		assert.Equal(t, "ü", status.BizOpaqueCallbackData)
		require.Len(t, status.Errors, 1)
		assert.Equal(t, 131050, status.Errors[0].Code)
	case <-time.After(time.Minute):
		require.FailNow(t, "no status comes")
	}
	select {
	case text := <-texts:
		assert.Equal(t, "16505551234 schön", text)
	case <-time.After(time.Minute):
		require.FailNow(t, "no message comes")
	}
	cancel()
	require.NoError(t, <-ended)
}
