import { z } from 'zod';

/** How catalog and vaults may differ. */
export const driftKinds = [
  'MISSING',
  'FOUND',
  'EXPIRED',
  'STUCK_DELETING',
  'UNUSABLE',
  'SIZE_DIFFERS',
  'ORPHANED',
] as const;
export const driftKind = z.enum(driftKinds);
export type DriftKind = z.infer<typeof driftKind>;

export const vaultRef = z.object({ region: z.string(), vaultName: z.string() });
export type VaultRef = z.infer<typeof vaultRef>;

/** What an import looks at. As asked for `vaults` may be empty: all of the Regions; resolved, they are named. */
export const importRequest = z.object({
  type: z.literal('IMPORT'),
  accountId: z.string(),
  /** Empty: all Regions of the account, or those of `vaults`. */
  regions: z.array(z.string()),
  vaults: z.array(vaultRef),
  /** Filled in by the owner. */
  awsAccountId: z.string().nullable(),
  /** Whether points whose tags could not be unsealed before are read once more. */
  readSealedAgain: z.boolean(),
});
export type ImportRequest = z.infer<typeof importRequest>;

/** The day has come to compare an account's catalog with its vaults: the session of this id shall do it. */
const reconcileDue = z.object({
  accountId: z.string(),
  sessionId: z.string(),
  /** The start of the period that this is the one reconciliation of. */
  slot: z.string(),
  request: importRequest,
});

/** An import has found points that the catalog had lost: retention leaves them alone until a person acknowledges. */
const catalogUnreviewed = z.object({
  accountId: z.string(),
  /** Of the import. */
  sessionId: z.string(),
  /** How many of the account's points wait, those of earlier imports too. */
  points: z.number().int(),
  at: z.string(),
});

/** A person has acknowledged: they may expire. */
const catalogReviewed = z.object({
  accountId: z.string(),
  points: z.number().int(),
  by: z.string().nullable(),
  reason: z.string().nullable(),
  at: z.string(),
});

/** Where catalog and vaults of an account differ has changed. Points by kind; a kind that is not named has none. */
const catalogDrifted = z.object({
  accountId: z.string(),
  at: z.string(),
  counts: z.array(z.object({ kind: driftKind, points: z.number().int() })),
});

export const catalogEvents = {
  'dev.tablekeep.catalog.reconcile.due.v1': reconcileDue,
  'dev.tablekeep.catalog.drifted.v1': catalogDrifted,
  'dev.tablekeep.catalog.unreviewed.v1': catalogUnreviewed,
  'dev.tablekeep.catalog.reviewed.v1': catalogReviewed,
};
