import { beforeEach, describe, expect, test } from '@jest/globals';
import type { EventData, EventEnvelope, EventType } from '@tablekeep/schema/events';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { onInventoryScanned } from '../src/events/inventory-scanned.ts';
import { onSessionFinished } from '../src/events/session-finished.ts';
import { onSessionRequested } from '../src/events/session-requested.ts';
import { onRoundFinished } from '../src/events/session-round-finished.ts';
import { planWaitingRuns } from '../src/plan-backups-round.ts';
import { AccountEntity, PolicyEntity, RunRegionEntity, WaitingRoundEntity } from '../src/store/entities.ts';
import { begin, plannerWorld, twiceADay } from './planner-world.ts';

const REGIONS = ['us-east-1', 'eu-west-1', 'ap-south-1'];
const MINUTE = 60_000;

describe.each(await availableEngines())('scans that runs share on %s', (engine: Engine) => {
  const world = plannerWorld(engine);
  const slot = { at: begin.toISOString(), rules: [] };
  const handle = <T extends EventType>(
    handler: (
      db: typeof world.db,
      tx: Parameters<Parameters<typeof world.db.transaction>[0]>[0],
      event: EventEnvelope<T>,
      now: Date,
    ) => Promise<void>,
    subject: string,
    data: EventData<T>,
    on = world.db,
  ) => on.transaction((tx) => handler(on, tx, { subject, data } as unknown as EventEnvelope<T>, world.clock.now()));
  const request = (policyId: string, byHand = false) => ({
    type: 'POLICY_BACKUP' as const,
    policyId,
    slot: byHand ? null : slot,
  });
  const requested = (policyId: string, on = world.db, byHand = false) =>
    handle<'dev.tablekeep.session.requested.v1'>(
      onSessionRequested,
      `s-${policyId}`,
      {
        sessionId: `s-${policyId}`,
        request: request(policyId, byHand),
        accountId: 'account-1',
        requestedBy: 'schedule',
        requestedAt: world.clock.now().toISOString(),
      },
      on,
    );
  const plans = (policyId?: string) =>
    world
      .toldOf('dev.tablekeep.session.tasks.planned.v1')
      .then((all) => all.filter(({ sessionId }) => policyId === undefined || sessionId === `s-${policyId}`));
  const roundOver = async (
    policyId: string,
    round: number,
    scanned: string[],
    failed: string[] = [],
    on = world.db,
    byHand = false,
  ) =>
    handle<'dev.tablekeep.session.round.finished.v1'>(
      onRoundFinished,
      `s-${policyId}`,
      {
        sessionId: `s-${policyId}`,
        round,
        request: request(policyId, byHand),
        scans: scanned.map((region) => ({ region, scanId: `${policyId} ${region}` })),
        failedRegions: failed,
        vaultScans: [],
        failedVaults: [],
      },
      on,
    );
  const scanned = (policyId: string, region: string, tables = ['Airports'], startedAt = world.clock.now()) =>
    handle<'dev.tablekeep.inventory.scanned.v1'>(onInventoryScanned, 'scan', {
      scanId: `${policyId} ${region}`,
      accountId: 'account-1',
      awsAccountId: '111122223333',
      region,
      startedAt: startedAt.toISOString(),
      chunk: 1,
      chunks: 1,
      tables: tables.map((name) => ({
        ...tableSettings(name),
        tableArn: `arn:aws:dynamodb:${region}:111122223333:table/${name}`,
      })),
    });
  const over = (policyId: string) =>
    handle<'dev.tablekeep.session.finished.v1'>(onSessionFinished, `s-${policyId}`, {
      sessionId: `s-${policyId}`,
      type: 'POLICY_BACKUP',
      status: 'FAILED',
      accountId: 'account-1',
      policyId,
      policyName: policyId,
      requestedBy: 'schedule',
      reason: null,
      startedAt: world.clock.now().toISOString(),
      finishedAt: world.clock.now().toISOString(),
      counts: { total: 1, succeeded: 0, warning: 0, failed: 1, canceled: 0, skipped: 0 },
      notes: [],
      problems: [],
    });
  const pass = async () => {
    const { db, other, clock } = world;
    await Promise.all([planWaitingRuns({ db, clock }), planWaitingRuns({ db: other, clock })]);
  };
  const regionsOf = (plan: { tasks: readonly { region: string }[] }) => plan.tasks.map(({ region }) => region);
  const later = (minutes: number) => world.clock.set(new Date(world.clock.now().getTime() + minutes * MINUTE));

  const policies = async (count: number, regions: string[]) => {
    const names = Array.from({ length: count }, (_, i) => `p${String(i).padStart(2, '0')}`);
    for (const name of names) {
      await world.policy(name, twiceADay());
      const { document } = await world.state(name);
      const vaults = regions.map((region) => ({ region, vaultName: 'gold' }));
      const chosen = {
        ...document,
        regions,
        vaults,
        include: { ...document.include, allTables: false, tableNames: [name] },
      };
      await world.db.transaction((tx) => tx.update(PolicyEntity, { id: name }, { document: chosen }));
    }
    return names;
  };
  beforeEach(async () => {
    await world.db.transaction((tx) =>
      tx.insert(AccountEntity, {
        id: 'account-1',
        name: 'Production',
        awsAccountId: '111122223333',
        roleArn: 'arn:aws:iam::111122223333:role/Operator',
        serviceRoleArn: 'arn:aws:iam::111122223333:role/Backup',
        externalId: 'x',
        regions: REGIONS,
        uses: null,
        connection: 'UNTRIED',
        connectionMessage: null,
        createdAt: begin,
        scanAt: null,
      }),
    );
  });

  test('many policies that come due together scan each Region once, and each plans its own tables from it', async () => {
    const names = await policies(30, REGIONS);
    for (const [i, name] of names.entries()) await requested(name, i % 2 ? world.other : world.db);
    const first = (await plans()).map((plan) => [plan.final, ...regionsOf(plan)]);
    expect(first.flatMap(([, ...regions]) => regions)).toEqual(REGIONS);
    expect(first.every(([final]) => final === false)).toBe(true);
    const [scanner] = names;
    for (const [i, name] of names.entries())
      await roundOver(name, 1, name === scanner ? REGIONS : [], [], i % 2 ? world.other : world.db);
    for (const region of REGIONS) {
      expect((await plans()).filter(({ final }) => final)).toEqual([]);
      await scanned(scanner!, region, names);
    }
    for (let i = 0; i < 3; i++) await pass();
    const last = (await plans()).filter(({ final }) => final);
    expect(last.map(({ sessionId }) => sessionId).sort()).toEqual(names.map((name) => `s-${name}`));
    for (const { sessionId, tasks } of last) {
      expect(tasks.map(({ table }) => `s-${table?.name}`)).toEqual(REGIONS.map(() => sessionId));
    }
    expect(await world.db.reader.count(WaitingRoundEntity)).toBe(0);
    // Soon after nothing is scanned at all; a while later, once.
    const [a, b] = await Promise.all(
      ['q', 'r'].map(async (name) => {
        await world.policy(name, twiceADay());
        return name;
      }),
    );
    later(4);
    await requested(a!);
    expect((await plans(a)).map(regionsOf)).toEqual([[]]);
    later(2);
    await requested(b!);
    expect((await plans(b)).map(regionsOf)).toEqual([['us-east-1']]);
  }, 60_000);

  test('where the run that scans for others ends without, another one scans, and those wait for that', async () => {
    const [a, b, c] = (await policies(3, ['us-east-1'])) as [string, string, string];
    for (const name of [a, b, c]) await requested(name);
    for (const name of [b, c]) await roundOver(name, 1, []);
    await over(a);
    await pass();
    const again = (await plans()).filter(({ round }) => round === 2);
    expect(again.map((plan) => [plan.final, ...regionsOf(plan)])).toEqual([[false, 'us-east-1']]);
    const scanner = again[0]!.sessionId.slice(2);
    await roundOver(scanner, 2, ['us-east-1']);
    await scanned(scanner, 'us-east-1', [a, b, c]);
    await pass();
    const last = (await plans()).filter(({ final }) => final).map(({ sessionId, round }) => `${sessionId} ${round}`);
    const waiter = scanner === b ? c : b;
    expect(last.sort()).toEqual([`s-${scanner} 3`, `s-${waiter} 2`].sort());
  });

  test('a scan that failed for one is made by the next; what failed for a run itself is not planned in a later round', async () => {
    const [a, b] = (await policies(2, ['us-east-1', 'eu-west-1'])) as [string, string];
    await requested(a);
    await requested(b);
    await roundOver(b, 1, []);
    await roundOver(a, 1, ['eu-west-1'], ['us-east-1']);
    await scanned(a, 'eu-west-1', [a, b]);
    await pass();
    expect((await plans(a)).at(-1)).toMatchObject({ final: true, tasks: [{ region: 'eu-west-1' }] });
    expect((await plans(b)).at(-1)).toMatchObject({ round: 2, final: false, tasks: [{ region: 'us-east-1' }] });
    // It fails here as well: the other Region is planned, without yesterday's tables of this one.
    await roundOver(b, 2, [], ['us-east-1']);
    expect((await plans(b)).at(-1)).toMatchObject({ round: 3, final: true, tasks: [{ region: 'eu-west-1' }] });
    await over(b);
    expect(await world.db.reader.count(RunRegionEntity, { where: { sessionId: `s-${b}` } })).toBe(0);
  });

  test('a scan of the most tables of a Region is shared: waited for, and fresh when it is done however long it took', async () => {
    const [a, b, c] = (await policies(3, ['us-east-1'])) as [string, string, string];
    const begun = world.clock.now();
    await requested(a);
    later(50);
    await requested(b);
    expect((await plans(b)).map(regionsOf)).toEqual([[]]);
    await roundOver(a, 1, ['us-east-1']);
    await roundOver(b, 1, []);
    await scanned(a, 'us-east-1', [a, b, c], begun);
    await pass();
    expect((await plans()).filter(({ final }) => final).map(({ sessionId }) => sessionId)).toEqual([
      `s-${a}`,
      `s-${b}`,
    ]);
    later(1);
    await requested(c);
    expect((await plans(c)).map(regionsOf)).toEqual([[]]);
  });

  test.each([false, true])(
    'a Region that a policy gets during its run is scanned in a further round; by hand: %s',
    async (byHand) => {
      const [a] = (await policies(1, ['us-east-1'])) as [string];
      await scanned('long before', 'eu-west-1', ['Forgotten']);
      later(60);
      await requested(a, world.db, byHand);
      const { document } = await world.state(a);
      const regions = ['us-east-1', 'eu-west-1'];
      const vaults = regions.map((region) => ({ region, vaultName: 'gold' }));
      await world.db.transaction((tx) =>
        tx.update(PolicyEntity, { id: a }, { document: { ...document, regions, vaults } }),
      );
      await scanned(a, 'us-east-1', [a]);
      const over1 = () => roundOver(a, 1, ['us-east-1'], [], world.other, byHand);
      await Promise.all([roundOver(a, 1, ['us-east-1'], [], world.db, byHand), over1()]);
      await over1();
      expect((await plans(a)).slice(1)).toMatchObject([{ round: 2, final: false, tasks: [{ region: 'eu-west-1' }] }]);
      await roundOver(a, 2, ['eu-west-1'], [], world.db, byHand);
      await scanned(a, 'eu-west-1', [a]);
      await pass();
      expect((await plans(a)).slice(2)).toMatchObject([{ round: 3, final: true }]);
      expect(regionsOf((await plans(a))[2]!)).toEqual(['eu-west-1', 'us-east-1']);
    },
  );

  test('a session is told that its run still waits, and a scan that never comes is not waited for for ever', async () => {
    const [a, b] = (await policies(2, ['us-east-1'])) as [string, string];
    await requested(a);
    await requested(b);
    await roundOver(b, 1, []);
    // Two hours: the most tables that a Region may have take more than half an hour to scan.
    const rounds = 24;
    for (let round = 1; round <= rounds; round++) {
      later(4);
      await pass();
      expect((await plans(b)).at(-1)!.round).toBe(round);
      later(1);
      await pass();
      const next = (await plans(b)).at(-1)!;
      expect(next).toMatchObject({ round: round + 1, final: false, taskCount: round === rounds ? 1 : 0 });
      await roundOver(b, round, []);
      if (round < rounds) await roundOver(b, round + 1, []);
    }
    expect((await plans(b)).at(-1)!.tasks).toMatchObject([{ region: 'us-east-1' }]);
    expect((await plans(b))[1]!.remarks).toEqual([expect.stringContaining('us-east-1')]);
  });

  test('a run by hand scans anew, and a policy that has moved to another account is not run for the old one', async () => {
    const [a, b] = (await policies(2, ['us-east-1'])) as [string, string];
    await requested(a);
    await requested(b, world.db, true);
    expect((await plans(b)).map(regionsOf)).toEqual([['us-east-1']]);
    await world.db.transaction((tx) => tx.update(PolicyEntity, { id: b }, { accountId: 'account-2' }));
    await world.db.transaction((tx) => tx.insert(AccountEntity, accountTwo));
    await roundOver(b, 1, []);
    const refused = async () => (await world.toldOf('dev.tablekeep.session.rejected.v1')).map((one) => one.reasons[0]);
    expect(await refused()).toEqual([expect.stringContaining('was moved to another account')]);
    await world.policy('late', twiceADay(), { accountId: 'account-2' });
    await requested('late');
    expect(await refused()).toHaveLength(2);
  });
  const accountTwo = {
    id: 'account-2',
    name: 'Other',
    awsAccountId: '444455556666',
    roleArn: 'arn:aws:iam::444455556666:role/Operator',
    serviceRoleArn: 'arn:aws:iam::444455556666:role/Backup',
    externalId: 'y',
    regions: REGIONS,
    uses: null,
    connection: 'UNTRIED' as const,
    connectionMessage: null,
    createdAt: begin,
    scanAt: null,
  };
});
