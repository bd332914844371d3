// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// The certificate of this process. Each start makes a new one, and the host trusts it alone.

import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';

/** makeCertificate returns a new key and its certificate. */
export async function makeCertificate() {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const year = 365 * 24 * 3600 * 1000;
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=localhost',
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 30 * year),
    signingAlgorithm: algorithm,
    keys,
    // The host looks for this name.
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }])],
  }, webcrypto);
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    key: Buffer.from(PemConverter.encode(key, 'PRIVATE KEY')),
    pem: Buffer.from(certificate.toString('pem')),
    // The handshake has the certificate in base64 without padding.
    field: Buffer.from(certificate.rawData).toString('base64').replace(/=+$/, ''),
  };
}
