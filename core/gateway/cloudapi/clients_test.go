// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/outbound"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

const (
	// envClients names the folder node_modules with the clients. Without it the test is skipped.
	envClients = "WAHOST_TEST_CLIENTS"
	// envClientsRequired makes their absence an error.
	envClientsRequired = "WAHOST_TEST_CLIENTS_REQUIRED"
)

// reported is a line of testdata/clients.mjs.
type reported struct {
	Client, Call, ID, Status, Reference, Error, Details, Category, Retry string
	From, Text, Name, Phone                                              string
	OK                                                                   bool
	Port                                                                 int
	Code                                                                 json.RawMessage
	Answer                                                               struct {
		Success, Same bool
		Data          []json.RawMessage
		Contacts      []struct {
			Input string
			WAID  string `json:"wa_id"`
		}
		Error *struct {
			Code    int
			Message string
		}
	}
}

// program is the running program of clients.
type program struct {
	t     *testing.T
	lines chan reported
}

// startClients starts the program, which ends with the test.
func startClients(t *testing.T, w *world) *program {
	t.Helper()
	missing := t.Skipf
	if os.Getenv(envClientsRequired) != "" {
		missing = t.Fatalf
	}
	folder := os.Getenv(envClients)
	if folder == "" {
		missing("%s is not set: it names the folder node_modules with the npm packages @kapso/whatsapp-cloud-api and whatsapp-api-js", envClients)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		missing("there is no node to run the clients: install nodejs")
	}
	folder, err = filepath.Abs(folder)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute) // bounds a hang
	cmd := exec.CommandContext(ctx, node, "testdata/clients.mjs")
	cmd.Env = append(os.Environ(), "CLIENTS="+folder, "GATEWAY="+w.url, "TOKEN="+w.token.Reveal(), "APP_SECRET="+secret, "VERIFY_TOKEN=token", "NUMBER="+numberID, "ACCOUNT="+accountID)
	cmd.Stderr = os.Stderr
	input, err := cmd.StdinPipe()
	require.NoError(t, err)
	output, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	p := &program{t, make(chan reported, 1000)}
	read := make(chan struct{})
	go func() {
		defer close(read)
		defer close(p.lines)
		lines := bufio.NewScanner(output)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var r reported
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
				r.Error = fmt.Sprintf("%v: %s", err, lines.Bytes())
			}
			p.lines <- r
		}
	}()
	t.Cleanup(func() {
		_ = input.Close()
		<-read
		assert.NoError(t, cmd.Wait())
		cancel()
	})
	return p
}

// next returns the next line.
func (p *program) next() reported {
	r, open := <-p.lines
	require.True(p.t, open, "the program has ended")
	return r
}

// TestClients lets clients of the Cloud API, as they are, send every kind of message, use media, and take webhooks.
func TestClients(t *testing.T) {
	t.Parallel()
	client := outbound.NewClient(loopback, outbound.Timeout)
	t.Cleanup(client.CloseIdleConnections)
	subscribed := &subscriptions{}
	w := newWorld(t, func(w *world) {
		withMedia(1 << 20)(w)
		w.key.AppSecret = secret
		w.key.Numbers = []string{numberID, otherID}
		w.options.Templates, w.options.Subscriptions = templates{}, subscribed
		w.options.Challenge = func(ctx context.Context, url, token string) error { return outbound.Challenge(ctx, client, url, token) }
	})
	p := startClients(t, w)
	listen := p.next()
	require.Equal(t, "listen", listen.Call, listen.Error)
	counts := map[string]int{}
	for r := p.next(); r.Call != "end"; r = p.next() {
		name := r.Client + " " + r.Call
		counts[r.Client]++
		switch r.Call {
		case "refused":
			checkRefusal(t, r)
		case "forbidden":
			assert.Equal(t, "200", string(r.Code), name)
			assert.Equal(t, "permission", r.Category)
		case "media":
			assert.True(t, r.OK && r.Answer.Same, "%s: %s", name, r.Error)
		case "read", "typing", "subscribe":
			assert.True(t, r.OK && r.Answer.Success, "%s: %s", name, r.Error)
		case "templates":
			assert.Len(t, r.Answer.Data, 2, r.Error)
		default:
			assert.True(t, r.OK, "%s: %s %s", name, r.Error, r.Details)
			assert.Regexp(t, `^wamid\.[0-9a-v]{26}$`, r.ID, name)
		}
	}
	assert.Equal(t, map[string]int{"kapso": 28, "api-js": 25}, counts)
	kinds := map[string]bool{}
	for _, n := range w.store.order {
		m, err := message.Parse(n.Body)
		require.NoError(t, err)
		kinds[m.Kind()] = true
	}
	for _, kind := range []string{
		"text", "image", "audio", "document", "video", "sticker", "location", "contacts", "template", "reaction", "button", "list", "product", "product_list", "flow",
		"location_request_message", "call_permission_request", "cta_url", "catalog_message", "carousel",
	} {
		assert.True(t, kinds[kind], kind)
	}
	require.Len(t, subscribed.list, 1)
	checkWebhooks(t, p, listen.Port, w.store.order[0])
}

// checkRefusal looks at what a client makes of an error.
func checkRefusal(t *testing.T, r reported) {
	t.Helper()
	if r.Client == "api-js" {
		require.NotNil(t, r.Answer.Error)
		assert.Equal(t, 131009, r.Answer.Error.Code)
		return
	}
	assert.Equal(t, "131009", string(r.Code), r.Error)
	assert.Equal(t, "parameter", r.Category)
	assert.Equal(t, "fix_and_retry", r.Retry)
	assert.Contains(t, r.Details, "to: A phone number has only digits")
}

// checkWebhooks posts webhooks to both clients, which prove their origin.
func checkWebhooks(t *testing.T, p *program, port int, first *store.NewMessage) {
	t.Helper()
	client := outbound.NewClient(loopback, outbound.Timeout)
	defer client.CloseIdleConnections()
	recorded := store.Notice{ID: first.ID, Sender: first.Sender, To: first.To, Reference: "Bestellung für 😀", At: time.Unix(1795687200, 0)}
	log := &notices{}
	for i, s := range []outcome.Status{outcome.StatusSent, outcome.StatusDelivered, outcome.StatusFailed} {
		recorded.Position.Seq, recorded.Status = int64(i+1), s
		if s == outcome.StatusFailed {
			recorded.Failure = store.Failure{Reason: string(outcome.ReasonOutsideServiceWindow)}
		}
		log.list = append(log.list, outbound.FromStore(&recorded))
	}
	log.list = append(log.list, inboundNotice(first.To))
	for _, path := range []string{"kapso", "api-js"} {
		ctx, cancel := context.WithCancel(t.Context())
		runner := outbound.NewRunner(outbound.Options{
			Endpoint: outbound.Endpoint{Name: path, URL: fmt.Sprintf("http://127.0.0.1:%d/%s", port, path), Secrets: []string{secret}},
			Log:      log, Retries: log, Numbers: senderNames{}, Client: client,
		})
		ended := make(chan error, 1)
		go func() { ended <- runner.Run(ctx) }()
		var statuses []string
		for range log.list {
			r := p.next()
			require.True(t, r.OK, "%s: %+v", path, r)
			assert.Equal(t, path, r.Client)
			if r.ID == "wamid.I" {
				assert.Equal(t, "16505551234 schön Zoë", r.From+" "+r.Text+" "+r.Name)
				continue
			}
			assert.Equal(t, first.ID.Wamid(), r.ID)
			assert.Equal(t, "Bestellung für 😀", r.Reference)
			assert.Equal(t, "16505551234", r.Phone)
			statuses = append(statuses, r.Status)
			if r.Status == "failed" {
				assert.Equal(t, "131047", string(r.Code))
			}
		}
		assert.Equal(t, []string{"sent", "delivered", "failed"}, statuses)
		cancel()
		require.NoError(t, <-ended)
	}
}

// loopback lets webhooks go to this machine.
var loopback = outbound.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}

// inboundNotice is a text of somebody.
func inboundNotice(from message.Recipient) outbound.Notice {
	return outbound.Notice{
		Position: store.Position{Seq: 4}, ID: "in-1", Key: "in-1", Number: numberID,
		Inbound: &outbound.Inbound{From: from, ProfileName: "Zoë", Message: json.RawMessage(`{"from":"16505551234","id":"wamid.I","timestamp":"1","type":"text","text":{"body":"schön"}}`)},
	}
}

// senderNames knows the number of the test.
type senderNames struct{}

func (senderNames) Sender(string) (display, account string) { return "+49 151 12345678", accountID }

// notices is a log that keeps nothing.
type notices struct{ list []outbound.Notice }

func (l *notices) Notices(_ context.Context, after store.Position, n int) ([]outbound.Notice, error) {
	return l.list[after.Seq:min(int(after.Seq)+n, len(l.list))], nil
}
func (l *notices) Cursor(context.Context, string) (store.Position, error) {
	return store.Position{}, nil
}
func (l *notices) Advance(context.Context, string, store.Position) error     { return nil }
func (l *notices) Pending(context.Context, string) ([]outbound.Retry, error) { return nil, nil }
func (l *notices) Record(context.Context, string, []outbound.Retry) error    { return nil }
func (l *notices) Disable(context.Context, string, string) error             { return nil }
