import { runServiceProcess } from '@tablekeep/platform/process';
import { policyEnvironment, policyOptions } from './environment.ts';
import { createPolicyService } from './service.ts';

await runServiceProcess({
  name: 'policy',
  env: process.env,
  more: policyEnvironment,
  create: (deps, env) => createPolicyService(deps, policyOptions(env)),
});
