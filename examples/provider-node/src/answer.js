// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// What an answer of the vendor means. A message is accepted if the vendor says so with an id, and rejected if the vendor surely
// did not take it. Everything else is unknown, because the vendor may have taken the message.

const never = 'RETRY_NEVER';

// The vendor's errors by code: status, reason, scope, retry.
const errors = {
  bad_key: [401, 'REASON_UNAUTHENTICATED', 'SCOPE_ACCOUNT', never],
  suspended: [403, 'REASON_FORBIDDEN', 'SCOPE_ACCOUNT', never],
  no_credit: [402, 'REASON_QUOTA_EXCEEDED', 'SCOPE_ACCOUNT', never],
  bad_message: [400, 'REASON_INVALID_MESSAGE', 'SCOPE_MESSAGE', never],
  bad_recipient: [400, 'REASON_INVALID_RECIPIENT', 'SCOPE_RECIPIENT', never],
  opted_out: [422, 'REASON_OPTED_OUT', 'SCOPE_RECIPIENT', never],
  window_closed: [422, 'REASON_OUTSIDE_SERVICE_WINDOW', 'SCOPE_RECIPIENT', never],
  unreachable: [422, 'REASON_RECIPIENT_UNREACHABLE', 'SCOPE_RECIPIENT', never],
  unknown_sender: [404, 'REASON_MISCONFIGURED', 'SCOPE_SENDER', never],
  too_many: [429, 'REASON_RATE_LIMITED', 'SCOPE_SENDER', 'RETRY_AFTER'],
  maintenance: [503, 'REASON_VENDOR_UNAVAILABLE', 'SCOPE_ACCOUNT', 'RETRY_AFTER'],
};

// What a status says if the body says nothing (RFC 9110).
const statuses = {
  401: ['REASON_UNAUTHENTICATED', 'SCOPE_ACCOUNT'],
  403: ['REASON_FORBIDDEN', 'SCOPE_ACCOUNT'],
  404: ['REASON_MISCONFIGURED', 'SCOPE_ACCOUNT'],
  407: ['REASON_MISCONFIGURED', 'SCOPE_ACCOUNT'],
  429: ['REASON_RATE_LIMITED', 'SCOPE_SENDER'],
  503: ['REASON_VENDOR_UNAVAILABLE', 'SCOPE_ACCOUNT'],
};

const longestWait = 3600; // seconds
const longestText = 500; // characters
const longestId = 1024; // characters

/** answerOutcome returns the outcome of a message from the answer to its request. */
export function answerOutcome(account, answer) {
  const body = parse(answer.body);
  const id = body?.id;
  if (answer.status === 202 && typeof id === 'string' && id !== '' && id.length <= longestId) {
    return { accepted: { provider_message_id: id }, attempts: 1 };
  }
  const code = body?.error?.code;
  const row = typeof code === 'string' && Object.hasOwn(errors, code) ? errors[code] : undefined;
  if (row?.[0] === answer.status) {
    const [, reason, scope, retry] = row;
    return rejected(account, answer, body, { reason, scope, retry });
  }
  if (answer.status >= 300 && answer.status < 400) {
    return rejected(account, answer, undefined, { reason: 'REASON_MISCONFIGURED', scope: 'SCOPE_ACCOUNT', retry: never });
  }
  const [reason, scope] = statuses[answer.status] ?? ['REASON_VENDOR_REJECTED', 'SCOPE_MESSAGE'];
  if (answer.status === 429 || answer.status === 503) {
    return rejected(account, answer, body, { reason, scope, retry: 'RETRY_AFTER' });
  }
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 408) {
    return rejected(account, answer, body, { reason, scope, retry: never });
  }
  return { unknown: { cause: `the vendor answered HTTP ${answer.status} and does not say whether it took the message` }, attempts: 1 };
}

function rejected(account, answer, body, result) {
  const text = (value) => (typeof value === 'string' ? printable(hide(account, value)) : '');
  const out = { ...result, detail: `the vendor answered HTTP ${answer.status}`,
    vendor_code: text(body?.error?.code), vendor_message: text(body?.error?.message) };
  if (result.retry === 'RETRY_AFTER') {
    const wait = retryAfter(answer.headers);
    if (wait > 0) {
      out.retry_after = { seconds: wait };
    } else if (answer.status === 503) {
      out.retry = 'RETRY_SAFE';
    }
  }
  return { rejected: out, attempts: 1 };
}

/** parse returns the JSON of a body, or undefined. */
function parse(body) {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return value !== null && typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** retryAfter returns the seconds that the header asks to wait: a number or a date, which is compared with the vendor's clock. */
function retryAfter(headers) {
  const value = (headers['retry-after'] ?? '').trim();
  let wait = /^[0-9]+$/.test(value) ? Number(value) : 0;
  if (wait === 0 && Number.isFinite(Date.parse(value))) {
    const now = Date.parse(headers.date ?? '') || Date.now();
    wait = Math.ceil((Date.parse(value) - now) / 1000);
  }
  return Math.min(Math.max(wait, 0), longestWait);
}

/** hide removes credentials from a text: a vendor may return what it got. */
function hide(account, text) {
  for (const secret of [account.config.api_key, account.config.webhook_secret]) {
    if (secret) {
      for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex')]) {
        text = text.replaceAll(form, '[hidden]');
      }
    }
  }
  return text;
}

function printable(text) {
  return [...text.replace(/[\s\p{Cc}]+/gu, ' ')].slice(0, longestText).join('');
}
