import type { Database } from '@tablekeep/platform/database';
import type { ObservedGauge } from '@tablekeep/platform/service';
import { countsOf } from './store/retention-counts.ts';
import { countFrozenChains, pointsByState } from './store/point-states.ts';

/** What retention did and left undone, read from the database: the same on every replica, and after every crash. */
export function retentionGauges(db: Database): ObservedGauge[] {
  const counts = async (name: 'deleted' | 'refused', label: string) =>
    (await countsOf(db.reader, name)).map((row) => ({ labels: { [label]: row.label }, value: row.count }));
  return [
    {
      name: 'tablekeep_retention_deleted_total',
      help: 'Points that retention has deleted, by kind',
      labels: ['kind'],
      read: () => counts('deleted', 'kind'),
    },
    {
      name: 'tablekeep_retention_refused_total',
      help: 'How often retention was in doubt and did not act, by reason',
      labels: ['reason'],
      read: () => counts('refused', 'reason'),
    },
    {
      name: 'tablekeep_restore_points',
      help: 'Points of the catalog that are there, by state',
      labels: ['state'],
      read: async () =>
        (await pointsByState(db.reader)).map(({ state, points }) => ({ labels: { state }, value: points })),
    },
    {
      name: 'tablekeep_frozen_chains',
      help: 'Tables whose retention is frozen until a person acknowledges',
      read: async () => [{ labels: {}, value: await countFrozenChains(db.reader) }],
    },
  ];
}
