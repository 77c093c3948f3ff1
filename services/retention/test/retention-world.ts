import { systemClock, type Clock } from '@tablekeep/platform/clock';
import { openDatabase, type Database } from '@tablekeep/platform/database';
import { restorePointIdOf } from '@tablekeep/platform/ids';
import { nameOutbox } from '@tablekeep/platform/outbox';
import { callInternal } from '@tablekeep/platform/rpc';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { EventData, EventType, PointMade } from '@tablekeep/schema/events';
import type { InternalOutput } from '@tablekeep/schema/internal';
import type { VaultPoint } from '@tablekeep/schema/vault-points';
import type { Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { startServiceUnderTest, type ServiceUnderTest } from '@tablekeep/testkit/service-under-test';
import { LessThanOrEqual } from 'typeorm';
import { announceRetention, watchAnnouncedRetention } from '../src/announce-retention.ts';
import { learnLocks } from '../src/learn-locks.ts';
import { createRetentionService, retentionModel } from '../src/service.ts';
import { freshFate, RestorePointEntity, type RestorePointRow } from '../src/store/entities.ts';
import { RetainedAccountEntity } from '../src/store/retention-entities.ts';

export const HOME = 'us-east-1';
export const AWAY = 'eu-west-1';
export const ACCOUNT = 'account-1';
export const DAY = 86_400_000;
export const tableArn = (table: string) => `arn:aws:dynamodb:${HOME}:111122223333:table/${table}`;
export const arnOf = (name: string, region = HOME) => `arn:aws:backup:${region}:111122223333:recovery-point:${name}`;
export const idOf = (name: string, region = HOME) => restorePointIdOf(arnOf(name, region));

type Plan = EventData<'dev.tablekeep.session.tasks.planned.v1'>;
type PolicyNow = NonNullable<InternalOutput<'getPolicyRules'>['policy']>;
export type Payload = { userErrors: { code: string; path: string[]; message: string }[] };
export const codes = ({ userErrors }: Payload) => userErrors.map(({ code, path }) => `${code} ${path.join('.')}`);

export type RetentionWorld = Readonly<{
  service: ServiceUnderTest;
  deps: ServiceDeps;
  /** Where the service answers. */
  url(): string;
  db: Database;
  /** Wall time beside the machine's, in milliseconds. */
  shift: { ms: number };
  locked: Set<string>;
  policies: Map<string, PolicyNow>;
  vaultsUnknown: { because: string | null };
  /** A row of the catalog, `days` old. */
  add(name: string, days: number, change?: Partial<RestorePointRow>): Promise<string>;
  /** Many such rows, of names `<prefix>-0` on. */
  addMany(prefix: string, count: number, days: number, change?: Partial<RestorePointRow>): Promise<void>;
  /** A point as the executor tells of it. */
  made(name: string, change?: Partial<PointMade>, at?: Date): Promise<void>;
  row(name: string): Promise<RestorePointRow>;
  /** Asks which vaults are locked, as is done before each session of retention. */
  learnLocks(): Promise<void>;
  /** A session of retention, its locks asked for as whoever asks for one has them asked. */
  request(sessionId: string, o?: { dryRun?: boolean; id?: string; day?: string }): Promise<void>;
  /** What a vault shows; the names may bear a state: "p-1 EXPIRED". */
  scanned(sessionId: string, names: readonly string[], o?: ScanOptions): Promise<void>;
  /** Reads points of vault gold as an import does; each is a backup by policy p-1. */
  found(scanId: string, names: readonly string[], o?: { startedAt?: Date; madeAt?: Date }): Promise<void>;
  roundFinished(
    sessionId: string,
    o?: { vaults?: readonly Vault[]; failed?: readonly Vault[]; id?: string },
  ): Promise<void>;
  plan(sessionId: string, round: number): Promise<Plan>;
  permit(
    name: string,
    o?: {
      version?: number;
      taskId?: string;
      attempt?: number;
      decidedBy?: 'PERSON' | 'RULES';
      leavesOthers?: boolean;
    },
  ): Promise<Permit>;
  ended(name: string, outcome: 'GONE' | 'KEPT', taskId?: string): Promise<void>;
  heard<T extends EventType>(type: T, count: number): Promise<EventData<T>[]>;
  mutate<T extends Payload>(field: string, inputType: string, input: object, selection: string): Promise<T>;
  /** Lets the timers go, beside those of two more replicas where the engine has several; resolves once no day is due. */
  pass(): Promise<void>;
  stop(): Promise<void>;
}>;
type Permit = InternalOutput<'deletePermit'>;
export type Vault = Readonly<{ region: string; vaultName: string }>;
type ScanOptions =
  Vault | (Partial<Vault> & { startedAt?: Date; complete?: boolean; awsAheadMs?: number; deleteAt?: Date });
export const GOLD: Vault = { region: HOME, vaultName: 'gold' };

/** The service's timers sleep longer than this, and whatever else waits less. */
const LONG_MS = 25_000;

export async function startRetentionWorld(engine: Engine): Promise<RetentionWorld> {
  const shift = { ms: 0 };
  const locked = new Set<string>();
  const policies = new Map<string, PolicyNow>();
  const vaultsUnknown: { because: string | null } = { because: null };
  let deps: ServiceDeps | undefined;
  let url = '';
  const sleepers = new Set<() => void>();
  const clock: Clock = {
    ...systemClock,
    now: () => new Date(Date.now() + shift.ms),
    // The service's timers go when the test says so; everything that waits for moments only waits for them.
    sleep: async (ms, signal) => {
      if (ms < LONG_MS || signal?.aborted === true) return systemClock.sleep(ms, signal);
      await new Promise<void>((wake) => {
        sleepers.add(wake);
        signal?.addEventListener('abort', () => wake(), { once: true });
      });
    },
  };
  const vault = (name: string) => ({
    ...{ name, arn: `arn:aws:backup:${HOME}:111122223333:backup-vault:${name}`, encryptionKeyArn: null },
    ...{ locked: locked.has(name), minRetentionDays: null, maxRetentionDays: null, recoveryPoints: 1 },
  });
  const service = await startServiceUnderTest(
    engine,
    retentionModel,
    async (given) => {
      deps = given;
      const running = await createRetentionService(given);
      url = running.url;
      return running;
    },
    {
      clock,
      neighbours: {
        lookupVaults: async () => ({
          answer:
            vaultsUnknown.because === null
              ? { state: 'known', value: ['gold', 'silver', 'vaulted'].map(vault) }
              : { state: 'unknown', because: vaultsUnknown.because },
          asOf: clock.now().toISOString(),
        }),
        getPolicyRules: async ({ policyId }) => ({ policy: policies.get(policyId) ?? null }),
        getAccount: async () => ({ account: null }),
      },
    },
  );
  if (!deps) throw new Error('the service was not made');
  const ready = deps;
  const db = await openDatabase(service.database, retentionModel);
  nameOutbox(db, 'retention', 'EMULATED');
  const plans = () => service.heardOf('dev.tablekeep.session.tasks.planned.v1').map((event) => event.data);

  return {
    service,
    deps: ready,
    url: () => url,
    db,
    shift,
    locked,
    policies,
    vaultsUnknown,
    add: async (name, days, change = {}) => {
      const row = catalogued(name, new Date(Date.now() - days * DAY), change);
      await db.transaction((tx) => db.insertMany(tx, RestorePointEntity, [row]));
      return row.id;
    },
    addMany: async (prefix, count, days, change = {}) => {
      const createdAt = new Date(Date.now() - days * DAY);
      const rows = Array.from({ length: count }, (_, i) => catalogued(`${prefix}-${i}`, createdAt, change));
      await db.transaction((tx) => db.insertMany(tx, RestorePointEntity, rows));
    },
    made: (name, change = {}, at = new Date()) =>
      service.tell({
        type: 'dev.tablekeep.task.succeeded.v1',
        source: 'executor',
        subject: 's-made',
        data: {
          ...{ sessionId: 's-made', taskId: `task-${name}`, attempt: 1, kind: 'BACKUP', warnings: [] },
          ...{ restored: null, scan: null, deleted: null, awsJobId: 'job' },
          point: madePoint(name, at, change),
        },
      }),
    row: (name) => db.reader.findOneByOrFail(RestorePointEntity, { id: idOf(name) }),
    learnLocks: () => learnLocks(db, ready, ACCOUNT, 20_000),
    request: async (sessionId, { dryRun = false, id, day } = {}) => {
      await learnLocks(db, ready, ACCOUNT, 20_000);
      await service.tell({
        type: 'dev.tablekeep.session.requested.v1',
        source: 'session',
        subject: sessionId,
        ...(id !== undefined && { id }),
        data: {
          sessionId,
          request: { type: 'RETENTION', accountId: ACCOUNT, dryRun, day: day ?? null },
          accountId: ACCOUNT,
          requestedBy: 'Operator',
          requestedAt: clock.now().toISOString(),
        },
      });
    },
    scanned: (sessionId, names, o = {}) => {
      const {
        region = HOME,
        vaultName = 'gold',
        ...rest
      } = o as Partial<Vault> & {
        startedAt?: Date;
        complete?: boolean;
        awsAheadMs?: number;
        deleteAt?: Date;
      };
      const scanId = `${sessionId}/${region}/${vaultName}`;
      return service.tell({
        type: 'dev.tablekeep.vault.scanned.v1',
        source: 'executor',
        subject: scanId,
        data: {
          ...{ scanId, sessionId, taskId: `look-${vaultName}`, accountId: ACCOUNT, awsAccountId: '111122223333' },
          ...{ region, vaultName, startedAt: (rest.startedAt ?? clock.now()).toISOString() },
          ...{ complete: rest.complete ?? true, awsAheadMs: rest.awsAheadMs ?? 0, chunk: 1, chunks: 1 },
          points: names.map((text) => {
            const [name = '', status = 'COMPLETED'] = text.split(' ');
            return {
              ...{ recoveryPointArn: arnOf(name, region), status, tableArn: tableArn('Orders') },
              ...{ createdAt: clock.now().toISOString(), completedAt: null, sizeBytes: 1, storageClass: null },
              ...{
                deleteAt: rest.deleteAt?.toISOString() ?? null,
                movesToColdAt: null,
                encryptionKeyArn: null,
                sourceVaultArn: null,
                tags: null,
              },
            };
          }),
        },
      });
    },
    found: (scanId, names, { startedAt = clock.now(), madeAt = clock.now() } = {}) =>
      service.tell({
        type: 'dev.tablekeep.vault.scanned.v1',
        source: 'executor',
        subject: scanId,
        data: {
          ...{ scanId, sessionId: 's-import', taskId: 'read', accountId: ACCOUNT, awsAccountId: '111122223333' },
          ...{ ...GOLD, startedAt: startedAt.toISOString(), complete: false, chunk: 1, chunks: 1 },
          points: names.map((name) => foundPoint(name, madeAt)),
        },
      }),
    roundFinished: (sessionId, { vaults = [GOLD], failed = [], id } = {}) =>
      service.tell({
        type: 'dev.tablekeep.session.round.finished.v1',
        source: 'session',
        subject: sessionId,
        ...(id !== undefined && { id }),
        data: {
          sessionId,
          round: 1,
          request: {
            type: 'RETENTION',
            accountId: ACCOUNT,
            dryRun: sessionId.startsWith('dry'),
            day: null,
          },
          ...{ scans: [], failedRegions: [], failedVaults: [...failed] },
          vaultScans: vaults.map((one) => ({ ...one, scanId: `${sessionId}/${one.region}/${one.vaultName}` })),
        },
      }),
    plan: (sessionId, round) =>
      eventually(() => {
        const found = plans().find((one) => one.sessionId === sessionId && one.round === round);
        if (!found) throw new Error(`round ${round} of ${sessionId} is not planned`);
        return found;
      }),
    permit: async (name, { version, taskId = `task-${name}`, attempt = 1, decidedBy = 'RULES', leavesOthers } = {}) => {
      const row = await db.reader.findOneByOrFail(RestorePointEntity, { id: idOf(name) });
      const answer = await callInternal({
        ...{ peer: () => url, identity: ready.identity, service: 'executor', call: 'deletePermit', timeoutMs: 20_000 },
        input: {
          ...{ taskId, attempt, restorePointId: row.id, version: version ?? row.version },
          ...{ recoveryPointArn: row.recoveryPointArn, decidedBy, leavesOthers },
        },
      });
      if (answer.state === 'unknown') throw new Error(answer.because);
      return answer.value;
    },
    ended: (name, outcome, taskId = `task-${name}`) =>
      service.tell({
        type: 'dev.tablekeep.task.succeeded.v1',
        source: 'executor',
        subject: 's-1',
        data: {
          ...{ sessionId: 's-1', taskId, attempt: 1, kind: 'DELETE', warnings: [], point: null },
          ...{ restored: null, scan: null, awsJobId: null },
          deleted: { restorePointId: idOf(name), recoveryPointArn: arnOf(name), outcome, because: null },
        },
      }),
    heard: (type, count) =>
      eventually(() => {
        const found = service.heardOf(type);
        if (found.length !== count) throw new Error(`${found.length} of ${type}, not ${count}`);
        return found.map((event) => event.data as never);
      }),
    mutate: async (field, inputType, input, selection) => {
      const data = await service.graphql<Record<string, never>>(
        `mutation ($input: ${inputType}!) { ${field}(input: $input) { ${selection} userErrors { code path message } } }`,
        { input },
      );
      return data[field]!;
    },
    pass: async () => {
      // A timer that is still at work goes to sleep only afterwards.
      const wakeAll = () => [...sleepers].forEach((wake) => sleepers.delete(wake) && wake());
      wakeAll();
      if (engine.name === 'MariaDB') {
        await Promise.all([1, 2].map(() => announceRetention(db, ready)));
        await Promise.all([1, 2].map(() => watchAnnouncedRetention(db, ready)));
      }
      await eventually(async () => {
        if (await db.reader.existsBy(RetainedAccountEntity, { lookAt: LessThanOrEqual(clock.now()) })) {
          wakeAll();
          throw new Error('a day is due still');
        }
      });
    },
    stop: async () => {
      await db.close();
      await service.stop();
    },
  };
}

/** A backup of table Orders by policy p-1, whose time was over ten days after it was made. */
function catalogued(name: string, createdAt: Date, change: Partial<RestorePointRow>): RestorePointRow {
  const region = change.region ?? HOME;
  const row: RestorePointRow = {
    ...{ id: idOf(name, region), kind: 'BACKUP', recoveryPointArn: arnOf(name, region), sourceRecoveryPointArn: null },
    ...{ accountId: ACCOUNT, awsAccountId: '111122223333', tableArn: tableArn('Orders'), tableName: 'Orders' },
    ...{ tableRegion: HOME, tableId: 't-1', region, vaultName: 'gold', sizeBytes: 5_000_000 },
    ...{ createdAt, completedAt: createdAt, expiresAt: new Date(createdAt.getTime() + 10 * DAY), flags: null },
    ...{ policyId: 'p-1', policyName: 'Nightly', sessionId: null, settings: null, selfSufficient: true },
    ...freshFate,
    ...change,
  };
  return { ...row, nextLookAt: change.nextLookAt === undefined ? row.expiresAt : change.nextLookAt };
}

function foundPoint(name: string, madeAt: Date): VaultPoint {
  const { table, origin } = madePoint(name, madeAt, {});
  const createdAt = madeAt.toISOString();
  return {
    ...{ recoveryPointArn: arnOf(name), status: 'COMPLETED', tableArn: table.arn, createdAt, completedAt: createdAt },
    ...{ sizeBytes: 5_000_000, storageClass: 'WARM', deleteAt: null, movesToColdAt: null, encryptionKeyArn: null },
    sourceVaultArn: null,
    tags: {
      metadata: {
        ...{ version: 1, sessionId: 's-old', taskId: `task-${name}`, attempt: 1, takenAt: createdAt },
        ...{ table, origin, settings: null },
      },
      ...{ because: null, sealedWith: null, userTags: [] },
    },
  };
}

function madePoint(name: string, at: Date, change: Partial<PointMade>): PointMade {
  return {
    ...{
      recoveryPointArn: arnOf(name),
      sourceRecoveryPointArn: null,
      accountId: ACCOUNT,
      awsAccountId: '111122223333',
    },
    ...{ region: HOME, vaultName: 'gold', createdAt: at.toISOString(), completedAt: at.toISOString() },
    ...{ sizeBytes: 5_000_000, settings: null, selfSufficient: true },
    table: { arn: tableArn('Orders'), name: 'Orders', region: HOME, tableId: 't-1' },
    origin: {
      ...{ kind: 'BACKUP', policyId: 'p-1', policyName: 'Nightly', rules: [], coldAfterDays: null },
      retention: { backupDays: 10, copyDays: null },
    },
    ...change,
  };
}
