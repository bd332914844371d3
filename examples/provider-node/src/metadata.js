// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// What is known about the provider without any configuration.

/** metadata is the answer to GetMetadata, without the capabilities. */
export const metadata = {
  name: 'harbor',
  version: '1.0.0',
  vendor: 'Harbor',
  docs_url: 'https://docs.harbor.example',
};

/** The version of the protocol that this program speaks. */
export const protocolVersion = 1;

/** mostRequests is the largest number of vendor requests at a time. */
export const mostRequests = 50;

/** capabilities are those of every channel. */
export const capabilities = {
  kinds: [{ kind: 'text' }, { kind: 'image' }],
  max_recipients: 1,
  recipient_kinds: ['phone'],
  media_sources: ['link'],
  statuses: ['sent', 'delivered', 'read', 'failed'],
  id_scope: 'ID_SCOPE_RECIPIENT',
  webhooks: true,
  max_concurrency: mostRequests,
};

const text = Buffer.from('"string"');

/** schema describes the two blocks of the configuration. Types are in the notation of go-cty. */
export const schema = {
  provider: {
    attributes: [
      { name: 'api_key', type: text, required: true, sensitive: true, pattern: '[!-~]+',
        pattern_hint: 'printable ASCII characters without spaces', description: 'The API key that Harbor\'s console shows.' },
      { name: 'webhook_secret', type: text, sensitive: true,
        description: 'The secret with which Harbor signs webhooks. Without it, all webhooks are refused.' },
      { name: 'endpoint', type: text, role: 'ATTRIBUTE_ROLE_ENDPOINT', default_value: Buffer.from('"https://api.harbor.example"'),
        description: 'The base URL of Harbor\'s API.' },
    ],
  },
  channel: {
    attributes: [
      { name: 'sender', type: text, required: true, pattern: '\\+?[1-9][0-9]{5,14}', pattern_hint: 'a phone number with its country code',
        description: 'The number that messages are sent from.' },
    ],
  },
};
