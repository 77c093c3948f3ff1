import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDatabase } from '@tablekeep/platform/database';
import { availableEngines } from '@tablekeep/testkit/engines';
import { startServiceUnderTest, type ServiceUnderTest } from '@tablekeep/testkit/service-under-test';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { createPolicyService, policyModel } from '../src/service.ts';
import { AccountEntity, PolicyEntity, TableEntity, TablePointsEntity } from '../src/store/entities.ts';
import { NOTHING } from '../src/domain/policy-document.ts';

const TABLES = 40_000;
const at = new Date('2026-11-27T00:00:00.000Z');
const [sqlite] = await availableEngines();
let service: ServiceUnderTest;
beforeEach(async () => {
  service = await startServiceUnderTest(sqlite!, policyModel, createPolicyService);
}, 60_000);
afterEach(() => service.stop());

async function fill() {
  const db = await openDatabase(service.database, policyModel);
  await db.transaction(async (tx) => {
    await tx.insert(AccountEntity, {
      id: 'account-1',
      name: 'Large',
      awsAccountId: '111122223333',
      roleArn: 'arn:aws:iam::111122223333:role/Operator',
      serviceRoleArn: 'arn:aws:iam::111122223333:role/Backup',
      externalId: 'x',
      regions: ['us-east-1'],
      uses: null,
      connection: 'UNTRIED',
      connectionMessage: null,
      createdAt: at,
      scanAt: new Date('2100-01-01T00:00:00.000Z'),
    });
    const document = (tag: string) => ({
      description: '',
      regions: ['us-east-1'],
      include: { ...NOTHING, tags: [{ key: 'backup', value: tag }] },
      exclude: NOTHING,
      vaults: [],
      copies: [],
      backupRetentionDays: null,
      customTags: [],
      retryCount: 0,
      retryDelaySeconds: 60,
      schedules: null,
    });
    for (let i = 0; i < 20; i += 1)
      await tx.insert(PolicyEntity, {
        id: `policy-${i}`,
        name: `Policy ${i}`,
        accountId: 'account-1',
        enabled: true,
        version: 1,
        priority: i + 1,
        document: document(i === 0 ? 'nightly' : `other-${i}`),
        createdAt: at,
        updatedAt: at,
        slotsAfter: at,
        lookAt: null,
        scheduleState: 'NONE',
        scheduleMessage: null,
        selectsSince: at,
        scheduledSince: at,
        verifiedAfter: at,
        verifyAt: null,
        verificationState: 'NONE',
      });
    const names = Array.from({ length: TABLES }, (_, i) => `table-${String(i).padStart(6, '0')}`);
    const rows = names.map((name, i) => {
      const tags = { state: 'known' as const, value: [{ key: 'backup', value: i % 2 === 0 ? 'nightly' : 'never' }] };
      const settings = tableSettings(name, { tags });
      const { tableArn: arn, tableId } = settings;
      // Some as a former release wrote them.
      const apart = i % 10 === 0 ? { tableId: '', tags: null, since: null } : { tableId, tags, since: at };
      const seen = { region: 'us-east-1', scanStartedAt: at, vanishedAt: null };
      return { arn, accountId: 'account-1', name, settings, ...seen, ...apart };
    });
    await db.insertMany(tx, TableEntity, rows);
    await db.insertMany(
      tx,
      TablePointsEntity,
      rows
        .filter((_row, i) => i % 4 === 0)
        .map(({ arn, settings: { tableId } }) => ({ tableArn: arn, tableId, revision: 1, points: 1, newestAt: at })),
    );
  });
  await db.close();
}

test('40,000 tables are counted for the overview and every policy’s health in one go', async () => {
  await fill();
  const begun = performance.now();
  const { overview, policyHealth, policies } = await service.graphql<{
    overview: Record<string, number>;
    policyHealth: { coveredTables: number }[];
    policies: { nodes: { health: { coveredTables: number } }[] };
  }>(
    `{ overview { tables tablesProtected tablesAwaitingFirstBackup tablesUnprotected }
       policyHealth { coveredTables } policies { nodes { health { coveredTables } } } }`,
  );
  const took = performance.now() - begun;
  expect(overview).toEqual({
    tables: TABLES,
    tablesProtected: TABLES / 4,
    tablesAwaitingFirstBackup: TABLES / 4,
    tablesUnprotected: TABLES / 2,
  });
  const covered = [TABLES / 2, ...Array.from({ length: 19 }, () => 0)];
  expect(policyHealth.map(({ coveredTables }) => coveredTables)).toEqual(covered);
  expect(policies.nodes.map(({ health }) => health.coveredTables).sort((a, b) => b - a)).toEqual(covered);
  // It takes half a second; the bound is for a busy machine.
  expect(took).toBeLessThan(15_000);
  if (process.env['SHOW_TIMES']) process.stdout.write(`${Math.round(took)} ms\n`);
}, 120_000);
