import { parseEnv, type Problem } from '@tablekeep/platform/config';
import { z } from 'zod';

const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/u, 'must be a Region, as eu-west-1');
const roleArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/u, 'must be the ARN of a role, arn:aws:iam::<account>:role/<name>');

/** What `--clean` needs, and every run. */
const whereEnvironment = z.object({
  TABLEKEEP_AWS_TEST: z
    .string()
    .regex(/^yes-on-\d{12}$/u, 'must be yes-on- and the 12 digits of the account that may be used')
    .describe(
      '`yes-on-` and the 12 digits of the account that may be used; compared with whom the credentials belong to',
    ),
  TABLEKEEP_AWS_HOME_REGION: region.describe('Region of the table, its backups and its restores'),
  TABLEKEEP_AWS_COPY_REGION: region.describe('Region of the copy'),
});

const runEnvironment = z.object({
  TABLEKEEP_AWS_SPENDING_CAP_USD: z.coerce
    .number()
    .positive()
    .describe('Dollars a run may cost; it refuses where its own upper bound is higher'),
  TABLEKEEP_AWS_OPERATOR_ROLE_ARN: roleArn.describe('Role that Tablekeep assumes, as infra/cdk makes it'),
  TABLEKEEP_AWS_EXTERNAL_ID: z.string().min(2).max(1224).describe('External id that this role asks for'),
  TABLEKEEP_AWS_SERVICE_ROLE_ARN: roleArn.describe('Role that is passed to AWS Backup'),
  TABLEKEEP_AWS_TOKEN_MINUTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_440)
    .default(30)
    .describe('Minutes after which an idempotency token is used again'),
});

export const probeEnvironment = z.object({ ...whereEnvironment.shape, ...runEnvironment.shape });

export type Where = Readonly<{ accountId: string; home: string; copyRegion: string }>;
export type ProbeSettings = Where &
  Readonly<{
    capUsd: number;
    operatorRoleArn: string;
    externalId: string;
    serviceRoleArn: string;
    tokenMinutes: number;
  }>;

type Env = Readonly<Record<string, string | undefined>>;

/** Pure. Throws InvalidConfigError with every problem at once. */
export function parseProbeSettings(env: Env): ProbeSettings {
  const e = parseEnv(probeEnvironment, env, [...whereProblems(env), ...roleProblems(env)]);
  return {
    ...whereOf(e),
    capUsd: e.TABLEKEEP_AWS_SPENDING_CAP_USD,
    operatorRoleArn: e.TABLEKEEP_AWS_OPERATOR_ROLE_ARN,
    externalId: e.TABLEKEEP_AWS_EXTERNAL_ID,
    serviceRoleArn: e.TABLEKEEP_AWS_SERVICE_ROLE_ARN,
    tokenMinutes: e.TABLEKEEP_AWS_TOKEN_MINUTES,
  };
}

/** Cleaning costs nothing and passes no role, so it asks for less. */
export function parseCleanSettings(env: Env): Where {
  return whereOf(parseEnv(whereEnvironment, env, whereProblems(env)));
}

function whereOf(e: z.output<typeof whereEnvironment>): Where {
  return {
    accountId: allowedAccount(e.TABLEKEEP_AWS_TEST) ?? '',
    home: e.TABLEKEEP_AWS_HOME_REGION,
    copyRegion: e.TABLEKEEP_AWS_COPY_REGION,
  };
}

function allowedAccount(yes: string | undefined): string | undefined {
  return /^yes-on-(\d{12})$/u.exec(yes ?? '')?.[1];
}

function whereProblems(env: Env): Problem[] {
  const { TABLEKEEP_AWS_HOME_REGION: home, TABLEKEEP_AWS_COPY_REGION: copy } = env;
  // Answers of an emulator must never be kept as those of AWS.
  const endpoints = Object.keys(env).filter((name) => /^AWS_ENDPOINT_URL(_|$)/u.test(name) && env[name] !== '');
  return [
    ...endpoints.map((name) => ({ name, message: 'must not be given: this run is for AWS itself' })),
    ...(home !== undefined && home !== '' && home === copy
      ? [{ name: 'TABLEKEEP_AWS_COPY_REGION', message: 'must be another Region than TABLEKEEP_AWS_HOME_REGION' }]
      : []),
  ];
}

function roleProblems(env: Env): Problem[] {
  const account = allowedAccount(env['TABLEKEEP_AWS_TEST']);
  return ['TABLEKEEP_AWS_OPERATOR_ROLE_ARN', 'TABLEKEEP_AWS_SERVICE_ROLE_ARN'].flatMap((name) => {
    const found = /^arn:aws[a-z-]*:iam::(\d{12}):/u.exec(env[name] ?? '')?.[1];
    if (account === undefined || found === undefined || found === account) return [];
    return [{ name, message: 'must be a role of the account that TABLEKEEP_AWS_TEST names' }];
  });
}
