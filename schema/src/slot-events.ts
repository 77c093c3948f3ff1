import { z } from 'zod';
import { retentionRule } from './retention-rules.ts';

/** What slots are of; absent: of backups. */
const purpose = z.enum(['BACKUP', 'VERIFICATION']);

/** What becomes of the moments that a policy's schedules name. */
export const slotEvents = {
  /** A slot of the policy's schedules has come: the session of this id shall run it. */
  'dev.tablekeep.policy.due.v1': z.object({
    policyId: z.string(),
    policyName: z.string(),
    accountId: z.string(),
    sessionId: z.string(),
    slot: z.object({ at: z.string(), rules: z.array(retentionRule) }),
    /** Why it runs later than its slot, in words; null: it does not. */
    lateBecause: z.string().nullable(),
    retryCount: z.number().int(),
    retryDelaySeconds: z.number().int(),
    /** The slot after this one; null: none follows. A former release did not say. */
    nextRunAt: z.string().nullable().optional(),
  }),
  /** Slots came and were not run in their time; one late run makes up for all of them. */
  'dev.tablekeep.policy.slots.missed.v1': z.object({
    policyId: z.string(),
    policyName: z.string(),
    because: z.enum(['RUN_OPEN', 'NOT_RUNNING']),
    count: z.number().int(),
    /** The first 100. */
    slots: z.array(z.string()),
    sessionId: z.string(),
    /** In words, and more exactly than `because`, which a former release understands. */
    reason: z.string().optional(),
  }),
  /** Slots have come and wait for the policy's run under way, longer than a late minute or two: said once for each wait. */
  'dev.tablekeep.policy.slots.waiting.v1': z.object({
    policyId: z.string(),
    policyName: z.string(),
    /** The first slot that waits. */
    since: z.string(),
    count: z.number().int(),
    /** The run they wait for. */
    sessionId: z.string(),
  }),
  /** Slots had come and were not run yet when somebody changed the policy so that they never will be. */
  'dev.tablekeep.policy.slots.dropped.v1': z.object({
    policyId: z.string(),
    policyName: z.string(),
    because: z.enum(['EDITED', 'DISABLED', 'DELETED']),
    count: z.number().int(),
    /** The first 100. */
    slots: z.array(z.string()),
    purpose: purpose.optional(),
  }),
  /** A clock ran ahead and was put right: slots of the time in between, which had been taken for run, count again. */
  'dev.tablekeep.policy.slots.reset.v1': z.object({
    policyId: z.string(),
    policyName: z.string(),
    /** Up to when slots had been taken for run. */
    takenUntil: z.string(),
    /** Slots after this moment count. */
    slotsAfter: z.string(),
    purpose: purpose.optional(),
  }),
  /** A due slot was announced, and no session has taken it up. */
  'dev.tablekeep.policy.slot.untaken.v1': z.object({
    policyId: z.string(),
    slot: z.string(),
    sessionId: z.string(),
    announcedAt: z.string(),
  }),
  /** The policy's schedules can (no longer) be planned on this system: it does not run until somebody mends them. */
  'dev.tablekeep.policy.unplannable.v1': z.object({
    policyId: z.string(),
    policyName: z.string(),
    reason: z.string(),
  }),
} as const;
