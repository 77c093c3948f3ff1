import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { countsOf } from '../src/store/retention-counts.ts';
import { RestorePointEntity } from '../src/store/entities.ts';
import { VaultLockEntity } from '../src/store/retention-entities.ts';
import { SAFETY } from '../src/domain/retention/safety.ts';
import {
  ACCOUNT,
  arnOf,
  AWAY,
  DAY,
  GOLD,
  HOME,
  idOf,
  startRetentionWorld,
  tableArn,
  type RetentionWorld,
} from './retention-world.ts';

describe.each(await availableEngines())('a session of retention on %s', (engine: Engine) => {
  let world: RetentionWorld;
  beforeEach(async () => {
    world = await startRetentionWorld(engine);
  }, 60_000);
  afterEach(() => world.stop());

  /** Five of ten points are past their time; the newest is none of them. */
  const tenPoints = async () => {
    for (let i = 1; i <= 10; i++) await world.add(`p-${i}`, i * 2 - 0.1);
  };
  const ALL = Array.from({ length: 10 }, (_, i) => `p-${i + 1}`);
  const doomed = (plan: { tasks: readonly { parameters: object }[] }) =>
    plan.tasks.map(({ parameters }) => (parameters as { recoveryPointArn: string }).recoveryPointArn).sort();
  const arns = (...names: string[]) => names.map((name) => arnOf(name)).sort();

  test('lists the vaults first, then deletes what nothing keeps; asked twice it is planned once', async () => {
    await tenPoints();
    await world.add('copy', 30, { kind: 'COPY', region: AWAY, vaultName: 'far', expiresAt: null });
    await world.request('s-1', { id: 'first' });
    await world.request('s-1', { id: 'again' });
    expect(await world.plan('s-1', 1)).toMatchObject({
      final: false,
      tasks: [
        { key: `list:${HOME}:gold`, region: HOME, parameters: { kind: 'IMPORT', vaultName: 'gold', points: null } },
      ],
      remarks: ['5 points are kept by nothing.'],
    });
    await world.scanned('s-1', ALL);
    await world.roundFinished('s-1', { id: 'end' });
    await world.roundFinished('s-1', { id: 'end again' });
    const plan = await world.plan('s-1', 2);
    expect(plan).toMatchObject({ final: true, notes: [], taskCount: 5 });
    expect(doomed(plan)).toEqual(arns('p-6', 'p-7', 'p-8', 'p-9', 'p-10').sort());
    expect(plan.tasks[0]!.parameters).toMatchObject({ kind: 'DELETE', decidedBy: 'RULES', version: 1 });
    expect(world.service.heardOf('dev.tablekeep.session.tasks.planned.v1')).toHaveLength(2);
  });

  test('the end of the round may come before the listing does', async () => {
    await tenPoints();
    await world.request('s-1');
    await world.plan('s-1', 1);
    await world.roundFinished('s-1');
    expect(world.service.heardOf('dev.tablekeep.session.tasks.planned.v1')).toHaveLength(1);
    await world.scanned('s-1', ALL);
    expect((await world.plan('s-1', 2)).taskCount).toBe(5);
  });

  test('what came to keep a point between the rounds counts: a hold, a newer word on its expiry', async () => {
    await tenPoints();
    await world.request('s-1');
    await world.plan('s-1', 1);
    await world.mutate(
      'setLegalHold',
      'SetLegalHoldInput',
      { restorePointIds: [idOf('p-7')], hold: true, reason: 'x' },
      '',
    );
    const expiresAt = new Date(Date.now() + DAY).toISOString();
    const said = { restorePointIds: [idOf('p-8')], expiresAt };
    expect((await world.mutate('setRestorePointExpiry', 'SetRestorePointExpiryInput', said, '')).userErrors).toEqual(
      [],
    );
    await world.scanned('s-1', ALL);
    await world.roundFinished('s-1');
    expect(doomed(await world.plan('s-1', 2))).toEqual(arns('p-6', 'p-9', 'p-10'));
  });

  test('what stays is not looked at again at once, and is woken by what lets it go', async () => {
    await world.add('old', 40);
    await world.add('held', 50, { holdReason: 'Case 17', holdBy: 'Operator', heldAt: new Date() });
    await world.request('s-1');
    expect(await world.plan('s-1', 1)).toMatchObject({ final: true, taskCount: 0 });
    for (const name of ['old', 'held']) {
      expect((await world.row(name)).nextLookAt!.getTime()).toBeGreaterThan(Date.now() + SAFETY.lookAgainMs - 60_000);
    }
    await world.request('s-2');
    expect((await world.plan('s-2', 1)).remarks).toEqual(['0 points are kept by nothing.']);
    await world.mutate('setLegalHold', 'SetLegalHoldInput', { restorePointIds: [idOf('held')], hold: false }, '');
    // A newer point takes the place of the newest.
    await world.made('new');
    await world.request('s-3');
    expect((await world.plan('s-3', 1)).remarks).toEqual(['2 points are kept by nothing.']);
  });

  test('a dry run says what would go and why, deletes nothing, and leaves no trace', async () => {
    await tenPoints();
    await world.add('alone', 40, { tableArn: tableArn('Users'), tableName: 'Users' });
    await world.request('dry-1', { dryRun: true });
    expect((await world.plan('dry-1', 1)).tasks).toMatchObject([{ parameters: { kind: 'IMPORT' } }]);
    await world.scanned('dry-1', ALL);
    await world.roundFinished('dry-1');
    const plan = await world.plan('dry-1', 2);
    expect(plan).toMatchObject({ final: true, taskCount: 0, tasks: [] });
    expect(plan.remarks).toHaveLength(5);
    expect(plan.remarks[0]).toMatch(
      /^Would go: backup of Orders of .* it was kept until .*, and nothing else keeps it\.$/u,
    );
    expect((await world.row('alone')).nextLookAt!.getTime()).toBeLessThan(Date.now());
  });

  test('a vault that could not be listed, or not whole, gives up nothing, and that is said and counted', async () => {
    await tenPoints();
    await world.request('s-1');
    await world.plan('s-1', 1);
    await world.roundFinished('s-1', { vaults: [], failed: [GOLD] });
    expect(await world.plan('s-1', 2)).toMatchObject({
      taskCount: 0,
      notes: [`Vault gold in ${HOME} could not be listed; none of its points is deleted.`],
    });
    await world.request('s-2');
    await world.scanned('s-2', ALL, { complete: false });
    await world.roundFinished('s-2');
    expect((await world.plan('s-2', 2)).taskCount).toBe(0);
    await world.request('s-3');
    await world.scanned('s-3', ALL, { startedAt: new Date(Date.now() - SAFETY.listingAgeMs - 60_000) });
    await world.roundFinished('s-3');
    expect((await world.plan('s-3', 2)).taskCount).toBe(0);
    expect(await world.heard('dev.tablekeep.retention.refused.v1', 3)).toMatchObject([
      { scope: 'VAULT', code: 'VAULT_UNREADABLE', vaultName: 'gold', points: 5, sessionId: 's-1', dryRun: false },
      { code: 'LISTING_INCOMPLETE' },
      { code: 'LISTING_TOO_OLD' },
    ]);
    const counts = new Map((await countsOf(world.db.reader, 'refused')).map(({ label, count }) => [label, count]));
    expect(counts).toEqual(
      new Map([
        ['LISTING_INCOMPLETE', 1],
        ['LISTING_TOO_OLD', 1],
        ['VAULT_UNREADABLE', 1],
      ]),
    );
  });

  test('a table whose newest point the vault does not show, or not as usable, gives up nothing; others go on', async () => {
    await tenPoints();
    const users = { tableArn: tableArn('Users'), tableName: 'Users' };
    await world.add('u-1', 1, users);
    await world.add('u-2', 20, users);
    await world.request('s-1');
    await world.scanned('s-1', [...ALL.slice(1), 'u-1', 'u-2']);
    await world.roundFinished('s-1');
    const plan = await world.plan('s-1', 2);
    expect(doomed(plan)).toEqual(arns('u-2'));
    expect(plan.notes).toEqual([
      `Orders: its newest point ${arnOf('p-1')} is not in vault gold; none of its points is deleted.`,
    ]);
    await world.request('s-2');
    await world.scanned('s-2', ['p-1 EXPIRED', ...ALL.slice(1), 'u-1', 'u-2']);
    await world.roundFinished('s-2');
    expect((await world.plan('s-2', 2)).notes[0]).toContain('is EXPIRED in vault gold');
  });

  test("where AWS's or the database's clock differs from ours beyond the bound nothing is decided", async () => {
    await tenPoints();
    await world.request('s-1');
    await world.scanned('s-1', ALL, { awsAheadMs: SAFETY.clockSkewMs + 5_000 });
    await world.roundFinished('s-1');
    expect(await world.plan('s-1', 2)).toMatchObject({
      taskCount: 0,
      notes: [expect.stringContaining("behind AWS's")],
    });
    world.shift.ms = SAFETY.clockSkewMs + 60_000;
    await world.request('s-2');
    expect(await world.plan('s-2', 1)).toMatchObject({ taskCount: 0, final: true, notes: [expect.any(String)] });
    expect(await world.permit('p-9')).toMatchObject({
      granted: false,
      because: expect.stringContaining("the database's"),
    });
    const [, second] = await world.heard('dev.tablekeep.retention.refused.v1', 2);
    expect(second).toMatchObject({ scope: 'ACCOUNT', code: 'CLOCK_SKEW', sessionId: 's-2' });
  });

  test('points of a vault that is known to be locked are left to AWS', async () => {
    await tenPoints();
    await world.add('bound', 40, { vaultName: 'vaulted', tableArn: tableArn('Users'), tableName: 'Users' });
    await world.add('newer', 1, { tableArn: tableArn('Users'), tableName: 'Users' });
    world.locked.add('vaulted');
    await world.made('another', { table: { arn: tableArn('Users'), name: 'Users', region: HOME, tableId: 't-1' } });
    // Asked before each day's retention, and when a person asks for one.
    await world.pass();
    await world.request('s-1');
    await world.scanned('s-1', ALL);
    await world.roundFinished('s-1');
    expect(doomed(await world.plan('s-1', 2))).not.toContain(arnOf('bound'));
  });

  test('the last free point stays where the newest lies in a locked vault, due or not', async () => {
    await world.add('free', 40);
    await world.add('older', 50);
    await world.add('bound', 1, { vaultName: 'vaulted' });
    world.locked.add('vaulted');
    await world.request('s-1');
    expect((await world.plan('s-1', 1)).remarks[0]).toMatch(/^1 point is kept by nothing; 1 more/u);
    await world.scanned('s-1', ['free', 'older']);
    await world.scanned('s-1', ['bound'], { region: HOME, vaultName: 'vaulted' });
    await world.roundFinished('s-1', { vaults: [GOLD, { region: HOME, vaultName: 'vaulted' }] });
    expect(doomed(await world.plan('s-1', 2))).toEqual(arns('older'));
  });

  test('where locks in one Region are news the point that must stand instead is asked about as well', async () => {
    await world.add('free', 40);
    await world.add('bound', 1, { vaultName: 'vaulted' });
    await world.add('far', 2, { region: AWAY, vaultName: 'vaulted' });
    world.locked.add('vaulted');
    await world.request('s-1');
    const plan = await world.plan('s-1', 1);
    expect(plan.taskCount).toBe(0);
    expect(plan.remarks[0]).toMatch(/^0 points are kept by nothing; 1 more/u);
  });

  test('a point of which nobody knows whether its vault is locked stands for no other', async () => {
    await tenPoints();
    world.vaultsUnknown.because = 'AWS was silent.';
    await world.request('s-1');
    await world.scanned('s-1', ALL);
    await world.roundFinished('s-1');
    const why = `whether vault gold in ${HOME}, where the point that stays for it lies, is locked could not be asked of AWS`;
    expect(await world.plan('s-1', 2)).toMatchObject({
      taskCount: 0,
      notes: [`Orders: ${why}; none of its points is deleted.`],
    });
    expect(await world.heard('dev.tablekeep.retention.refused.v1', 1)).toMatchObject([{ code: 'LOCK_UNKNOWN' }]);
    expect(await world.permit('p-9')).toMatchObject({ granted: false, because: expect.stringContaining('is locked') });
    world.vaultsUnknown.because = null;
    await world.learnLocks();
    expect(await world.permit('p-9')).toMatchObject({ granted: true });
    // An answer of yesterday says nothing of today.
    await world.db.transaction((tx) =>
      tx.update(VaultLockEntity, { accountId: ACCOUNT }, { askedAt: new Date(Date.now() - SAFETY.lockAgeMs - 60_000) }),
    );
    expect(await world.permit('p-8')).toMatchObject({ granted: false });
  });

  test('the vault of the point that stays is looked at too, not that of the newest alone', async () => {
    const silver = { region: HOME, vaultName: 'silver' };
    // The newest is not wanted as such, so that an older one stays for it.
    await world.add('top', 0.5, { keepNewest: false });
    await world.add('stays', 30, silver);
    await world.add('old', 40);
    await world.add('older', 50);
    await world.request('s-1');
    expect((await world.plan('s-1', 1)).tasks.map(({ key }) => key).sort()).toEqual([
      `list:${HOME}:gold`,
      `list:${HOME}:silver`,
    ]);
    await world.scanned('s-1', ['top', 'old', 'older']);
    await world.roundFinished('s-1', { failed: [silver] });
    const why = `vault silver in ${HOME}, where the point that stays for it lies, could not be listed`;
    expect(await world.plan('s-1', 2)).toMatchObject({
      taskCount: 0,
      notes: [`Orders: ${why}; none of its points is deleted.`],
    });
    // Where it is not there, the next one stays.
    await world.request('s-2');
    await world.scanned('s-2', ['top', 'old', 'older']);
    await world.scanned('s-2', [], silver);
    await world.roundFinished('s-2', { vaults: [GOLD, silver] });
    expect(doomed(await world.plan('s-2', 2))).toEqual(arns('older'));
  });

  test('points that were found in their vaults are judged like any other, and those of others are left alone', async () => {
    const origin = {
      ...{ kind: 'BACKUP' as const, policyId: 'p-1', policyName: 'Nightly', rules: [], coldAfterDays: null },
      retention: { backupDays: 10, copyDays: null },
    };
    const found = (name: string, days: number, isOurs = true) => ({
      ...{ recoveryPointArn: arnOf(name), status: 'COMPLETED', tableArn: tableArn('Orders'), completedAt: null },
      ...{ createdAt: new Date(Date.now() - days * DAY).toISOString(), sizeBytes: 5_000_000, storageClass: 'WARM' },
      ...{ deleteAt: null, movesToColdAt: null, encryptionKeyArn: null, sourceVaultArn: null },
      tags: {
        metadata: isOurs
          ? {
              ...{ version: 1 as const, sessionId: 's-old', taskId: `task-${name}`, attempt: 1, settings: null },
              takenAt: new Date(Date.now() - days * DAY).toISOString(),
              table: { arn: tableArn('Orders'), name: 'Orders', region: HOME, tableId: 't-1' },
              origin,
            }
          : null,
        ...{ because: isOurs ? null : 'None of ours', sealedWith: null, userTags: [] },
      },
    });
    await world.service.tell({
      type: 'dev.tablekeep.vault.scanned.v1',
      source: 'executor',
      subject: 'import',
      data: {
        ...{
          scanId: 'import',
          sessionId: 's-import',
          taskId: 'task',
          accountId: ACCOUNT,
          awsAccountId: '111122223333',
        },
        ...{ ...GOLD, startedAt: new Date().toISOString(), complete: false, chunk: 1, chunks: 1 },
        points: [found('a', 5), found('b', 15), found('c', 20, false)],
      },
    });
    await world.request('s-0');
    expect(await world.plan('s-0', 1)).toMatchObject({ final: true, taskCount: 0 });
    // A day later, and once somebody has seen what the import brought.
    const acknowledged = { accountId: ACCOUNT, expectedCount: 2, reason: 'Looked at' };
    await world.mutate('acknowledgeImport', 'AcknowledgeImportInput', acknowledged, '');
    const over = { graceUntil: null, nextLookAt: new Date(Date.now() - DAY) };
    await world.db.transaction((tx) => tx.update(RestorePointEntity, { id: idOf('b') }, over));
    await world.request('s-1');
    await world.scanned('s-1', ['a', 'b', 'c']);
    await world.roundFinished('s-1');
    expect(doomed(await world.plan('s-1', 2))).toEqual(arns('b'));
  });

  test('what is refused gives its place to what nobody has come to yet', async () => {
    const silver = { region: HOME, vaultName: 'silver' };
    await world.addMany('stuck', SAFETY.mostPerSession, 60);
    await world.add('stays', 1);
    const users = { ...silver, tableArn: tableArn('Users'), tableName: 'Users' };
    await world.add('u-1', 1, users);
    await world.add('u-2', 20, users);
    await world.request('s-1');
    await world.roundFinished('s-1', { vaults: [], failed: [GOLD] });
    expect(await world.plan('s-1', 2)).toMatchObject({ taskCount: 0, notes: [expect.any(String), expect.any(String)] });
    // Another point of the table does not put them in front again, and they are not forgotten either.
    await world.made('newer');
    await world.request('s-2');
    expect((await world.plan('s-2', 1)).tasks.map(({ key }) => key)).toContain(`list:${HOME}:silver`);
    await world.scanned('s-2', ['u-1', 'u-2'], silver);
    await world.roundFinished('s-2', { vaults: [silver], failed: [GOLD] });
    const plan = await world.plan('s-2', 2);
    expect(doomed(plan)).toEqual(arns('u-2'));
    expect(plan.notes).toContain(`Vault gold in ${HOME} could not be listed; none of its points is deleted.`);
  }, 120_000);

  describe('the permit at the moment of the call', () => {
    test('is given for what nothing keeps, again and again to the same task, and counts what went', async () => {
      await tenPoints();
      await world.learnLocks();
      expect(await world.permit('p-9')).toEqual({ granted: true, validMs: 15_000 });
      expect(await world.permit('p-9')).toMatchObject({ granted: true });
      // Another session's task finds it on its way out.
      expect(await world.permit('p-9', { taskId: 'other' })).toMatchObject({
        granted: false,
        because: 'It is being deleted.',
      });
      await world.ended('p-9', 'GONE');
      await world.ended('p-9', 'GONE');
      await world.ended('p-8', 'GONE');
      expect(await countsOf(world.db.reader, 'deleted')).toMatchObject([{ label: 'BACKUP', count: 1 }]);
    });

    test('is refused once a hold, a person, or a freeze keeps the point, and for the newest that is left', async () => {
      await tenPoints();
      const { version } = await world.row('p-9');
      const until = new Date(Date.now() + DAY).toISOString();
      const said = { restorePointIds: [idOf('p-9')], expiresAt: until };
      await world.mutate('setRestorePointExpiry', 'SetRestorePointExpiryInput', said, '');
      expect(await world.permit('p-9', { version })).toMatchObject({
        granted: false,
        because: expect.stringContaining(until),
      });
      expect(await world.permit('p-1')).toMatchObject({
        granted: false,
        because: expect.stringContaining('kept until'),
      });
      await world.made('other', { table: { arn: tableArn('Orders'), name: 'Orders', region: HOME, tableId: 't-2' } });
      expect(await world.permit('p-10')).toMatchObject({ granted: false, because: expect.stringContaining('frozen') });
      // A person's decision is not judged by retention's rules.
      expect(await world.permit('p-10', { decidedBy: 'PERSON' })).toMatchObject({ granted: true });
    });

    test('of two that are asked for at once for the last two points of a table one is refused', async () => {
      await world.add('a', 40);
      await world.add('b', 41);
      await world.learnLocks();
      const answers = await Promise.all([
        world.permit('a', { decidedBy: 'PERSON' }),
        world.permit('b', { decidedBy: 'RULES' }),
      ]);
      // Whoever comes first: `b` goes only while `a` stands for the table.
      const [a, b] = answers.map(({ granted }) => granted);
      expect(a).toBe(true);
      const again = await world.permit('b', { taskId: 'later' });
      expect(again.granted).toBe(false);
      if (b) expect(again).toMatchObject({ because: expect.stringContaining('being deleted') });
      const rules = await Promise.all(['c', 'd'].map((name, i) => world.add(name, 60 + i, { tableId: 't-9' })));
      expect(rules).toHaveLength(2);
      await world.learnLocks();
      const both = await Promise.all([world.permit('c'), world.permit('d')]);
      expect(both.map(({ granted }) => granted)).toEqual([false, true]);
    });
  });
});
