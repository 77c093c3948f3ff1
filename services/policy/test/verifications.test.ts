import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fakeClock } from '@tablekeep/platform/clock';
import { migrate, openDatabase, type Database } from '@tablekeep/platform/database';
import { createLogger } from '@tablekeep/platform/logging';
import { nameOutbox } from '@tablekeep/platform/outbox';
import { newId } from '@tablekeep/platform/ids';
import type { EventData, EventEnvelope, EventType } from '@tablekeep/schema/events';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { explain } from '@tablekeep/testkit/explain';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { NOTHING, type PolicyDocument } from '../src/domain/policy-document.ts';
import type { Schedules } from '../src/domain/schedules/schedule.ts';
import { onSessionRequested } from '../src/events/session-requested.ts';
import { onPointVerified } from '../src/events/point-verified.ts';
import { fireDueSlots } from '../src/fire-due-slots.ts';
import { fireDueVerifications } from '../src/fire-due-verifications.ts';
import { policyModel } from '../src/service.ts';
import { settleOwed } from '../src/settle-owed.ts';
import {
  AccountEntity,
  PolicyEntity,
  TableEntity,
  TableVerificationEntity,
  type PolicyRow,
} from '../src/store/entities.ts';
import { noteSessionOver } from '../src/store/in-use.ts';
import { verificationsToLookAt } from '../src/store/verification-slots.ts';

const log = createLogger({ service: 'policy', level: 'silent' });
const at = (time: string): Schedules => ({
  timeZone: 'UTC',
  daily: {
    days: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'],
    times: [time],
    copyTimes: [],
    keep: null,
    keepCopies: null,
  },
  weekly: null,
  monthly: null,
  yearly: null,
});

describe.each(await availableEngines())('verifications that are due on %s', (engine: Engine) => {
  let db: Database;
  let other: Database;
  let clock: ReturnType<typeof fakeClock>;
  const begin = new Date('2026-11-27T00:00:00.000Z');

  beforeEach(async () => {
    const config = await engine.freshDatabase();
    await migrate(config, policyModel);
    db = await openDatabase(config, policyModel);
    // SQLite has one process; MySQL has as many as there are replicas.
    other = engine.name === 'SQLite' ? db : await openDatabase(config, policyModel);
    for (const one of new Set([db, other])) nameOutbox(one, 'policy', 'EMULATED');
    clock = fakeClock(begin);
    const document: PolicyDocument = {
      description: '',
      regions: ['us-east-1'],
      include: { ...NOTHING, allTables: true },
      exclude: NOTHING,
      vaults: [{ region: 'us-east-1', vaultName: 'gold' }],
      copies: [],
      backupRetentionDays: 35,
      customTags: [],
      retryCount: 2,
      retryDelaySeconds: 60,
      schedules: at('04:00'),
      verification: { schedule: at('05:00'), countItems: true },
    };
    await db.transaction((tx) =>
      tx.insert(PolicyEntity, {
        id: 'gold',
        name: 'Gold',
        accountId: 'account-1',
        enabled: true,
        version: 1,
        priority: 1,
        document,
        createdAt: begin,
        updatedAt: begin,
        slotsAfter: begin,
        lookAt: begin,
        scheduleState: 'PLANNED',
        scheduleMessage: null,
        verifiedAfter: begin,
        verifyAt: begin,
        verificationState: 'PLANNED',
      }),
    );
  }, 60_000);
  afterEach(async () => {
    if (other !== db) await other.close();
    await db.close();
  });

  const lookAt = async (time: string) => {
    clock.set(new Date(time));
    await Promise.all([fireDueVerifications({ db, clock, log }), fireDueVerifications({ db: other, clock, log })]);
  };
  const events = async (): Promise<EventEnvelope[]> => {
    const rows = await db.reader.query<{ body: string }[]>('SELECT body FROM outbox ORDER BY seq');
    return rows.map(({ body }) => JSON.parse(body) as EventEnvelope);
  };
  const due = async () =>
    (await events()).flatMap((event) => (event.type === 'dev.tablekeep.verification.due.v1' ? [event.data] : []));
  const eventOf = <T extends EventType>(type: T, source: 'session' | 'retention', data: EventData<T>) =>
    ({
      id: newId(),
      type,
      source,
      subject: 's',
      time: clock.now().toISOString(),
      correlationid: 's',
      environment: 'EMULATED',
      data,
    }) as EventEnvelope<T>;
  const requested = (data: EventData<'dev.tablekeep.verification.due.v1'>) =>
    db.transaction((tx) =>
      onSessionRequested(
        db,
        tx,
        eventOf('dev.tablekeep.session.requested.v1', 'session', {
          sessionId: data.sessionId,
          accountId: data.accountId,
          requestedBy: 'schedule',
          requestedAt: clock.now().toISOString(),
          request: {
            type: 'VERIFICATION',
            restorePointIds: [],
            policyId: data.policyId,
            slotAt: data.slotAt,
            countItems: data.countItems,
          },
        }),
        clock.now(),
      ),
    );

  test('each slot fires once, whatever the number of replicas, and is the same session for ever', async () => {
    await lookAt('2026-11-27T00:00:01Z');
    await lookAt('2026-11-27T05:00:01Z');
    await lookAt('2026-11-27T05:00:02Z');
    const [first, ...more] = await due();
    expect(more).toEqual([]);
    expect(first).toMatchObject({
      policyId: 'gold',
      slotAt: '2026-11-27T05:00:00.000Z',
      countItems: true,
      lateBecause: null,
      retryCount: 2,
    });
    await requested(first!);
    await db.transaction((tx) => noteSessionOver(db, tx, first!.sessionId, clock.now()));
    await lookAt('2026-11-28T05:00:01Z');
    const both = await due();
    expect(both).toHaveLength(2);
    expect(new Set(both.map(({ sessionId }) => sessionId)).size).toBe(2);
  });

  test('a verification under way holds up the next one, which makes up for what came; runs are not held up', async () => {
    await lookAt('2026-11-27T00:00:01Z');
    await lookAt('2026-11-27T05:00:01Z');
    const [first] = await due();
    await lookAt('2026-11-28T05:00:01Z');
    expect(await due()).toHaveLength(1);
    await requested(first!);
    await lookAt('2026-11-29T05:00:31Z');
    expect(await due()).toHaveLength(1);
    await fireDueSlots({ db, clock, log });
    expect((await events()).filter(({ type }) => type === 'dev.tablekeep.policy.due.v1')).toHaveLength(1);
    await db.transaction((tx) => noteSessionOver(db, tx, first!.sessionId, clock.now()));
    await lookAt('2026-11-29T05:01:31Z');
    const [, late] = await due();
    expect(late).toMatchObject({ slotAt: '2026-11-29T05:00:00.000Z', lateBecause: expect.stringContaining('2 slots') });
  });

  const toldOf = async <T extends EventType>(type: T): Promise<EventData<T>[]> =>
    (await events()).flatMap((event) => (event.type === type ? [event.data as EventData<T>] : []));
  const taken = async (data: EventData<'dev.tablekeep.verification.due.v1'>) => {
    await requested(data);
    await db.transaction((tx) => noteSessionOver(db, tx, data.sessionId, clock.now()));
  };

  test('a clock that ran ahead and is put right silences none, and a slot that ran early runs in its time as well', async () => {
    await lookAt('2026-12-01T05:00:01Z');
    const [early] = await due();
    await taken(early!);
    await lookAt('2026-11-27T03:00:00Z');
    expect(await toldOf('dev.tablekeep.policy.slots.reset.v1')).toEqual([
      {
        policyId: 'gold',
        policyName: 'Gold',
        takenUntil: '2026-12-01T05:00:01.000Z',
        slotsAfter: '2026-11-27T03:00:00.000Z',
        purpose: 'VERIFICATION',
      },
    ]);
    for (const day of ['11-27', '11-28', '11-29', '11-30', '12-01']) {
      await lookAt(`2026-${day}T05:00:01Z`);
      await taken((await due()).at(-1)!);
    }
    const [, ...inTime] = await due();
    expect(inTime.map(({ slotAt, lateBecause }) => [slotAt.slice(5, 16), lateBecause])).toEqual(
      ['11-27', '11-28', '11-29', '11-30', '12-01'].map((day) => [`${day}T05:00`, null]),
    );
    expect(new Set((await due()).map(({ sessionId }) => sessionId)).size).toBe(6);
  });

  test('what cannot be looked at says so, and is run once it can be', async () => {
    const { document } = await db.reader.findOneByOrFail(PolicyEntity, { id: 'gold' });
    const broken = { schedule: { timeZone: 'UTC', daily: {} } as Schedules, countItems: true };
    const set = (verification: PolicyDocument['verification']) =>
      db.transaction((tx) =>
        tx.update(PolicyEntity, { id: 'gold' }, { document: { ...document, verification: verification ?? null } }),
      );
    await set(broken);
    for (const time of ['05:00:01', '05:02:00']) await lookAt(`2026-11-27T${time}Z`);
    expect(await toldOf('dev.tablekeep.policy.unplannable.v1')).toMatchObject([
      { reason: expect.stringMatching(/^Its verification: .*TypeError/) },
    ]);
    await set(document.verification);
    await lookAt('2026-11-27T05:04:00Z');
    expect(await due()).toMatchObject([{ slotAt: '2026-11-27T05:00:00.000Z' }]);
  });

  describe('when somebody changes the policy', () => {
    const now = new Date('2026-11-28T05:10:00Z');
    const change = async (changes: Partial<PolicyRow> | null) => {
      const before = await db.reader.findOneByOrFail(PolicyEntity, { id: 'gold' });
      const after = changes && { ...before, ...changes };
      await db.transaction((tx) => settleOwed(db, tx, 'VERIFICATION', { before, after, now }));
    };
    const edited = async () => {
      const { document } = await db.reader.findOneByOrFail(PolicyEntity, { id: 'gold' });
      return { document: { ...document, verification: { schedule: at('09:00'), countItems: false } } };
    };
    const dropped = () => toldOf('dev.tablekeep.policy.slots.dropped.v1');

    test('what is owed is run as its schedule stood', async () => {
      await change(await edited());
      expect(await due()).toMatchObject([
        { slotAt: '2026-11-28T05:00:00.000Z', countItems: true, lateBecause: expect.stringContaining('2 slots') },
      ]);
      expect(await dropped()).toEqual([]);
    });

    test('what waits for the one under way is told of, for nobody will run it', async () => {
      await lookAt('2026-11-27T05:00:01Z');
      const [first] = await due();
      await requested(first!);
      await change(await edited());
      expect(await due()).toHaveLength(1);
      expect(await dropped()).toEqual([
        {
          policyId: 'gold',
          policyName: 'Gold',
          because: 'EDITED',
          count: 1,
          slots: ['2026-11-28T05:00:00.000Z'],
          purpose: 'VERIFICATION',
        },
      ]);
    });

    test.each([
      ['DISABLED', { enabled: false }],
      ['DELETED', null],
    ])('%s: what is owed is told of', async (because, changes) => {
      await change(changes);
      expect(await due()).toEqual([]);
      expect(await dropped()).toMatchObject([{ because, count: 2, purpose: 'VERIFICATION' }]);
    });
  });

  test('tells the tables that the policy covers, in chunks, once', async () => {
    const arnOf = (i: number) => `arn:aws:dynamodb:us-east-1:111122223333:table/t-${String(i).padStart(4, '0')}`;
    await db.transaction(async (tx) => {
      await tx.insert(AccountEntity, {
        id: 'account-1',
        name: 'Production',
        awsAccountId: '111122223333',
        roleArn: 'role',
        serviceRoleArn: 'service',
        externalId: 'x',
        regions: ['us-east-1'],
        uses: null,
        connection: 'CONNECTED',
        connectionMessage: null,
        createdAt: begin,
        scanAt: null,
      });
      const rows = Array.from({ length: 900 }, (_, i) => ({
        arn: arnOf(i),
        accountId: 'account-1',
        region: 'us-east-1',
        name: `t-${String(i).padStart(4, '0')}`,
        settings: tableSettings(`t-${i}`),
        tableId: `id-of-t-${i}`,
        tags: null,
        since: null,
        scanStartedAt: begin,
        vanishedAt: i === 0 ? begin : null,
      }));
      await db.insertMany(tx, TableEntity, rows);
    });
    await lookAt('2026-11-27T05:00:01Z');
    const [first] = await due();
    await requested(first!);
    await requested(first!);
    const told = (await events()).flatMap((event) =>
      event.type === 'dev.tablekeep.verification.tables.v1' ? [event.data] : [],
    );
    expect(told.map(({ chunk, chunks, tableArns }) => [chunk, chunks, tableArns.length])).toEqual([
      [1, 3, 400],
      [2, 3, 400],
      [3, 3, 99],
    ]);
    expect(new Set(told.flatMap(({ tableArns }) => tableArns))).toEqual(
      new Set(Array.from({ length: 899 }, (_, i) => arnOf(i + 1))),
    );
  });

  test('the latest verdict on a table counts, in whatever order they are told', async () => {
    const tell = (verifiedAt: string, outcome: 'VERIFIED' | 'FAILED', restoreSeconds: number | null) =>
      db.transaction((tx) =>
        onPointVerified(
          db,
          tx,
          eventOf('dev.tablekeep.restore-point.verified.v1', 'retention', {
            restorePointId: 'point',
            recoveryPointArn: 'arn',
            tableArn: 'table',
            outcome,
            verifiedAt,
            restoreSeconds,
            itemCount: null,
            countedExactly: false,
            sizeBytes: null,
            problems: [],
            remarks: [],
            sessionId: 's',
            taskId: 't',
            accountId: null,
            policyId: null,
          }),
        ),
      );
    await tell('2026-11-27T05:00:00.000Z', 'FAILED', null);
    await tell('2026-11-26T05:00:00.000Z', 'VERIFIED', 60.4);
    expect(await db.reader.find(TableVerificationEntity)).toMatchObject([{ outcome: 'FAILED', restoreSeconds: 60 }]);
    await tell('2026-11-28T05:00:00.000Z', 'VERIFIED', 90);
    await tell('2026-11-28T05:00:00.000Z', 'VERIFIED', 90);
    expect(await db.reader.find(TableVerificationEntity)).toMatchObject([{ outcome: 'VERIFIED', restoreSeconds: 90 }]);
  });

  test('looking for what is due uses its index', async () => {
    if (engine.name !== 'MariaDB') return;
    await db.reader.query(
      `INSERT INTO policy (id, name, account_id, enabled, version, document, created_at, updated_at, verify_at)
       SELECT CONCAT('p-', seq), CONCAT('p-', seq), 'a', 1, 1, '{}', NOW(3), NOW(3),
         NOW(3) + INTERVAL seq MINUTE FROM seq_1_to_5000`,
    );
    await db.reader.query('ANALYZE TABLE policy');
    const accesses = await explain(db, () => verificationsToLookAt(db, new Date(), 20));
    expect(accesses.length).toBeGreaterThan(0);
    for (const { key } of accesses) expect(key).toBe('policy_by_verify_at');
  });
});
