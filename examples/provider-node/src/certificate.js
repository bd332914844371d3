// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// The certificate of this process. Each start makes a new one, and the host trusts it alone. Node signs but makes no certificates, and a
// library for them would make each start slower: so the few fields are written here in DER (ITU-T X.690).

import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const year = 365 * 24 * 3600 * 1000; // milliseconds

/** makeCertificate returns a new key and its certificate (RFC 5280). */
export function makeCertificate() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid('2a8648ce3d040302')); // ecdsa-with-SHA256
  const name = sequence(der(0x31, sequence(oid('550403'), text(0x0c, 'localhost')))); // commonName
  const hostName = sequence(text(0x82, 'localhost')); // the host looks for it
  const extensions = sequence(sequence(oid('551d11'), der(0x04, hostName))); // subjectAltName
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])), // serial number
    algorithm, name, sequence(time(Date.now() - 60_000), time(Date.now() + 30 * year)), name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]);
  const certificate = sequence(body, algorithm, der(0x03, signature));
  return {
    key: Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    pem: Buffer.from(`-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`),
    // The handshake has the certificate in base64 without padding.
    field: certificate.toString('base64').replace(/=+$/, ''),
  };
}

/** der returns a value with its tag and its length. */
function der(tag, ...contents) {
  const content = Buffer.concat(contents);
  const n = content.length;
  const length = n < 0x80 ? [n] : n < 0x100 ? [0x81, n] : [0x82, n >> 8, n & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...contents) => der(0x30, ...contents);
const oid = (hex) => der(0x06, Buffer.from(hex, 'hex'));
const text = (tag, value) => der(tag, Buffer.from(value));

/** time returns a UTCTime until 2049, and a GeneralizedTime afterwards. */
function time(at) {
  const digits = new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '');
  return digits < '2050' ? text(0x17, digits.slice(2)) : text(0x18, digits);
}
