// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// The values of blocks, which are MessagePack as go-cty writes it. The host has checked them against the schema.

import { decode, ExtensionCodec } from '@msgpack/msgpack';
import { status } from '@grpc/grpc-js';

/** unknown stands for a value that is not known yet, because it refers to something that is computed later. */
export const unknown = Symbol('unknown');

// go-cty writes unknown values as an extension of type 0, and those of which something is known as one of type 12.
const extensionCodec = new ExtensionCodec();
for (const type of [0, 12]) {
  extensionCodec.register({ type, encode: () => null, decode: () => unknown });
}

// A schema without lists and blocks needs one object of texts. What claims to be more is not read, however large it says it is.
const bounds = { maxArrayLength: 0, maxMapLength: 64, maxStrLength: 1 << 20, maxBinLength: 1 << 10, maxExtLength: 1 << 10 };

/** readConfig returns the arguments of a block by name. An argument is a text, null or unknown. */
export function readConfig(bytes, schema) {
  let config;
  try {
    config = decode(bytes ?? Buffer.alloc(0), { extensionCodec, ...bounds });
  } catch {
    throw invalid('the configuration is not MessagePack');
  }
  if (config === unknown) {
    return Object.fromEntries(schema.attributes.map((a) => [a.name, unknown]));
  }
  if (config === null || typeof config !== 'object' || Array.isArray(config)) {
    throw invalid('the configuration is not an object');
  }
  const names = schema.attributes.map((a) => a.name);
  for (const [name, value] of Object.entries(config)) {
    if (!names.includes(name)) {
      throw invalid('the configuration has an argument that the schema does not have');
    }
    if (value !== null && value !== unknown && typeof value !== 'string') {
      throw invalid(`the argument ${name} is not a text`);
    }
  }
  return Object.fromEntries(schema.attributes.map((a) => [a.name, config[a.name] ?? defaultOf(a)]));
}

function defaultOf(attribute) {
  return attribute.default_value ? JSON.parse(attribute.default_value) : null;
}

function invalid(details) {
  return Object.assign(new Error(details), { code: status.INVALID_ARGUMENT, details });
}

/** checkConfig returns diagnostics about the arguments of a block, all of them at once. No text holds a value. */
export function checkConfig(config, schema) {
  const diagnostics = [];
  for (const a of schema.attributes) {
    const value = config[a.name];
    if (value === unknown) {
      continue;
    }
    if (value === null) {
      if (a.required) {
        diagnostics.push(diagnostic(a.name, 'Missing argument', `The argument ${a.name} is required.`));
      }
      continue;
    }
    if (a.pattern && !new RegExp(`^(?:${a.pattern})$`).test(value)) {
      diagnostics.push(diagnostic(a.name, 'Wrong value', `The value of ${a.name} must be ${a.pattern_hint}.`));
    }
    if (a.role === 'ATTRIBUTE_ROLE_ENDPOINT') {
      const problem = endpointProblem(value);
      if (problem) {
        diagnostics.push(diagnostic(a.name, 'Wrong endpoint', `The endpoint ${problem}.`));
      }
    }
  }
  return diagnostics;
}

function diagnostic(name, summary, detail) {
  return { severity: 'SEVERITY_ERROR', summary, detail, path: [{ name }] };
}

/** endpointProblem says what is wrong with the base URL of an API, or returns an empty text. */
function endpointProblem(value) {
  if (/[\s\p{Cc}]/u.test(value)) {
    return 'contains a space or a control character';
  }
  if (!/^https?:\/\//.test(value) || !URL.canParse(value)) {
    return 'is not a URL that begins with https:// or http://';
  }
  const url = new URL(value);
  if (url.username || url.password || value.split('/')[2].includes('@')) {
    return 'contains a user name or a password: use the arguments for credentials';
  }
  if (value.includes('?') || value.includes('#')) {
    return 'has a query or a fragment: set the base URL only';
  }
  return url.port === '0' ? 'has no usable port' : '';
}
