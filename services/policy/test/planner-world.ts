import { afterEach, beforeEach } from '@jest/globals';
import { fakeClock, type Clock } from '@tablekeep/platform/clock';
import { migrate, openDatabase, type Database } from '@tablekeep/platform/database';
import { createLogger } from '@tablekeep/platform/logging';
import { nameOutbox } from '@tablekeep/platform/outbox';
import type { EventData, EventEnvelope, EventType, SessionRequest } from '@tablekeep/schema/events';
import type { Engine } from '@tablekeep/testkit/engines';
import { NOTHING, type PolicyDocument } from '../src/domain/policy-document.ts';
import { WEEKDAYS, type Schedules } from '../src/domain/schedules/schedule.ts';
import { onSessionRequested } from '../src/events/session-requested.ts';
import { fireDueSlots } from '../src/fire-due-slots.ts';
import { policyModel } from '../src/service.ts';
import { PolicyEntity, type PolicyRow } from '../src/store/entities.ts';
import { noteSessionOver } from '../src/store/in-use.ts';

const log = createLogger({ service: 'policy', level: 'silent' });
export const begin = new Date('2026-11-27T00:00:00.000Z');
export const kept = { keep: { value: 7, unit: 'DAYS' as const }, keepCopies: null };
/** At four and at sixteen, and a flag more on Sundays. */
export const twiceADay = (timeZone = 'UTC'): Schedules => ({
  timeZone,
  daily: { days: [...WEEKDAYS], times: ['04:00', '16:00'], copyTimes: ['04:00'], ...kept },
  weekly: { days: ['SUNDAY'], time: null, copyDays: [], keep: { value: 3, unit: 'MONTHS' }, keepCopies: null },
  monthly: null,
  yearly: null,
});

type SlotOfRun = Extract<SessionRequest, { type: 'POLICY_BACKUP' }>['slot'];

/** The planner on a database of its own, looked through by two replicas, with a clock that the test turns. */
export function plannerWorld(engine: Engine) {
  let db: Database;
  let other: Database;
  let clock: Clock & { set(to: Date): void };

  beforeEach(async () => {
    const config = await engine.freshDatabase();
    await migrate(config, policyModel);
    db = await openDatabase(config, policyModel);
    // SQLite has one process; MySQL has as many as there are replicas.
    other = engine.name === 'SQLite' ? db : await openDatabase(config, policyModel);
    for (const one of new Set([db, other])) nameOutbox(one, 'policy', 'EMULATED');
    clock = fakeClock(begin);
  }, 60_000);
  afterEach(async () => {
    if (other !== db) await other.close();
    await db.close();
  });

  const rowOf = (id: string, schedules: Schedules | null): PolicyRow => {
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
      schedules,
    };
    return {
      id,
      name: id,
      accountId: 'account-1',
      enabled: true,
      version: 1,
      priority: 1,
      document,
      createdAt: begin,
      updatedAt: begin,
      selectsSince: begin,
      slotsAfter: begin,
      lookAt: begin,
      scheduleState: 'PLANNED',
      scheduleMessage: null,
      scheduledSince: begin,
      verifiedAfter: begin,
      verifyAt: null,
      verificationState: 'NONE',
    };
  };
  const policy = (id: string, schedules: Schedules | null, change: Partial<PolicyRow> = {}) =>
    db.transaction((tx) => tx.insert(PolicyEntity, { ...rowOf(id, schedules), ...change }));
  const policies = (ids: readonly string[], schedules: Schedules) =>
    db.transaction((tx) =>
      tx.insert(
        PolicyEntity,
        ids.map((id) => rowOf(id, schedules)),
      ),
    );
  const look = async () => {
    await Promise.all([fireDueSlots({ db, clock, log }), fireDueSlots({ db: other, clock, log })]);
  };
  const lookAt = async (time: string) => {
    clock.set(new Date(time));
    await look();
  };
  /** What the outbox holds, in the order it was written. */
  const told = async (): Promise<EventEnvelope[]> => {
    const rows = await db.reader.query<{ body: string }[]>('SELECT body FROM outbox ORDER BY seq');
    return rows.map(({ body }) => JSON.parse(body) as EventEnvelope);
  };
  const due = async () =>
    (await told()).flatMap((event) => (event.type === 'dev.tablekeep.policy.due.v1' ? [event.data] : []));
  const types = async () => (await told()).map(({ type }) => type.replace('dev.tablekeep.policy.', ''));
  const state = async (id: string) => db.reader.findOneByOrFail(PolicyEntity, { id });
  const requested = (sessionId: string, policyId: string, slot: SlotOfRun = null) =>
    db.transaction((tx) =>
      onSessionRequested(
        db,
        tx,
        {
          id: `e-${sessionId}`,
          type: 'dev.tablekeep.session.requested.v1',
          source: 'session',
          subject: sessionId,
          time: clock.now().toISOString(),
          correlationid: sessionId,
          environment: 'EMULATED',
          data: {
            sessionId,
            request: { type: 'POLICY_BACKUP', policyId, slot },
            accountId: 'account-1',
            requestedBy: 'schedule',
            requestedAt: clock.now().toISOString(),
          },
        },
        clock.now(),
      ),
    );
  const finished = (sessionId: string) => db.transaction((tx) => noteSessionOver(db, tx, sessionId, clock.now()));
  const toldOf = async <T extends EventType>(type: T): Promise<EventData<T>[]> =>
    (await told()).flatMap((event) => (event.type === type ? [event.data as EventData<T>] : []));
  return {
    get db() {
      return db;
    },
    get other() {
      return other;
    },
    get clock() {
      return clock;
    },
    policy,
    policies,
    look,
    lookAt,
    told,
    toldOf,
    due,
    types,
    state,
    requested,
    finished,
  };
}
