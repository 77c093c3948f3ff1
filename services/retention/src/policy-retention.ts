import type { Database } from '@tablekeep/platform/database';
import { UserErrors, type UserError } from '@tablekeep/platform/errors';
import { newId } from '@tablekeep/platform/ids';
import { callInternal } from '@tablekeep/platform/rpc';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { InternalOutput } from '@tablekeep/schema/internal';
import type { Known } from '@tablekeep/schema/settings';
import { askVaultLocks } from './ask-vault-locks.ts';
import { vaultKey } from './domain/judge-deletion.ts';
import { moveOf, underRules, type Fate, type Move } from './domain/retention/new-rules.ts';
import { SAFETY } from './domain/retention/safety.ts';
import { isCaughtByNet, isNetTooNear, keepFromNets } from './put-off-nets.ts';
import { applyChange, claimChange, pointsOfPolicy, storeChange } from './store/retention-changes.ts';
import { forgottenBefore, retainedPoint, type LightRow } from './store/retained-points.ts';

/** Time for a person to read what is shown. */
const VALID_MS = 30 * 60 * 1000;
const MOST_POINTS = 20_000;
const MOST_SHOWN = 500;
const TIMEOUT_MS = 3_000;

type PolicyNow = NonNullable<InternalOutput<'getPolicyRules'>['policy']>;
type Changed = Readonly<{ row: LightRow; fate: Fate; move: Move }>;

export type PolicyRetentionPreview = Readonly<{
  id: string;
  expiresAt: Date;
  earlierCount: number;
  laterCount: number;
  unchangedCount: number;
  overCount: number;
  warnings: string[];
  points: Readonly<{ restorePoint: LightRow; move: Move; newExpiresAt: Date | null }>[];
}>;

/**
 * What the policy's present rules would make of its points. Points of locked vaults keep the end they were made with, and so
 * do those whose end a person set, and those that AWS deletes before their new one, too soon to be put off. Stores what is shown, with each point's version. Throws UserErrors.
 */
export async function previewPolicyRetention(
  db: Database,
  deps: ServiceDeps,
  { policyId, tableArn }: Readonly<{ policyId: string; tableArn: string | null }>,
): Promise<PolicyRetentionPreview> {
  const policy = await policyNow(deps, policyId);
  const rows = await pointsOfPolicy(db.reader, { policyId, tableArn, limit: MOST_POINTS + 1 });
  if (rows.length > MOST_POINTS) {
    const message = `More than ${MOST_POINTS} points; preview and apply them table by table.`;
    throw new UserErrors([{ code: 'TOO_MANY', message, path: ['tableArn'] }]);
  }
  const locks = await askVaultLocks(deps, policy.accountId, rows);
  const bound = rows.filter((row) => !isUnlocked(locks.get(vaultKey(row))));
  const said = rows.filter((row) => row.expirySetBy !== null);
  const now = deps.clock.now();
  const left = new Set([...bound, ...said]);
  const wanted = rows.filter((row) => !left.has(row)).flatMap((row) => changeOf(row, policy, now));
  const isTooLate = ({ row, fate }: Changed) => isCaughtByNet(row, fate.expiresAt, now) && isNetTooNear(row, now);
  const changed = wanted.filter((one) => !isTooLate(one));
  const preview = { id: newId(), expiresAt: new Date(now.getTime() + VALID_MS) };
  const changes = changed.map(({ row, fate }) => ({
    id: row.id,
    version: row.version,
    flags: fate.flags.map(({ flag, expiresAt }) => ({ flag, expiresAt: expiresAt?.toISOString() ?? null })),
    expiresAt: fate.expiresAt?.toISOString() ?? null,
    keepNewest: fate.keepNewest,
  }));
  await db.transaction((tx) =>
    storeChange(tx, { ...preview, accountId: policy.accountId, changes, appliedAt: null }, now),
  );
  const moved = (move: Move) => changed.filter((one) => one.move === move).length;
  return {
    ...preview,
    earlierCount: moved('EARLIER'),
    laterCount: moved('LATER'),
    unchangedCount: rows.length - changed.length,
    overCount: changed.filter(({ fate }) => fate.expiresAt !== null && fate.expiresAt <= now).length,
    warnings: [
      ...lockWarnings(bound, locks),
      ...saidWarning(said.length),
      ...nearWarning(wanted.length - changed.length),
    ],
    points: changed
      .slice(0, MOST_SHOWN)
      .map(({ row, fate, move }) => ({ restorePoint: row, move, newExpiresAt: fate.expiresAt })),
  };
}

function changeOf(row: LightRow, policy: PolicyNow, now: Date): Changed[] {
  const { kind, createdAt, tableRegion, region, vaultName, expiresAt, keepNewest } = row;
  const { flags } = retainedPoint(row, now);
  const before = { kind, createdAt, tableRegion, region, vaultName, flags, expiresAt, keepNewest };
  const fate = underRules(before, policy);
  const same = JSON.stringify([flags, expiresAt, keepNewest]);
  if (JSON.stringify([fate.flags, fate.expiresAt, fate.keepNewest]) === same) return [];
  return [{ row, fate, move: moveOf(expiresAt, fate.expiresAt) }];
}

async function policyNow({ peers, identity }: ServiceDeps, policyId: string): Promise<PolicyNow> {
  const answer = await callInternal({
    peer: peers.policy,
    identity,
    service: 'retention',
    call: 'getPolicyRules',
    input: { policyId },
    timeoutMs: TIMEOUT_MS,
  });
  const path = ['policyId'];
  if (answer.state === 'unknown') {
    const message = `What the policy says now could not be asked: ${answer.because}`;
    throw new UserErrors([{ code: 'COULD_NOT_TELL', message, path }]);
  }
  if (answer.value.policy) return answer.value.policy;
  const message = `There is no policy ${policyId}; points of a deleted policy keep the rules they were made with.`;
  throw new UserErrors([{ code: 'NOT_FOUND', message, path }]);
}

const isUnlocked = (lock: Known<boolean> | undefined) => lock?.state === 'known' && !lock.value;

function lockWarnings(bound: readonly LightRow[], locks: ReadonlyMap<string, Known<boolean>>): string[] {
  return [...Map.groupBy(bound, vaultKey)].flatMap(([key, points]) => {
    const [first] = points;
    if (!first) return [];
    const vault = `Vault ${first.vaultName} in ${first.region}`;
    const lock = locks.get(key);
    if (lock?.state === 'known') {
      return [
        `${vault} is locked: the new rules apply to new points only; ${points.length} keep the end they were made with.`,
      ];
    }
    const because = lock?.because ?? 'AWS was not asked.';
    return [`Whether ${vault} is locked could not be told (${because}); ${points.length} points are left as they are.`];
  });
}

function saidWarning(points: number): string[] {
  return points === 0 ? [] : [`${points} points whose expiry a person set are left as they are.`];
}

function nearWarning(points: number): string[] {
  if (points === 0) return [];
  return [
    `${points} points that AWS deletes by itself within a day are left as they are: that this is put off in time cannot be promised. Copy or restore them to keep what they hold.`,
  ];
}

function sayNear(tooNear: readonly LightRow[]): UserError[] {
  const message = `AWS deletes ${tooNear.length} of the points by itself within a day; make another preview, which leaves them as they are.`;
  return [{ code: 'SAFETY_NET_TOO_NEAR', message, path: ['previewId'] }];
}

/** Applies what the preview showed, all of it or nothing, once. Throws UserErrors. */
export async function applyPolicyRetention(db: Database, deps: ServiceDeps, previewId: string): Promise<number> {
  const now = deps.clock.now();
  const refuse = (code: string, message: string) => new UserErrors([{ code, message, path: ['previewId'] }]);
  return db.transaction(async (tx) => {
    const preview = await claimChange(db, tx, previewId);
    if (preview === null) throw refuse('NOT_FOUND', `There is no preview ${previewId}; make one.`);
    if (preview.appliedAt !== null) {
      throw refuse('PREVIEW_USED', `It was applied at ${preview.appliedAt.toISOString()}; make another one.`);
    }
    if (preview.expiresAt <= now) {
      throw refuse('PREVIEW_EXPIRED', `The preview expired at ${preview.expiresAt.toISOString()}; make another one.`);
    }
    const grace = new Date(now.getTime() + SAFETY.graceAfterEditMs);
    const stale = await applyChange(tx, preview, { now, grace, forgotten: forgottenBefore(now) });
    if (stale > 0) {
      const message = `${stale} of ${preview.changes.length} points have changed since the preview; make another one.`;
      throw refuse('PREVIEW_OUTDATED', message);
    }
    const stay = new Map(
      preview.changes.map(({ id, expiresAt }) => [id, expiresAt === null ? null : new Date(expiresAt)]),
    );
    await keepFromNets(db, tx, stay, { now, refuse: sayNear });
    return preview.changes.length;
  });
}
