import { runServiceProcess } from '@tablekeep/platform/process';
import { notificationEnvironment } from './environment.ts';
import { createNotificationService } from './service.ts';

await runServiceProcess({
  name: 'notification',
  env: process.env,
  keyring: true,
  more: notificationEnvironment,
  create: (deps, env) => createNotificationService(deps, { eventLogDays: env.EVENT_LOG_DAYS }),
});
