import type { Known } from '@tablekeep/schema/settings';

/** What a deletion by hand needs to know of a point. */
export type DeletablePoint = Readonly<{
  id: string;
  kind: 'BACKUP' | 'COPY' | 'MANUAL';
  tableArn: string;
  tableId: string | null;
  tableName: string;
  region: string;
  vaultName: string;
  createdAt: Date;
  sizeBytes: number;
  deletedAt: Date | null;
  holdReason: string | null;
  /** Why it is not ours; absent or null: it is. */
  foreignBecause?: string | null;
}>;

export type Verdict = Readonly<{ verdict: 'DELETE' } | { verdict: 'KEEP'; because: string }>;

/** What is left of a chain without the points in question. */
export type Remaining = Readonly<{ points: number; newest: Date | null }>;

/**
 * A name is not a table: when a name comes back with another id, that is another chain. Points of a table whose id nobody
 * recorded make a chain of their own.
 */
export function chainOf({ tableArn, tableId }: Readonly<{ tableArn: string; tableId: string | null }>): string {
  return `${tableArn} ${tableId ?? ''}`;
}

export function vaultKey({ region, vaultName }: Readonly<{ region: string; vaultName: string }>): string {
  return `${region} ${vaultName}`;
}

/** Why a point must not be deleted now, or null. Asked before a preview, when planning, and at the moment of the call. */
export function whyKept(point: Pick<DeletablePoint, 'deletedAt' | 'holdReason' | 'foreignBecause'>): string | null {
  if (point.deletedAt !== null) return `It has been gone since ${point.deletedAt.toISOString()}.`;
  if (point.foreignBecause != null) return `It is not Tablekeep’s to delete. ${point.foreignBecause}`;
  if (point.holdReason !== null) return `It is on legal hold: ${point.holdReason}`;
  return null;
}

/**
 * Whether the point would go.
 * @param locked by vault key: whether the vault is locked, as AWS says
 */
export function judgeDeletion(point: DeletablePoint, locked: ReadonlyMap<string, Known<boolean>>): Verdict {
  const because = whyKept(point) ?? lockOf(point, locked.get(vaultKey(point)));
  return because === null ? { verdict: 'DELETE' } : { verdict: 'KEEP', because };
}

/**
 * What a person should know before confirming: a table that would lose its newest state or its last point, a vault that could
 * not be looked at.
 * @param remaining by chain: what is left of it without the points that go
 */
export function deletionWarnings(
  going: readonly DeletablePoint[],
  locked: ReadonlyMap<string, Known<boolean>>,
  remaining: ReadonlyMap<string, Remaining>,
): string[] {
  const warnings = [...Map.groupBy(going, chainOf)].flatMap(([chain, gone]) =>
    chainWarning(gone, remaining.get(chain) ?? { points: 0, newest: null }),
  );
  return [...warnings, ...unseenVaults(going, locked)];
}

/** Whether a person who confirms was told of more than is left of the chain: nothing is, or nothing so new. */
export function isLessThanSaid(said: Remaining | undefined, left: Remaining | undefined): boolean {
  if (!said?.newest) return false;
  return !left?.newest || left.newest < said.newest;
}

function lockOf(point: DeletablePoint, locked: Known<boolean> | undefined): string | null {
  if (locked?.state !== 'known' || !locked.value) return null;
  return `Vault ${point.vaultName} in ${point.region} is locked: AWS deletes its points when their time is over, and nobody before.`;
}

function chainWarning(gone: readonly DeletablePoint[], rest: Remaining): string[] {
  const name = gone[0]?.tableName ?? '';
  if (rest.points === 0) return [`No restore point of ${name} would be left.`];
  const newestGone = latest(gone.map((point) => point.createdAt));
  if (newestGone === null || rest.newest === null || rest.newest >= newestGone) return [];
  return [
    `The newest state of ${name}, of ${newestGone.toISOString()}, would be gone; the newest left is of ${rest.newest.toISOString()}.`,
  ];
}

function unseenVaults(going: readonly DeletablePoint[], locked: ReadonlyMap<string, Known<boolean>>): string[] {
  return [...Map.groupBy(going, vaultKey)].flatMap(([key, [first]]) => {
    const known = locked.get(key);
    if (known?.state === 'known' || first === undefined) return [];
    const because = known?.because ?? 'AWS was not asked.';
    return [
      `Whether vault ${first.vaultName} in ${first.region} is locked could not be told (${because}); points of a locked vault are kept.`,
    ];
  });
}

function latest(times: readonly (Date | null)[]): Date | null {
  return times.reduce<Date | null>(
    (best, time) => (time !== null && (best === null || time > best) ? time : best),
    null,
  );
}
