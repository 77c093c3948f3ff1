import { z } from 'zod';

export const alertKind = z.enum([
  'NO_SUCCESS',
  'SLOT_MISSED',
  'POLICY_UNPLANNABLE',
  'COPIES_BEHIND',
  'TABLES_UNPROTECTED',
  'SESSIONS_UNTAKEN',
  'DEAD_EVENTS',
  'DEAD_WORK_ITEMS',
]);
export type AlertKind = z.infer<typeof alertKind>;

/** More are counted and not named: a message is read by a person. */
export const MOST_NAMED = 20;

/** One of what an alert is about: a table, a slot, a session, a message. */
const alertSubject = z.object({
  name: z.string(),
  arn: z.string().nullable(),
  region: z.string().nullable(),
  /** For people: what is wrong with this one; null: nothing beyond what the alert says. */
  cause: z.string().nullable(),
});
export type AlertSubject = z.infer<typeof alertSubject>;

/** What is known of an alert the moment it is raised. It does not change while the alert is open. */
export const alertFacts = z.object({
  severity: z.enum(['WARNING', 'ERROR']),
  accountId: z.string().nullable(),
  region: z.string().nullable(),
  policyId: z.string().nullable(),
  policyName: z.string().nullable(),
  sessionId: z.string().nullable(),
  /** For people: one sentence. */
  summary: z.string(),
  /** For people: why it is so, as far as that is known. */
  cause: z.string(),
  /** For people: what happens without anybody's doing; null: nothing. */
  nextTry: z.string().nullable(),
  /** For people: what to do. */
  remedy: z.string(),
  /** How many of what `about` names. */
  count: z.number().int(),
  about: z.array(alertSubject).max(MOST_NAMED),
  /** Since when it has been so, which may be long before anybody could tell. */
  since: z.string(),
});
export type AlertFacts = z.infer<typeof alertFacts>;

const alert = alertFacts.extend({
  alertId: z.string(),
  kind: alertKind,
  /** What tells alerts of a kind apart: their owner has one open for it at a time. Opaque. */
  subject: z.string().optional(),
  raisedAt: z.string(),
});

export const alertEvents = {
  /** Something that should have happened has not: told once, until it is cleared. */
  'dev.tablekeep.alert.raised.v1': alert,
  /** It is so no longer. What is so again later is another alert. */
  'dev.tablekeep.alert.cleared.v1': alert.extend({ clearedAt: z.string() }),
} as const;
