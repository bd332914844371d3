// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// The program wahost-provider-harbor. wahost starts it; a person can ask it to describe itself.

import { writeSync } from 'node:fs';
import { metadata } from './metadata.js';
import { captureConsole } from './log.js';
import { describe } from './describe.js';
import { serve } from './serve.js';

// Whoever finds this variable with this value was started by a host.
const cookie = process.env.WAHOST_PROVIDER_COOKIE === '8b1f0a54e3c94d0f9a5c7d2be6134c70';
const program = `wahost-provider-${metadata.name}`;

captureConsole();
switch (process.argv[2]) {
  case 'describe':
    writeSync(1, JSON.stringify(describe(), null, 2) + '\n');
    break;
  case '-version':
    writeSync(1, metadata.version + '\n');
    break;
  default:
    if (cookie && process.argv.length === 2) {
      serve().catch((err) => {
        writeSync(2, `${program}: ${err.message}\n`);
        process.exit(1);
      });
      break;
    }
    writeSync(2, `${program} ${metadata.version} is a wahost provider for ${metadata.vendor}.\n\nwahost starts it. You can run:\n\n` +
      `  ${program} describe   print metadata and schema as JSON\n  ${program} -version   print the version\n`);
    process.exitCode = process.argv.length === 2 ? 1 : 2;
}
