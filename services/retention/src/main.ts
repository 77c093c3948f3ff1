import { runServiceProcess } from '@tablekeep/platform/process';
import { retentionEnvironment } from './environment.ts';
import { createRetentionService } from './service.ts';

await runServiceProcess({
  name: 'retention',
  env: process.env,
  more: retentionEnvironment,
  create: (deps, env) => createRetentionService(deps, { reconcileHours: env.RECONCILE_HOURS }),
});
