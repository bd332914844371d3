// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// The process: the handshake, the server and all ways in which it ends.

import { rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { makeCertificate } from './certificate.js';
import { protocolVersion } from './metadata.js';
import { Provider } from './provider.js';
import { controllerService, healthService, providerService } from './protocol.js';

const largestMessage = 16 << 20;
const terminateGrace = 5000; // milliseconds
const parentPoll = 1000; // milliseconds

/** serve answers the host until the host, or a signal, ends the process. */
export async function serve() {
  const offered = (process.env.PLUGIN_PROTOCOL_VERSIONS ?? `${protocolVersion}`).split(',').map(Number);
  if (!offered.includes(protocolVersion)) {
    throw new Error(`the host speaks the protocol versions ${offered.join(', ')}, and this provider speaks ${protocolVersion}`);
  }
  const { credentials, field } = security(process.env.PLUGIN_CLIENT_CERT);
  const socket = join(process.env.PLUGIN_UNIX_SOCKET_DIR || tmpdir(), `harbor-${process.pid}`);
  const provider = new Provider();
  const server = new Server({
    'grpc.max_receive_message_length': largestMessage,
    'grpc.max_send_message_length': largestMessage,
  });
  const end = (code) => {
    rmSync(socket, { force: true });
    process.exit(code);
  };
  server.addService(providerService, provider.methods());
  server.addService(healthService, { check: (call, done) => done(null, { status: 'SERVING' }) });
  server.addService(controllerService, {
    shutdown: (call, done) => {
      done(null, {});
      setImmediate(end, 0);
    },
  });
  process.on('SIGTERM', async () => {
    await provider.stop(terminateGrace);
    end(0);
  });
  process.on('SIGINT', () => {}); // Ctrl-C is for the host, which then stops its providers
  watchParent(() => end(1));
  await new Promise((resolve, reject) => {
    server.bindAsync(`unix:${socket}`, credentials, (err) => (err ? reject(err) : resolve()));
  });
  writeSync(1, `1|${protocolVersion}|unix|${socket}|grpc|${field}\n`);
}

/** security returns credentials that admit the host alone, whose certificate in PEM is given, and the field of the handshake. */
function security(host) {
  if (!host) { // only for tests: WAHOST_DISABLE_PLUGIN_TLS turns the encryption off
    return { credentials: ServerCredentials.createInsecure(), field: '' };
  }
  const own = makeCertificate();
  return {
    credentials: ServerCredentials.createSsl(Buffer.from(host), [{ private_key: own.key, cert_chain: own.pem }], true),
    field: own.field,
  };
}

/** watchParent calls gone when the process that started this one has ended: a killed host cannot tell its providers. */
function watchParent(gone) {
  const parent = process.ppid;
  const host = Number(process.env.WAHOST_HOST_PID);
  if (host > 1 && parent === 1) {
    gone(); // it ended before this process looked
  }
  setInterval(() => process.ppid === parent || gone(), parentPoll).unref();
}
