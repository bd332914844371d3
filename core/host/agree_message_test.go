// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host_test

import (
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nyaruka/phonenumbers"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/message"
)

// condition is a condition in the language of configurations, and what it is meant to decide.
type condition struct {
	hcl string
	// decide returns the result, and false if the condition cannot be decided.
	decide func(f fact) (result, decided bool)
}

// fact is what a condition may know, worked out without the code under test.
type fact struct {
	message *message.Message
	// category is that of the declared template, or of the message.
	category                            string
	to, recipient, recipientType, place string
}

func always(decide func(f fact) bool) func(fact) (bool, bool) {
	return func(f fact) (bool, bool) { return decide(f), true }
}

var digits = regexp.MustCompile("[0-9]+")

var conditions = []*condition{
	{`message.to == "+4915112345678"`, always(func(f fact) bool { return f.to == "+4915112345678" })},
	{`substr(message.to, 0, 3) == "+49"`, always(func(f fact) bool { return strings.HasPrefix(f.to, "+49") })},
	{`message.country == "DE" || message.country == "IN"`, always(func(f fact) bool { return f.place == "DE" || f.place == "IN" })},
	{`contains(["US", "CA"], message.country)`, always(func(f fact) bool { return f.place == "US" || f.place == "CA" })},
	{`message.recipient != ""`, always(func(f fact) bool { return f.recipient != "" })},
	{`message.recipient_type == "group"`, always(func(f fact) bool { return f.recipientType == "group" })},
	{`message.to == "" ? message.recipient == "US.1" : message.country == ""`, always(func(f fact) bool {
		return f.to == "" && f.recipient == "US.1" || f.to != "" && f.place == ""
	})},
	{`message.kind == "text"`, always(func(f fact) bool { return f.message.Kind() == "text" })},
	{`message.category == "" || message.category == "marketing"`, always(func(f fact) bool { return f.category == "" || f.category == "marketing" })},
	{`message.template.name != "" && message.template.language.code == "en"`, always(func(f fact) bool {
		return f.message.GetTemplate().GetName() != "" && f.message.GetTemplate().GetLanguage().GetCode() == "en"
	})},
	{`message.context.message_id != ""`, always(func(f fact) bool { return f.message.GetContext().GetMessageId() != "" })},
	{`strlen(message.text.body) > 10`, always(func(f fact) bool { return len(f.message.GetText().GetBody()) > 10 })},
	{`try(tonumber(message.text.body) > 5, false)`, always(func(f fact) bool {
		n, err := strconv.Atoi(f.message.GetText().GetBody())
		return err == nil && n > 5
	})},
	{`tonumber(message.text.body) > 5`, func(f fact) (bool, bool) {
		n, err := strconv.Atoi(f.message.GetText().GetBody())
		return n > 5, err == nil
	}},
	{`message.template.components[0].type == "body"`, func(f fact) (bool, bool) {
		c := f.message.GetTemplate().GetComponents()
		return len(c) > 0 && c[0].GetType() == "body", len(c) > 0
	}},
	{`tonumber(regex("[0-9]+", message.to)) > 500000000000`, func(f fact) (bool, bool) {
		n, err := strconv.ParseInt(digits.FindString(f.to), 10, 64)
		return n > 500000000000, err == nil
	}},
}

// examples are mobile numbers of all countries.
var examples = sync.OnceValue(func() []message.Recipient {
	var all []message.Recipient
	for _, region := range slices.Sorted(maps.Keys(phonenumbers.GetSupportedRegions())) {
		if example := phonenumbers.GetExampleNumberForType(region, phonenumbers.MOBILE); example != nil {
			all = append(all, message.Recipient{Kind: message.RecipientPhone, Address: phonenumbers.Format(example, phonenumbers.E164)})
		}
	}
	return all
})

// randomRecipients returns numbers of many countries, user ids and groups.
func randomRecipients(r *rand.Rand) []message.Recipient {
	phone := func(address string) message.Recipient {
		return message.Recipient{Kind: message.RecipientPhone, Address: address}
	}
	all := []message.Recipient{
		phone("+4915112345678"), phone("+4915112345679"), phone("+999123456"), phone("+5215512345678"), phone("+12025550123"), phone("+14165550123"),
		phone("+77011234567"), phone("+79161234567"),
	}
	all = append(all, some(r, examples(), 60)...)
	return append(all,
		message.Recipient{Kind: message.RecipientUser, Address: "US.1"}, message.Recipient{Kind: message.RecipientUser, Address: "+4915112345678"},
		message.Recipient{Kind: message.RecipientGroup, Address: "G.1"}, message.Recipient{Kind: message.RecipientGroup, Address: "+4915112345678"})
}

// randomMessage returns a message of any kind, which may name templates, routes and channels that exist or not, and a
// recipient that does not count.
func (w *world) randomMessage(r *rand.Rand) *message.Message {
	kind := pick(r, allKinds)
	if chance(r, 40) {
		kind = pick(r, []string{message.KindText, message.KindTemplate})
	}
	m := &message.Message{MessagingProduct: "whatsapp", Type: kind}
	media := &message.Media{Link: "https://example.com/x"}
	switch kind {
	case message.KindText:
		m.Text = &message.Text{Body: pick(r, []string{"Hi", "7", "3", "call 42 now please", strings.Repeat("long ", 1000), "Hello {{1}}"})}
		if strings.Contains(m.GetText().GetBody(), "{{") || chance(r, 10) {
			m.Wahost = &message.Extension{Variables: map[string]string{"1": "Ann"}}
		}
	case message.KindTemplate:
		w.fillTemplate(r, m)
	case message.KindImage:
		m.Image = media
	case message.KindVideo:
		m.Video = media
	case message.KindAudio:
		m.Audio = media
	case message.KindDocument:
		m.Document = media
	case message.KindSticker:
		m.Sticker = media
	case message.KindLocation:
		m.Location = &message.Location{Latitude: "1.5", Longitude: "2.5"}
	case message.KindContacts:
		m.Contacts = []*message.Contact{{Name: &message.ContactName{FormattedName: "Ada"}}}
	case message.KindReaction:
		m.Reaction = &message.Reaction{MessageId: "wamid.A", Emoji: proto.String("x")}
	case message.KindPin:
		m.Pin = &message.Pin{Type: "pin", MessageId: "wamid.A", ExpirationDays: 7}
	default:
		m.Type, m.Interactive = message.TypeInteractive, &message.Interactive{Type: kind, Body: &message.Body{Text: "Choose"}, Action: &message.Action{}}
		if chance(r, 40) {
			m.Interactive.Header = &message.Header{Type: pick(r, []string{"text", "image", "video"}), Text: "Header"}
		}
	}
	w.address(r, m)
	return m
}

// address sets what is about the way of the message.
func (w *world) address(r *rand.Rand, m *message.Message) {
	own := func() *message.Extension {
		if m.Wahost == nil {
			m.Wahost = &message.Extension{}
		}
		return m.GetWahost()
	}
	if chance(r, 20) {
		m.Context = &message.Context{MessageId: "wamid.B"}
	}
	if chance(r, 10) {
		own().SendAt = timestamppb.New(time.Now().Add(time.Duration(r.IntN(3)-1) * time.Hour))
	}
	switch n := r.IntN(100); {
	case n < 6:
		own().Route = pick(r, []string{"r0", "r1", "nope"})
	case n < 12:
		own().Channel = pick(r, append([]string{"p0.nope", "nope"}, w.channels[0].String()))
	}
	switch r.IntN(5) { // somebody else
	case 0:
		m.To = "+4915112345678"
	case 1:
		m.Recipient = "US.1"
	case 2:
		m.To, m.RecipientType = "G.1", "group"
	}
}

func (w *world) fillTemplate(r *rand.Rand, m *message.Message) {
	t := &message.Template{Name: pick(r, []string{"t0", "t1", "t2", "vendors_own"})}
	m.Template = t
	if chance(r, 90) {
		t.Language = &message.Language{Code: pick(r, allLanguages)}
	}
	wanted := w.templates[t.GetName()]
	if chance(r, 25) {
		m.Wahost = &message.Extension{Category: pick(r, append([]string{wanted.category}, allCategories[:3]...))}
	}
	n := len(wanted.parameters)
	if chance(r, 10) {
		n = r.IntN(4)
	}
	if n == 0 {
		return
	}
	body, named := &message.Component{Type: "body"}, chance(r, 30)
	for i := range n {
		p := &message.Parameter{Type: "text", Text: "value"}
		if named && i < len(wanted.parameters) {
			p.ParameterName = wanted.parameters[i]
		}
		body.Parameters = append(body.Parameters, p)
	}
	t.Components = append(t.Components, body)
}

// expectation is what routing must decide about a message, worked out from what the world is meant to do.
type expectation struct {
	route string
	// undecided are the routes whose condition cannot be decided. refused is set if the last of them rejects the message.
	undecided []string
	refused   bool
	// missed are the routes that were tried and do not match, in order.
	missed []string
}

// expect works out where a message must go, without the code under test. The message names neither route nor channel.
func (w *world) expect(m *message.Message, to message.Recipient) expectation {
	f := fact{message: m, category: m.Category(), recipientType: "individual", place: route.Country(to)}
	if declared, ok := w.templates[m.GetTemplate().GetName()]; ok {
		f.category = declared.category
	}
	switch to.Kind {
	case message.RecipientUser:
		f.recipient = to.Address
	case message.RecipientGroup:
		f.to, f.recipientType = to.Address, "group"
	default:
		f.to = to.Address
	}
	phone := ""
	if to.Kind == message.RecipientPhone {
		phone = to.Address
	}
	var e expectation
	for _, r := range w.routes {
		fits := func(allowed []string, word string) bool { return allowed == nil || slices.Contains(allowed, word) }
		if fits(r.category, f.category) && fits(r.country, f.place) && fits(r.kind, m.Kind()) && fits(r.recipient, phone) &&
			fits(r.template, m.GetTemplate().GetName()) {
			result, decided := true, true
			if r.when != nil {
				result, decided = r.when.decide(f)
			}
			if !decided {
				e.undecided = append(e.undecided, r.name)
				if e.refused = r.onError; e.refused {
					return e
				}
			}
			if decided && result {
				e.route = r.name
				return e
			}
		}
		e.missed = append(e.missed, r.name)
	}
	return e
}
