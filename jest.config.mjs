/** Unit tests sit beside the code; `.int.test.ts` needs the embedded servers; `tests/` crosses services. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/schemas', '<rootDir>/services', '<rootDir>/infra', '<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript' },
          target: 'es2024',
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  testSequencer: '<rootDir>/infra/test-sequencer.mjs',
  globalSetup: '<rootDir>/infra/test-setup.mjs',
  globalTeardown: '<rootDir>/infra/test-teardown.mjs',
  // Far more than any test takes on a machine several times slower: it ends what hangs, it judges nothing.
  testTimeout: 180_000,
  // Jest keeps what the files before have loaded: a whole run in one process came to 5 GB, and spent its end collecting garbage.
  workerIdleMemoryLimit: '1GB',
};
