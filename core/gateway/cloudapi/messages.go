// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"net/http"
	"time"

	"github.com/wahost/wahost/core/gateway/graph"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
)

// contact tells the caller how its recipient was understood.
type contact struct {
	Input  string `json:"input"`
	WAID   string `json:"wa_id,omitempty"`
	UserID string `json:"user_id,omitempty"`
}

type sentMessage struct {
	ID     string `json:"id"`
	Status string `json:"message_status"`
}

// receipt is the answer to a message.
type receipt struct {
	Product  string        `json:"messaging_product"`
	Contacts []contact     `json:"contacts"`
	Messages []sentMessage `json:"messages"`
}

// postMessage takes a message or a signal.
func (c *call) postMessage() error {
	body, err := c.numberBody()
	if err != nil {
		return err
	}
	m, err := message.Parse(body)
	if err != nil {
		if message.IsSignal(body) {
			return c.signal(body)
		}
		return c.invalid(problemsOf(err), nil)
	}
	return c.take(m)
}

// postMarketingMessage takes a template of the Marketing Messages API, which takes nothing else (Meta's OpenAPI file).
func (c *call) postMarketingMessage() error {
	body, err := c.numberBody()
	if err != nil {
		return err
	}
	m, err := message.Parse(body)
	if err != nil {
		return c.invalid(problemsOf(err), nil)
	}
	switch {
	case m.GetType() != message.KindTemplate:
		return graph.New(graph.CodeInvalidParameter, "type: The message must be a template.")
	case m.GetRecipientType() != "individual":
		return graph.New(graph.CodeInvalidValue, "recipient_type: Marketing messages go to individuals only.")
	}
	if m.Wahost == nil {
		m.Wahost = &message.Extension{}
	}
	switch m.Wahost.GetCategory() {
	case "":
		m.Wahost.Category = message.CategoryMarketing
	case message.CategoryMarketing:
	default:
		return graph.New(graph.CodeMethodNotAllowed, "wahost.category: Only marketing templates are sent here. Use /messages.")
	}
	return c.take(m)
}

// numberBody returns the body of a request to a number that the key may use.
func (c *call) numberBody() ([]byte, error) {
	if err := c.findNumber(); err != nil {
		return nil, err
	}
	return c.body()
}

// findNumber finds the number of the path. A key that may not use it does not learn whether it exists.
func (c *call) findNumber() error {
	if !c.key.Covers(c.id) {
		return graph.New(graph.CodePermission, "the key %q may not use the phone number id %s", c.key.Name, c.id)
	}
	n, ok := c.s.Numbers.Number(c.id)
	if !ok {
		return graph.NoObject(c.method(), c.id)
	}
	c.number = n
	return nil
}

// take checks a message, stores it, and answers with its id.
func (c *call) take(m *message.Message) error {
	n, problems := NewMessage(m, c.number.ID, c.key.Name)
	if len(problems) > 0 {
		return c.invalid(problems, m)
	}
	var err error
	if n.Idempotency, err = c.idempotency(m, n.Body); err != nil {
		return err
	}
	result, err := c.accept(n, m)
	if err != nil {
		return err
	}
	switch result.Verdict {
	case store.Conflict:
		return conflict()
	case store.Same:
		c.w.Header().Set("Idempotent-Replayed", "true")
	default:
		if c.s.Taker != nil && !result.Arrives {
			c.s.Taker.Offer(n, m)
		}
	}
	return c.answer(receipt{
		Product: "whatsapp", Contacts: []contact{describe(m, n.To)}, Messages: []sentMessage{{result.ID.Wamid(), "accepted"}},
	})
}

// accept plans and stores a message. A request that was accepted before has the answer of the first one, although its message might be
// refused by now.
func (c *call) accept(n *store.NewMessage, m *message.Message) (store.AcceptResult, error) {
	if n.Idempotency != nil {
		if result, err := c.s.Accepter.Repeated(c.r.Context(), n.APIKey, n.Idempotency); err != nil || result.Verdict != store.New {
			return result, err
		}
	}
	rejected, err := c.s.Planner.Plan(c.r.Context(), n, m)
	switch {
	case err != nil:
		return store.AcceptResult{}, err
	case rejected != nil:
		return store.AcceptResult{}, refused(rejected)
	}
	results, err := c.s.Accepter.Accept(c.r.Context(), []*store.NewMessage{n})
	if err != nil {
		return store.AcceptResult{}, err
	}
	return results[0], nil
}

// NewMessage returns a message of a number and the name of a key, to be planned and stored. It returns all problems of a message that is not
// valid.
func NewMessage(m *message.Message, number, key string) (*store.NewMessage, []message.Problem) {
	// Limits depend on the channel, because a vendor may have other limits than Meta. The planner checks them.
	problems := problemsOf(message.Validate(m, &message.Limits{}))
	to, err := message.RecipientOf(m)
	if problems = append(problems, problemsOf(err)...); len(problems) > 0 {
		return nil, problems
	}
	text, err := message.Marshal(m)
	if err != nil {
		if problems = problemsOf(err); len(problems) == 0 {
			problems = []message.Problem{{Detail: "The message cannot be written as JSON."}}
		}
		return nil, problems
	}
	return &store.NewMessage{
		ID: ids.New(), Sender: number, To: to, Body: text, APIKey: key, Campaign: m.GetWahost().GetCampaign(),
		Reference: m.GetBizOpaqueCallbackData(), Due: sendAt(m),
	}, nil
}

// sendAt returns when a message is to be sent, or zero for now.
func sendAt(m *message.Message) time.Time {
	if at := m.GetWahost().GetSendAt(); at != nil {
		return at.AsTime()
	}
	return time.Time{}
}

// conflict returns the answer for an idempotency key that was used for another message.
func conflict() error {
	e := graph.New(graph.CodeInvalidParameter, "the idempotency key was used for another message: use a new key for each message")
	e.Status, e.Subcode = http.StatusConflict, graph.SubcodeIdempotency
	return e
}

func describe(m *message.Message, to message.Recipient) contact {
	if to.Kind == message.RecipientUser {
		return contact{Input: m.GetRecipient(), UserID: to.Address}
	}
	return contact{Input: m.GetTo(), WAID: to.Digits()}
}
