import { describe, expect, test } from '@jest/globals';
import { availableEngines } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { HOME, policyWorld } from './world.ts';

const AWAY = 'eu-west-1';

type Check = { code: string; outcome: string; region: string | null; message: string; path: string[] };
type Tested = { ok: boolean; coveredTables: number; secondsToStart: number | null; checks: Check[] };
type Permissions = { outcome: string; findings: { code: string; outcome: string; region: string; message: string }[] };

describe.each(await availableEngines())('what is said of a policy before it runs, on %s', (engine) => {
  const world = policyWorld(engine);
  const { scanned } = world;
  const input = (changes: object = {}) => ({
    name: 'Draft',
    accountId: world.accountId,
    regions: [HOME],
    include: { allTables: true },
    vaults: [{ region: HOME, vaultName: 'gold' }],
    schedules: { timeZone: 'UTC', daily: { times: ['04:00'], keep: { value: 7, unit: 'DAYS' } } },
    ...changes,
  });
  const tested = async (variables: object) => {
    const { policyTest } = await world.service.graphql<{ policyTest: Tested }>(
      `query ($id: ID, $input: PolicyInput) { policyTest(id: $id, input: $input) {
         ok coveredTables secondsToStart checks { code outcome region message path } } }`,
      variables,
    );
    return policyTest;
  };
  const notOk = ({ checks }: Tested) => checks.filter(({ outcome }) => outcome !== 'OK');
  const permissions = async (operations: string[] | null = null) => {
    const { checkPermissions } = await world.service.graphql<{ checkPermissions: Permissions }>(
      `query ($id: ID!, $operations: [PermissionOperation!]) { checkPermissions(accountId: $id, operations: $operations) {
         outcome findings { code outcome region message } } }`,
      { id: world.accountId, operations },
    );
    return checkPermissions;
  };

  test('a Region that nobody has scanned is never green', async () => {
    const both = input({
      regions: [HOME, AWAY],
      vaults: [HOME, AWAY].map((region) => ({ region, vaultName: 'gold' })),
    });
    await scanned('scan-1', '2026-01-31T01:00:00.000Z', [tableSettings('Airports')]);
    const result = await tested({ input: both });
    expect(result).toMatchObject({ ok: false, coveredTables: 1, secondsToStart: null });
    expect(notOk(result)).toEqual([
      { code: 'NOT_SCANNED', outcome: 'UNKNOWN', region: AWAY, path: [], message: expect.stringContaining(AWAY) },
    ]);
    const scannedOnly = await tested({ input: input() });
    expect(scannedOnly).toMatchObject({ ok: true, secondsToStart: 0 });
    expect(notOk(scannedOnly)).toEqual([]);

    const unseen = (region: string) => ({
      code: 'NOT_SCANNED',
      outcome: 'UNKNOWN',
      region,
      message: expect.stringContaining('rescanInventory scans it'),
    });
    // Whatever policies there are or will be.
    expect(await permissions()).toEqual({ outcome: 'UNKNOWN', findings: [unseen(AWAY), unseen('ap-south-1')] });
    // No table is asked for messages to a topic.
    expect(await permissions(['NOTIFICATION'])).toEqual({ outcome: 'OK', findings: [] });
    await world.updateAccount({ regions: [HOME] });
    expect(await permissions()).toEqual({ outcome: 'OK', findings: [] });
  });

  test('tables that the last scan could not read are named where the policy covers them or may', async () => {
    const scan = (id: string, hour: number, unread: string[]) =>
      scanned(
        id,
        `2026-01-31T0${hour}:00:00.000Z`,
        ['Airports', 'Known'].filter((name) => !unread.includes(name)).map((name) => tableSettings(name)),
        1,
        1,
        id,
        unread.map((name) => ({ arn: tableSettings(name).tableArn, name, reason: 'may not' })),
      );
    const unreadable = ({ checks }: Pick<Tested, 'checks'>) =>
      checks.flatMap(({ code, outcome, message }) =>
        code === 'UNREADABLE_TABLES' ? [`${outcome} ${/ read (.*?)\. /u.exec(message)?.[1]}`] : [],
      );
    await scan('scan-1', 1, []);
    await world.updateAccount({ regions: [HOME] });
    await world.createPolicy({ name: 'Draft', copies: [], include: { allTables: true } });
    expect(unreadable(await tested({ input: input() }))).toEqual([]);
    expect((await permissions()).outcome).toBe('OK');
    // Runs start the backups of both, and would fail where the role may not look at them.
    await scan('scan-2', 2, ['Known', 'Never']);
    const both = `UNKNOWN 2 tables: Known (${HOME}), Never (${HOME})`;
    const all = await tested({ input: input() });
    expect(all).toMatchObject({ ok: false, coveredTables: 3 });
    expect(unreadable(all)).toEqual([both]);
    const chosen = async (include: object) => unreadable(await tested({ input: input({ include }) }));
    expect(await chosen({ tableNames: ['Airports', 'Never'] })).toEqual([`UNKNOWN 1 table: Never (${HOME})`]);
    expect(await chosen({ tags: [{ key: 'backup', value: 'nightly' }] })).toEqual([both]);
    expect(await chosen({ tableNames: ['Airports'] })).toEqual([]);
    expect(await permissions()).toMatchObject({
      outcome: 'UNKNOWN',
      findings: [{ code: 'UNREADABLE_TABLES', outcome: 'UNKNOWN', message: expect.stringContaining('Never') }],
    });
    expect(await permissions(['NOTIFICATION'])).toMatchObject({ outcome: 'OK' });
  });

  test('a table that is chosen by name and is not there is told, before a run and by each run', async () => {
    const include = { tableNames: ['orders', 'paymets'], tables: [{ name: 'users', region: HOME }] };
    const absent = async () =>
      notOk(await tested({ input: input({ include }) })).map(({ code, outcome, path }) => [
        outcome,
        code,
        path.join('.'),
      ]);
    // Nobody has looked there yet.
    expect(await absent()).not.toContainEqual(expect.arrayContaining(['TABLE_NOT_THERE']));
    await scanned(
      'scan-1',
      '2026-01-31T01:00:00.000Z',
      ['orders', 'users'].map((name) => tableSettings(name)),
    );
    expect(await absent()).toEqual([['WARNING', 'TABLE_NOT_THERE', 'include.tableNames.1']]);
    const { policy } = await world.createPolicy({ name: 'Draft', copies: [], include });
    await scanned('scan-2', '2026-01-31T02:00:00.000Z', [tableSettings('orders')]);
    expect(await absent()).toEqual([
      ['WARNING', 'TABLE_NOT_THERE', 'include.tableNames.1'],
      ['WARNING', 'TABLE_NOT_THERE', 'include.tables.0'],
    ]);

    const request = { type: 'POLICY_BACKUP', policyId: policy!.id, slot: null } as const;
    await world.requested({ sessionId: 's-1', request });
    await world.service.tell({
      type: 'dev.tablekeep.session.round.finished.v1',
      source: 'session',
      subject: 's-1',
      data: {
        sessionId: 's-1',
        round: 1,
        request,
        scans: [{ region: HOME, scanId: 'scan-2' }],
        failedRegions: [],
        vaultScans: [],
        failedVaults: [],
      },
    });
    const plan = await eventually(() => {
      const last = world.plans().find(({ sessionId, final }) => sessionId === 's-1' && final);
      if (!last) throw new Error('not planned yet');
      return last;
    });
    expect(plan.tasks.map(({ table }) => table?.name)).toEqual(['orders']);
    expect(plan.notes).toEqual([
      'The policy names table paymets, which is in none of its Regions: misspelt, or deleted since.',
      `The policy names table users, which is not in ${HOME}: misspelt, or deleted since.`,
    ]);
  });

  test('tables that a more important policy takes are said to be left to it, and are not judged here', async () => {
    const full = Array.from({ length: 50 }, (_, i) => ({ key: `own-${i}`, value: '' }));
    const taken = { ...tableSettings('Full'), tags: { state: 'known' as const, value: full } };
    await scanned('scan-1', '2026-01-31T01:00:00.000Z', [taken, tableSettings('Airports'), tableSettings('Movies')]);
    const schedules = { timeZone: 'UTC', daily: { times: ['04:00'] } };
    await world.createPolicy({ name: 'First', include: { tableNames: ['Full'] }, copies: [], schedules });
    const all = { include: { allTables: true }, copies: [], customTags: [{ key: 'team', value: 'a' }] };
    const { policy: second } = await world.createPolicy({ ...all, name: 'Second' });
    await world.createPolicy({ ...all, name: 'Off', enabled: false });
    const said = async (variables: object) => {
      const result = await tested(variables);
      const told = result.checks.filter(({ code }) => /COVERED_TABLES|LEFT_TO_POLICY|TAGS/u.test(code));
      return [result.coveredTables, ...told.map(({ code, outcome, message }) => `${outcome} ${code} ${message}`)];
    };
    const matching = '3 tables of the inventory match the selection';
    const leftToFirst = 'WARNING LEFT_TO_POLICY 1 table is left to policy "First", which comes first.';
    expect(await said({ id: second!.id })).toEqual([3, `OK COVERED_TABLES ${matching}.`, leftToFirst]);
    // As in the estimate: under its name an input stands where the policy does, under another it comes last.
    expect(await said({ input: input({ name: 'Second' }) })).toEqual(await said({ id: second!.id }));
    expect(await said({ input: input({ name: 'Last' }) })).toEqual([
      3,
      `WARNING COVERED_TABLES ${matching}; the policy processes none of them.`,
      leftToFirst,
      'WARNING LEFT_TO_POLICY 2 tables are left to policy "Second", which comes first and has no schedule and runs only ' +
        'when somebody asks.',
    ]);
  });

  test('roles that are not marked for backups are an error, as they are where a policy is made or switched on', async () => {
    await scanned('scan-1', '2026-01-31T01:00:00.000Z', [tableSettings('Airports')]);
    expect(await tested({ input: input() })).toMatchObject({ ok: true });
    expect(await world.updateAccount({ uses: ['RESTORE'] })).toMatchObject({ userErrors: [] });
    const refused = await tested({ input: input() });
    expect(refused.ok).toBe(false);
    expect(notOk(refused)).toMatchObject([{ code: 'NOT_FOR_BACKUP', outcome: 'ERROR', path: ['accountId'] }]);
    expect((await world.createPolicy({ copies: [] })).userErrors).toMatchObject([
      { code: 'NOT_FOR_BACKUP', path: ['accountId'], message: notOk(refused)[0]!.message },
    ]);
  });

  test('copies that end before the next one comes are warned of, by the points that are copied', async () => {
    await scanned('scan-1', '2026-01-31T01:00:00.000Z', [tableSettings('Airports')]);
    const days = (value: number) => ({ value, unit: 'DAYS' });
    const short = async (keepCopies: object, ...own: (number | null)[]) => {
      const schedules = {
        timeZone: 'UTC',
        daily: { times: ['04:00', '16:00'], copyTimes: [], keep: days(35) },
        weekly: { days: ['SUNDAY', 'WEDNESDAY'], copyDays: ['SUNDAY'], keep: days(35), keepCopies },
      };
      const copies = own.map((retentionDays) => ({
        fromRegion: HOME,
        toRegion: AWAY,
        vaultName: 'gold',
        retentionDays,
      }));
      return notOk(await tested({ input: input({ schedules, copies }) }))
        .filter(({ code }) => code === 'SHORTER_THAN_INTERVAL')
        .map(({ outcome, path, message }) => `${outcome} ${path.join('.')} ${message}`);
    };
    const perSchedule =
      'WARNING schedules.weekly.keepCopies Copies of the weekly schedule are kept for 24 h and come up to 7 days apart: ' +
      'in between there is none.';
    expect(await short(days(1), null)).toEqual([perSchedule]);
    // Sundays alone are copied.
    expect(await short(days(6), null)).toHaveLength(1);
    expect(await short(days(7), null)).toEqual([]);
    expect(await short(days(7), 1)).toEqual([
      `WARNING copies.0.retentionDays Copies in ${AWAY} are kept for 24 h and come up to 7 days apart: in between there is none.`,
    ]);
    // What a target says counts instead.
    expect(await short(days(1), 7)).toEqual([]);
    expect(await short(days(1))).toEqual([]);
  });

  test('where a table’s tags could not be read it is not said that the policy’s fit', async () => {
    const unread = { ...tableSettings('Airports'), tags: { state: 'unknown' as const, because: 'may not' } };
    await scanned('scan-1', '2026-01-31T01:00:00.000Z', [unread, tableSettings('Movies')]);
    const result = await tested({ input: input({ customTags: [{ key: 'team', value: 'a' }] }) });
    expect(result.ok).toBe(false);
    expect(notOk(result)).toEqual([
      {
        ...{ code: 'TAGS_DO_NOT_FIT', outcome: 'UNKNOWN', region: null, path: ['customTags'] },
        message: expect.stringContaining('The tags of 1 covered table could not be read'),
      },
    ]);
    expect(notOk(await tested({ input: input() }))).toEqual([]);
  });

  test('more tables than AWS’s rates let start between two slots are warned of', async () => {
    const crowd = Array.from({ length: 400 }, (_, i) => tableSettings(`Crowd-${i}`));
    await scanned('scan-1', '2026-01-31T01:00:00.000Z', crowd);
    const every = (minutes: number) => {
      const times = Array.from({ length: 60 / minutes }, (_, i) => `04:${String(i * minutes).padStart(2, '0')}`);
      return input({ schedules: { timeZone: 'UTC', daily: { times, keep: { value: 7, unit: 'DAYS' } } } });
    };
    // 150 at 2.5 a second are a minute; the other 250 start as those end, 150 in 330 seconds: 610 seconds in all.
    const result = await tested({ input: every(10) });
    expect(result.secondsToStart).toBeCloseTo(149 / 2.5 + 250 / (150 / 330), 6);
    expect(notOk(result)).toEqual([
      {
        ...{ code: 'CANNOT_KEEP_SCHEDULE', outcome: 'WARNING', region: null, path: ['schedules'] },
        message: expect.stringContaining('Starting all tables takes 11 min at AWS'),
      },
    ]);
    expect(notOk(await tested({ input: every(15) }))).toEqual([]);
  });
});
