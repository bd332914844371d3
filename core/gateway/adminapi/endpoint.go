// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wahost/wahost/core/gateway/outbound"
	"github.com/wahost/wahost/core/gateway/store"
)

// Endpoints tell applications what happens. *outbound.Manager is one.
type Endpoints interface {
	Endpoints() (all []outbound.Endpoint, running map[string]bool)
	Restart(name string) error
	Test(ctx context.Context, name string) (status int, took time.Duration, err error)
	Replay(ctx context.Context, name string, notices []outbound.Notice) error
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
		"The first 1000 webhooks that were given up are tried again, in order for each message.", http.StatusNotFound, http.StatusConflict), s.replay)
	register(s, operation("endpoints", "test-endpoint", http.MethodPost, "/endpoints/{name}/test", operating, "Test an endpoint",
		"Posts a webhook without an event, signed like all others, and tells what the endpoint answered.", http.StatusNotFound),
		func(ctx context.Context, _ *caller, in *EndpointName) (*answer[Tested], error) {
			status, took, err := s.Endpoints.Test(ctx, in.Name)
			if errors.Is(err, outbound.ErrNoEndpoint) {
				return nil, noEndpoint()
			}
			out := &answer[Tested]{Tested{Taken: err == nil, Status: status, TookMS: took.Milliseconds()}}
			if err != nil {
				out.Body.Error = err.Error()
			}
			return out, nil
		})
	register(s, operation("endpoints", "enable-endpoint", http.MethodPost, "/endpoints/{name}/enable", operating, "Send webhooks to an endpoint again",
		"An endpoint that answered 410 gets no more webhooks until this request, or until the gateway starts again. What happened meanwhile is sent.", http.StatusNotFound), s.enable)
}

func noEndpoint() error { return huma.Error404NotFound("there is no such endpoint") }

func (s *Server) listEndpoints(ctx context.Context, _ *caller, _ *struct{}) (*list[Endpoint], error) {
	all, running := s.Endpoints.Endpoints()
	disabled, err := s.Store.Disabled(ctx)
	if err != nil {
		return nil, err
	}
	out := &list[Endpoint]{listBody[Endpoint]{Items: []Endpoint{}}}
	slices.SortFunc(all, func(a, b outbound.Endpoint) int { return cmp.Compare(a.Name, b.Name) })
	for _, e := range all {
		waiting, err := s.Store.Retries(ctx, e.Name)
		if err != nil {
			return nil, err
		}
		dead, err := s.Store.DeadRetries(ctx, e.Name, store.Position{}, replayAtOnce+1)
		if err != nil {
			return nil, err
		}
		v := Endpoint{Name: e.Name, Running: running[e.Name], Waiting: len(waiting), Dead: len(dead)}
		if u, err := url.Parse(e.URL); err == nil {
			v.Host = u.Host
		}
		if !v.Running {
			v.Reason = disabled[e.Name]
		}
		out.Body.Items = append(out.Body.Items, v)
	}
	return out, nil
}

// known returns an error unless an endpoint exists.
func (s *Server) known(name string) error {
	all, _ := s.Endpoints.Endpoints()
	if !slices.ContainsFunc(all, func(e outbound.Endpoint) bool { return e.Name == name }) {
		return noEndpoint()
	}
	return nil
}

func (s *Server) listDead(ctx context.Context, _ *caller, in *deadInput) (*list[DeadWebhook], error) {
	if err := s.known(in.Name); err != nil {
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
	if err := s.known(in.Name); err != nil {
		return nil, err
	}
	dead, err := s.Store.DeadRetries(ctx, in.Name, store.Position{}, replayAtOnce+1)
	if err != nil {
		return nil, err
	}
	out := &answer[Replayed]{Replayed{Replayed: min(len(dead), replayAtOnce), More: len(dead) > replayAtOnce}}
	if len(dead) == 0 {
		return out, nil
	}
	notices := make([]outbound.Notice, 0, out.Body.Replayed)
	for i := range dead[:out.Body.Replayed] {
		notices = append(notices, outbound.FromStore(&dead[i].Notice))
	}
	err = s.Endpoints.Replay(ctx, in.Name, notices)
	if errors.Is(err, outbound.ErrStopped) || errors.Is(err, outbound.ErrTooMany) {
		return nil, huma.Error409Conflict(err.Error())
	}
	if err != nil {
		return nil, err
	}
	return out, s.audited(ctx, c, "replay webhooks", in.Name, strconv.Itoa(out.Body.Replayed)+" webhooks")
}

func (s *Server) enable(ctx context.Context, c *caller, in *EndpointName) (*answer[Endpoint], error) {
	if err := s.known(in.Name); err != nil {
		return nil, err
	}
	if err := s.Store.Disable(ctx, in.Name, ""); err != nil {
		return nil, err
	}
	if err := s.Endpoints.Restart(in.Name); err != nil {
		return nil, noEndpoint()
	}
	if err := s.audited(ctx, c, "enable webhooks", in.Name, ""); err != nil {
		return nil, err
	}
	found, err := s.listEndpoints(ctx, c, nil)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(found.Body.Items, func(e Endpoint) bool { return e.Name == in.Name })
	if i < 0 {
		return nil, noEndpoint()
	}
	return &answer[Endpoint]{found.Body.Items[i]}, nil
}

// audited adds an entry to the audit.
func (s *Server) audited(ctx context.Context, c *caller, action, object, after string) error {
	return s.Store.AddAudit(ctx, &store.AuditEntry{At: time.Now(), By: c.actor(), Action: action, Object: object, After: after})
}
