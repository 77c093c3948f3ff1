import { describe, expect, test } from '@jest/globals';
import { systemClock } from '@tablekeep/platform/clock';
import { openDatabase } from '@tablekeep/platform/database';
import { nameOutbox } from '@tablekeep/platform/outbox';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { reconcileDue } from '../src/reconcile-catalog.ts';
import { retentionModel } from '../src/service.ts';
import { retainAccount } from '../src/store/retained-accounts.ts';
import { watchUntakenSessions } from '../src/watch-untaken.ts';
import { arnOf, AWAY, AWS, base, HOME, listing, look, seen, vaultWorld } from './vault-world.ts';

const HOUR = 3_600_000;

describe.each(await availableEngines())('where catalog and vaults differ, on %s', (engine: Engine) => {
  const world = vaultWorld(engine);
  const { byArn, roundOver, stored } = world;

  async function drift(kind: string | null): Promise<string[]> {
    const { catalogDrift } = await world.service.graphql<{
      catalogDrift: { nodes: { recoveryPointArn: string; drift: string[] }[] };
    }>(
      `query ($kind: DriftKind) { catalogDrift(accountId: "account-1", kind: $kind, first: 100) {
         nodes { recoveryPointArn drift } } }`,
      { kind },
    );
    for (const node of catalogDrift.nodes) if (kind !== null) expect(node.drift).toContain(kind);
    return catalogDrift.nodes.map((node) => node.recoveryPointArn);
  }

  test('every way to differ is found and counted, and a change is told once', async () => {
    const long = new Date(Date.now() - 30 * HOUR);
    const ids = ['expired', 'deleting', 'stopped', 'bigger', 'fine'];
    for (const id of ids) await stored(base(id));
    await stored({ ...base('orphan'), kind: 'COPY', sourceRecoveryPointArn: arnOf('never-there') });
    await stored({ ...base('byhand'), kind: 'MANUAL', sourceRecoveryPointArn: arnOf('never-there') });
    const shown = [
      seen('expired', { status: 'EXPIRED' }),
      seen('deleting', { status: 'DELETING' }),
      seen('stopped', { status: 'STOPPED' }),
      seen('bigger', { sizeBytes: 11 }),
      ...['fine', 'orphan', 'byhand'].map((id) => seen(id)),
    ];
    await world.look(listing('l/1', shown, { startedAt: long.toISOString() }));
    await roundOver(1, [[HOME, 'l/1']]);
    await roundOver(1, [], 's-2');
    await world.plans(2);
    const counts = [
      { kind: 'EXPIRED', points: 1 },
      { kind: 'STUCK_DELETING', points: 1 },
      { kind: 'UNUSABLE', points: 1 },
      { kind: 'SIZE_DIFFERS', points: 1 },
      { kind: 'ORPHANED', points: 1 },
    ];
    const told = await world.heard('dev.tablekeep.catalog.drifted.v1', 1);
    expect(told).toEqual([{ accountId: 'account-1', at: expect.any(String), counts }]);
    const { catalogDriftCounts } = await world.service.graphql<{
      catalogDriftCounts: { kind: string; points: number }[];
    }>('{ catalogDriftCounts(accountId: "account-1") { kind points } }');
    const byKind = (all: readonly { kind: string }[]) => [...all].sort((a, b) => a.kind.localeCompare(b.kind));
    expect(byKind(catalogDriftCounts)).toEqual(byKind(counts));
    for (const [kind, id] of [
      ['EXPIRED', 'expired'],
      ['STUCK_DELETING', 'deleting'],
      ['UNUSABLE', 'stopped'],
      ['SIZE_DIFFERS', 'bigger'],
      ['ORPHANED', 'orphan'],
    ] as const) {
      expect(await drift(kind)).toEqual([arnOf(id)]);
    }
    expect(await drift(null)).toHaveLength(5);
    expect(await drift('FOUND')).toEqual([]);
  }, 60_000);

  test('a point that two complete listings an hour apart do not show is gone, with the reason; one that shows up is back', async () => {
    const early = new Date(Date.now() - 10 * HOUR);
    const at = (hours: number) => ({ startedAt: new Date(early.getTime() + hours * HOUR).toISOString() });
    await stored({});
    await world.look(listing('l/1', [], at(0)));
    await world.look(listing('l/2', [], at(0.5)));
    expect(await byArn(arnOf('stored'))).toMatchObject({ deletedAt: null, missingSince: early });
    expect(await drift('MISSING')).toEqual([arnOf('stored')]);
    await world.look(listing('l/3', [seen('stored')], at(0.75)));
    expect(await byArn(arnOf('stored'))).toMatchObject({ deletedAt: null, missingSince: null });
    await world.look(listing('l/4', [], at(1)));
    await world.look(listing('l/5', [], at(2)), 'event-5');
    await world.look(listing('l/5', [], at(2)), 'event-6');
    expect(await byArn(arnOf('stored'))).toMatchObject({
      deletedAt: expect.any(Date),
      deletedBecause: expect.stringContaining('Tablekeep did not delete it'),
      version: 2,
    });
    const gone = await world.heard('dev.tablekeep.restore-point.deleted.v1', 1);
    expect(gone).toMatchObject([
      { sessionId: null, taskId: null, ofTable: { points: 0 }, because: expect.any(String) },
    ]);
    expect(await drift('MISSING')).toEqual([]);
    await world.look(look('back/1', [seen('stored')]));
    expect(await byArn(arnOf('stored'))).toMatchObject({ deletedAt: null, deletedBecause: null, version: 3 });
  }, 60_000);

  test('an account’s day makes one session whatever the number of replicas, with the vaults that can be told', async () => {
    await stored({ ...base('away'), region: AWAY, vaultName: 'silver' });
    world.aws.vaultsKnown = false;
    const replicas = await Promise.all([1, 2].map(() => openDatabase(world.service.database, retentionModel)));
    for (const db of replicas) nameOutbox(db, 'retention', 'EMULATED');
    const pass = async (now: number) => {
      const clock = { ...systemClock, now: () => new Date(now) };
      await Promise.all(replicas.map((db) => reconcileDue({ ...world.deps, db, periodMs: 24 * HOUR, clock })));
    };
    const first = Date.UTC(2026, 5, 1, 12);
    // The first slot is only noted: the account's points have just come.
    await pass(first - 24 * HOUR);
    await pass(first);
    await pass(first + 60_000);
    const due = await world.heard('dev.tablekeep.catalog.reconcile.due.v1', 1);
    expect(due[0]!.request).toMatchObject({
      readSealedAgain: false,
      awsAccountId: AWS,
      vaults: [
        { region: HOME, vaultName: 'gold' },
        { region: AWAY, vaultName: 'silver' },
      ],
    });
    await pass(first + 24 * HOUR);
    const both = await world.heard('dev.tablekeep.catalog.reconcile.due.v1', 2);
    expect(new Set(both.map((one) => one.sessionId)).size).toBe(2);
    for (const db of replicas) await db.close();
  }, 60_000);

  test('a look that was announced and that no session takes up is worth an alert until one does', async () => {
    await stored(base('stored'));
    const replicas = await Promise.all([1, 2].map(() => openDatabase(world.service.database, retentionModel)));
    for (const db of replicas) nameOutbox(db, 'retention', 'EMULATED');
    const [db] = replicas;
    const now = Date.now();
    const account = { accountId: 'account-1', awsAccountId: AWS };
    await db!.transaction((tx) => retainAccount(db!, tx, account, new Date(now + 48 * HOUR)));
    for (const at of [now - 24 * HOUR, now]) {
      const clock = { ...systemClock, now: () => new Date(at) };
      await Promise.all(replicas.map((one) => reconcileDue({ ...world.deps, db: one, periodMs: 24 * HOUR, clock })));
    }
    const [due] = await world.heard('dev.tablekeep.catalog.reconcile.due.v1', 1);
    const { look } = watchUntakenSessions(db!, HOUR);
    const open = (later: number, watchedSince = now - HOUR) =>
      look({ now: new Date(now + later), watchedSince: new Date(watchedSince) });
    expect(await open(HOUR - 1)).toEqual([]);
    // Nobody was there to take it up.
    expect(await open(2 * HOUR, now + 1.5 * HOUR)).toEqual([]);
    const [alert, ...more] = await open(HOUR);
    expect(more).toEqual([]);
    expect(await alert!.describe()).toMatchObject({
      severity: 'ERROR',
      count: 1,
      about: [{ name: `comparison with the vaults of account ${AWS}` }],
      since: new Date(now).toISOString(),
    });
    await world.service.tell({
      type: 'dev.tablekeep.session.requested.v1',
      source: 'session',
      subject: due!.sessionId,
      data: {
        sessionId: due!.sessionId,
        request: due!.request,
        accountId: due!.accountId,
        requestedBy: 'schedule',
        requestedAt: new Date(now).toISOString(),
      },
    });
    expect(await open(2 * HOUR)).toEqual([]);
    for (const one of replicas) await one.close();
  }, 60_000);
});
