import { describe, expect, test } from '@jest/globals';
import { openDatabase } from '@tablekeep/platform/database';
import { availableEngines } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { policyModel } from '../src/service.ts';
import { PolicyEntity } from '../src/store/entities.ts';
import { HOME, policyWorld, type UserError } from './world.ts';

describe.each(await availableEngines())('policies beside each other on %s', (engine) => {
  const world = policyWorld(engine);
  const { createPolicy, scanned, plans, requested } = world;

  describe('several policies', () => {
    type Seen = { id: string; version: number };
    const order = async (policies: Seen[]) => {
      const { reorderPolicies } = await world.service.graphql<{
        reorderPolicies: { policies: (Seen & { name: string; priority: number })[] | null; userErrors: UserError[] };
      }>(
        'mutation ($input: ReorderPoliciesInput!) { reorderPolicies(input: $input) { policies { id version name priority } userErrors { code path message } } }',
        { input: { accountId: world.accountId, policies } },
      );
      return reorderPolicies;
    };
    const tagged = (name: string) => ({
      ...tableSettings(name),
      tags: { state: 'known' as const, value: [{ key: 'backup', value: 'nightly' }] },
    });
    const planOf = async (sessionId: string, policyId: string) => {
      await requested({ sessionId, request: { type: 'POLICY_BACKUP', policyId, slot: null } });
      await world.service.tell({
        type: 'dev.tablekeep.session.round.finished.v1',
        source: 'session',
        subject: sessionId,
        data: {
          sessionId,
          round: 1,
          request: { type: 'POLICY_BACKUP', policyId, slot: null },
          scans: [{ region: HOME, scanId: 'scan-1' }],
          failedRegions: [],
          vaultScans: [],
          failedVaults: [],
        },
      });
      return eventually(() => {
        const last = plans().find((plan) => plan.sessionId === sessionId && plan.final);
        if (!last) throw new Error('not planned yet');
        return last;
      });
    };

    test('a table that several cover is processed by the most important enabled one; the others say which', async () => {
      await scanned('scan-1', '2026-01-31T01:00:00.000Z', [tagged('Airports'), tagged('Movies')]);
      const { policy: first } = await createPolicy({
        name: 'First',
        include: { tableNames: ['Airports'] },
        copies: [],
      });
      const { policy: second } = await createPolicy({ name: 'Second', copies: [] });
      const plan = await planOf('s-1', second!.id);
      expect(plan.tasks.map(({ table }) => table?.name)).toEqual(['Movies']);
      expect(plan).toMatchObject({
        taskCount: 1,
        remarks: [`Skipped, because policy "First" comes first: Airports (${HOME}).`],
        left: [{ task: { table: { name: 'Airports' } }, reason: 'Policy "First" comes first and processes it.' }],
        // It has no schedule, so who looks at a green session would think that it is backed up.
        notes: [expect.stringContaining('1 table is left to policy "First", which comes first and has no schedule')],
      });
      const { tables } = await world.service.graphql<{
        tables: { nodes: { name: string; protectionReason: string }[] };
      }>('{ tables { nodes { name protectionReason } } }');
      const reason = tables.nodes.find(({ name }) => name === 'Airports')!.protectionReason;
      expect(reason).toContain('has no schedule and runs only when somebody asks');
      expect(reason).toContain('"Second" covers it too and leaves it to that one.');
      expect(await order([second!, first!])).toMatchObject({
        policies: [
          { name: 'Second', priority: 1, version: 2 },
          { name: 'First', priority: 2, version: 2 },
        ],
      });
      expect((await planOf('s-2', second!.id)).tasks).toHaveLength(2);
      expect((await planOf('s-3', first!.id)).tasks).toEqual([]);
      await world.service.graphql(
        'mutation ($id: ID!) { disablePolicy(input: { id: $id }) { policy { id } userErrors { code } } }',
        { id: second!.id },
      );
      expect((await planOf('s-4', first!.id)).tasks).toHaveLength(1);
    });

    test('an order that misses a policy, or names another, is refused', async () => {
      const { policy: first } = await createPolicy({ name: 'First' });
      await createPolicy({ name: 'Second' });
      const refused = await order([first!, { id: 'nobody', version: 1 }, first!]);
      expect(refused.policies).toBeNull();
      expect(refused.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual([
        'NOT_FOUND policies.1',
        'DUPLICATE policies.2',
        'INCOMPLETE policies',
      ]);
    });

    test('of two people who reorder at once the second is told, and who is moved is announced', async () => {
      const made = [];
      for (const name of ['A', 'B', 'C']) made.push((await createPolicy({ name })).policy!);
      const [a, b, c] = made as [Seen, Seen, Seen];
      const answers = await Promise.all([order([b, a, c]), order([c, b, a])]);
      expect(answers.filter(({ policies }) => policies !== null)).toHaveLength(1);
      const refused = answers.find(({ policies }) => policies === null)!;
      expect(refused.userErrors.length).toBeGreaterThan(0);
      for (const { code, path } of refused.userErrors) {
        expect(code).toBe('VERSION_CONFLICT');
        expect(path.join('.')).toMatch(/^policies\.\d\.version$/u);
      }
      const moved = answers.find(({ policies }) => policies !== null)!.policies!.filter(({ version }) => version === 2);
      await eventually(() =>
        expect(
          world.service
            .heardOf('dev.tablekeep.policy.changed.v1')
            .filter(({ data }) => data.version === 2)
            .map(({ data }) => data.policyId)
            .sort(),
        ).toEqual(moved.map(({ id }) => id).sort()),
      );
    });

    test('a policy that has changed since it was read is not switched off, or deleted, by who says what he read', async () => {
      const { policy } = await createPolicy({});
      const ask = async (mutation: string, version: number | null) => {
        const answer = await world.service.graphql<Record<string, { userErrors: UserError[] }>>(
          `mutation ($input: PolicyIdInput!) { ${mutation}(input: $input) { userErrors { code path message } } }`,
          { input: { id: policy!.id, ...(version !== null && { version }) } },
        );
        return answer[mutation]!.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`);
      };
      expect(await ask('disablePolicy', 1)).toEqual([]);
      for (const mutation of ['enablePolicy', 'deletePolicy']) {
        expect(await ask(mutation, 1)).toEqual(['VERSION_CONFLICT version']);
      }
      expect(await ask('enablePolicy', 2)).toEqual([]);
      expect(await ask('deletePolicy', null)).toEqual([]);
    });

    test('an edit runs what is owed as the schedules stood', async () => {
      const every = (minute: number) => Array.from({ length: 24 }, (_, h) => `${String(h).padStart(2, '0')}:${minute}`);
      const schedules = (minute: number) => ({ timeZone: 'UTC', daily: { times: every(minute) } });
      const { policy } = await createPolicy({ copies: [], schedules: schedules(10) });
      const db = await openDatabase(world.service.database, policyModel, { migrate: false });
      // An hour ago it was looked at last, and it is looked at next in a while: one slot is owed.
      const slotsAfter = new Date(Date.now() - 3_600_000);
      const lookAt = new Date(Date.now() + 1_800_000);
      await eventually(async () => {
        const row = await db.reader.findOneByOrFail(PolicyEntity, { id: policy!.id });
        expect(row.lookAt!.getTime()).toBeGreaterThan(Date.now());
      });
      await db.transaction((tx) => tx.update(PolicyEntity, { id: policy!.id }, { slotsAfter, lookAt }));
      await db.close();
      const { updatePolicy } = await world.service.graphql<{ updatePolicy: { userErrors: UserError[] } }>(
        'mutation ($input: UpdatePolicyInput!) { updatePolicy(input: $input) { userErrors { code path message } } }',
        {
          input: {
            id: policy!.id,
            version: 1,
            policy: {
              name: 'Nightly',
              accountId: world.accountId,
              regions: [HOME],
              include: { allTables: true },
              vaults: [{ region: HOME, vaultName: 'gold' }],
              schedules: schedules(20),
            },
          },
        },
      );
      expect(updatePolicy.userErrors).toEqual([]);
      await eventually(() => {
        const [event] = world.service.heardOf('dev.tablekeep.policy.due.v1');
        expect(event?.data.slot.at.slice(14, 16)).toBe('10');
      });
    });
  });

  describe('a policy as a document', () => {
    const exported = async (id: string) => {
      const { policyDocument } = await world.service.graphql<{ policyDocument: { json: string; fileName: string } }>(
        'query ($id: ID!) { policyDocument(id: $id) { json fileName } }',
        { id },
      );
      return policyDocument;
    };
    const imported = async (input: object) => {
      const { importPolicy } = await world.service.graphql<{
        importPolicy: { policy: { id: string; enabled: boolean } | null; userErrors: UserError[] };
      }>(
        'mutation ($input: ImportPolicyInput!) { importPolicy(input: $input) { policy { id enabled } userErrors { code path message } } }',
        { input: { accountId: world.accountId, ...input } },
      );
      return importPolicy;
    };

    test('comes back as it went, under another name and switched off', async () => {
      const { policy } = await createPolicy({
        description: 'What matters',
        include: { tags: [{ key: 'tier', value: 'gold' }, { key: 'backup' }], tagsMatch: 'ALL' },
        exclude: { tableNames: ['Scratch'] },
        customTags: [{ key: 'owner', value: 'data' }],
        schedules: {
          timeZone: 'Europe/Berlin',
          daily: { times: ['04:00', '16:00'], copyTimes: [], keep: { value: 7, unit: 'DAYS' } },
          monthly: { on: { kind: 'LAST_WEEKDAY', weekday: 'SUNDAY' }, keep: { value: 1, unit: 'YEARS' } },
        },
      });
      const { json, fileName } = await exported(policy!.id);
      expect(fileName).toBe('Nightly.policy.json');
      expect(json).not.toContain(world.accountId);
      const made = await imported({ json, name: 'Again' });
      expect(made).toMatchObject({ policy: { enabled: false }, userErrors: [] });
      const again = JSON.parse((await exported(made.policy!.id)).json) as object;
      expect({ ...again, name: 'Nightly' }).toEqual(JSON.parse(json));
    });

    test('nothing of one is lost: schedules, targets, tags, people, verification and cold storage come back as they were', async () => {
      const on = { kind: 'LAST_WEEKDAY', weekday: 'SUNDAY' };
      const years = (value: number) => ({ value, unit: 'YEARS' });
      const { policy, userErrors } = await createPolicy({
        description: 'Whole',
        copies: [null, 400].map((retentionDays, i) => ({
          fromRegion: HOME,
          toRegion: 'eu-west-1',
          vaultName: ['gold', 'silver'][i],
          retentionDays,
        })),
        customTags: ['cost', 'team'].map((key) => ({ key, value: 'ours' })),
        retryCount: 3,
        retryDelaySeconds: 300,
        rpoHours: 48,
        coldStorageAfterDays: 30,
        notifications: { silent: false, recipients: ['dba@example.com'], notifyOn: ['ERROR'] },
        schedules: {
          timeZone: 'Europe/Berlin',
          daily: { times: ['04:00', '16:00'], copyTimes: ['16:00'], keep: years(1), keepCopies: years(2) },
          weekly: { days: ['SUNDAY'], keep: years(2), keepCopies: years(2) },
          monthly: { months: [1, 7], on: { kind: 'LAST_DAY' }, copyMonths: [7], keep: years(3), keepCopies: years(3) },
          yearly: { month: 10, on, copies: true, keep: years(7) },
        },
        verification: {
          schedule: { timeZone: 'UTC', weekly: { days: ['MONDAY'], time: '05:00' } },
          countItems: true,
        },
      });
      expect(userErrors).toEqual([]);
      const { json } = await exported(policy!.id);
      const whole = JSON.parse(json) as Record<string, unknown>;
      expect(whole).toMatchObject({
        copies: [
          { vaultName: 'gold', retentionDays: null },
          { vaultName: 'silver', retentionDays: 400 },
        ],
        customTags: [{ key: 'cost' }, { key: 'team' }],
        coldStorageAfterDays: 30,
        notifications: { recipients: ['dba@example.com'], notifyOn: ['ERROR'] },
        schedules: { daily: { copyTimes: ['16:00'] }, monthly: { copyMonths: [7] }, yearly: { on, keep: years(7) } },
        verification: { countItems: true },
      });
      const made = await imported({ json, name: 'Again' });
      expect(made.userErrors).toEqual([]);
      expect(JSON.parse((await exported(made.policy!.id)).json)).toEqual({ ...whole, name: 'Again' });
    });

    test('tables of one Region make it a document of version 2; others stay readable by older installations', async () => {
      const { policy } = await createPolicy({
        regions: [HOME, 'eu-west-1'],
        vaults: [HOME, 'eu-west-1'].map((region) => ({ region, vaultName: 'gold' })),
        include: { tableNames: ['Airports'], tables: [{ name: 'Movies', region: 'eu-west-1' }] },
        exclude: { tables: [{ name: 'Airports', region: HOME }] },
        safetyNetDays: 21,
      });
      const { json } = await exported(policy!.id);
      expect(JSON.parse(json)).toMatchObject({
        formatVersion: 2,
        safetyNetDays: 21,
        exclude: { tables: [{ name: 'Airports', region: HOME }] },
      });
      const made = await imported({ json, name: 'Again' });
      expect(JSON.parse((await exported(made.policy!.id)).json)).toEqual({
        ...(JSON.parse(json) as object),
        name: 'Again',
      });
      const plain = await createPolicy({ name: 'Plain' });
      expect(JSON.parse((await exported(plain.policy!.id)).json)).toMatchObject({ formatVersion: 1 });
    });

    test('everything wrong with one is told at once, and nothing is made', async () => {
      expect((await imported({ json: '{' })).userErrors).toMatchObject([{ code: 'BAD_DOCUMENT', path: ['json'] }]);
      const { policy } = await createPolicy();
      const good = JSON.parse((await exported(policy!.id)).json) as Record<string, unknown>;
      const form = await imported({
        json: JSON.stringify({ ...good, formatVersion: 3, retryCount: 'x', surprise: true }),
        name: 'Bad',
      });
      expect(form.userErrors.map(({ path }) => path.join('.')).sort()).toEqual([
        'json.formatVersion',
        'json.retryCount',
        'json.surprise',
      ]);
      // What can be read is judged as well, and what rests on what cannot is not guessed at.
      const both = await imported({
        json: JSON.stringify({ ...good, regions: 'nowhere', rpoHours: 0, customTags: [{ key: 'a*b', value: '' }] }),
        name: 'x'.repeat(128),
      });
      expect(both.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`).sort()).toEqual([
        'BAD_DOCUMENT json.regions',
        'BAD_NAME name',
        'BAD_RPO json.rpoHours',
        'BAD_TAG json.customTags.0.key',
      ]);
      // With schedules it is not these days that keep backups.
      const unread = { timeZone: 'UTC', daily: { times: 'four' } };
      const cold = { ...good, backupRetentionDays: 35, coldStorageAfterDays: 30 };
      const scheduled = await imported({ json: JSON.stringify({ ...cold, schedules: unread }), name: 'Bad' });
      expect(scheduled.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual([
        'BAD_DOCUMENT json.schedules.daily.times',
      ]);
      const content = await imported({
        json: JSON.stringify({ ...good, regions: ['nowhere'], retryCount: 99 }),
        name: 'Nightly',
      });
      expect(content.policy).toBeNull();
      expect(content.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual(
        expect.arrayContaining(['DUPLICATE_NAME name', 'UNKNOWN_REGION json.regions.0', 'BAD_RETRY json.retryCount']),
      );
      const own = await imported({ json: JSON.stringify(good) });
      expect(own.userErrors).toMatchObject([{ code: 'DUPLICATE_NAME', path: ['json', 'name'] }]);
    });
  });

  test('tables are added by name, unless the policy cannot take them or has changed', async () => {
    await scanned(
      'scan-1',
      '2026-01-31T01:00:00.000Z',
      ['Airports', 'Movies', 'Scratch'].map((name) => tableSettings(name)),
    );
    const { policy } = await createPolicy({ exclude: { tableNames: ['Scratch'] } });
    const add = async (version: number, ...names: string[]) => {
      const { addTablesToPolicy } = await world.service.graphql<{
        addTablesToPolicy: {
          policy: { version: number; include: { tables: { name: string; region: string }[] } } | null;
          userErrors: UserError[];
        };
      }>(
        `mutation ($input: AddTablesToPolicyInput!) { addTablesToPolicy(input: $input) {
           policy { version include { tables { name region } } } userErrors { code path message } } }`,
        { input: { policyId: policy!.id, version, tableArns: names.map((name) => tableSettings(name).tableArn) } },
      );
      return addTablesToPolicy;
    };
    expect(await add(1, 'Airports', 'Movies')).toEqual({
      policy: { version: 2, include: { tables: ['Airports', 'Movies'].map((name) => ({ name, region: HOME })) } },
      userErrors: [],
    });
    expect((await add(1, 'Airports')).userErrors).toMatchObject([{ code: 'VERSION_CONFLICT', path: ['version'] }]);
    expect((await add(2, 'Nowhere', 'Scratch')).userErrors).toMatchObject([
      { code: 'NOT_FOUND', path: ['tableArns', '0'] },
      { code: 'EXCLUDED', path: ['tableArns', '1'] },
    ]);
    // Named once, although it is added again; one that is gone is not added.
    expect((await add(2, 'Movies', 'Airports')).policy).toMatchObject({ version: 3, include: { tables: [{}, {}] } });
    await scanned('scan-2', '2026-01-31T02:00:00.000Z', [tableSettings('Movies')]);
    expect((await add(3, 'Airports')).userErrors).toMatchObject([{ code: 'GONE', path: ['tableArns', '0'] }]);
  });
});
