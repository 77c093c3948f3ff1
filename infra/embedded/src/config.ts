import { limitsEnvironment, limitsOf } from '@tablekeep/executor/environment';
import { eventStreamOptions, publicEnvironment } from '@tablekeep/gateway/environment';
import { parseEnv } from '@tablekeep/platform/config';
import { tracingConfig, tracingEnvironment, type TracingConfig } from '@tablekeep/platform/tracing';
import { notificationEnvironment, notificationOptions } from '@tablekeep/notification/environment';
import { alertAfterOf, alertEnvironment } from '@tablekeep/platform/process';
import type { AlertAfter } from '@tablekeep/platform/service';
import { policyEnvironment } from '@tablekeep/policy/environment';
import { retentionEnvironment } from '@tablekeep/retention/environment';
import { z } from 'zod';

/** The embedded profile's settings; the README's table is generated from these texts. */
export const embeddedEnvironment = z.object({
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(4000)
    .describe('Where GraphQL clients connect; 0: any free port'),
  HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  DATA_DIR: z.string().default('./data').describe('Everything Tablekeep keeps: databases, queue, keys, emulated AWS'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Lowest level written'),
  AWS: z
    .enum(['emulated', 'external-emulator', 'real'])
    .default('emulated')
    .describe('emulated: an AWS inside this process; external-emulator: one at AWS_EMULATOR_URL; real: your account'),
  AWS_EMULATOR_URL: z.url().optional().describe('Address of an emulator that runs as a process of its own'),
  EMULATOR_SPEED: z.coerce
    .number()
    .min(1)
    .max(3600)
    .default(60)
    .describe('How many times faster than real the emulated AWS runs'),
  ...limitsEnvironment.shape,
  ...policyEnvironment.shape,
  ...alertEnvironment.shape,
  ...retentionEnvironment.shape,
  ...notificationEnvironment.shape,
  ...publicEnvironment.shape,
  ...tracingEnvironment.shape,
});

export type EmbeddedConfig = Readonly<{
  http: Readonly<{ host: string; port: number }>;
  dataDir: string;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** How much of AWS's limits is ours. */
  limits: ReturnType<typeof limitsOf>;
  eventStream?: ReturnType<typeof eventStreamOptions>;
  /** Origins whose pages may use the API; absent: none. */
  webOrigins?: readonly string[];
  /** Absent: the price list that is shipped. */
  pricesFile?: string | undefined;
  /** A Region whose inventory is older is scanned; absent: as the policy service has it. */
  scanHours?: number | undefined;
  /** How long after its slot a policy’s run may take, milliseconds; absent: as the policy service has it. */
  graceMs?: number | undefined;
  /** When what waits is worth an alert; absent: as services have it. */
  alertAfter?: AlertAfter | undefined;
  /** How often the catalog is compared with the vaults; absent or 0: never. */
  reconcileHours?: number | undefined;
  /** Where messages may go, and link to. */
  notification?: Partial<ReturnType<typeof notificationOptions>>;
  /** Absent or null: no traces. */
  tracing?: TracingConfig | null;
  aws: Readonly<
    { kind: 'emulated'; speed: number } | { kind: 'external-emulator'; url: string; speed: number } | { kind: 'real' }
  >;
}>;

/** Pure: takes the environment, never reads it. */
export function parseEmbeddedConfig(env: Readonly<Record<string, string | undefined>>): EmbeddedConfig {
  const schema = embeddedEnvironment.refine((e) => e.AWS !== 'external-emulator' || e.AWS_EMULATOR_URL !== undefined, {
    path: ['AWS_EMULATOR_URL'],
    message: 'must be given with AWS=external-emulator',
  });
  const e = parseEnv(schema, env);
  return {
    http: { host: e.HOST, port: e.PORT },
    dataDir: e.DATA_DIR,
    logLevel: e.LOG_LEVEL,
    limits: limitsOf(e),
    eventStream: eventStreamOptions(e),
    webOrigins: e.WEB_ORIGINS ?? [],
    pricesFile: e.PRICES_FILE,
    scanHours: e.INVENTORY_SCAN_HOURS,
    graceMs: e.ALERT_GRACE_MINUTES * 60_000,
    alertAfter: alertAfterOf(e),
    reconcileHours: e.RECONCILE_HOURS,
    notification: notificationOptions(e),
    tracing: tracingConfig(e),
    aws:
      e.AWS === 'real'
        ? { kind: 'real' }
        : e.AWS === 'emulated'
          ? { kind: 'emulated', speed: e.EMULATOR_SPEED }
          : { kind: 'external-emulator', url: e.AWS_EMULATOR_URL ?? '', speed: e.EMULATOR_SPEED },
  };
}
