import { runServiceProcess } from '@tablekeep/platform/process';
import { createNotificationService } from './service.ts';

await runServiceProcess({
  name: 'notification',
  env: process.env,
  keyring: true,
  create: (deps) => createNotificationService(deps),
});
