import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';
import { geography } from './geography.ts';

/** What is sent is compressed once, here, and not at each request. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir = '.' }, bundle) {
      for (const name of Object.keys(bundle).filter((name) => /\.(?:js|css|html|json|svg)$/.test(name))) {
        const file = join(dir, name);
        const bytes = readFileSync(file);
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
        writeFileSync(`${file}.br`, brotliCompressSync(bytes));
      }
    },
  };
}

/** What schemas say to who reads them: the page has words of its own, in the reader's language. */
function withoutDoc(): Plugin {
  return {
    name: 'without-doc',
    enforce: 'pre',
    transform: (code, id) =>
      id.endsWith('/schemas/generated.ts') ? code.replaceAll(/"doc": "(?:[^"\\]|\\.)*",?/g, '') : undefined,
  };
}

export default defineConfig({
  root: join(import.meta.dirname, 'web'),
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: { alias: { avsc: join(import.meta.dirname, 'web/core/avro-structure.ts') } },
  plugins: [withoutDoc(), compressed(), geography()],
  build: {
    outDir: join(import.meta.dirname, 'dist'),
    emptyOutDir: true,
    target: 'es2022',
    // Its helper would ask for a policy of Trusted Types; every browser of the last years preloads modules by itself.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
