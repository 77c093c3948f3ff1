import { availableParallelism } from 'node:os';

/** One jest for the whole tree, at the root: turbo would replay old green tests (docs/adr). */
export default {
  globalSetup: './tools/test/start-engines.mjs',
  testMatch: ['**/*.test.ts'],
  testSequencer: './tools/test/end-to-end-first.mjs',
  testPathIgnorePatterns: ['/node_modules/'],
  modulePathIgnorePatterns: [],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  testEnvironment: 'node',
  clearMocks: true,
  randomize: true,
  testTimeout: 30_000,
  // Most tests wait (for a disk, a clock, a server) rather than compute: more of them than there are cores.
  maxWorkers: Math.min(8, 3 + availableParallelism()),
  workerIdleMemoryLimit: '700MB',
};
