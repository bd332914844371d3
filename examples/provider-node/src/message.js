// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Each field that a caller sets is carried, listed as ignored, or the message is refused with the path of the field.

import { metadata } from './metadata.js';

// What the host decides with, and the vendor need not get.
const hostFields = ['messaging_product', 'recipient_type', 'to', 'recipient', 'type', 'wahost.category', 'wahost.route', 'wahost.campaign',
  'wahost.channel', 'wahost.send_at', 'wahost.vendor'];
const carried = {
  text: ['text.body', 'text.preview_url'],
  image: ['image.link', 'image.caption'],
};
const ignored = ['context.message_id', 'biz_opaque_callback_data'];

// WhatsApp's limits, in characters: those of the Cloud API.
const limits = { 'text.body': 4096, 'image.caption': 1024 };

/** ignoredFields returns the paths of the fields that the vendor does not get. */
export function ignoredFields(message) {
  return [...paths(message)].filter((path) => ignored.includes(path));
}

/** refusal returns why a message cannot be sent to a recipient, or undefined. */
export function refusal(message, to) {
  if (to.kind !== 'RECIPIENT_KIND_PHONE') {
    return refuse('REASON_UNSUPPORTED', to.kind === 'RECIPIENT_KIND_USER' ? 'recipient' : 'to', 'only phone numbers are served');
  }
  if (!/^\+[1-9][0-9]{5,14}$/.test(to.address ?? '')) {
    return { ...refuse('REASON_INVALID_RECIPIENT', 'to', 'expected a phone number in E.164, such as "+14155550123"'), scope: 'SCOPE_RECIPIENT' };
  }
  return contentRefusal(message) ?? extensionRefusal(message.wahost ?? {});
}

function contentRefusal(message) {
  const kind = message.type ?? '';
  if (!Object.hasOwn(carried, kind)) {
    return kind === 'interactive'
      ? refuse('REASON_UNSUPPORTED', 'interactive.type', 'interactive messages are not carried')
      : refuse('REASON_UNSUPPORTED', 'type', 'messages of this kind are not carried');
  }
  if ((message.messaging_product ?? 'whatsapp') !== 'whatsapp') {
    return refuse('REASON_INVALID_MESSAGE', 'messaging_product', 'expected "whatsapp"');
  }
  for (const path of paths(message)) {
    if (path === 'image.id') {
      return refuse('REASON_UNSUPPORTED', path, 'media by id is not carried');
    }
    if (!isKnown(path, kind)) {
      return refuse('REASON_UNSUPPORTED', path, `${metadata.vendor} has no field for this`);
    }
  }
  const needed = kind === 'text' ? 'body' : 'link';
  if (!message[kind]?.[needed]) {
    return refuse('REASON_INVALID_MESSAGE', `${kind}.${needed}`, 'the field is required');
  }
  for (const [path, most] of Object.entries(limits)) {
    const [object, field] = path.split('.');
    if ([...(message[object]?.[field] ?? '')].length > most) {
      return refuse('REASON_INVALID_MESSAGE', path, `at most ${most} characters are allowed`);
    }
  }
  return undefined;
}

function extensionRefusal(extension) {
  const at = extension.send_at;
  if (at && (at.seconds ?? 0) * 1000 > Date.now()) {
    return refuse('REASON_UNSUPPORTED', 'wahost.send_at', 'the vendor does not hold messages until a send time');
  }
  if (extension.vendor?.fields?.[metadata.name]) {
    return refuse('REASON_INVALID_MESSAGE', `wahost.vendor.${metadata.name}`, 'messages have no options for this vendor');
  }
  return undefined;
}

function isKnown(path, kind) {
  return ignored.includes(path) || carried[kind].includes(path) || hostFields.some((f) => path === f || path.startsWith(f + '.'));
}

/** paths yields the paths of all fields that are set. */
function* paths(value, prefix = '') {
  for (const [name, field] of Object.entries(value)) {
    const path = prefix ? `${prefix}.${name}` : name;
    if (Array.isArray(field)) {
      for (const [i, item] of field.entries()) {
        yield* typeof item === 'object' ? paths(item, `${path}[${i}]`) : [`${path}[${i}]`];
      }
    } else if (field !== null && typeof field === 'object') {
      yield* paths(field, path);
    } else {
      yield path;
    }
  }
}

function refuse(reason, path, detail) {
  return { reason, path, detail, retry: 'RETRY_NEVER', scope: 'SCOPE_MESSAGE' };
}
