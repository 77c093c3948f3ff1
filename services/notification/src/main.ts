import { runServiceProcess } from '@tablekeep/platform/process';
import { notificationEnvironment, notificationOptions } from './environment.ts';
import { createNotificationService } from './service.ts';

await runServiceProcess({
  name: 'notification',
  env: process.env,
  keyring: true,
  more: notificationEnvironment,
  create: (deps, env) => createNotificationService(deps, notificationOptions(env)),
});
