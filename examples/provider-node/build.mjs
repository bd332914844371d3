// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Builds the provider as one executable file: a copy of Node's own executable with the bundled program in it. A certificate is
// about the bytes that run, so a script is not enough: the bytes that run would be those of Node.
//
//   node build.mjs [FILE]

import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { inject } from 'postject';
import protobuf from 'protobufjs';

const here = dirname(fileURLToPath(import.meta.url));
const output = resolve(process.argv[2] ?? 'wahost-provider-harbor');
const work = mkdtempSync(join(tmpdir(), 'provider-node-'));

// The version of Node that the lock file names, where it is one of its packages; otherwise the one that runs this.
const pinned = join(here, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
const node = existsSync(pinned) ? pinned : process.execPath;

/** descriptors is the module wahost:descriptors: all .proto files as one JSON object. */
const descriptors = {
  name: 'descriptors',
  setup(bundle) {
    bundle.onResolve({ filter: /^wahost:descriptors$/ }, (args) => ({ path: args.path, namespace: 'descriptors' }));
    bundle.onLoad({ filter: /.*/, namespace: 'descriptors' }, () => {
      const root = new protobuf.Root();
      const shared = join(here, '../../sdk/proto');
      root.resolvePath = (_, file) => (file.startsWith('wahost/') ? join(shared, file) : file);
      root.loadSync(['wahost/provider/v1/provider.proto', join(here, 'proto/plugin.proto'), join(here, 'proto/health.proto')],
        { keepCase: true });
      return { contents: JSON.stringify(root.toJSON()), loader: 'json' };
    });
  },
};

try {
  const bundle = join(work, 'provider.cjs');
  await build({
    entryPoints: [join(here, 'src/main.js')], outfile: bundle, bundle: true, platform: 'node', format: 'cjs', target: 'node20',
    minify: true, logLevel: 'error', plugins: [descriptors],
  });
  const blob = join(work, 'provider.blob');
  writeFileSync(join(work, 'sea.json'), JSON.stringify({
    main: bundle, output: blob, disableExperimentalSEAWarning: true, useCodeCache: true,
  }));
  execFileSync(node, ['--experimental-sea-config', join(work, 'sea.json')], { stdio: ['ignore', 'ignore', 'inherit'] });
  rmSync(output, { force: true });
  copyFileSync(node, output);
  chmodSync(output, 0o755);
  await inject(output, 'NODE_SEA_BLOB', readFileSync(blob), {
    sentinelFuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
    machoSegmentName: process.platform === 'darwin' ? 'NODE_SEA' : undefined,
  });
} finally {
  rmSync(work, { recursive: true, force: true });
}
