import { afterEach, beforeEach } from '@jest/globals';
import type { Clock } from '@tablekeep/platform/clock';
import type { InternalHandlers } from '@tablekeep/platform/rpc';
import type { EventData, UnreadableTable } from '@tablekeep/schema/events';
import type { TableSettings } from '@tablekeep/schema/settings';
import type { Engine } from '@tablekeep/testkit/engines';
import { startServiceUnderTest, type ServiceUnderTest } from '@tablekeep/testkit/service-under-test';
import { createPolicyService } from '../src/service.ts';
import { entities } from '../src/store/entities.ts';
import { migrations } from '../src/store/migrations.ts';

export type UserError = { code: string; path: string[]; message: string };
export const HOME = 'us-east-1';
export const asOf = '2026-01-31T00:00:00.000Z';
const executor: InternalHandlers = {
  lookupRegions: async () => ({
    answer: {
      state: 'known',
      value: [HOME, 'eu-west-1', 'ap-south-1', 'me-south-1'].map((name) => ({ name, enabled: name !== 'me-south-1' })),
    },
    asOf,
  }),
  lookupRegionSettings: async ({ region }) =>
    region === 'ap-south-1'
      ? { answer: { state: 'unknown', because: 'AWS did not answer in time' }, asOf }
      : {
          answer: {
            state: 'known',
            value: { optedIn: true, advanced: true, backupStartsPerSecond: 2.5, backupsAtOnce: 150 },
          },
          asOf,
        },
  lookupPermissions: async ({ vaults }) =>
    vaults.some(({ region }) => region === 'ap-south-1')
      ? { answer: { state: 'unknown', because: 'AWS did not answer in time' }, asOf }
      : {
          answer: { state: 'known', value: { outcome: 'OK', missing: [], unknown: [], findings: [], grants: [] } },
          asOf,
        },
};
const lookupVaults: NonNullable<InternalHandlers['lookupVaults']> = async ({ region }) =>
  region === 'ap-south-1'
    ? { answer: { state: 'unknown', because: 'AWS did not answer in time' }, asOf }
    : {
        answer: {
          state: 'known',
          value: ['gold', 'silver'].map((name) => ({
            name,
            arn: `arn:aws:backup:${name}`,
            encryptionKeyArn: null,
            locked: false,
            minRetentionDays: null,
            maxRetentionDays: null,
            recoveryPoints: 0,
          })),
        },
        asOf,
      };

/** What the catalog says of a table beside the point; null from a release that did not count. */
export type OfTable = EventData<'dev.tablekeep.restore-point.catalogued.v1'>['ofTable'];

/** The id that `tableSettings` gives a table of this name. */
const idOf = (tableArn: string) => `id-of-${tableArn.slice(tableArn.indexOf('/') + 1)}`;

/** A policy service with an account, made anew for each test, and what tests say and ask of it. */
export function policyWorld(engine: Engine, options: Readonly<{ clock?: Clock }> = {}) {
  let service: ServiceUnderTest;
  let accountId: string;
  let meanwhile: (() => Promise<unknown>) | null = null;
  const neighbours: InternalHandlers = {
    ...executor,
    lookupVaults: async (...asked) => {
      const happens = meanwhile;
      meanwhile = null;
      await happens?.();
      return lookupVaults(...asked);
    },
  };
  beforeEach(async () => {
    service = await startServiceUnderTest(engine, { name: 'policy', entities, migrations }, createPolicyService, {
      neighbours,
      ...options,
    });
    accountId = (await createAccount()).account!.id;
  }, 60_000);
  afterEach(() => service.stop());

  async function createAccount(changes: object = {}) {
    const { createAccount: payload } = await service.graphql<{
      createAccount: { account: { id: string; externalId: string } | null; userErrors: UserError[] };
    }>(
      'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { account { id externalId } userErrors { code path message } } }',
      {
        input: {
          name: 'Production',
          awsAccountId: '111122223333',
          roleArn: 'arn:aws:iam::111122223333:role/Tablekeep',
          serviceRoleArn: 'arn:aws:iam::111122223333:role/Backup',
          regions: [HOME, 'eu-west-1', 'ap-south-1'],
          ...changes,
        },
      },
    );
    return payload;
  }

  async function createPolicy(changes: object = {}) {
    const { createPolicy: payload } = await service.graphql<{
      createPolicy: { policy: { id: string; version: number } | null; userErrors: UserError[] };
    }>(
      'mutation ($input: PolicyInput!) { createPolicy(input: $input) { policy { id version } userErrors { code path message } } }',
      {
        input: {
          name: 'Nightly',
          accountId,
          regions: [HOME],
          include: { tags: [{ key: 'backup', value: 'nightly' }] },
          vaults: [{ region: HOME, vaultName: 'gold' }],
          copies: [{ fromRegion: HOME, toRegion: 'eu-west-1', vaultName: 'gold', retentionDays: 90 }],
          ...changes,
        },
      },
    );
    return payload;
  }

  const scanned = (
    scanId: string,
    startedAt: string,
    tables: TableSettings[],
    chunk = 1,
    chunks = 1,
    id = `${scanId}-${chunk}`,
    unreadable: UnreadableTable[] = [],
  ) =>
    service.tell({
      type: 'dev.tablekeep.inventory.scanned.v1',
      source: 'executor',
      subject: scanId,
      id,
      data: {
        scanId,
        accountId,
        awsAccountId: '111122223333',
        region: HOME,
        startedAt,
        chunk,
        chunks,
        tables,
        unreadable,
      },
    });
  const inventory = async (includeVanished = false) => {
    const { tables } = await service.graphql<{
      tables: { nodes: { name: string; protection: string; lastBackupAt: string | null; vanishedAt: string | null }[] };
    }>(
      'query ($filter: TableFilter) { tables(filter: $filter) { nodes { name protection lastBackupAt vanishedAt } } }',
      {
        filter: { includeVanished },
      },
    );
    return tables.nodes;
  };
  const names = async () => (await inventory()).map((table) => table.name);
  const plans = () => service.heardOf('dev.tablekeep.session.tasks.planned.v1').map((event) => event.data);
  const requested = (
    data: Partial<EventData<'dev.tablekeep.session.requested.v1'>> & { sessionId: string },
    id?: string,
  ) =>
    service.tell({
      type: 'dev.tablekeep.session.requested.v1',
      source: 'session',
      subject: data.sessionId,
      ...(id !== undefined && { id }),
      data: {
        accountId,
        requestedBy: 'Operator',
        requestedAt: asOf,
        request: { type: 'INVENTORY_SCAN', accountId, regions: [HOME] },
        ...data,
      },
    });

  async function updateAccount(changes: object) {
    const { updateAccount: payload } = await service.graphql<{
      updateAccount: { account: { regions: string[]; connection: string } | null; userErrors: UserError[] };
    }>(
      'mutation ($input: UpdateAccountInput!) { updateAccount(input: $input) { account { regions connection } userErrors { code path message } } }',
      { input: { id: accountId, ...changes } },
    );
    return payload;
  }
  const connectionOf = async () => {
    const { account } = await service.graphql<{ account: { connection: string; connectionMessage: string | null } }>(
      'query ($id: ID!) { account(id: $id) { connection connectionMessage } }',
      { id: accountId },
    );
    return account;
  };
  const finished = (data: Partial<EventData<'dev.tablekeep.session.finished.v1'>> & { sessionId: string }) =>
    service.tell({
      type: 'dev.tablekeep.session.finished.v1',
      source: 'session',
      subject: data.sessionId,
      data: {
        type: 'INVENTORY_SCAN',
        status: 'FAILED',
        accountId,
        policyId: null,
        policyName: null,
        requestedBy: 'Operator',
        reason: null,
        startedAt: '2026-01-31T05:00:00.000Z',
        finishedAt: '2026-01-31T05:01:00.000Z',
        counts: { total: 1, succeeded: 0, warning: 0, failed: 1, canceled: 0, skipped: 0 },
        notes: ['scan of us-east-1 ended FAILED: the role may not be assumed'],
        problems: [],
        ...data,
      },
    });

  const catalogued = (
    tableArn: string,
    policyId: string | null = null,
    ofTable: OfTable = null,
    tableId: string | null = idOf(tableArn),
  ) =>
    service.tell({
      type: 'dev.tablekeep.restore-point.catalogued.v1',
      source: 'retention',
      subject: 'p',
      data: {
        restorePointId: 'p',
        sessionId: 's',
        taskId: 't',
        kind: 'BACKUP',
        accountId,
        tableArn,
        tableId,
        policyId,
        region: HOME,
        vaultName: 'gold',
        recoveryPointArn: 'arn:aws:backup:x',
        createdAt: asOf,
        sizeBytes: 1,
        ofTable,
      },
    });
  const deleted = (tableArn: string, ofTable: NonNullable<OfTable>, tableId = idOf(tableArn)) =>
    service.tell({
      type: 'dev.tablekeep.restore-point.deleted.v1',
      source: 'retention',
      subject: 'p',
      data: {
        restorePointId: 'p',
        sessionId: 's',
        taskId: 't',
        kind: 'BACKUP',
        accountId,
        tableArn,
        tableId,
        policyId: null,
        region: HOME,
        vaultName: 'gold',
        recoveryPointArn: 'arn:aws:backup:x',
        createdAt: asOf,
        deletedAt: asOf,
        ofTable,
      },
    });
  return {
    get service() {
      return service;
    },
    get accountId() {
      return accountId;
    },
    /** Done between the look at a policy that is being made or changed and its transaction. */
    whileVaultsAreListed(happens: () => Promise<unknown>) {
      meanwhile = happens;
    },
    createAccount,
    createPolicy,
    scanned,
    inventory,
    names,
    plans,
    requested,
    updateAccount,
    connectionOf,
    finished,
    catalogued,
    deleted,
  };
}
