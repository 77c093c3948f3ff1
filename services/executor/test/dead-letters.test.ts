import { ListBackupJobsCommand } from '@aws-sdk/client-backup';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openDatabase, type Database } from '@tablekeep/platform/database';
import { newId } from '@tablekeep/platform/ids';
import { eventually } from '@tablekeep/testkit';
import { availableEngines } from '@tablekeep/testkit/engines';
import { executorModel } from '../src/service.ts';
import { storeDeadWorkItem } from '../src/store/dead-work-items.ts';
import { watchDeadWorkItems } from '../src/watch-dead-work-items.ts';
import { createTable } from './aws-account.ts';
import { backupOf } from './work.ts';
import { startWorld, type World } from './world.ts';

type Letter = { id: string; reason: string; body: string; genuine: boolean };
type Payload = { ids: string[] | null; userErrors: { code: string; path: string[] }[] };

for (const engine of await availableEngines()) {
  describe(`what the work queue could not deliver, on ${engine.name}`, () => {
    let world: World;
    let db: Database;
    beforeAll(async () => {
      world = await startWorld(engine);
      db = await openDatabase(world.database, executorModel);
    }, 60_000);
    afterAll(async () => {
      await db.close();
      await world.stop();
    });

    async function gql<T>(query: string, variables: object = {}, role: 'ADMIN' | 'READ_ONLY' = 'ADMIN'): Promise<T> {
      const viewer = { kind: 'user', id: 'operator', name: 'Operator', role, requestId: newId() } as const;
      const answer = await fetch(`${world.service.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await world.identity.sign(viewer)}` },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = (await answer.json()) as { data: T; errors?: { message: string }[] };
      if (errors) throw new Error(JSON.stringify(errors));
      return data;
    }
    const letters = async () => {
      const found: Letter[] = [];
      let after: string | null = null;
      do {
        const { deadLetters }: Page = await gql<Page>(
          'query ($after: String) { deadLetters(first: 2, after: $after) { nodes { id reason body genuine } pageInfo { hasNextPage endCursor } } }',
          { after },
        );
        found.push(...deadLetters.nodes);
        after = deadLetters.pageInfo.hasNextPage ? deadLetters.pageInfo.endCursor : null;
      } while (after !== null);
      return found;
    };
    type Page = { deadLetters: { nodes: Letter[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } };
    const change = async (name: 'redriveDeadLetters' | 'discardDeadLetters', ids: string[]): Promise<Payload> => {
      const data = await gql<Record<string, Payload>>(
        `mutation ($ids: [ID!]!) { ${name}(input: { ids: $ids }) { ids userErrors { code path } } }`,
        { ids },
      );
      return data[name]!;
    };
    const letterOf = async (body: string) => (await letters()).find((one) => one.body === body);

    test('what cannot be read is listed once with its reason, cannot be redriven, and goes when discarded', async () => {
      const body = '{"type":"NONSENSE"}';
      await world.queue.send([
        { id: 'a', body },
        { id: 'b', body },
      ]);
      const letter = await eventually(async () => {
        const found = await letterOf(body);
        expect(found).toMatchObject({ genuine: true, reason: expect.stringContaining('type') });
        return found!;
      });
      expect((await letters()).filter((one) => one.body === body)).toHaveLength(1);
      expect(await change('redriveDeadLetters', [letter.id])).toEqual({
        ids: null,
        userErrors: [{ code: 'UNREADABLE', path: ['ids', '0'] }],
      });
      expect(await change('discardDeadLetters', [letter.id])).toEqual({ ids: [letter.id], userErrors: [] });
      expect(await letterOf(body)).toBeUndefined();
      expect(await change('discardDeadLetters', [letter.id])).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }] });
    });

    test('is worth an alert once it has waited for so long, with what and why, and none once it is gone', async () => {
      await world.queue.send([{ id: 'c', body: '{"type":"AGED"}' }]);
      const letter = await eventually(async () => {
        const found = await letterOf('{"type":"AGED"}');
        expect(found).toBeDefined();
        return found!;
      });
      const { look } = watchDeadWorkItems(db, 3_600_000);
      const at = (now: number) => look({ now: new Date(now), watchedSince: new Date(0) });
      expect(await at(Date.now() + 3_500_000)).toEqual([]);
      const [alert] = await at(Date.now() + 3_600_000);
      const said = await alert!.describe();
      expect(said).toMatchObject({ severity: 'WARNING', count: (await letters()).length });
      expect(said.about).toContainEqual({ name: letter.id, arn: null, region: null, cause: letter.reason });
      const ids = (await letters()).map(({ id }) => id);
      expect(await change('discardDeadLetters', ids)).toMatchObject({ userErrors: [] });
      expect(await at(Date.now() + 3_600_000)).toEqual([]);
    });

    test('one that was never stored is performed once it is redriven, exactly once, and is gone', async () => {
      const { taskId, item } = world.workOf(backupOf(await createTable(world.owner, 'Redriven')));
      const body = JSON.stringify(item);
      const message = { body, genuine: true, reason: 'It was received 10 times and never stored.' };
      await Promise.all([storeDeadWorkItem(db, message, new Date()), storeDeadWorkItem(db, message, new Date())]);
      const letter = (await letterOf(body))!;
      expect(await change('redriveDeadLetters', [letter.id])).toEqual({ ids: [letter.id], userErrors: [] });
      await world.succeeded(taskId);
      expect(await letterOf(body)).toBeUndefined();
      // It may come once more from elsewhere.
      await storeDeadWorkItem(db, message, new Date());
      expect(await change('redriveDeadLetters', [letter.id])).toEqual({ ids: [letter.id], userErrors: [] });
      const { BackupJobs } = await world.owner.backup().send(new ListBackupJobsCommand({}));
      expect(BackupJobs).toHaveLength(1);
    });

    test('a stranger’s is never taken, and one bad letter leaves all where they are', async () => {
      const { taskId, item } = world.workOf(backupOf(await createTable(world.owner, 'Stranger')));
      const [ours, strange] = [JSON.stringify(item), JSON.stringify({ ...item, attempt: 7 })];
      await storeDeadWorkItem(db, { body: ours, genuine: true, reason: 'r' }, new Date());
      await storeDeadWorkItem(db, { body: strange, genuine: false, reason: 'r' }, new Date());
      const ids = [(await letterOf(ours))!.id, (await letterOf(strange))!.id, 'nobody'];
      expect(await change('redriveDeadLetters', ids)).toEqual({
        ids: null,
        userErrors: [{ code: 'NOT_FOUND', path: ['ids', '2'] }],
      });
      expect(await change('redriveDeadLetters', ids.slice(0, 2))).toEqual({
        ids: null,
        userErrors: [{ code: 'NOT_SIGNED', path: ['ids', '1'] }],
      });
      expect(await change('redriveDeadLetters', [])).toMatchObject({ userErrors: [{ code: 'BAD_COUNT' }] });
      expect(world.eventsOf(taskId, 1)).toEqual([]);
      await expect(
        gql(`mutation { discardDeadLetters(input: { ids: ["${ids[0]}"] }) { ids } }`, {}, 'READ_ONLY'),
      ).rejects.toThrow('FORBIDDEN');
      expect((await letters()).map((one) => one.id)).toEqual(expect.arrayContaining(ids.slice(0, 2)));
    });
  });
}
