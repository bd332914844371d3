// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/wahost/wahost/sdk/message"
)

// The kinds whose action has a name and parameters. The message model has no rules for the parameters.
const (
	KindCTAURL         = "cta_url"
	KindFlow           = "flow"
	KindCatalogMessage = "catalog_message"
)

// NamedAction fills an action as Meta documents it for one of these kinds. It does nothing for other kinds.
func NamedAction(a *message.Action, kind string) {
	text := structpb.NewStringValue
	parameters := map[string]*structpb.Value{}
	switch kind {
	case KindCTAURL:
		parameters["display_text"], parameters["url"] = text("See the dates"), text("https://www.example.com/dates?a=1&b=2")
	case KindFlow:
		parameters["flow_message_version"], parameters["flow_token"], parameters["flow_id"] = text("3"), text("token-1"), text("100000000000001")
		parameters["flow_cta"], parameters["flow_action"] = text("Book"), text("navigate")
		parameters["flow_action_payload"] = structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{"screen": text("FIRST")}})
	case KindCatalogMessage:
		parameters["thumbnail_product_retailer_id"] = text("product-1")
	default:
		return
	}
	a.Name, a.Parameters = kind, &structpb.Struct{Fields: parameters}
}
