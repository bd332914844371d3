// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import "slices"

// HostField is a field of Message that is meant for the host and not for the vendor. A provider need neither carry
// it nor list it as ignored.
type HostField struct {
	// Path is the path of the field, such as "wahost.route".
	Path string
	// Address is true for the fields that name the recipient. Content and ContentKey leave them out. A provider gets
	// the recipient as a Recipient.
	Address bool
	// Withheld is true if providers never see the field. ForProvider clears it.
	Withheld bool
	// Refusable is true if a provider may have to refuse a message because of the field's value, such as a send time
	// in the future where the vendor sends immediately.
	Refusable bool
}

var hostFields = []HostField{
	{Path: "messaging_product", Refusable: true},
	{Path: "recipient_type", Address: true, Withheld: true, Refusable: true},
	{Path: "to", Address: true, Withheld: true},
	{Path: "recipient", Address: true, Withheld: true},
	{Path: "type", Refusable: true},
	{Path: "wahost.category"},
	{Path: "wahost.route", Withheld: true},
	{Path: "wahost.channel", Withheld: true},
	{Path: "wahost.campaign", Withheld: true},
	{Path: "wahost.send_at", Refusable: true},
	{Path: "wahost.vendor"},
}

// HostFields returns the fields that are meant for the host, in the order of the model.
func HostFields() []HostField { return slices.Clone(hostFields) }
