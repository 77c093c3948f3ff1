import { z } from 'zod';

export const FORMAT_VERSION = 1;

const period = z.strictObject({ value: z.int(), unit: z.enum(['DAYS', 'MONTHS', 'YEARS']) }).nullish();
const weekday = z.enum(['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']);
const selection = z.strictObject({
  allTables: z.boolean().nullish(),
  tableNames: z.array(z.string()).nullish(),
  tags: z.array(z.strictObject({ key: z.string(), value: z.string().nullish() })).nullish(),
  tagsMatch: z.enum(['ANY', 'ALL']).nullish(),
});
const dayOfMonth = z.strictObject({
  kind: z.enum(['DATE', 'LAST_DAY', 'NTH_WEEKDAY', 'LAST_WEEKDAY']),
  date: z.int().nullish(),
  nth: z.int().nullish(),
  weekday: weekday.nullish(),
});
const kept = { keep: period, keepCopies: period };
const schedules = z.strictObject({
  timeZone: z.string(),
  daily: z
    .strictObject({
      days: z.array(weekday).nullish(),
      times: z.array(z.string()),
      copyTimes: z.array(z.string()).nullish(),
      ...kept,
    })
    .nullish(),
  weekly: z
    .strictObject({
      days: z.array(weekday),
      time: z.string().nullish(),
      copyDays: z.array(weekday).nullish(),
      ...kept,
    })
    .nullish(),
  monthly: z
    .strictObject({
      months: z.array(z.int()).nullish(),
      on: dayOfMonth,
      time: z.string().nullish(),
      copyMonths: z.array(z.int()).nullish(),
      ...kept,
    })
    .nullish(),
  yearly: z
    .strictObject({
      month: z.int(),
      on: dayOfMonth,
      time: z.string().nullish(),
      copies: z.boolean().nullish(),
      ...kept,
    })
    .nullish(),
});

/**
 * A policy outside of an installation: what its input takes, without the account. Strict: a member that this release does
 * not know is named, not dropped, for it may be what the policy is about.
 */
export const exportedPolicy = z.strictObject({
  format: z.literal('tablekeep-policy'),
  formatVersion: z.literal(FORMAT_VERSION),
  name: z.string(),
  description: z.string().nullish(),
  regions: z.array(z.string()),
  include: selection,
  exclude: selection.nullish(),
  vaults: z.array(z.strictObject({ region: z.string(), vaultName: z.string() })),
  copies: z
    .array(
      z.strictObject({
        fromRegion: z.string(),
        toRegion: z.string(),
        vaultName: z.string(),
        retentionDays: z.int().nullish(),
      }),
    )
    .nullish(),
  backupRetentionDays: z.int().nullish(),
  customTags: z.array(z.strictObject({ key: z.string(), value: z.string() })).nullish(),
  retryCount: z.int().nullish(),
  retryDelaySeconds: z.int().nullish(),
  coldStorageAfterDays: z.int().nullish(),
  rpoHours: z.int().nullish(),
  notifications: z
    .strictObject({
      silent: z.boolean().nullish(),
      recipients: z.array(z.string()).nullish(),
      notifyOn: z.array(z.enum(['SUCCESS', 'WARNING', 'ERROR'])).nullish(),
    })
    .nullish(),
  verification: z
    .strictObject({
      schedule: z.strictObject({
        timeZone: z.string(),
        daily: z.strictObject({ days: z.array(weekday).nullish(), times: z.array(z.string()) }).nullish(),
        weekly: z.strictObject({ days: z.array(weekday), time: z.string().nullish() }).nullish(),
        monthly: z
          .strictObject({ months: z.array(z.int()).nullish(), on: dayOfMonth, time: z.string().nullish() })
          .nullish(),
        yearly: z.strictObject({ month: z.int(), on: dayOfMonth, time: z.string().nullish() }).nullish(),
      }),
      countItems: z.boolean().nullish(),
    })
    .nullish(),
  schedules: schedules.nullish(),
});
export type ExportedPolicy = z.infer<typeof exportedPolicy>;

export type ReadPolicy =
  | Readonly<{ ok: true; policy: ExportedPolicy }>
  | Readonly<{ ok: false; problems: readonly Readonly<{ message: string; path: readonly string[] }>[] }>;

/** Reads a document's text; every problem of its form at once, each with its place in the document. */
export function readExported(json: string): ReadPolicy {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { ok: false, problems: [{ message: `This is no JSON: ${(error as Error).message}`, path: [] }] };
  }
  const read = exportedPolicy.safeParse(value);
  if (read.success) return { ok: true, policy: read.data };
  const problems = read.error.issues.map(({ message, path }) => ({ message, path: path.map(String) }));
  return { ok: false, problems };
}
