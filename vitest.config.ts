/** Unit tests sit beside the code; `.int.test.ts` needs servers; `tests/` crosses services. */
import { defineConfig } from 'vitest/config';
import { InOrder } from './infra/test-order.ts';

/** They have servers of their own, and wait most of the time for faults that are to come and what is to be erased. */
const alone = ['infra/embedded/stack.int.test.ts', 'tests/erased/**/*.test.ts', 'tests/soak/soak.test.ts'];

/** They wait most of the time too, for a browser and for Prometheus. */
const watching = [
  'tests/console/**/*.test.ts',
  'tests/idle/**/*.test.ts',
  'tests/observability/**/*.test.ts',
];

const withServers = { globalSetup: './infra/test-stack.ts' };

const project = (name: string, groupOrder: number, test: object) => ({
  extends: true as const,
  test: { name, sequence: { groupOrder }, ...test },
});

export default defineConfig({
  test: {
    projects: [
      project('units', 1, {
        include: ['{schemas,services,infra}/**/*.test.ts'],
        exclude: ['**/node_modules/**', '**/*.int.test.ts'],
      }),
      project('servers', 2, {
        include: ['{services,infra}/**/*.int.test.ts', 'tests/**/*.test.ts'],
        exclude: ['**/node_modules/**', ...alone, ...watching],
        ...withServers,
      }),
      project('watching', 3, { include: watching, ...withServers }),
      project('alone', 4, { include: alone }),
    ],
    sequence: { sequencer: InOrder },
    // Node takes the types off itself, and loads each module once in a run: with Jest, which does it anew for each of 240 files,
    // that was half of the processor's time.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    pool: 'forks',
    isolate: false,
    // One at a time: the tests of a run share one log.
    maxWorkers: 1,
    // Far more than any test takes on a machine several times slower: it ends what hangs, it judges nothing.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    teardownTimeout: 180_000,
  },
});
