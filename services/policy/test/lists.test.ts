import { describe, expect, test } from '@jest/globals';
import { openDatabase } from '@tablekeep/platform/database';
import { availableEngines } from '@tablekeep/testkit/engines';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { policyModel } from '../src/service.ts';
import { TablePointsEntity } from '../src/store/entities.ts';
import { HOME, policyWorld } from './world.ts';

type Page = { nodes: { name: string }[]; pageInfo: { endCursor: string | null; hasNextPage: boolean } };

describe.each(await availableEngines())('lists on %s', (engine) => {
  const world = policyWorld(engine);

  /** All names of a list, read in pages of two. */
  const paged = async (field: 'tables' | 'policies', type: string, orderBy: object, filter: object = {}) => {
    const names: string[] = [];
    for (let after: string | null = null; ;) {
      const answer: Record<string, Page> = await world.service.graphql(
        `query ($orderBy: ${type}Order, $filter: ${type}Filter, $after: String) {
           ${field}(first: 2, orderBy: $orderBy, filter: $filter, after: $after) {
             nodes { name } pageInfo { endCursor hasNextPage } } }`,
        { orderBy, filter, after },
      );
      const { nodes, pageInfo } = answer[field]!;
      names.push(...nodes.map(({ name }) => name));
      if (!pageInfo.hasNextPage) return names.join(' ');
      after = pageInfo.endCursor;
    }
  };

  test('tables come by name, size or last backup, page by page, none twice and none lost', async () => {
    const sizes: [string, number][] = [
      ['Ants', 900],
      ['Bees', 10_000],
      ['Cats', 900],
      ['Dogs', 0],
      ['Emus', 2_000_000_000_000],
    ];
    const tables = sizes.map(([name, sizeBytes]) => tableSettings(name, { sizeBytes }));
    await world.scanned('scan-1', '2026-01-31T01:00:00.000Z', tables);
    const db = await openDatabase(world.service.database, policyModel, { migrate: false });
    const backedUp: [string, string | null][] = [
      ['Ants', '2026-01-30T04:00:00.000Z'],
      ['Bees', '2026-01-29T04:00:00.000Z'],
      ['Cats', null],
    ];
    await db.transaction((tx) =>
      tx.insert(
        TablePointsEntity,
        backedUp.map(([name, newestAt]) => ({
          tableArn: tableSettings(name).tableArn,
          tableId: tableSettings(name).tableId,
          revision: 1,
          points: newestAt === null ? 0 : 1,
          newestAt: newestAt === null ? null : new Date(newestAt),
        })),
      ),
    );
    await db.close();
    const by = (field: string, direction = 'ASC') => paged('tables', 'Table', { field, direction });
    expect(await by('NAME', 'DESC')).toBe('Emus Dogs Cats Bees Ants');
    expect(await by('ARN')).toBe('Ants Bees Cats Dogs Emus');
    expect(await by('ARN', 'DESC')).toBe('Emus Dogs Cats Bees Ants');
    expect(await by('SIZE')).toBe('Dogs Ants Cats Bees Emus');
    expect(await by('SIZE', 'DESC')).toBe('Emus Bees Cats Ants Dogs');
    expect(await by('LAST_BACKUP')).toBe('Cats Dogs Emus Bees Ants');
    expect(await by('LAST_BACKUP', 'DESC')).toBe('Ants Bees Emus Dogs Cats');
    expect(await paged('tables', 'Table', { field: 'SIZE' }, { nameContains: 's', region: HOME })).toBe(
      'Dogs Ants Cats Bees Emus',
    );
  });

  test('policies come by name, priority or next run, and only those that are asked for', async () => {
    const daily = (time: string) => ({ timeZone: 'UTC', daily: { times: [time] } });
    const soon = new Date(Date.now() + 7_200_000).toISOString().slice(11, 16);
    const late = new Date(Date.now() + 14_400_000).toISOString().slice(11, 16);
    const input = { copies: [] };
    await world.createPolicy({ ...input, name: 'Late', schedules: daily(late) });
    await world.createPolicy({ ...input, name: 'By hand' });
    await world.createPolicy({ ...input, name: 'Soon', schedules: daily(soon) });
    await world.createPolicy({ ...input, name: 'Off', enabled: false, schedules: daily(soon) });
    const by = (field: string, direction = 'ASC', filter = {}) =>
      paged('policies', 'Policy', { field, direction }, filter);
    expect(await by('CREATED')).toBe('Late By hand Soon Off');
    expect(await by('NAME')).toBe('By hand Late Off Soon');
    expect(await by('PRIORITY', 'DESC')).toBe('Off Soon By hand Late');
    expect((await by('NEXT_RUN')).startsWith('Soon Late ')).toBe(true);
    expect(await by('NAME', 'ASC', { enabled: false })).toBe('Off');
    expect(await by('NAME', 'ASC', { region: HOME, nameContains: 'O', enabled: true })).toBe('Soon');
    expect(await by('NAME', 'ASC', { region: 'eu-west-1' })).toBe('');
    const wrong = world.service.graphql(
      'query ($after: String) { policies(orderBy: { field: NAME }, after: $after) { nodes { id } } }',
      {
        after: Buffer.from('["x"]').toString('base64url'),
      },
    );
    await expect(wrong).rejects.toThrow('not a cursor of this list in this order');
  });
});
