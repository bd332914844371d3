// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
)

// soundEvent returns an event that can be sent, and what had to be changed. One bad text must not lose the event or those
// beside it. An id that is not UTF-8 cannot be repaired, because it would be another id: the event's own becomes a digest,
// so that different events keep different ids, and an id of the correlation is dropped. A time that the protocol cannot
// carry, such as one in the year 57983, is dropped. Other texts are repaired by RepairUTF8.
func soundEvent(e provider.Event) (provider.Event, []string) {
	var changed []string
	drop := func(id *string, what string) {
		if !utf8.ValidString(*id) {
			*id = ""
			changed = append(changed, what+" is not valid UTF-8 and was dropped")
		}
	}
	if !utf8.ValidString(e.ID) {
		sum := sha256.Sum256([]byte(e.ID))
		e.ID = "sha256:" + hex.EncodeToString(sum[:])
		changed = append(changed, "the id of an event is not valid UTF-8 and was replaced by its digest")
	}
	drop(&e.ChannelID, "the channel of an event")
	drop(&e.Correlation.ProviderMessageID, "the provider's message id of an event")
	drop(&e.Correlation.WAMID, "the wamid of an event")
	drop(&e.Correlation.Reference, "the reference of an event")
	if !utf8.ValidString(e.Correlation.Recipient.Address) {
		e.Correlation.Recipient = message.Recipient{}
		changed = append(changed, "the recipient of an event is not valid UTF-8 and was dropped")
	}
	if in := e.InboundMessage; in != nil && (!utf8.ValidString(in.From.Address) || !utf8.ValidString(in.ContextMessageID)) {
		copied := *in
		if !utf8.ValidString(in.From.Address) {
			copied.From = message.Recipient{}
			changed = append(changed, "the sender of an inbound message is not valid UTF-8 and was dropped")
		}
		drop(&copied.ContextMessageID, "the id of the message that an inbound message replies to")
		e.InboundMessage = &copied
	}
	if !e.Time.IsZero() && timestamppb.New(e.Time).CheckValid() != nil {
		e.Time = time.Time{}
		changed = append(changed, "the time of an event is not between the years 1 and 9999 and was dropped")
	}
	return e, changed
}

// joined appends sentences to a problem.
func joined(problem string, more []string) string {
	if problem != "" {
		more = append([]string{problem}, more...)
	}
	return strings.Join(more, "; ")
}
