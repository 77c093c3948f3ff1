import { runServiceProcess } from '@tablekeep/platform/process';
import { executorEnvironment, limitsOf } from './environment.ts';
import { createExecutorService } from './service.ts';

await runServiceProcess({
  name: 'executor',
  env: process.env,
  more: executorEnvironment,
  queue: true,
  keyring: true,
  create: (deps, env) =>
    createExecutorService(deps, {
      ...limitsOf(env),
      leaseMs: env.EXECUTOR_LEASE_SECONDS * 1_000,
      ...(env.AWS_EMULATOR_URL !== undefined && {
        aws: { endpoint: env.AWS_EMULATOR_URL },
        timeScale: env.EMULATOR_SPEED,
      }),
    }),
});
