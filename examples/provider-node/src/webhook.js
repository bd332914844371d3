// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// The vendor's callbacks. Nothing in one is believed before its signature over the body was checked.

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const signatureHeader = 'x-harbor-signature';
const statuses = { sent: 'STATUS_SENT', delivered: 'STATUS_DELIVERED', read: 'STATUS_READ', failed: 'STATUS_FAILED' };
const reasons = { unreachable: 'REASON_RECIPIENT_UNREACHABLE', opted_out: 'REASON_OPTED_OUT', window_closed: 'REASON_OUTSIDE_SERVICE_WINDOW' };

/** handleWebhook returns the answer to one callback. Channels are those of the account. */
export function handleWebhook(account, channels, request) {
  const body = request.body ?? Buffer.alloc(0);
  const problem = signatureProblem(account.config.webhook_secret, request.headers ?? [], body);
  if (problem) {
    return { authenticated: false, reply: { status: 401 }, problem };
  }
  let call;
  try {
    call = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    call = undefined;
  }
  if (!Array.isArray(call?.events) || call.events.length === 0) {
    return { authenticated: true, reply: { status: 400 }, problem: 'the callback is not a JSON object with events' };
  }
  const open = channels.filter((c) => !request.channel_ids?.length || request.channel_ids.includes(c.id));
  const read = call.events.map((event) => readEvent(event, open, body));
  return {
    authenticated: true, reply: { status: 200 }, events: read.map((r) => r.event),
    problem: read.map((r) => r.problem).find(Boolean) ?? '',
  };
}

/** signatureProblem says why a call is not proven to be the vendor's, or returns an empty text. */
function signatureProblem(secret, headers, body) {
  if (!secret) {
    return 'webhook_secret is not set: all webhooks are refused';
  }
  const values = headers.filter((h) => h.name?.toLowerCase() === signatureHeader).flatMap((h) => h.values ?? []);
  if (values.length !== 1) {
    return `the header ${signatureHeader} is missing, or there are several`;
  }
  const got = Buffer.from(values[0]);
  const want = Buffer.from('sha256=' + createHmac('sha256', secret).update(body).digest('hex'));
  return got.length === want.length && timingSafeEqual(got, want) ? '' : 'the signature is not that of webhook_secret';
}

function readEvent(event, channels, raw) {
  const text = (value) => (typeof value === 'string' ? value : '');
  const e = event !== null && typeof event === 'object' ? event : {};
  const { time, problem } = readTime(e.time);
  const to = text(e.to);
  const out = {
    // An event without an id has the same id whenever it comes.
    id: text(e.id) || 'sha256:' + createHash('sha256').update(JSON.stringify(event)).digest('hex'),
    time,
    channel_id: channels.find((c) => c.sender === text(e.from))?.id ?? '',
    correlation: {
      provider_message_id: text(e.message_id), reference: text(e.reference),
      recipient: /^\+[1-9][0-9]{5,14}$/.test(to) ? { kind: 'RECIPIENT_KIND_PHONE', address: to } : undefined,
    },
    raw,
  };
  const status = Object.hasOwn(statuses, text(e.status)) ? statuses[e.status] : undefined;
  if (!status) {
    out.channel_notice = { kind: text(e.status) || 'unknown' };
    return { event: out, problem };
  }
  out.delivery_status = { status, vendor_status: e.status };
  if (status === 'STATUS_FAILED') {
    const code = text(e.error?.code);
    out.delivery_status.error = {
      reason: Object.hasOwn(reasons, code) ? reasons[code] : 'REASON_VENDOR_REJECTED', retry: 'RETRY_NEVER', scope: 'SCOPE_RECIPIENT',
      vendor_code: code, vendor_message: text(e.error?.message),
    };
  }
  return { event: out, problem: problem || (out.channel_id ? '' : 'an event is for a number without a channel') };
}

const timeForm = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** readTime returns the time of an event as a protobuf timestamp. A time is never guessed. */
function readTime(value) {
  const match = typeof value === 'string' ? timeForm.exec(value) : null;
  const local = match ? Date.parse(match[1] + 'Z') : NaN;
  const at = match ? Date.parse(match[1] + match[3]) : NaN;
  // Date makes the 3rd of March of the 31st of February. A time before 1970 is one that was not set.
  if (!(at > 0) || new Date(local).toISOString().slice(0, 19) !== match[1]) {
    return { problem: 'the time of an event cannot be read' };
  }
  return { time: { seconds: at / 1000, nanos: Number((match[2] ?? '').padEnd(9, '0')) }, problem: '' };
}
