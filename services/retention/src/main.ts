import { runServiceProcess } from '@tablekeep/platform/process';
import { createRetentionService } from './service.ts';

await runServiceProcess({ name: 'retention', env: process.env, create: (deps) => createRetentionService(deps) });
