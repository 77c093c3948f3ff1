import { describe, expect, test } from '@jest/globals';
import { availableEngines } from '@tablekeep/testkit/engines';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { HOME, policyWorld } from './world.ts';

type Estimate = { totalUsd: number; notes: string[]; csv: string; tables: { name: string }[] };

describe.each(await availableEngines())('what a policy would cost, on %s', (engine) => {
  const world = policyWorld(engine);
  const input = (changes: object = {}) => ({
    name: 'Draft',
    accountId: world.accountId,
    regions: [HOME],
    include: { allTables: true },
    vaults: [{ region: HOME, vaultName: 'not looked for' }],
    schedules: { timeZone: 'UTC', daily: { times: ['04:00'], keep: { value: 7, unit: 'DAYS' } } },
    ...changes,
  });
  const estimate = async (variables: object) => {
    const { policyCostEstimate } = await world.service.graphql<{ policyCostEstimate: Estimate }>(
      `query ($id: ID, $input: PolicyInput, $v: Float) { policyCostEstimate(id: $id, input: $input, verificationsPerMonth: $v) {
         totalUsd notes csv tables { name } } }`,
      variables,
    );
    return policyCostEstimate;
  };

  test('is not told of nonsense: everything wrong is named at once, with its place', async () => {
    const wrong = input({
      regions: ['mars-1'],
      vaults: [],
      backupRetentionDays: -5,
      copies: [{ fromRegion: HOME, toRegion: HOME, vaultName: 'x', retentionDays: -90 }],
      coldStorageAfterDays: -1,
      schedules: { timeZone: 'Mars/Olympus', daily: { times: ['25:00'], keep: { value: -7, unit: 'DAYS' } } },
    });
    const said = await estimate({ input: wrong, v: -1 }).then(String, (error: Error) => error.message);
    expect(said).toContain('BAD_USER_INPUT');
    for (const path of [
      'input.coldStorageAfterDays',
      'verificationsPerMonth',
      'input.backupRetentionDays',
      'input.copies.0.retentionDays',
      'input.schedules.daily.keep.value',
      'input.schedules.daily.times.0',
      'input.copies.0.toRegion',
      'input.regions.0',
      'input.schedules.timeZone',
    ])
      expect(said).toContain(`${path}: `);
    await expect(estimate({ input: input({ accountId: 'nobody' }) })).rejects.toThrow(
      /input.accountId: There is no such/u,
    );
  });

  test('leaves out what a more important policy processes, and says which Regions nobody has scanned', async () => {
    const big = { sizeBytes: 2 ** 30 };
    await world.scanned(
      'scan-1',
      '2026-01-31T01:00:00.000Z',
      ['Airports', 'Movies', '-1-2'].map((name) => tableSettings(name, big)),
    );
    const alone = await estimate({ input: input() });
    expect(alone.tables).toHaveLength(3);
    expect(alone.notes).toEqual([]);
    expect(alone.csv).toContain(",'-1-2,");
    const first = await world.createPolicy({ name: 'First', include: { tableNames: ['Airports'] }, copies: [] });
    const second = await world.createPolicy({ name: 'Second', include: { allTables: true }, copies: [] });
    await world.createPolicy({ name: 'Off', include: { tableNames: ['Movies'] }, copies: [], enabled: false });
    const named = async (variables: object) => (await estimate(variables)).tables.map(({ name }) => name).sort();
    expect(await named({ id: first.policy!.id })).toEqual(['Airports']);
    expect(await named({ id: second.policy!.id })).toEqual(['-1-2', 'Movies']);
    // Under its name an input stands where the policy does; under another it comes last.
    expect(await named({ input: input({ name: 'Second' }) })).toEqual(['-1-2', 'Movies']);
    const last = await estimate({
      input: input({
        regions: [HOME, 'eu-west-1'],
        vaults: [HOME, 'eu-west-1'].map((region) => ({ region, vaultName: 'x' })),
      }),
    });
    expect(last.tables).toEqual([]);
    expect(last.notes.toSorted()).toEqual([
      expect.stringContaining('1 table is processed by policy "First"'),
      expect.stringContaining('2 tables are processed by policy "Second"'),
      expect.stringContaining('no scan of eu-west-1 yet'),
    ]);
  });
});
