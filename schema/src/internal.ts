import { z } from 'zod';
import { reportPoints, reportProtection, reportSessions } from './daily-report.ts';
import { eventReader, gap, loggedEvent } from './event-stream.ts';
import { account, sessionRequest } from './events.ts';
import { permissionOperations } from './permissions.ts';
import { retentionRule } from './retention-rules.ts';
import { known } from './settings.ts';

/** A problem of the caller's input, with the path into `input`. */
export const userError = z.object({ code: z.string(), message: z.string(), path: z.array(z.string()) });

/** What a session is about, resolved by the owner of its targets before it is stored. */
export const resolvedTargets = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    accountId: z.string(),
    /** Null where the session belongs to no policy. */
    policy: z
      .object({ id: z.string(), name: z.string(), retryCount: z.number().int(), retryDelaySeconds: z.number().int() })
      .nullable(),
    /** The request as the owner understood it: defaults filled in. */
    request: sessionRequest,
  }),
  z.object({ ok: z.literal(false), userErrors: z.array(userError).min(1) }),
]);

const at = {
  accountId: z.string(),
  /** Given by the owner of accounts, for one that the executor may not know yet. */ account: account.nullable(),
};

export const vault = z.object({
  name: z.string(),
  arn: z.string(),
  encryptionKeyArn: z.string().nullable(),
  locked: z.boolean(),
  minRetentionDays: z.number().nullable(),
  maxRetentionDays: z.number().nullable(),
  recoveryPoints: z.number(),
});
export const kmsKey = z.object({
  arn: z.string(),
  keyId: z.string(),
  aliases: z.array(z.string()),
  manager: z.enum(['AWS', 'CUSTOMER']),
  enabled: z.boolean(),
});
export const region = z.object({ name: z.string(), enabled: z.boolean() });

/** What the executor knows of an account's Region before it starts a backup there. */
export const regionSettings = z.object({
  /** AWS Backup's service opt-in and advanced features for DynamoDB. */
  optedIn: z.boolean(),
  advanced: z.boolean(),
  /** Our share of AWS's rate, and of the jobs AWS lets run at once. */
  backupStartsPerSecond: z.number(),
  backupsAtOnce: z.number().int(),
  /** Where a switch is off: the account's own backup plans that switching it on may affect. */
  affectedPlans: known(z.array(z.object({ id: z.string(), name: z.string(), why: z.string() }))).optional(),
});

const outcome = z.enum(['OK', 'MISSING', 'UNKNOWN']);
const awsRole = z.enum(['OPERATOR', 'SERVICE']);
const permissionGap = z.object({
  role: awsRole,
  roleArn: z.string(),
  action: z.string(),
  /** ARN patterns it is asked on. */
  resources: z.array(z.string()),
  operations: z.array(z.enum(permissionOperations)),
  reason: z.string(),
});
const permissionFinding = z.object({
  code: z.string(),
  outcome,
  region: z.string().nullable(),
  /** ARN or name of the role, vault, key or account it is about. */
  subject: z.string(),
  /** Of a vault's key: the vault. */
  vaultName: z.string().optional(),
  message: z.string(),
});
/** Everything the two roles of an account lack, at once; what could not be told is never OK. */
export const permissionCheck = z.object({
  outcome,
  missing: z.array(permissionGap),
  unknown: z.array(permissionGap),
  /** Trust of the roles, policies and keys of vaults, and what could not be told. */
  findings: z.array(permissionFinding),
  /** IAM policy documents that would grant what is missing. */
  grants: z.array(z.object({ role: awsRole, roleArn: z.string(), document: z.string() })),
});

/** Of the tables that are to be backed up, what can speak against it; so many as can be asked about, and how many more. */
const checkedTables = z.object({
  arns: z.array(z.string()).max(500),
  more: z.number().int(),
  policies: z.array(z.object({ arn: z.string(), policy: known(z.string()) })).max(500),
  morePolicies: z.number().int(),
  keys: z.array(z.object({ region: z.string(), arn: z.string() })).max(500),
  moreKeys: z.number().int(),
});
export type CheckedTables = z.infer<typeof checkedTables>;

const looked = <T extends z.ZodType>(value: T) => z.object({ answer: known(value), asOf: z.string() });

/**
 * The internal synchronous paths (architecture §2): targets (session → owner) and look-ups (everyone → executor).
 * Each may answer "could not tell".
 */
export const internalCalls = {
  /**
   * Answered by policy (INVENTORY_SCAN, POLICY_BACKUP, MANUAL_BACKUP, VERIFICATION of a policy) and retention (everything about
   * restore points).
   */
  resolveTargets: { input: z.object({ request: sessionRequest }), output: resolvedTargets },
  /** Answered by policy: the accounts that exist, for services that keep only their ids. */
  getAccount: { input: z.object({ accountId: z.string() }), output: z.object({ account: account.nullable() }) },
  /** Answered by policy: how long its points stay by what it says now. Null: there is no such policy. */
  getPolicyRules: {
    input: z.object({ policyId: z.string() }),
    output: z.object({
      policy: z
        .object({
          id: z.string(),
          name: z.string(),
          accountId: z.string(),
          /** Of each schedule; none: it runs by hand only. */
          rules: z.array(retentionRule),
          /** Of points without a schedule; null: for ever. */
          backupDays: z.number().int().nullable(),
          copies: z.array(
            z.object({
              fromRegion: z.string(),
              toRegion: z.string(),
              vaultName: z.string(),
              days: z.number().int().nullable(),
            }),
          ),
          keepNewest: z.boolean(),
        })
        .nullable(),
    }),
  },
  /** Answered by policy: those of the ids that are policies. */
  knownPolicies: {
    input: z.object({ ids: z.array(z.string()) }),
    output: z.object({ policies: z.array(z.object({ id: z.string(), name: z.string() })) }),
  },
  /**
   * Answered by executor, which alone holds AWS credentials. The one internal call that does something: it is not made
   * again by itself, and where the answer is lost the message may have been published.
   */
  publishSns: {
    input: z.object({ ...at, topicArn: z.string(), subject: z.string(), message: z.string() }),
    output: z.discriminatedUnion('state', [
      z.object({ state: z.literal('published'), messageId: z.string() }),
      /** Certainly not published. `retryable`: another try can end otherwise. */
      z.object({ state: z.literal('refused'), because: z.string(), retryable: z.boolean() }),
      /** Could not tell: perhaps published. */
      z.object({ state: z.literal('unknown'), because: z.string() }),
    ]),
  },
  /** Answered by executor. */
  lookupRegions: { input: z.object({ ...at }), output: looked(z.array(region)) },
  lookupVaults: { input: z.object({ ...at, region: z.string() }), output: looked(z.array(vault)) },
  lookupKmsKeys: { input: z.object({ ...at, region: z.string() }), output: looked(z.array(kmsKey)) },
  lookupRegionSettings: { input: z.object({ ...at, region: z.string() }), output: looked(regionSettings) },
  lookupTable: {
    input: z.object({ ...at, region: z.string(), tableName: z.string() }),
    output: looked(
      z.object({
        exists: z.boolean(),
        status: z.string().nullable(),
        tableId: z.string().nullable().optional(),
        deletionProtection: z.boolean().optional(),
        /** The other Regions of a global table; a former release does not tell. */
        replicas: z.array(z.string()).optional(),
      }),
    ),
  },
  lookupPermissions: {
    input: z.object({
      ...at,
      operations: z.array(z.enum(permissionOperations)),
      /** Whose access policies and keys are looked at. */
      vaults: z.array(z.object({ region: z.string(), name: z.string() })),
      /** The tables that policies cover, as the inventory has them; nothing: all tables are asked about by a pattern. */
      tables: checkedTables.optional(),
    }),
    output: looked(permissionCheck),
  },
  /** Answered by the executor: the key that one-time keys are sealed with before they are handed over. */
  sealingKey: { input: z.object({}), output: z.object({ keyId: z.string(), key: z.string() }) },
  /**
   * Answered by the executor: keeps the sealed one-time keys of a session that is about to be stored. Asked again it keeps
   * the first. `oneTimeKeys` says what is inside.
   */
  keepOneTimeKeys: {
    input: z.object({ sessionId: z.string(), accountId: z.string(), sealed: z.string().max(16_384) }),
    output: z.discriminatedUnion('kept', [
      z.object({ kept: z.literal(true) }),
      z.object({ kept: z.literal(false), because: z.string() }),
    ]),
  },
  /** Answered by the executor: the session was not stored after all. */
  eraseOneTimeKeys: { input: z.object({ sessionId: z.string() }), output: z.object({}) },
  /**
   * Answered by retention: whether the point may be deleted now. Granted only while the catalog stands at the version the
   * verdict was made of; a hold, an edit or a newer verdict revokes it. Good for `validMs` from the moment of asking.
   */
  deletePermit: {
    input: z.object({
      /** Whose permit it is: until this task is over the point's fate is in AWS's hands. */
      taskId: z.string(),
      attempt: z.number().int().positive(),
      restorePointId: z.string(),
      version: z.number().int(),
      recoveryPointArn: z.string(),
      /** RULES: granted only if nothing keeps the point now. Absent: a person decided. */
      decidedBy: z.enum(['PERSON', 'RULES']).optional(),
      /** A person was told that other points of the table stay: granted only if one does that no permit is out for. */
      leavesOthers: z.boolean().optional(),
    }),
    output: z.discriminatedUnion('granted', [
      z.object({ granted: z.literal(true), validMs: z.number().int().positive() }),
      z.object({ granted: z.literal(false), because: z.string() }),
    ]),
  },
  /**
   * Answered by notification: where in the event log a reader begins, after an id of the stream or at a time (both null:
   * at the end). `gap`: what lies between what was asked and `position` is not there.
   */
  openEventLog: {
    input: z.object({ lastEventId: z.string().nullable(), since: z.string().nullable() }),
    output: z.object({ log: z.string(), position: z.number().int(), gap: gap.nullable() }),
  },
  /**
   * Answered by notification: what the log holds after a position, in order, for a reader (null: everything). `reached`: all
   * up to there was looked at. Waits for something to come where there is nothing. `prunedTo`: nothing up to there is kept.
   */
  readEventLog: {
    input: z.object({
      after: z.number().int(),
      reader: eventReader.nullable(),
      /** Of the events in the answer together, about: at least one is answered. */
      maxBytes: z.number().int().positive(),
      waitMs: z.number().int().min(0).max(25_000),
    }),
    output: z.object({
      log: z.string(),
      events: z.array(z.object({ position: z.number().int(), event: loggedEvent })),
      reached: z.number().int(),
      newest: z.number().int(),
      prunedTo: z.number().int(),
      /** When the oldest event that is kept was logged. */
      completeFrom: z.string().nullable(),
    }),
  },
  /** Answered by session, policy and retention: what each knows for the daily report. */
  reportSessions,
  reportProtection,
  reportPoints,
} as const;

export type { Cut } from './daily-report.ts';
export type Vault = z.infer<typeof vault>;
export type PermissionCheck = z.infer<typeof permissionCheck>;
export type PermissionFinding = z.infer<typeof permissionFinding>;
export type RegionSettings = z.infer<typeof regionSettings>;
export type InternalCall = keyof typeof internalCalls;
export type InternalInput<C extends InternalCall> = z.infer<(typeof internalCalls)[C]['input']>;
export type InternalOutput<C extends InternalCall> = z.infer<(typeof internalCalls)[C]['output']>;
