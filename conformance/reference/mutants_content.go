// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"encoding/json"
	"hash/crc32"
	"math"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/wahost/wahost/sdk/message"
)

// content returns a hook that changes the message object of a request.
func content(change func(m map[string]any)) func(*channel, *message.Message, map[string]any) {
	return func(_ *channel, _ *message.Message, body map[string]any) {
		if m, ok := body["message"].(map[string]any); ok {
			change(m)
		}
	}
}

// lastText is the text of the previous message.
var lastText atomic.Value

// contentMutants change the content of the request.
var contentMutants = []Mutant{
	{Name: "drops-footer", Defect: "an interactive footer is not sent",
		body: content(func(m map[string]any) { delete(object(m, "interactive"), "footer") })},
	{Name: "drops-last-row-description", Defect: "the last row of a list loses its description", body: content(func(m map[string]any) {
		if rows := rowsOf(m); len(rows) > 0 {
			delete(rows[len(rows)-1], "description")
		}
	})},
	{Name: "swaps-title-and-description", Defect: "titles and descriptions of rows are swapped", body: content(func(m map[string]any) {
		for _, row := range rowsOf(m) {
			if d, ok := row["description"]; ok {
				row["title"], row["description"] = d, row["title"]
			}
		}
	})},
	{Name: "mixes-rows", Defect: "all rows of a list are sent in its first section", body: content(func(m map[string]any) {
		sections := objects(object(m, "interactive", "action"), "sections")
		for _, s := range sections[min(1, len(sections)):] {
			rows, _ := s["rows"].([]any)
			first, _ := sections[0]["rows"].([]any)
			sections[0]["rows"] = append(first, rows...)
			delete(s, "rows")
		}
	})},
	{Name: "folds-header-into-body", Defect: "a text header is put before the body", body: content(func(m map[string]any) {
		i := object(m, "interactive")
		if text, ok := object(i, "header")["text"].(string); ok && object(i, "body") != nil {
			object(i, "body")["text"] = text + "\n" + str(object(i, "body"), "text")
			delete(i, "header")
		}
	})},
	{Name: "truncates-button-title", Defect: "button titles are cut to 16 characters", body: content(func(m map[string]any) {
		for _, b := range objects(object(m, "interactive", "action"), "buttons") {
			cut(object(b, "reply"), "title", 16)
		}
	})},
	{Name: "truncates-long-text", Defect: "texts are cut to 1000 characters",
		body: content(func(m map[string]any) { cut(object(m, "text"), "body", 1000) })},
	{Name: "trims-spaces", Defect: "spaces around texts are removed",
		body: content(func(m map[string]any) { everyText(m, strings.TrimSpace) })},
	{Name: "lower-cases", Defect: "texts are sent in lower case",
		body: content(func(m map[string]any) { edit(object(m, "text"), "body", strings.ToLower) })},
	{Name: "breaks-escaping", Defect: "texts are escaped for HTML", body: content(func(m map[string]any) {
		everyText(m, strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace)
	})},
	{Name: "mangles-unicode", Defect: "characters beyond the basic plane are dropped", body: content(func(m map[string]any) {
		everyText(m, func(s string) string {
			return strings.Map(func(r rune) rune {
				if r > 0xFFFF {
					return -1
				}
				return r
			}, s)
		})
	})},
	{Name: "rewrites-language", Defect: "the language code is sent with a dash",
		body: content(func(m map[string]any) {
			edit(object(m, "template", "language"), "code", func(s string) string { return strings.ReplaceAll(s, "_", "-") })
		})},
	{Name: "swaps-parameters", Defect: "parameters of a template's body are sent in reverse order", body: content(func(m map[string]any) {
		for _, c := range objects(object(m, "template"), "components") {
			if p, ok := c["parameters"].([]any); ok && c["type"] == "body" {
				slices.Reverse(p)
			}
		}
	})},
	{Name: "drops-button-parameter", Defect: "parameters of a template's buttons are not sent", body: content(func(m map[string]any) {
		for _, c := range objects(object(m, "template"), "components") {
			if c["type"] == "button" {
				delete(c, "parameters")
			}
		}
	})},
	{Name: "drops-currency-amount", Defect: "a currency parameter is sent as its fallback only", body: content(func(m map[string]any) {
		eachParameter(m, func(p map[string]any) { delete(object(p, "currency"), "amount_1000") })
	})},
	{Name: "parses-number-as-float", Defect: "an amount is read as a float in units of the currency and loses its fraction", body: content(func(m map[string]any) {
		eachParameter(m, func(p map[string]any) {
			if n, ok := object(p, "currency")["amount_1000"].(json.Number); ok {
				f, _ := n.Float64()
				object(p, "currency")["amount_1000"] = int64(math.Round(f/1000)) * 1000
			}
		})
	})},
	{Name: "ignores-preview-flag", Defect: "text.preview_url is not sent",
		body: content(func(m map[string]any) { delete(object(m, "text"), "preview_url") })},
	{Name: "sends-list-as-text", Defect: "a list is sent as the text of its body", body: content(func(m map[string]any) {
		if i := object(m, "interactive"); str(i, "type") == message.KindList {
			m["type"], m["text"] = "text", map[string]any{"body": str(object(i, "body"), "text")}
			delete(m, "interactive")
		}
	})},
	{Name: "sends-sticker-as-image", Defect: "a sticker is sent as an image", body: content(func(m map[string]any) {
		if s, ok := m["sticker"]; ok {
			m["type"], m["image"] = "image", s
			delete(m, "sticker")
		}
	})},
	{Name: "drops-context", Defect: "the id of the message replied to is not sent", body: content(func(m map[string]any) { delete(m, "context") })},
	{Name: "drops-reference", Defect: "the caller's reference is not sent",
		body: content(func(m map[string]any) { delete(m, "biz_opaque_callback_data") })},
	{Name: "adds-signature", Defect: "a line of the vendor is added to texts", body: content(func(m map[string]any) {
		edit(object(m, "text"), "body", func(s string) string { return s + "\nSent with acme" })
		m["signature"] = "Sent with acme"
	})},
	{Name: "changes-links", Defect: "links to media lose their query and fragment", body: content(func(m map[string]any) {
		for _, kind := range mediaKinds {
			edit(object(m, kind), "link", func(s string) string {
				s, _, _ = strings.Cut(s, "#")
				s, _, _ = strings.Cut(s, "?")
				return s
			})
		}
	})},
	{Name: "drops-caption", Defect: "captions of media are not sent", body: content(func(m map[string]any) {
		for _, kind := range []string{"image", "video", "document"} {
			delete(object(m, kind), "caption")
		}
	})},
	{Name: "duplicates-caption", Defect: "the caption of a document is also sent in its file name", body: content(func(m map[string]any) {
		if d := object(m, "document"); str(d, "caption") != "" {
			d["filename"] = str(d, "filename") + str(d, "caption")
			d["title"] = str(d, "caption")
		}
	})},
	{Name: "cleans-filename", Defect: "characters that are not ASCII are removed from file names", body: content(func(m map[string]any) {
		edit(object(m, "document"), "filename", func(s string) string {
			return strings.Map(func(r rune) rune {
				if r > 0x7F || r == '"' || r == '/' {
					return '_'
				}
				return r
			}, s)
		})
	})},
	{Name: "drops-voice-flag", Defect: "voice messages are sent as plain audio",
		body: content(func(m map[string]any) { delete(object(m, "audio"), "voice") })},
	{Name: "rounds-coordinates", Defect: "coordinates keep three decimals", body: content(func(m map[string]any) {
		for _, name := range []string{"latitude", "longitude"} {
			edit(object(m, "location"), name, func(s string) string {
				if dot := strings.IndexByte(s, '.'); dot >= 0 && len(s) > dot+4 {
					return s[:dot+4]
				}
				return s
			})
		}
	})},
	{Name: "joins-location-labels", Defect: "a location's address is added to its name", body: content(func(m map[string]any) {
		if l := object(m, "location"); str(l, "address") != "" {
			l["name"] = str(l, "name") + ", " + str(l, "address")
			delete(l, "address")
		}
	})},
	{Name: "drops-second-phone", Defect: "a contact keeps only its first phone number", body: content(func(m map[string]any) {
		for _, c := range objects(m, "contacts") {
			if phones, ok := c["phones"].([]any); ok && len(phones) > 1 {
				c["phones"] = phones[:1]
			}
		}
	})},
	{Name: "swaps-product-ids", Defect: "catalogue and product id are swapped", body: content(func(m map[string]any) {
		if a := object(m, "interactive", "action"); a["catalog_id"] != nil && a["product_retailer_id"] != nil {
			a["catalog_id"], a["product_retailer_id"] = a["product_retailer_id"], a["catalog_id"]
		}
	})},
	{Name: "reverses-products", Defect: "the products of a section are sent in reverse order", body: content(func(m map[string]any) {
		for _, s := range objects(object(m, "interactive", "action"), "sections") {
			if items, ok := s["product_items"].([]any); ok {
				slices.Reverse(items)
			}
		}
	})},
	{Name: "sends-empty-optional", Defect: "optional texts that are not set are sent empty", body: content(func(m map[string]any) {
		for _, at := range optionalTexts {
			parent := object(m, at[0])
			if at[0] == "" {
				parent = m
			}
			for _, name := range at[1 : len(at)-1] {
				if parent == nil {
					break
				}
				if _, ok := parent[name]; !ok {
					parent[name] = map[string]any{}
				}
				parent = object(parent, name)
			}
			if last := at[len(at)-1]; parent != nil && parent[last] == nil {
				parent[last] = ""
			}
		}
		for _, c := range objects(m, "contacts") {
			fill(object(c, "name"), "first_name", "last_name", "middle_name", "prefix", "suffix")
			fill(object(c, "org"), "company", "department", "title")
			fill(c, "birthday")
		}
		for _, s := range objects(object(m, "interactive", "action"), "sections") {
			fill(s, "title")
			for _, row := range objects(s, "rows") {
				fill(row, "description")
			}
		}
	})},
	{Name: "truncates", Defect: "every text is cut to ten characters", body: content(func(m map[string]any) {
		everyText(m, func(s string) string {
			if r := []rune(s); len(r) > 10 {
				return string(r[:10])
			}
			return s
		})
	})},
	{Name: "drops-header", Defect: "an interactive header is not sent",
		body: content(func(m map[string]any) { delete(object(m, "interactive"), "header") })},
	{Name: "drops-last-button", Defect: "the last of several buttons is not sent", body: content(func(m map[string]any) {
		if a := object(m, "interactive", "action"); a != nil {
			if list, ok := a["buttons"].([]any); ok && len(list) > 1 {
				a["buttons"] = list[:len(list)-1]
			}
		}
	})},
	{Name: "drops-filename", Defect: "the file name of a document is not sent",
		body: content(func(m map[string]any) { delete(object(m, "document"), "filename") })},
	{Name: "drops-currency-code", Defect: "the currency of a parameter is not sent", body: content(func(m map[string]any) {
		eachParameter(m, func(p map[string]any) { delete(object(p, "currency"), "code") })
	})},
	{Name: "duplicates-body", Defect: "the body is sent a second time, as a summary", body: content(func(m map[string]any) {
		for _, o := range []map[string]any{object(m, "text"), object(m, "interactive", "body")} {
			for _, text := range o {
				m["summary"] = text
			}
		}
	})},
	{Name: "flattens-contacts", Defect: "the phones and addresses of all contacts are sent with the first contact", body: content(func(m map[string]any) {
		contacts := objects(m, "contacts")
		for _, c := range contacts[min(1, len(contacts)):] {
			for _, name := range []string{"phones", "emails", "urls", "addresses"} {
				more, _ := c[name].([]any)
				first, _ := contacts[0][name].([]any)
				contacts[0][name] = append(first, more...)
				delete(c, name)
			}
		}
	})},
	{Name: "mixes-products", Defect: "all products are sent in the first section", body: content(func(m map[string]any) {
		sections := objects(object(m, "interactive", "action"), "sections")
		for _, s := range sections[min(1, len(sections)):] {
			more, _ := s["product_items"].([]any)
			first, _ := sections[0]["product_items"].([]any)
			sections[0]["product_items"] = append(first, more...)
			delete(s, "product_items")
		}
	})},
	{Name: "swaps-location-labels", Defect: "name and address of a location are swapped", body: content(func(m map[string]any) {
		if l := object(m, "location"); l["name"] != nil && l["address"] != nil {
			l["name"], l["address"] = l["address"], l["name"]
		}
	})},
	{Name: "value-dependent-place", Defect: "the place of a text in the request depends on its content", body: content(func(m map[string]any) {
		everyObject(m, func(o map[string]any) {
			for _, name := range []string{"body", "text", "caption", "title"} {
				if s, ok := o[name].(string); ok && crc32.ChecksumIEEE([]byte(s))%2 == 0 {
					o[name+"_alternative"] = s
					delete(o, name)
				}
			}
		})
	})},
	{Name: "mixes-texts", Defect: "each text is sent with the next message instead of its own", body: content(func(m map[string]any) {
		edit(object(m, "text"), "body", func(s string) string {
			if before, ok := lastText.Swap(s).(string); ok {
				return before
			}
			return s
		})
	})},
	{Name: "drops-plus", Defect: "recipients are sent without their country code's plus and first digit", body: func(_ *channel, _ *message.Message, body map[string]any) {
		for _, r := range objects(body, "recipients") {
			edit(r, "to", func(s string) string { return s[min(len(s), 2):] })
		}
	}},
	{Name: "batch-drops-recipient", Defect: "the last recipient of a group is not in the request", body: func(_ *channel, _ *message.Message, body map[string]any) {
		if r, ok := body["recipients"].([]any); ok && len(r) > 1 {
			body["recipients"] = r[:len(r)-1]
		}
	}},
}
