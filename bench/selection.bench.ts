/**
 * A policy's run resolved from the inventory: 10,000 tables in 16 Regions, included and excluded by tags and names, behind ten
 * more important policies, planned with a copy each and cut into chunks. In seconds of processor time (SQLite), beside the
 * floor: reading the same rows and parsing what they hold, and nothing else. TABLES may be given in the environment.
 */
import { openDatabase, migrate, type Database } from '@tablekeep/platform/database';
import { inChunks } from '@tablekeep/schema/plan-chunks';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assignTables } from '../services/policy/src/domain/assign-tables.ts';
import { planBackups } from '../services/policy/src/domain/plan-run.ts';
import { NOTHING, type PolicyDocument } from '../services/policy/src/domain/policy-document.ts';
import { selectTables } from '../services/policy/src/domain/select-tables.ts';
import { policyModel } from '../services/policy/src/service.ts';
import { TableEntity } from '../services/policy/src/store/entities.ts';
import { selectable, tablesOfRegions } from '../services/policy/src/store/inventory.ts';
import { median, rounded } from './statistics.ts';

const TABLES = Number(process.env['TABLES'] ?? 10_000);
const REGIONS = Array.from({ length: 16 }, (_, i) => `region-${i}`);
const RIVALS = 10;

const account = {
  id: 'account-1',
  name: 'Production',
  awsAccountId: '111122223333',
  roleArn: 'arn:aws:iam::111122223333:role/x',
  externalId: 'e',
  serviceRoleArn: 'arn:aws:iam::111122223333:role/y',
  regions: REGIONS,
};
const document: PolicyDocument = {
  description: '',
  regions: REGIONS,
  include: {
    ...NOTHING,
    tags: [
      { key: 'backup', value: 'nightly' },
      { key: 'tier', value: null },
    ],
    tagsMatch: 'ALL',
  },
  exclude: { ...NOTHING, tableNames: ['table-7', 'table-77'], tags: [{ key: 'scratch', value: 'true' }] },
  vaults: REGIONS.map((region) => ({ region, vaultName: 'gold' })),
  copies: REGIONS.slice(1).map((fromRegion) => ({
    fromRegion,
    toRegion: 'region-0',
    vaultName: 'far',
    retentionDays: 90,
  })),
  backupRetentionDays: 35,
  customTags: [],
  retryCount: 0,
  retryDelaySeconds: 60,
  schedules: null,
};
const rivals = Array.from({ length: RIVALS }, (_, i) => ({
  name: `Rival ${i}`,
  document: { ...document, include: { ...NOTHING, tags: [{ key: 'owner', value: `team-${i}` }] }, exclude: NOTHING },
}));

export async function run(runs: number): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), 'tablekeep-bench-'));
  const config = { kind: 'sqlite' as const, file: join(folder, 'policy.sqlite') };
  await migrate(config, policyModel);
  const db = await openDatabase(config, policyModel);
  try {
    await fill(db);
    let planned = 0;
    const resolved: number[] = [];
    const floor: number[] = [];
    for (let i = 0; i < runs; i++) {
      floor.push(await cpuSeconds(() => readRows(db)));
      resolved.push(await cpuSeconds(async () => void (planned = await resolve(db))));
    }
    return {
      runs,
      tables: TABLES,
      regions: REGIONS.length,
      plannedTasks: planned,
      cpuSeconds: rounded(median(resolved)),
      floorCpuSeconds: rounded(median(floor)),
      floorRatio: rounded(median(resolved.map((seconds, i) => seconds / (floor[i] ?? seconds)))),
    };
  } finally {
    await db.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function fill(db: Database): Promise<void> {
  const rows = Array.from({ length: TABLES }, (_, i) => {
    const region = REGIONS[i % REGIONS.length] ?? '';
    const name = `table-${i}`;
    const arn = `arn:aws:dynamodb:${region}:111122223333:table/${name}`;
    const value = [
      { key: 'backup', value: i % 5 === 0 ? 'weekly' : 'nightly' },
      { key: 'tier', value: i % 3 === 0 ? 'gold' : 'silver' },
      { key: 'owner', value: `team-${i % 20}` },
      { key: 'scratch', value: i % 50 === 0 ? 'true' : 'false' },
    ];
    const settings = { ...tableSettings(name), tableArn: arn, tags: { state: 'known' as const, value } };
    const scanStartedAt = new Date('2026-01-31T01:00:00.000Z');
    const { tableId, tags } = settings;
    const seen = { scanStartedAt, vanishedAt: null, tableId, tags, since: scanStartedAt };
    return { arn, accountId: account.id, region, name, settings, ...seen };
  });
  await db.transaction((tx) => db.insertMany(tx, TableEntity, rows));
}

async function readRows(db: Database): Promise<void> {
  const rows = await db.reader.query<{ settings: string }[]>(
    'SELECT * FROM protected_table WHERE account_id = ? AND vanished_at IS NULL ORDER BY arn',
    [account.id],
  );
  for (const row of rows) JSON.parse(row.settings);
}

async function resolve(db: Database): Promise<number> {
  const tables = (await tablesOfRegions(db.reader, account.id, REGIONS)).map(selectable);
  const { covered } = selectTables(document, tables);
  const { mine } = assignTables(covered, rivals);
  const refs = mine.map(({ arn, name, region, tableId, sizeBytes }) => ({ arn, name, region, tableId, sizeBytes }));
  const tasks = planBackups(account, { id: 'p', name: 'P', updatedAt: new Date(), document }, refs, []);
  const chunks = inChunks({ sessionId: 's', round: 2, final: true, notes: [] }, tasks);
  return chunks.reduce((sum, chunk) => sum + chunk.tasks.length, 0);
}

async function cpuSeconds(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
