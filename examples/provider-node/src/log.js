// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Lines of JSON on standard error, which the host reads. A line never holds a request: it has phone numbers and credentials.

import { Console } from 'node:console';
import { writeSync } from 'node:fs';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'off'];
const least = Math.max(0, levels.indexOf(process.env.WAHOST_PROVIDER_LOG ?? 'info'));

/** log writes a line if the host wants its level. */
export function log(level, msg, fields = {}) {
  if (levels.indexOf(level) >= least) {
    writeSync(2, JSON.stringify({ time: new Date(), level, msg, ...fields }) + '\n');
  }
}

/** captureConsole makes everything that libraries print go to standard error: standard output has the handshake and nothing else. */
export function captureConsole() {
  globalThis.console = new Console(process.stderr);
}
