// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Requests to the vendor. What matters most is whether a request that failed can have reached it.

import http from 'node:http';
import https from 'node:https';

const requestTimeout = 30_000; // milliseconds
const largestAnswer = 1 << 20; // bytes

/**
 * post makes one request and never repeats it. It returns {status, headers, body}, or {failure, maybeSent} with a text.
 * Redirects are not followed: they would carry the credentials to another host.
 */
export function post(account, path, body, signal) {
  const url = new URL(account.config.endpoint.replace(/\/+$/, '') + path);
  const content = Buffer.from(JSON.stringify(body));
  return new Promise((resolve) => {
    let maybeSent = false;
    const fail = (text) => resolve({ failure: text, maybeSent });
    if (signal.aborted) {
      fail('the call was cancelled');
      return;
    }
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method: 'POST', agent: account.agent, signal,
      headers: {
        'content-type': 'application/json', 'content-length': content.length, accept: 'application/json',
        authorization: `Bearer ${account.config.api_key}`,
      },
    });
    const timer = setTimeout(() => request.destroy(new Error('no complete answer in time')), requestTimeout);
    request.on('close', () => clearTimeout(timer));
    request.on('error', (err) => fail(describe(err)));
    request.on('socket', (socket) => {
      // Before a connection is there, nothing can have reached the vendor.
      const ready = () => {
        maybeSent = true;
        request.end(content);
      };
      if (!socket.connecting) {
        ready();
        return;
      }
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', ready);
    });
    request.on('response', (response) => read(response, resolve, fail));
  });
}

function read(response, resolve, fail) {
  const parts = [];
  let size = 0;
  response.on('data', (part) => {
    parts.push(part);
    if ((size += part.length) > largestAnswer) {
      response.destroy(new Error('the answer is too large'));
    }
  });
  response.on('error', (err) => fail(describe(err)));
  response.on('aborted', () => fail('the answer broke off'));
  response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }));
}

/** describe returns what went wrong, without the request. */
function describe(err) {
  return err.name === 'AbortError' ? 'the call was cancelled' : `${err.code ?? err.message}`;
}

/** failureOutcome returns the outcome of a request without an answer. */
export function failureOutcome({ failure, maybeSent }) {
  if (maybeSent) {
    return { unknown: { cause: `${failure}; the vendor may have received the request` }, attempts: 1 };
  }
  return { rejected: {
    reason: 'REASON_VENDOR_UNAVAILABLE', detail: `${failure}; nothing was sent`, retry: 'RETRY_SAFE', scope: 'SCOPE_ACCOUNT',
  } };
}
