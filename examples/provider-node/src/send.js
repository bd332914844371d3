// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// One message to one recipient: the checks before the wire, the request, and what the answer means.

import { ignoredFields, refusal } from './message.js';
import { failureOutcome, post } from './vendor.js';
import { answerOutcome } from './answer.js';

/** outcomeOf sends a message and returns its outcome: accepted, rejected or unknown. */
export async function outcomeOf(channel, message, delivery, signal) {
  const refused = refusal(message, delivery.to ?? {});
  if (refused) {
    return { rejected: refused };
  }
  const body = { from: channel.sender, to: delivery.to.address, reference: delivery.delivery_id, type: message.type };
  if (message.type === 'text') {
    body.text = { body: message.text.body, preview: message.text.preview_url ?? false };
  } else {
    body.image = { link: message.image.link, caption: message.image.caption };
  }
  const answer = await post(channel.account, '/v1/messages', body, signal);
  const outcome = answer.failure ? failureOutcome(answer) : answerOutcome(channel.account, answer);
  return outcome.rejected ? outcome : { ...outcome, ignored_fields: ignoredFields(message) };
}
