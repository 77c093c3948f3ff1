import { z } from 'zod';
import { sessionStatus, sessionType, taskStatus } from './events.ts';

/** The first of a list, and how many more there are: a report stays one that is read. */
const cut = <T extends z.ZodType>(item: T) => z.object({ first: z.array(item), more: z.number().int() });
export type Cut<T> = Readonly<{ first: readonly T[]; more: number }>;

const most = z.number().int().min(1).max(100);

/** What the session service tells for the daily report: of sessions that ended from `from` on and before `until`. */
export const reportSessions = {
  input: z.object({ from: z.string(), until: z.string(), most }),
  output: z.object({
    ended: z.array(z.object({ type: sessionType, status: sessionStatus, sessions: z.number().int() })),
    /** Not over yet. */
    open: z.number().int(),
    /** FAILED ones, then those with warnings, the newest first. */
    troubled: cut(
      z.object({
        sessionId: z.string(),
        type: sessionType,
        status: sessionStatus,
        accountId: z.string(),
        policyId: z.string().nullable(),
        policyName: z.string().nullable(),
        finishedAt: z.string(),
        notes: z.array(z.string()),
        tasks: cut(
          z.object({
            name: z.string(),
            region: z.string(),
            status: taskStatus,
            /** Null: nobody gave one. */
            reason: z.string().nullable(),
          }),
        ),
      }),
    ),
    /** Tasks of open sessions that have failed and are tried again by themselves, the next first. */
    retrying: cut(
      z.object({
        sessionId: z.string(),
        policyName: z.string().nullable(),
        name: z.string(),
        region: z.string(),
        reason: z.string().nullable(),
        at: z.string(),
      }),
    ),
  }),
};

const reportedTable = z.object({ name: z.string(), region: z.string(), account: z.string(), reason: z.string() });

/** What the policy service tells for it: how tables and policies stand, and what runs before `until`. */
export const reportProtection = {
  input: z.object({ until: z.string(), most }),
  output: z.object({
    tables: z.number().int(),
    /** As `ProtectionStatus` of the API; statuses that no table has are absent. */
    byStatus: z.array(z.object({ status: z.string(), tables: z.number().int() })),
    unprotected: cut(reportedTable),
    rpoBreached: cut(reportedTable),
    /** Enabled policies that need a look. */
    policies: cut(
      z.object({
        policyName: z.string(),
        account: z.string(),
        /** A slot came and went without a success. */
        overdue: z.boolean(),
        lastSuccessAt: z.string().nullable(),
        nextRunAt: z.string().nullable(),
        /** Why its schedules cannot be planned; null: they can. */
        unplannable: z.string().nullable(),
        /** Copies that good backups of its last run lack. */
        copiesBehind: z.number().int(),
        verificationsFailed: z.number().int(),
      }),
    ),
    /** Over all policies. */
    copiesBehind: z.number().int(),
    /** What is due, by policy, the soonest first. */
    runs: cut(
      z.object({
        policyName: z.string(),
        what: z.enum(['BACKUP', 'VERIFICATION']),
        firstAt: z.string(),
        runs: z.number().int(),
      }),
    ),
    /** US dollars for a GiB-month, by Region; null: the price list does not say. */
    prices: z.object({
      asOf: z.string(),
      regions: z.array(z.object({ region: z.string(), warm: z.number().nullable(), cold: z.number().nullable() })),
    }),
  }),
};

/** What the retention service tells for it: the points that are there. */
export const reportPoints = {
  input: z.object({ until: z.string(), most }),
  output: z.object({
    storage: z.array(
      z.object({
        region: z.string(),
        storageClass: z.enum(['WARM', 'COLD']),
        points: z.number().int(),
        sizeBytes: z.number(),
      }),
    ),
    /** By how their last test restore went. */
    verified: z.number().int(),
    verificationFailed: z.number().int(),
    unverified: z.number().int(),
    /** Tables that may have lost their data, until somebody acknowledges. */
    frozen: cut(z.object({ tableName: z.string(), tableArn: z.string(), detail: z.string(), frozenAt: z.string() })),
    /** When accounts' retention runs before `until`. */
    runs: z.array(z.object({ accountId: z.string(), at: z.string() })),
  }),
};
