import { availableParallelism } from 'node:os';

/** One jest for the whole tree, at the root: turbo would replay old green tests (docs/adr). */
export default {
  globalSetup: './tools/test/start-engines.mjs',
  testMatch: ['**/*.test.ts'],
  testSequencer: './tools/test/longest-first.mjs',
  testPathIgnorePatterns: ['/node_modules/'],
  modulePathIgnorePatterns: [],
  runtime: './tools/test/native-runtime.mjs',
  testEnvironment: './tools/test/native-environment.ts',
  transform: {},
  injectGlobals: false,
  randomize: true,
  testTimeout: 30_000,
  // Most tests wait (for a disk, a clock, a server) rather than compute: more of them than there are cores.
  maxWorkers: Math.min(8, 4 + availableParallelism()),
  workerIdleMemoryLimit: '700MB',
};
