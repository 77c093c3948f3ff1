import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { downloadsOf } from '@tablekeep/platform/subgraph';
import { availableEngines } from '@tablekeep/testkit/engines';
import { parse } from 'csv-parse/sync';
import { backup, copy, plan, reaches, runPolicy, voices } from './story.ts';
import { startWorld, type World } from './world.ts';

type Address = { path: string; fileName: string; expiresAt: string };

for (const engine of await availableEngines()) {
  describe(`exports on ${engine.name}`, () => {
    let world: World;
    let big: string;
    /** More than a page of each list is read in. */
    const TABLES = Array.from({ length: 620 }, (_, at) => `table-${String(at).padStart(3, '0')}`);

    beforeAll(async () => {
      world = await startWorld(engine);
      big = await runPolicy(world, { policyId: 'policy-big' });
      await plan(world, big, TABLES.map(backup));
    }, 60_000);
    afterAll(() => world.stop());

    async function address(args: string): Promise<Address> {
      const { data, errors } = await world.gql(`{ sessionExport(${args}) { path fileName expiresAt } }`);
      if (errors) throw new Error(JSON.stringify(errors));
      return data!['sessionExport'] as Address;
    }
    async function download(args: string): Promise<{ headers: Headers; text: string; name: string }> {
      const { path, fileName } = await address(args);
      const key = new URL(path, 'http://host').searchParams.get('key') ?? '';
      const response = await fetch(`${world.url}/downloads?key=${key}`);
      expect(response.status).toBe(200);
      return { headers: response.headers, text: await response.text(), name: fileName };
    }
    const jsonLines = (text: string) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const csv = (text: string): Record<string, string>[] => parse(text, { columns: true, record_delimiter: '\r\n' });

    test('every task of a session is in the file, in the order of the plan, in both formats alike', async () => {
      const [table, lines] = [
        await download(`content: TASKS, format: CSV, filter: { policyId: "policy-big" }`),
        await download(`content: TASKS, format: JSON_LINES, filter: { policyId: "policy-big" }`),
      ];
      expect(table.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
      expect(table.headers.get('content-disposition')).toBe('attachment; filename="tablekeep-tasks-2026-11-23.csv"');
      expect(lines.name).toBe('tablekeep-tasks-2026-11-23.jsonl');
      const rows = jsonLines(lines.text);
      expect(rows.map((row) => row['tableName'])).toEqual(TABLES);
      expect(rows[0]).toMatchObject({
        sessionId: big,
        kind: 'BACKUP',
        status: 'QUEUED',
        attempt: 1,
        warnings: [],
        reason: null,
      });
      const told = csv(table.text);
      expect(told.map((row) => row['id'])).toEqual(rows.map((row) => row['id']));
      expect(Object.keys(told[0]!)).toEqual(Object.keys(rows[0]!));
      expect(told[0]).toMatchObject({ attempt: '1', warnings: '', reason: '', queuedAt: rows[0]!['queuedAt'] });
    });

    test('sessions are exported as they are listed, filtered and ordered, with their counts', async () => {
      const ids: string[] = [];
      for (let at = 0; at < 3; at += 1) {
        world.clock.advance(1_000);
        ids.push(await runPolicy(world, { policyId: 'policy-listed' }));
      }
      await plan(world, ids[1]!, [backup('orders'), copy('orders')]);
      await voices(world, ids[1]!).failed(backup('orders'), 1, false);
      await reaches(world, ids[1]!, 'FAILED');
      const filter = 'filter: { policyId: "policy-listed" }';
      const { text } = await download(`content: SESSIONS, format: CSV, orderBy: OLDEST_FIRST, ${filter}`);
      const rows = csv(text);
      expect(rows.map((row) => row['id'])).toEqual(ids);
      expect(rows[1]).toMatchObject({ status: 'FAILED', total: '2', failed: '1', skipped: '1', open: '0' });
      const from = rows[1]!['createdAt']!;
      const later = await download(
        `content: SESSIONS, format: JSON_LINES, filter: { policyId: "policy-listed", from: "${from}" }`,
      );
      expect(jsonLines(later.text).map((row) => row['id'])).toEqual([ids[2], ids[1]]);
    });

    test('nothing found is an empty file with a header, and no line', async () => {
      const filter = 'filter: { policyId: "nobody" }';
      expect((await download(`content: TASKS, format: CSV, ${filter}`)).text).toMatch(/^sessionId,[A-Za-z,]+\r\n$/u);
      expect((await download(`content: TASKS, format: JSON_LINES, ${filter}`)).text).toBe('');
    });

    test('what a spreadsheet would run is text, quotes and lines are kept', async () => {
      const id = await runPolicy(world, { policyId: 'policy-quoted' });
      await plan(world, id, [backup('orders')], { notes: ['=HYPERLINK("http://x","a, b")', 'two\nlines'] });
      const { text } = await download('content: SESSIONS, format: CSV, filter: { policyId: "policy-quoted" }');
      expect(csv(text)[0]!['notes']).toBe(`'=HYPERLINK("http://x","a, b"); two\nlines`);
    });

    test('an address that is forged, too old or another service’s opens nothing', async () => {
      const { path } = await address('content: SESSIONS, format: CSV');
      const key = new URL(path, 'http://host').searchParams.get('key')!;
      const request = { content: 'SESSIONS', format: 'CSV', orderBy: 'NEWEST_FIRST', filter: {}, at: new Date() };
      const wrong = [
        '',
        'garbage',
        `${key.slice(0, -4)}AAAA`,
        await world.identity.signClaims(downloadsOf('session'), request, -10),
        await world.identity.signClaims(downloadsOf('policy'), request, 60),
        await world.identity.sign({ kind: 'user', id: 'a', name: 'a', role: 'ADMIN', requestId: 'r' }),
      ];
      for (const one of wrong) {
        const response = await fetch(`${world.url}/downloads?key=${one}`);
        expect([one, response.status]).toEqual([one, 403]);
      }
      // Nor does an address sign anybody in.
      const asked = await fetch(`${world.url}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
      });
      expect(asked.status).toBe(401);
    });
  });
}
