// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

import { metadata, protocolVersion, schema } from './metadata.js';

/** describe returns what the argument `describe` prints. The host reads the names and the protocol versions. */
export function describe() {
  return {
    format_version: '2.0',
    name: metadata.name,
    version: metadata.version,
    vendor: metadata.vendor,
    docs_url: metadata.docs_url,
    protocol_versions: [protocolVersion],
    provider: document(schema.provider),
    channel: document(schema.channel),
  };
}

function document(body) {
  return {
    attributes: body.attributes.map((a) => ({
      name: a.name, type: JSON.parse(a.type), description: a.description, required: Boolean(a.required), sensitive: Boolean(a.sensitive),
      default: a.default_value && JSON.parse(a.default_value), pattern: a.pattern, pattern_hint: a.pattern_hint,
    })),
  };
}
