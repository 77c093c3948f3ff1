import type { Tx } from '@tablekeep/platform/database';
import { IsNull, LessThan } from 'typeorm';
import type { Remaining } from '../domain/judge-deletion.ts';
import { DeletionPreviewEntity, type DeletionPreviewRow } from './entities.ts';

/** A session of it may still be on its way to us when it expires. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;
const MOST_FORGOTTEN_AT_ONCE = 100;

/** Stores it, and forgets some of those that nobody can use any more. */
export async function storePreview(tx: Tx, preview: DeletionPreviewRow, now: Date): Promise<void> {
  await tx.insert(DeletionPreviewEntity, preview);
  const old = await tx.find(DeletionPreviewEntity, {
    select: { id: true },
    where: { expiresAt: LessThan(new Date(now.getTime() - KEPT_MS)) },
    take: MOST_FORGOTTEN_AT_ONCE,
  });
  if (old.length > 0)
    await tx.delete(
      DeletionPreviewEntity,
      old.map(({ id }) => id),
    );
}

type Noted = DeletionPreviewRow['remaining'];

/** As a row has it. */
export function notedRemaining(remaining: ReadonlyMap<string, Remaining>): NonNullable<Noted> {
  return Object.fromEntries(
    [...remaining].flatMap(([chain, { points, newest }]) =>
      newest === null ? [] : [[chain, { points, newest: newest.toISOString() }]],
    ),
  );
}

/** What the preview said is left, by chain. */
export function saidRemaining({ remaining }: Readonly<{ remaining: Noted }>): ReadonlyMap<string, Remaining> {
  return new Map(
    Object.entries(remaining ?? {}).map(([chain, { points, newest }]) => [chain, { points, newest: new Date(newest) }]),
  );
}

export async function findPreview(reader: Tx, id: string): Promise<DeletionPreviewRow | null> {
  return reader.findOneBy(DeletionPreviewEntity, { id });
}

/** Claims the preview for a session; false where another one has it. */
export async function usePreview(tx: Tx, id: string, sessionId: string): Promise<boolean> {
  const { affected } = await tx.update(DeletionPreviewEntity, { id, sessionId: IsNull() }, { sessionId });
  return affected === 1;
}
