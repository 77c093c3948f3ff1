import { runServiceProcess } from '@tablekeep/platform/process';
import { policyEnvironment } from './environment.ts';
import { createPolicyService } from './service.ts';

await runServiceProcess({
  name: 'policy',
  env: process.env,
  more: policyEnvironment,
  create: (deps, env) =>
    createPolicyService(deps, { pricesFile: env.PRICES_FILE, scanHours: env.INVENTORY_SCAN_HOURS }),
});
