import { seconds } from '@tablekeep/platform/config';
import { z } from 'zod';
import { standardRates, type ApiRates } from './domain/api-limits.ts';

const rates = z.partialRecord(z.enum(Object.keys(standardRates) as (keyof ApiRates)[]), z.number().positive());

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const limit = (standard: number) => z.coerce.number().int().positive().default(standard);

/** How much of AWS's limits is ours: on both profiles. */
export const limitsEnvironment = z.object({
  EXECUTOR_SHARE: z.coerce
    .number()
    .positive()
    .max(1)
    .default(0.5)
    .describe('Part of AWS’s API and job limits that Tablekeep may use; the rest is the account’s other tools’'),
  EXECUTOR_AWS_RATES: z
    .string()
    .default('{}')
    .transform((text, context) => {
      const read = rates.safeParse(parsed(text.trim() === '' ? '{}' : text));
      if (read.success) return read.data;
      const message = `wants JSON like {"backup:StartBackupJob": 10}: ${z.prettifyError(read.error)}`;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    })
    .describe('AWS’s API rates in calls per second that AWS has raised for the account, as JSON by operation'),
  EXECUTOR_BACKUPS_AT_ONCE: limit(300).describe('AWS’s limit of table backups in flight for an account and Region'),
  EXECUTOR_COPIES_AT_ONCE: limit(100).describe('AWS’s limit of copies for an account and destination Region'),
  EXECUTOR_RESTORES_AT_ONCE: limit(50).describe('AWS’s limit of table restores for an account and Region'),
});

/** Settings of the executor alone. */
export const executorEnvironment = z.object({
  ...limitsEnvironment.shape,
  EXECUTOR_LEASE_SECONDS: seconds
    .min(16)
    .default(20)
    .describe('How long the work of a silent replica stays its own before another takes it over; at least 16'),
});

/** The same as the executor's options have it. */
export function limitsOf(env: z.output<typeof limitsEnvironment>) {
  return {
    share: env.EXECUTOR_SHARE,
    rates: env.EXECUTOR_AWS_RATES,
    jobLimits: {
      backups: env.EXECUTOR_BACKUPS_AT_ONCE,
      copies: env.EXECUTOR_COPIES_AT_ONCE,
      restores: env.EXECUTOR_RESTORES_AT_ONCE,
    },
  };
}
