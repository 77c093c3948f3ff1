import { runServiceProcess } from '@tablekeep/platform/process';
import { eventStreamOptions, gatewayEnvironment } from './environment.ts';
import { createGatewayService } from './service.ts';

await runServiceProcess({
  name: 'gateway',
  env: process.env,
  more: gatewayEnvironment,
  create: (deps, env) =>
    createGatewayService(deps, {
      publicHttp: { host: env.PUBLIC_HOST, port: env.PUBLIC_PORT },
      eventStream: eventStreamOptions(env),
      webOrigins: env.WEB_ORIGINS ?? [],
      ...(env.ADMIN_TOKEN_FILE !== undefined && { givenAdminTokenFile: env.ADMIN_TOKEN_FILE }),
      ...(env.READ_ONLY_TOKEN_FILE !== undefined && { givenReadOnlyTokenFile: env.READ_ONLY_TOKEN_FILE }),
    }),
});
