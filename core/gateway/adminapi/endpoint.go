// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wahost/wahost/core/gateway/outbound"
	"github.com/wahost/wahost/core/gateway/store"
)

// Endpoints tell applications what happens.
type Endpoints interface {
	// Endpoints returns all endpoints of the store, whichever gateway calls them.
	Endpoints(ctx context.Context) ([]outbound.Endpoint, error)
	// Changed makes the gateway look at what the store says of endpoints. Other gateways do it by themselves.
	Changed(ctx context.Context) error
	Test(ctx context.Context, e outbound.Endpoint) (status int, took time.Duration, err error)
}

// Endpoint is where an application takes webhooks.
type Endpoint struct {
	Name    string `json:"name" doc:"The label of the webhook block, or subscribed_apps/ACCOUNT/KEY for what a key subscribed."`
	Host    string `json:"host" doc:"The host that webhooks go to. The rest of the URL may hold a secret."`
	Running bool   `json:"running" doc:"Whether webhooks are being sent."`
	Reason  string `json:"reason,omitempty" doc:"Why they are not."`
	Waiting int    `json:"waiting" doc:"How many webhooks the endpoint did not take, and that are tried again."`
	Dead    int    `json:"dead" doc:"How many webhooks are not tried any more, at most 1001."`
}

// DeadWebhook is a webhook that an endpoint did not take in three days.
type DeadWebhook struct {
	ID      string     `json:"id" doc:"The webhook-id."`
	Message string     `json:"message,omitempty" doc:"The id of the message, if the webhook is about one that an application sent."`
	Status  string     `json:"status,omitempty"`
	Tries   int        `json:"tries"`
	FirstAt *time.Time `json:"first_at,omitempty" doc:"When it was tried first."`
	Error   string     `json:"error"`
}

// Tested is what an endpoint answered.
type Tested struct {
	Taken  bool   `json:"taken"`
	Status int    `json:"status,omitempty" doc:"The HTTP status. It is absent if there was no answer."`
	TookMS int64  `json:"took_ms"`
	Error  string `json:"error,omitempty"`
}

// Replayed is what a replay did.
type Replayed struct {
	Replayed int  `json:"replayed" doc:"How many webhooks are tried again."`
	More     bool `json:"more" doc:"Whether there are more. Make the request again for them."`
}

// EndpointName is the endpoint that a request is about.
type EndpointName struct {
	Name string `path:"name" maxLength:"256" doc:"The name of the endpoint. A slash in it is written as %2F."`
}

type deadInput struct {
	EndpointName
	Page
}

// replayAtOnce is how many webhooks one request replays.
const replayAtOnce = 1000

func (s *Server) registerEndpoints() {
	register(s, operation("endpoints", "list-endpoints", http.MethodGet, "/endpoints", operating, "Show who is told", "All endpoints of webhooks, and whether they take them."), s.listEndpoints)
	register(s, operation("endpoints", "list-dead-webhooks", http.MethodGet, "/endpoints/{name}/dead", operating, "Show webhooks that were given up", "", http.StatusNotFound), s.listDead)
	register(s, operation("endpoints", "replay-webhooks", http.MethodPost, "/endpoints/{name}/replay", operating, "Try dead webhooks again",
		"The first 1000 webhooks that were given up are tried again, in order for each message. Webhooks of the message that the endpoint took meanwhile came before them.", http.StatusNotFound, http.StatusConflict), s.replay)
	register(s, operation("endpoints", "test-endpoint", http.MethodPost, "/endpoints/{name}/test", operating, "Test an endpoint",
		"Posts a webhook without an event, signed like all others, and tells what the endpoint answered.", http.StatusNotFound),
		func(ctx context.Context, _ *caller, in *EndpointName) (*answer[Tested], error) {
			e, err := s.endpoint(ctx, in.Name)
			if err != nil {
				return nil, err
			}
			status, took, err := s.Endpoints.Test(ctx, *e)
			out := &answer[Tested]{Tested{Taken: err == nil, Status: status, TookMS: took.Milliseconds()}}
			if err != nil {
				out.Body.Error = err.Error()
			}
			return out, nil
		})
	register(s, operation("endpoints", "enable-endpoint", http.MethodPost, "/endpoints/{name}/enable", operating, "Send webhooks to an endpoint again",
		"An endpoint that answered 410 gets no more webhooks until this request, or with an SQLite store until the gateway starts again. What happened meanwhile is sent.", http.StatusNotFound), s.enable)
}

func (s *Server) listEndpoints(ctx context.Context, _ *caller, _ *struct{}) (*list[Endpoint], error) {
	all, err := s.Endpoints.Endpoints(ctx)
	if err != nil {
		return nil, err
	}
	disabled, err := s.Store.Disabled(ctx)
	if err != nil {
		return nil, err
	}
	out := &list[Endpoint]{listBody[Endpoint]{Items: []Endpoint{}}}
	slices.SortFunc(all, func(a, b outbound.Endpoint) int { return cmp.Compare(a.Name, b.Name) })
	for i := range all {
		v, err := s.viewEndpoint(ctx, &all[i], disabled)
		if err != nil {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, v)
	}
	return out, nil
}

// viewEndpoint returns what is told of an endpoint. disabled are those that want no more, with the reasons.
func (s *Server) viewEndpoint(ctx context.Context, e *outbound.Endpoint, disabled map[string]string) (Endpoint, error) {
	reason, unwanted := disabled[e.Name]
	v := Endpoint{Name: e.Name, Running: !unwanted, Reason: reason}
	if u, err := url.Parse(e.URL); err == nil {
		v.Host = u.Host
	}
	waiting, err := s.Store.Retries(ctx, e.Name)
	if err != nil {
		return v, err
	}
	dead, err := s.Store.DeadRetries(ctx, e.Name, store.Position{}, replayAtOnce+1)
	v.Waiting, v.Dead = len(waiting), len(dead)
	return v, err
}

// endpoint returns an endpoint, or an error if it does not exist.
func (s *Server) endpoint(ctx context.Context, name string) (*outbound.Endpoint, error) {
	all, err := s.Endpoints.Endpoints(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(e outbound.Endpoint) bool { return e.Name == name })
	if i < 0 {
		return nil, huma.Error404NotFound("there is no such endpoint")
	}
	return &all[i], nil
}

func (s *Server) listDead(ctx context.Context, _ *caller, in *deadInput) (*list[DeadWebhook], error) {
	if _, err := s.endpoint(ctx, in.Name); err != nil {
		return nil, err
	}
	after := store.Position{}
	if in.Cursor != "" {
		seq, err := strconv.ParseInt(in.Cursor, 10, 64)
		if err != nil {
			return nil, badCursor()
		}
		after.Seq = seq
	}
	dead, err := s.Store.DeadRetries(ctx, in.Name, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &list[DeadWebhook]{listBody[DeadWebhook]{Items: []DeadWebhook{}}}
	for i := range dead[:min(len(dead), in.Limit)] {
		d := &dead[i]
		n := outbound.FromStore(&d.Notice)
		v := DeadWebhook{ID: n.ID, Tries: d.Tries, FirstAt: at(d.First), Error: d.Error}
		if n.Status != nil {
			v.Message, v.Status = n.Status.WAMID, string(n.Status.Status)
		}
		out.Body.Items = append(out.Body.Items, v)
	}
	if len(dead) > in.Limit {
		out.Body.Next = strconv.FormatInt(dead[in.Limit-1].Notice.Position.Seq, 10)
	}
	return out, nil
}

func (s *Server) replay(ctx context.Context, c *caller, in *EndpointName) (*answer[Replayed], error) {
	e, err := s.endpoint(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	disabled, err := s.Store.Disabled(ctx)
	if err != nil {
		return nil, err
	}
	v, err := s.viewEndpoint(ctx, e, disabled)
	switch {
	case err != nil:
		return nil, err
	case !v.Running:
		return nil, huma.Error409Conflict("webhooks to this endpoint are not being sent: enable it first")
	case v.Waiting >= outbound.MaxDeferred:
		return nil, huma.Error409Conflict("too many webhooks wait for this endpoint already: try again when it has taken some")
	}
	out := &answer[Replayed]{Replayed{More: v.Dead > replayAtOnce}}
	if out.Body.Replayed, err = s.Store.Replay(ctx, in.Name, replayAtOnce); err != nil || out.Body.Replayed == 0 {
		return out, err
	}
	if err := s.audited(ctx, c, "replay webhooks", in.Name, strconv.Itoa(out.Body.Replayed)+" webhooks"); err != nil {
		return nil, err
	}
	return out, s.Endpoints.Changed(ctx)
}

func (s *Server) enable(ctx context.Context, c *caller, in *EndpointName) (*answer[Endpoint], error) {
	e, err := s.endpoint(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	if err := s.Store.Disable(ctx, in.Name, ""); err != nil {
		return nil, err
	}
	if err := s.audited(ctx, c, "enable webhooks", in.Name, ""); err != nil {
		return nil, err
	}
	if err := s.Endpoints.Changed(ctx); err != nil {
		return nil, err
	}
	v, err := s.viewEndpoint(ctx, e, nil)
	return &answer[Endpoint]{v}, err
}

// audited adds an entry to the audit.
func (s *Server) audited(ctx context.Context, c *caller, action, object, after string) error {
	return s.Store.AddAudit(ctx, &store.AuditEntry{At: time.Now(), By: c.actor(), Action: action, Object: object, After: after})
}
