import { z } from 'zod';

/** A day's retention of an account has come: the session of this id shall run it. */
export const retentionDue = z.object({
  accountId: z.string(),
  sessionId: z.string(),
  /** YYYY-MM-DD by the calendar of the settings' zone: one run for each account and day. */
  day: z.string(),
  /** Between the days: AWS would soon delete points that must stay. */
  only: z.literal('SAFETY_NETS').optional(),
});

/** A day's retention was announced, and no session has taken it up. */
export const retentionUntaken = z.object({
  accountId: z.string(),
  sessionId: z.string(),
  day: z.string(),
  announcedAt: z.string(),
});

/** Retention was in doubt and did not act: on the account, a vault, or a table. */
export const retentionRefused = z.object({
  accountId: z.string(),
  sessionId: z.string(),
  dryRun: z.boolean(),
  scope: z.enum(['ACCOUNT', 'VAULT', 'TABLE']),
  /** Stable, for programs: CLOCK_SKEW, VAULT_UNREADABLE, LISTING_INCOMPLETE, NEWEST_MISSING, TOO_MANY_AT_ONCE … */
  code: z.string(),
  region: z.string().nullable(),
  vaultName: z.string().nullable(),
  tableArn: z.string().nullable(),
  tableName: z.string().nullable(),
  tableId: z.string().nullable(),
  /** How many points would have gone. */
  points: z.number().int(),
  /** For people: what was seen, and what to do. */
  message: z.string(),
});

/** Rises with every change, so that a word that comes late is known as such. */
export const retentionSettingsChanged = z.object({
  version: z.number().int(),
  /** How long records of ended sessions are kept: null: for ever; absent: nobody has said. */
  sessionKeepDays: z.number().int().min(1).nullable().optional(),
});

const chain = {
  chainId: z.string(),
  accountId: z.string(),
  tableArn: z.string(),
  tableName: z.string(),
  tableId: z.string().nullable(),
  /** REPLACED: the table's name came back with another TableId. COLLAPSED: its size did. */
  because: z.enum(['REPLACED', 'COLLAPSED']),
  detail: z.string(),
};

/** Retention deletes no point of these any more, until a person acknowledges. */
export const chainFrozen = z.object({ ...chain, frozenAt: z.string() });

/** Retention goes on: a person has acknowledged, or no point is left. */
export const chainReleased = z.object({
  ...chain,
  releasedAt: z.string(),
  how: z.enum(['ACKNOWLEDGED', 'NO_POINTS_LEFT']),
  /** Of the acknowledgement. */
  by: z.string().nullable(),
  reason: z.string().nullable(),
});
