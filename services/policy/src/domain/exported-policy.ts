import { z } from 'zod';
import type { PolicyDocument } from './policy-document.ts';

/** 2 added tables of one Region. */
const FORMAT_VERSIONS = [1, 2] as const;

/** The oldest version that can say all of the policy, so that older installations can read what they can do. */
export function formatVersionOf({ include, exclude }: Pick<PolicyDocument, 'include' | 'exclude'>): 1 | 2 {
  return [include, exclude].some(({ tables }) => (tables ?? []).length > 0) ? 2 : 1;
}

const period = z.strictObject({ value: z.int(), unit: z.enum(['DAYS', 'MONTHS', 'YEARS']) }).nullish();
const weekday = z.enum(['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']);
const selection = z.strictObject({
  allTables: z.boolean().nullish(),
  tableNames: z.array(z.string()).nullish(),
  tables: z.array(z.strictObject({ name: z.string(), region: z.string() })).nullish(),
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
  formatVersion: z.literal(FORMAT_VERSIONS),
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
  keepNewest: z.boolean().nullish(),
  safetyNetDays: z.int().nullish(),
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

type FormProblem = Readonly<{ message: string; path: readonly string[] }>;

/** `policy`: what of it could be read. Members that could not are named in `problems`, and stand empty. */
export type ReadPolicy = Readonly<{ policy: ExportedPolicy | null; problems: readonly FormProblem[] }>;

/** What stands in for a member that could not be read, so that the others can be judged. */
const EMPTY = { format: 'tablekeep-policy', formatVersion: 2, name: '', regions: [], include: {}, vaults: [] };

/** Reads a document's text; every problem of its form at once, each with its place in the document. */
export function readExported(json: string): ReadPolicy {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { policy: null, problems: [{ message: `This is no JSON: ${(error as Error).message}`, path: [] }] };
  }
  const read = exportedPolicy.safeParse(value);
  if (read.success) return { policy: read.data, problems: [] };
  const problems = read.error.issues.flatMap((issue): FormProblem[] => {
    const path = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys') return [{ message: issue.message, path }];
    return issue.keys.map((key) => ({ message: 'This release knows no such member.', path: [...path, key] }));
  });
  const wrong = new Set(problems.map(({ path }) => path[0]));
  if (wrong.has(undefined)) return { policy: null, problems };
  const sound = Object.entries(value as object).filter(([name]) => !wrong.has(name));
  return { policy: exportedPolicy.parse({ ...EMPTY, ...Object.fromEntries(sound) }), problems };
}

/** What is said of a policy's content that follows only from a member whose form is wrong. */
const RESTS_ON: Readonly<Record<string, readonly string[]>> = {
  REGION_NOT_IN_POLICY: ['regions'],
  MISSING_VAULT: ['regions', 'vaults'],
  // Which retentions count depends on whether there are schedules.
  COLD_TOO_SHORT: ['coldStorageAfterDays', 'schedules'],
};

/** Whether a problem of the content stands although the form of these members is wrong. */
export function stands(
  { code, path }: Readonly<{ code: string; path: readonly string[] }>,
  form: readonly FormProblem[],
): boolean {
  const wrong = new Set(form.map(({ path: [member] }) => member));
  return !wrong.has(path[0]) && !(RESTS_ON[code] ?? []).some((member) => wrong.has(member));
}
