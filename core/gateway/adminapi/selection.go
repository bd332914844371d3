// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
)

// Selection says which messages a request is about: those of the numbers of the key that have all that is set.
type Selection struct {
	State         string    `query:"state" json:"state,omitempty" enum:"ready,accepted,unknown,dead"`
	Lane          string    `query:"lane" json:"lane,omitempty" maxLength:"256" doc:"The sending identity."`
	To            string    `query:"to" json:"to,omitempty" maxLength:"128" doc:"The recipient. The plus sign of a phone number may be absent."`
	Reference     string    `query:"reference" json:"reference,omitempty" maxLength:"1024" doc:"biz_opaque_callback_data of the message."`
	Campaign      string    `query:"campaign" json:"campaign,omitempty" maxLength:"100" doc:"The campaign of the message."`
	PhoneNumberID string    `query:"phone_number_id" json:"phone_number_id,omitempty" maxLength:"64"`
	From          time.Time `query:"from" json:"from,omitzero" doc:"The earliest time at which the message was accepted."`
	Until         time.Time `query:"until" json:"until,omitzero" doc:"The time before which the message was accepted."`
	Trouble       bool      `query:"trouble" json:"trouble,omitempty" doc:"Only the messages of one entry of /v1/troubles, which the state, the channel, the reason and the vendor's code name."`
	Channel       string    `query:"channel" json:"channel,omitempty" maxLength:"256" doc:"With trouble."`
	Reason        string    `query:"reason" json:"reason,omitempty" maxLength:"256" doc:"The reason of the failure, which may be empty with trouble."`
	VendorCode    string    `query:"vendor_code" json:"vendor_code,omitempty" maxLength:"1024" doc:"With trouble."`
}

// query returns the query of a selection, without a limit.
func (x *Selection) query(c *caller) (*store.Query, error) {
	q := &store.Query{Lane: x.Lane, Reference: x.Reference, Campaign: x.Campaign, Recipient: x.To, From: x.From, Until: x.Until}
	if x.State != "" {
		state, ok := store.ParseState(x.State)
		if !ok {
			return nil, huma.Error400BadRequest("there is no such state")
		}
		q.State = &state
	}
	switch {
	case x.Trouble && (q.State == nil || *q.State != store.StateUnknown && *q.State != store.StateDead):
		return nil, huma.Error422UnprocessableEntity("a trouble is that of unknown or dead messages: set the state to one of them")
	case x.Trouble:
		q.Trouble = &store.Trouble{State: *q.State, Channel: x.Channel, Reason: x.Reason, VendorCode: x.VendorCode}
	case x.Channel != "" || x.VendorCode != "":
		return nil, huma.Error422UnprocessableEntity("the channel and the code of the vendor need trouble=true")
	default:
		q.Reason = x.Reason
	}
	var err error
	q.Senders, err = numbersOf(c, x.PhoneNumberID)
	return q, err
}

// after returns the id that comes next, so that a page before it has the id.
func after(id ids.ID) ids.ID {
	for i := len(id) - 1; i >= 0; i-- {
		if id[i]++; id[i] != 0 {
			break
		}
	}
	return id
}
