import { describe, expect, test } from '@jest/globals';
import { availableEngines } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { HOME, policyWorld, type UserError } from './world.ts';

describe.each(await availableEngines())('policies beside each other on %s', (engine) => {
  const world = policyWorld(engine);
  const { createPolicy, scanned, plans, requested } = world;

  describe('several policies', () => {
    const order = async (policyIds: string[]) => {
      const { reorderPolicies } = await world.service.graphql<{
        reorderPolicies: { policies: { name: string; priority: number }[] | null; userErrors: UserError[] };
      }>(
        'mutation ($input: ReorderPoliciesInput!) { reorderPolicies(input: $input) { policies { name priority } userErrors { code path message } } }',
        { input: { accountId: world.accountId, policyIds } },
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
        notes: [],
        remarks: [`Skipped, because policy "First" comes first: Airports (${HOME}).`],
      });
      expect(await order([second!.id, first!.id])).toMatchObject({
        policies: [
          { name: 'Second', priority: 1 },
          { name: 'First', priority: 2 },
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
      const refused = await order([first!.id, 'nobody', first!.id]);
      expect(refused.policies).toBeNull();
      expect(refused.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual([
        'NOT_FOUND policyIds.1',
        'DUPLICATE policyIds.2',
        'INCOMPLETE policyIds',
      ]);
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

    test('everything wrong with one is told at once, and nothing is made', async () => {
      expect((await imported({ json: '{' })).userErrors).toMatchObject([{ code: 'BAD_DOCUMENT', path: ['json'] }]);
      const { policy } = await createPolicy();
      const good = JSON.parse((await exported(policy!.id)).json) as Record<string, unknown>;
      const form = await imported({
        json: JSON.stringify({ ...good, formatVersion: 2, retryCount: 'x', surprise: true }),
        name: 'Bad',
      });
      expect(form.userErrors.map(({ path }) => path.join('.')).sort()).toEqual([
        'json',
        'json.formatVersion',
        'json.retryCount',
      ]);
      const content = await imported({
        json: JSON.stringify({ ...good, regions: ['nowhere'], retryCount: 99 }),
        name: 'Nightly',
      });
      expect(content.policy).toBeNull();
      expect(content.userErrors.map(({ code }) => code)).toEqual(
        expect.arrayContaining(['DUPLICATE_NAME', 'UNKNOWN_REGION', 'BAD_RETRY']),
      );
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
          policy: { version: number; include: { tableNames: string[] } } | null;
          userErrors: UserError[];
        };
      }>(
        `mutation ($input: AddTablesToPolicyInput!) { addTablesToPolicy(input: $input) {
           policy { version include { tableNames } } userErrors { code path message } } }`,
        { input: { policyId: policy!.id, version, tableArns: names.map((name) => tableSettings(name).tableArn) } },
      );
      return addTablesToPolicy;
    };
    expect(await add(1, 'Airports', 'Movies')).toEqual({
      policy: { version: 2, include: { tableNames: ['Airports', 'Movies'] } },
      userErrors: [],
    });
    expect((await add(1, 'Airports')).userErrors).toMatchObject([{ code: 'VERSION_CONFLICT', path: ['version'] }]);
    expect((await add(2, 'Nowhere', 'Scratch')).userErrors).toMatchObject([
      { code: 'NOT_FOUND', path: ['tableArns', '0'] },
      { code: 'EXCLUDED', path: ['tableArns', '1'] },
    ]);
  });
});
