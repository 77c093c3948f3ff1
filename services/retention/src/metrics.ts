import type { Database } from '@tablekeep/platform/database';
import { observed, plain, type MetricDefinitions, type ObservedMetric } from '@tablekeep/platform/metrics';
import { REFUSAL_CODES } from './domain/retention/doubts.ts';
import { countedDrift } from './store/drift.ts';
import { countsOf, type Counted } from './store/retention-counts.ts';
import { countFrozenChains, pointsByState } from './store/point-states.ts';

/** What retention did and left undone, read from the database: the same on every replica, and after every crash. */
export const retentionMetrics = {
  tablekeep_retention_deleted_total: {
    type: 'counter',
    help: 'Restore points that retention has deleted, by kind.',
    labels: ['kind'],
  },
  tablekeep_retention_refused_total: {
    type: 'counter',
    help: 'How often retention was in doubt and did not act, by reason.',
    labels: ['reason'],
  },
  tablekeep_restore_points: {
    type: 'gauge',
    help: 'Restore points of the catalog that are there, by state; a point may be in more than one.',
    labels: ['state'],
  },
  tablekeep_frozen_chains: {
    type: 'gauge',
    help: 'Tables whose retention is frozen until a person acknowledges.',
  },
  tablekeep_catalog_drift_points: {
    type: 'gauge',
    help: 'Restore points of which catalog and vault say different things, by account and kind, as last compared.',
    labels: ['account', 'kind'],
  },
} as const satisfies MetricDefinitions;

const KINDS = ['BACKUP', 'COPY', 'MANUAL'] as const;

export function readRetentionMetrics(db: Database): ObservedMetric[] {
  /** Those that never happened are told as 0: a counter that begins with 1 hides its first increase. */
  const counts = async <L extends string>(name: Counted, label: L, known: readonly string[]) => {
    const found = new Map((await countsOf(db.reader, name)).map((row) => [row.label, row.count]));
    return [...new Set([...known, ...found.keys()])].map((value) => ({
      labels: { [label]: value } as Record<L, string>,
      value: found.get(value) ?? 0,
    }));
  };
  return observed(retentionMetrics, {
    tablekeep_retention_deleted_total: () => counts('deleted', 'kind', KINDS),
    tablekeep_retention_refused_total: () => counts('refused', 'reason', REFUSAL_CODES),
    tablekeep_restore_points: async () =>
      (await pointsByState(db.reader)).map(({ state, points }) => ({ labels: { state }, value: points })),
    tablekeep_frozen_chains: () => plain(countFrozenChains(db.reader)),
    tablekeep_catalog_drift_points: async () =>
      (await countedDrift(db.reader)).map(({ accountId, kind, points }) => ({
        labels: { account: accountId, kind },
        value: points,
      })),
  });
}
