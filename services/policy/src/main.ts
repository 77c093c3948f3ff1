import { runServiceProcess } from '@tablekeep/platform/process';
import { createPolicyService } from './service.ts';

await runServiceProcess({ name: 'policy', env: process.env, create: (deps) => createPolicyService(deps) });
