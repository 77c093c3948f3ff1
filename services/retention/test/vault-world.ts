import { afterEach, beforeEach, expect } from '@jest/globals';
import { openDatabase, type Database } from '@tablekeep/platform/database';
import { restorePointIdOf } from '@tablekeep/platform/ids';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { ImportRequest } from '@tablekeep/schema/catalog-events';
import type { AccountRef, EventData, EventType, PointMade } from '@tablekeep/schema/events';
import type { VaultPoint, VaultScanned } from '@tablekeep/schema/vault-points';
import type { PointOrigin } from '@tablekeep/schema/work-items';
import type { Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { startServiceUnderTest, type ServiceUnderTest } from '@tablekeep/testkit/service-under-test';
import { createRetentionService, retentionModel } from '../src/service.ts';
import { freshFate, RestorePointEntity, type RestorePointRow } from '../src/store/entities.ts';

export const HOME = 'us-east-1';
export const AWAY = 'eu-west-1';
export const AWS = '111122223333';
export const TABLE = `arn:aws:dynamodb:${HOME}:${AWS}:table/Orders`;
export const arnOf = (id: string, region = HOME) => `arn:aws:backup:${region}:${AWS}:recovery-point:${id}`;
export const vaultArn = (region: string) => `arn:aws:backup:${region}:${AWS}:backup-vault:gold`;

export const origin: PointOrigin = {
  kind: 'BACKUP',
  policyId: 'p-1',
  policyName: 'Nightly',
  retention: { backupDays: 35, copyDays: null },
  rules: [
    {
      flag: 'D',
      keep: { value: 7, unit: 'DAYS' },
      copied: true,
      keepCopies: { value: 3, unit: 'MONTHS' },
    },
  ],
  coldAfterDays: null,
  copies: [{ region: AWAY, vaultName: 'gold', days: null }],
};

/** A point as a vault shows it; its tags are Tablekeep's own unless told. */
export function seen(id: string, change: Partial<VaultPoint> = {}, run = `task-${id}`): VaultPoint {
  return {
    recoveryPointArn: arnOf(id),
    status: 'COMPLETED',
    tableArn: TABLE,
    createdAt: '2026-01-31T04:00:00.000Z',
    completedAt: '2026-01-31T04:06:00.000Z',
    sizeBytes: 10,
    storageClass: 'WARM',
    deleteAt: null,
    movesToColdAt: null,
    encryptionKeyArn: null,
    sourceVaultArn: null,
    tags: {
      metadata: {
        version: 1,
        sessionId: 's-old',
        taskId: run,
        attempt: 1,
        takenAt: '2026-01-31T03:59:00.000Z',
        table: { arn: TABLE, name: 'Orders', region: HOME, tableId: 't-1' },
        origin,
        settings: {
          tableClass: 'STANDARD',
          onDemandMaximum: null,
          deletionProtection: true,
          stream: null,
          timeToLive: { state: 'known', value: { attribute: 'expires' } },
          pointInTimeRecovery: { state: 'known', value: null },
          resourcePolicy: { state: 'known', value: null },
          autoScaling: { state: 'known', value: [] },
          contributorInsights: { state: 'known', value: [] },
          kinesisDestinations: { state: 'known', value: [] },
        },
        customKeys: ['why'],
      },
      because: null,
      sealedWith: null,
      userTags: [
        { key: 'team', value: 'shop' },
        { key: 'why', value: 'audit' },
      ],
    },
    ...change,
  };
}

/** The same point in the other Region, copied from home. */
export const seenCopy = (id: string, change: Partial<VaultPoint> = {}): VaultPoint =>
  seen(id, { recoveryPointArn: arnOf(`${id}-copy`, AWAY), sourceVaultArn: vaultArn(HOME), ...change });

export const foreignTags = (because: string, sealedWith: string | null = null): VaultPoint['tags'] => ({
  metadata: null,
  because,
  sealedWith,
  userTags: [],
});

/** A look at a vault of account-1, in one chunk unless told. */
export function look(scanId: string, points: VaultPoint[], change: Partial<VaultScanned> = {}): VaultScanned {
  return {
    scanId,
    sessionId: 's-1',
    taskId: scanId.split('/')[0] ?? scanId,
    accountId: 'account-1',
    awsAccountId: AWS,
    region: HOME,
    vaultName: 'gold',
    startedAt: new Date().toISOString(),
    complete: false,
    chunk: 1,
    chunks: 1,
    points,
    ...change,
  };
}

export const listing = (scanId: string, points: VaultPoint[], change: Partial<VaultScanned> = {}): VaultScanned =>
  look(
    scanId,
    points.map((point) => ({ ...point, tags: null, storageClass: null })),
    { complete: true, ...change },
  );

export const tellLook = (service: ServiceUnderTest, data: VaultScanned, id?: string): Promise<void> =>
  service.tell({
    type: 'dev.tablekeep.vault.scanned.v1',
    source: 'executor',
    subject: data.scanId,
    data,
    ...(id !== undefined && { id }),
  });

const account: AccountRef = {
  id: 'account-1',
  name: 'Production',
  awsAccountId: AWS,
  roleArn: `arn:aws:iam::${AWS}:role/Operator`,
  externalId: 'x',
  serviceRoleArn: `arn:aws:iam::${AWS}:role/Service`,
  regions: [HOME, AWAY],
};
export const request: ImportRequest = {
  type: 'IMPORT',
  accountId: 'account-1',
  regions: [],
  vaults: [
    { region: HOME, vaultName: 'gold' },
    { region: AWAY, vaultName: 'gold' },
  ],
  awsAccountId: AWS,
  readSealedAgain: true,
};

/** The word of a point's maker: the backup of that id, unless told. */
export const tellMade = (service: ServiceUnderTest, id: string, change: Partial<PointMade> = {}): Promise<void> =>
  service.tell({
    type: 'dev.tablekeep.task.succeeded.v1',
    source: 'executor',
    subject: 's-made',
    data: {
      ...{ sessionId: 's-made', taskId: `task-${id}`, attempt: 1, kind: 'BACKUP', warnings: [] },
      ...{ restored: null, scan: null, deleted: null, awsJobId: 'job' },
      point: {
        ...{ recoveryPointArn: arnOf(id), sourceRecoveryPointArn: null, accountId: 'account-1', awsAccountId: AWS },
        ...{ region: HOME, vaultName: 'gold', sizeBytes: 10, settings: null, selfSufficient: true },
        ...{ createdAt: '2026-01-31T04:00:00.000Z', completedAt: '2026-01-31T04:06:00.000Z' },
        table: { arn: TABLE, name: 'Orders', region: HOME, tableId: 't-1' },
        origin,
        ...change,
      },
    },
  });

/** A row of the catalog that nobody has spoken about yet. */
export function base(id: string): RestorePointRow {
  const createdAt = new Date('2026-01-31T04:00:00.000Z');
  return {
    id: restorePointIdOf(arnOf(id)),
    kind: 'BACKUP',
    recoveryPointArn: arnOf(id),
    sourceRecoveryPointArn: null,
    accountId: 'account-1',
    awsAccountId: AWS,
    tableArn: TABLE,
    tableName: 'Orders',
    tableRegion: HOME,
    tableId: 't-1',
    region: HOME,
    vaultName: 'gold',
    sizeBytes: 10,
    createdAt,
    completedAt: createdAt,
    expiresAt: null,
    flags: null,
    policyId: null,
    policyName: null,
    sessionId: null,
    settings: null,
    selfSufficient: true,
    ...freshFate,
  };
}

/** The catalog between its neighbours: accounts and vaults as policy and executor would answer. */
export function vaultWorld(engine: Engine) {
  const aws = { vaultsKnown: true };
  let service: ServiceUnderTest;
  let deps: ServiceDeps;
  let url: string;
  let db: Database;

  beforeEach(async () => {
    aws.vaultsKnown = true;
    const vault = (region: string) => ({
      name: 'gold',
      arn: `arn:aws:backup:${region}:${AWS}:backup-vault:gold`,
      encryptionKeyArn: null,
      locked: false,
      minRetentionDays: null,
      maxRetentionDays: null,
      recoveryPoints: 1,
    });
    service = await startServiceUnderTest(
      engine,
      retentionModel,
      async (given) => {
        deps = given;
        const running = await createRetentionService(given, { reconcileHours: 0 });
        url = running.url;
        return running;
      },
      {
        neighbours: {
          getAccount: async ({ accountId }) => ({ account: accountId === account.id ? account : null }),
          lookupVaults: async ({ region }) => ({
            answer:
              aws.vaultsKnown || region === HOME
                ? { state: 'known', value: [vault(region)] }
                : { state: 'unknown', because: 'AWS was silent.' },
            asOf: 'now',
          }),
        },
      },
    );
    db = await openDatabase(service.database, retentionModel);
  }, 60_000);
  afterEach(async () => {
    await db.close();
    await service.stop();
  });

  const rowOf = (id: string) => db.reader.findOneBy(RestorePointEntity, { id });
  const byArn = async (arn: string) => (await rowOf(restorePointIdOf(arn)))!;
  const plans = (count: number) =>
    eventually(() => {
      const heard = service.heardOf('dev.tablekeep.session.tasks.planned.v1').map((event) => event.data);
      expect(heard).toHaveLength(count);
      return heard;
    });
  const roundOver = (round: number, scans: readonly [string, string][], sessionId = 's-1') =>
    service.tell({
      type: 'dev.tablekeep.session.round.finished.v1',
      source: 'session',
      subject: sessionId,
      data: {
        sessionId,
        round,
        request,
        scans: [],
        failedRegions: [],
        vaultScans: scans.map(([region, scanId]) => ({ region, vaultName: 'gold', scanId })),
        failedVaults: [],
      },
    });
  const stored = (change: Partial<RestorePointRow>): Promise<void> =>
    db.transaction((tx) => db.insertMany(tx, RestorePointEntity, [{ ...base('stored'), ...change }]));
  /** What the service has told, once it is so many times. */
  const heard = <T extends EventType>(type: T, count: number): Promise<EventData<T>[]> =>
    eventually(() => {
      const told = service.heardOf(type).map((event) => event.data as EventData<T>);
      expect(told).toHaveLength(count);
      return told;
    });
  return {
    aws,
    heard,
    byArn,
    plans,
    roundOver,
    stored,
    get service() {
      return service;
    },
    get deps() {
      return deps;
    },
    get url() {
      return url;
    },
    get db() {
      return db;
    },
    look: (data: VaultScanned, id?: string) => tellLook(service, data, id),
  };
}
