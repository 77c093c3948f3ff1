import type { Tx } from '@tablekeep/platform/database';
import type { UserError } from '@tablekeep/platform/errors';
import type { RestoreItem } from '@tablekeep/schema/events';
import pMap from 'p-map';
import { newestUsable } from './store/newest-usable.ts';

type Chosen = Readonly<{ items: RestoreItem[]; problems: UserError[] }>;

const QUERIES_AT_ONCE = 5;

/**
 * Items that name a table instead of a point are given the newest point of it that can be used: in the target Region where
 * there is one, else one that can be copied there. `problems` of those that have none.
 */
export async function choosePoints(reader: Tx, items: readonly RestoreItem[], now: Date): Promise<Chosen> {
  const problems: UserError[] = [];
  const chosen = await pMap(
    items,
    async (item, i): Promise<RestoreItem> => {
      const { tableArn } = item;
      if (tableArn == null || item.restorePointId !== null) return item;
      const home = tableArn.split(':')[3] ?? '';
      const region = item.mode === 'NEW' ? (item.region ?? home) : home;
      const point = await newestUsable(reader, tableArn, region, now);
      if (point === null) {
        const message = `There is no point of ${tableArn} that can be restored in ${region}. Cold points can be restored where they lie only.`;
        problems.push({ code: 'NO_POINT', message, path: ['items', String(i), 'tableArn'] });
        return item;
      }
      return { ...item, restorePointId: point.id, ...(item.mode === 'NEW' && { region }) };
    },
    { concurrency: QUERIES_AT_ONCE },
  );
  return { items: chosen, problems };
}
