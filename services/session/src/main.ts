import { runServiceProcess } from '@tablekeep/platform/process';
import { sessionEnvironment } from './environment.ts';
import { createSessionService } from './service.ts';

await runServiceProcess({
  name: 'session',
  env: process.env,
  more: sessionEnvironment,
  queue: true,
  create: (deps, env) =>
    createSessionService(deps, {
      resendAfterMs: env.SESSION_RESEND_SECONDS * 1_000,
      keepDays: env.SESSION_KEEP_DAYS === 0 ? null : env.SESSION_KEEP_DAYS,
    }),
});
