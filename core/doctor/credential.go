// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// noMessage is the id of a message that no vendor has.
const noMessage = "wahost-doctor-no-such-message"

// refusedStatus finds, in a provider's text about a lookup, the statuses with which vendors refuse credentials. A lookup has no field for
// that. A text without one of them decides nothing.
var refusedStatus = regexp.MustCompile(`\bHTTP 40[13]\b`)

// credentials makes a request that changes nothing, if the channel has one: the list of templates, or a look for a message that does not
// exist.
func (e *Exam) credentials(ctx context.Context, ch addr.Channel) {
	const check, do = "credentials", "Check the credentials in the provider block, and whether the vendor lets them use this channel."
	name := ch.String()
	caps, err := e.Host.OpenCapabilities(ch)
	switch {
	case err != nil:
		e.add(check, Error, name, "Run `wahost providers`.", "%s.", oneLine(err))
	case caps.TemplateList:
		_, rejected, err := e.Host.ListTemplates(ctx, ch, "")
		switch {
		case err != nil:
			e.add(check, Warning, name, "Try again, or look at the log with WAHOST_LOG=debug.", "The list of templates could not be asked for: %s.", callFailure(ctx, err))
		case rejected == nil:
			e.ok(check, name, "The vendor accepts the credentials: it listed templates.")
		case rejected.Reason == outcome.ReasonUnauthenticated, rejected.Reason == outcome.ReasonForbidden, rejected.Reason == outcome.ReasonMisconfigured:
			e.add(check, Error, name, do, "The vendor refuses the list of templates: %s.", refusal(rejected))
		default:
			e.add(check, Warning, name, "Try again later.", "The vendor does not list templates: %s.", refusal(rejected))
		}
	case caps.Lookup:
		found, err := e.Host.LookupMessage(ctx, ch, provider.FindRequest{DeliveryID: noMessage, ProviderMessageID: noMessage, SentAt: time.Now()})
		cause := strings.Join(strings.Fields(found.Cause), " ")
		switch {
		case err != nil:
			e.add(check, Warning, name, "Try again, or look at the log with WAHOST_LOG=debug.", "The vendor could not be asked for a message: %s.", callFailure(ctx, err))
		case refusedStatus.MatchString(cause):
			e.add(check, Error, name, do, "The vendor refuses to look for a message: %s.", cause)
		case cause != "":
			e.ok(check, name, "The vendor was asked for a message that does not exist, and the provider says: %s.", cause)
		default:
			e.ok(check, name, "The vendor accepts the credentials: it was asked for a message that does not exist.")
		}
	default:
		e.ok(check, name, "Not examined: the vendor has no harmless request for it. The first message shows whether they are right.")
	}
}

// refusal returns a rejection in words.
func refusal(r *outcome.Rejected) string {
	text := string(r.Reason)
	if vendor := strings.Join(strings.Fields(r.VendorCode+" "+r.VendorMessage), " "); vendor != "" {
		text += " (" + vendor + ")"
	}
	return text
}

// callFailure returns an error of a call to a provider in words.
func callFailure(ctx context.Context, err error) string {
	if ctx.Err() != nil {
		return "nothing was answered in time"
	}
	return oneLine(err)
}
