import { describe, expect, test } from '@jest/globals';
import { availableEngines } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { HOME, policyWorld } from './world.ts';

const because = 'The role may not dynamodb:DescribeTable.';
const unread = (name: string) => ({ arn: tableSettings(name).tableArn, name, reason: because });

describe.each(await availableEngines())('tables that a scan could not read on %s', (engine) => {
  const world = policyWorld(engine);
  const { scanned, createPolicy, requested, plans } = world;
  const secondScan = () =>
    scanned('scan-2', '2026-01-31T02:00:00.000Z', [tableSettings('Airports')], 1, 1, 'scan-2', [
      unread('Known'),
      unread('Never'),
    ]);
  const seen = async () => {
    const { tables, account } = await world.service.graphql<{
      tables: { nodes: { name: string; vanishedAt: string | null; unreadableBecause: string | null }[] };
      account: { unreadableTables: object[] };
    }>(
      `query ($id: ID!) { tables { nodes { name vanishedAt unreadableBecause scannedAt protectionReason } }
         account(id: $id) { unreadableTables { name region reason } } }`,
      { id: world.accountId },
    );
    return { tables: tables.nodes, unreadable: account.unreadableTables };
  };

  test('keep what is known of them, and are told by name until a scan reads them', async () => {
    await scanned(
      'scan-1',
      '2026-01-31T01:00:00.000Z',
      ['Airports', 'Known', 'Gone'].map((name) => tableSettings(name)),
    );
    await secondScan();
    const unreadable = ['Known', 'Never'].map((name) => ({ name, region: HOME, reason: because }));
    expect(await seen()).toEqual({
      tables: [
        expect.objectContaining({ name: 'Airports', unreadableBecause: null }),
        {
          name: 'Known',
          vanishedAt: null,
          unreadableBecause: because,
          scannedAt: '2026-01-31T01:00:00.000Z',
          protectionReason: expect.stringContaining(`could not read it: ${because}`),
        },
      ],
      unreadable,
    });
    await scanned('scan-3', '2026-01-31T03:00:00.000Z', [tableSettings('Airports'), tableSettings('Known')]);
    expect(await seen()).toMatchObject({ unreadable: [], tables: [{}, { name: 'Known', unreadableBecause: null }] });
  });

  test('do not keep the others from their backups; those that a policy names fail by name, those it knows by tag fail its run', async () => {
    await scanned(
      'scan-1',
      '2026-01-31T01:00:00.000Z',
      ['Airports', 'Known'].map((name) => tableSettings(name)),
    );
    const { policy: all } = await createPolicy({ name: 'All', include: { allTables: true }, copies: [] });
    const { policy: tagged } = await createPolicy({ name: 'By tag', copies: [], enabled: false });
    await secondScan();
    const planOf = async (sessionId: string, policyId: string) => {
      const request = { type: 'POLICY_BACKUP', policyId, slot: null } as const;
      await requested({ sessionId, request });
      await world.service.tell({
        type: 'dev.tablekeep.session.round.finished.v1',
        source: 'session',
        subject: sessionId,
        data: {
          sessionId,
          round: 1,
          request,
          scans: [{ region: HOME, scanId: 'scan-2' }],
          failedRegions: [],
          vaultScans: [],
          failedVaults: [],
        },
      });
      return eventually(() => {
        const plan = plans().find((one) => one.sessionId === sessionId && one.final);
        if (!plan) throw new Error('not planned yet');
        return plan;
      });
    };
    const whole = await planOf('s-1', all!.id);
    // The id that they had when they were read decides nothing.
    expect(whole.tasks.map(({ table }) => [table?.name, table?.tableId])).toEqual([
      ['Airports', 'id-of-Airports'],
      ['Known', null],
      ['Never', null],
    ]);
    await world.service.graphql('mutation ($id: ID!) { disablePolicy(input: { id: $id }) { userErrors { code } } }', {
      id: all!.id,
    });
    const byTag = await planOf('s-2', tagged!.id);
    expect(byTag.tasks.map(({ table }) => table?.name)).toEqual(['Airports']);
    expect(byTag.unplanned).toEqual(['Known', 'Never'].map((name) => expect.stringContaining(`The tags of ${name} `)));
    expect([whole.unplanned, byTag.notes]).toEqual([undefined, []]);
  });
});
