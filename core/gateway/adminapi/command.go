// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

type resolveInput struct {
	MessageID
	Body struct {
		Outcome string `json:"outcome" enum:"delivered,failed,resend" doc:"What became of the message: delivered or failed. With resend nobody knows, and the message is sent again at the risk that the recipient gets it twice."`
	}
}

// redriven is the answer to a redrive.
type redriven struct {
	Status int
	Body   MessageDetail
}

func (s *Server) registerCommands() {
	register(s, operation("messages", "cancel-message", http.MethodPost, "/messages/{id}/cancel", canceling, "Cancel a message",
		"A message that is not handed over to a vendor is not sent. It is dead, with the reason canceled. To cancel a canceled message changes nothing.",
		http.StatusNotFound, http.StatusConflict),
		func(ctx context.Context, c *caller, in *MessageID) (*answer[MessageDetail], error) {
			return s.command(ctx, c, in.ID, store.ActionCancel)
		})
	register(s, operation("messages", "resolve-message", http.MethodPost, "/messages/{id}/resolve", operating, "Resolve an unknown outcome",
		"Say what became of a message whose outcome is unknown, because the vendor told it in another way. The gateway never sends such a message again by itself. "+
			"A dead message with an unknown attempt, such as one that failed after a resend, can be resolved as delivered or failed.",
		http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity),
		func(ctx context.Context, c *caller, in *resolveInput) (*answer[MessageDetail], error) {
			action := map[string]store.Action{
				"delivered": store.ActionResolveDelivered, "failed": store.ActionResolveFailed, "resend": store.ActionResend,
			}[in.Body.Outcome]
			return s.command(ctx, c, in.ID, action)
		})
	op := operation("messages", "redrive-message", http.MethodPost, "/messages/{id}/redrive", sending, "Send a dead message anew",
		"A new message takes the place of a dead one that no vendor has accepted, and is routed by the present configuration. The answer is the new message. "+
			"A message has one successor: the same request again answers with it, with the status 200. A message with an attempt that may have reached a vendor must be resolved as failed first.",
		http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity)
	op.DefaultStatus = http.StatusCreated
	op.Responses = map[string]*huma.Response{"200": {Description: "The message had a successor already.", Content: map[string]*huma.MediaType{
		"application/json": {Schema: s.api.OpenAPI().Components.Schemas.Schema(typeOf[MessageDetail](), true, "")},
	}}}
	register(s, op, s.redrive)
}

// command does something with a message, and answers with the message after it.
func (s *Server) command(ctx context.Context, c *caller, id string, action store.Action) (*answer[MessageDetail], error) {
	l, err := s.find(ctx, c, id)
	if err != nil {
		return nil, err
	}
	if _, err := s.do(ctx, &store.Command{Action: action, ID: l.ID, At: time.Now(), By: c.actor()}); err != nil {
		return nil, err
	}
	if l, err = s.Store.Get(ctx, l.ID); err != nil {
		return nil, err
	}
	out := &answer[MessageDetail]{Detail(l)}
	out.Body.mask()
	return out, nil
}

// redrive sends a new message in place of a dead one.
func (s *Server) redrive(ctx context.Context, c *caller, in *MessageID) (*redriven, error) {
	old, err := s.find(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	next, err := successor(ctx, c, old, s.Engine.Plan)
	if err != nil {
		return nil, err
	}
	done, err := s.do(ctx, &store.Command{Action: store.ActionRedrive, ID: old.ID, New: next, At: time.Now(), By: c.actor()})
	if err != nil {
		return nil, err
	}
	l, err := s.Store.Get(ctx, done.ID)
	if err != nil {
		return nil, err
	}
	out := &redriven{http.StatusOK, Detail(l)}
	out.Body.mask()
	if done.Created {
		out.Status = http.StatusCreated
	}
	return out, nil
}

// successor returns a message with the content of another one. The plan is that of the engine, or its check for a message that is not sent.
func successor(ctx context.Context, c *caller, old *store.Life, plan func(context.Context, *store.NewMessage, *message.Message) (*outcome.Rejected, error)) (*store.NewMessage, error) {
	n := &store.NewMessage{ID: ids.New(), Sender: old.Sender, To: old.To, Body: old.Body, APIKey: c.key.Name, Reference: old.Reference}
	if old.State != store.StateDead || old.Erased || !old.Successor.IsZero() {
		return n, nil // the store refuses it, or knows the successor
	}
	m, err := message.Parse(old.Body)
	if err != nil {
		return nil, err
	}
	if m.GetWahost() != nil {
		m.Wahost.SendAt = nil // it is past
	}
	rejected, err := plan(ctx, n, m)
	if err != nil {
		return nil, err
	}
	if rejected != nil {
		return nil, rejection(rejected)
	}
	return n, nil
}

// do does what somebody wants done with messages.
func (s *Server) do(ctx context.Context, c *store.Command) (*store.Commanded, error) {
	done, err := s.Engine.Command(ctx, c)
	if err == nil {
		s.Counts.Forget()
	}
	return done, err
}
