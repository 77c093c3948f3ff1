import { CreateTableCommand, PutItemCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AWAY, HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
import { eventually } from '@tablekeep/testkit/eventually';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPolicy, policyInput, registerAccount, rescanInventory } from '../src/account-under-test.ts';
import { SPEED, startEmbeddedPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';

/** So many times what a GB costs, that a table of 100 KiB costs what one of 100 GB would. */
const KIB_AS_GB = 2 ** 20;
const perGb = (usd: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(usd).map(([usage, price]) => [usage, price * KIB_AS_GB]));
const PRICES = {
  asOf: '2026-11-01',
  source: 'the invoice of October',
  regions: {
    [HOME]: perGb({ warmStorage: 0.1, coldStorage: 0.03, transfer: 0.02, restore: 0.15 }),
    [AWAY]: perGb({ warmStorage: 0.11, coldStorage: 0.036, transfer: 0.05, restore: 0.16 }),
  },
};

const FIGURES = ['backupsUsd', 'copiesUsd', 'transferUsd', 'verificationUsd', 'totalUsd'] as const;
type Figures = Record<(typeof FIGURES)[number], number>;
type Cost = Figures & {
  pricesAsOf: string;
  pricesSource: string;
  notes: string[];
  csv: string;
  tables: (Figures & { name: string; sizeBytes: number })[];
};
const cents = (of: Figures) => FIGURES.map((figure) => of[figure].toFixed(2));

describe('what the embedded profile is told by its settings', () => {
  let platform: PlatformUnderTest;
  let folder: string;
  let accountId: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tablekeep-prices-'));
    const pricesFile = join(folder, 'prices.json');
    await writeFile(pricesFile, JSON.stringify(PRICES));
    platform = await startEmbeddedPlatform({ speed: SPEED }, { scanHours: 0.001, pricesFile });
    accountId = await registerAccount(platform.owner, platform.graphql);
  }, 60_000);
  afterAll(async () => {
    await platform.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('it scans as often as INVENTORY_SCAN_HOURS says', async () => {
    // An account that has just come is left time to get its roles; one whose Regions change is looked at with the next pass.
    await platform.graphql(
      'mutation ($input: UpdateAccountInput!) { updateAccount(input: $input) { userErrors { code } } }',
      { input: { id: accountId, regions: [HOME, AWAY, 'ap-south-1'] } },
    );
    await eventually(
      async () => {
        const { sessions } = await platform.graphql<{ sessions: { nodes: { trigger: string }[] } }>(
          '{ sessions(filter: { type: INVENTORY_SCAN }) { nodes { trigger } } }',
        );
        expect(sessions.nodes.filter(({ trigger }) => trigger === 'SCHEDULE').length).toBeGreaterThan(1);
      },
      { timeoutMs: 100_000, everyMs: 500, what: 'the second scheduled scan' },
    );
  }, 150_000);

  /** Of so many KiB to the byte: an item is as large as the names and values of its attributes in UTF-8. */
  const createTableOf = async (kib: number, TableName: string, region: string) => {
    const client = platform.owner.dynamodb(region);
    await client.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 0.05, maxDelay: 0.25 }, { TableName });
    const text = 'x'.repeat(kib * 1_024 - 'id1text'.length);
    await client.send(new PutItemCommand({ TableName, Item: { id: { S: '1' }, text: { S: text } } }));
  };
  const costOf = async (variables: Readonly<Record<string, unknown>>): Promise<Cost> => {
    const { policyCostEstimate } = await platform.graphql<{ policyCostEstimate: Cost }>(
      `query ($id: ID, $input: PolicyInput, $v: Float) {
         policyCostEstimate(id: $id, input: $input, verificationsPerMonth: $v) {
           pricesAsOf pricesSource backupsUsd copiesUsd transferUsd verificationUsd totalUsd notes csv
           tables { name sizeBytes backupsUsd copiesUsd transferUsd verificationUsd totalUsd } } }`,
      variables,
    );
    return policyCostEstimate;
  };

  test('what a policy costs is reckoned by the prices of PRICES_FILE: as an estimate, as its CSV and as a file', async () => {
    await platform.aws.behave({ itemCountRefresh: 'live' });
    await createTableOf(100, 'Bookings', HOME);
    await createTableOf(10, 'Partners', AWAY);
    await rescanInventory(platform.graphql, accountId);
    const input = policyInput(accountId, {
      name: 'Priced',
      regions: [HOME, AWAY],
      include: { tableNames: ['Bookings', 'Partners'] },
      vaults: [HOME, AWAY].map((region) => ({ region, vaultName: VAULT })),
      copies: [{ fromRegion: HOME, toRegion: AWAY, vaultName: VAULT }],
      coldStorageAfterDays: 10,
      backupRetentionDays: 120,
      schedules: {
        timeZone: 'UTC',
        daily: { times: ['04:00'], keep: { value: 120, unit: 'DAYS' }, keepCopies: { value: 100, unit: 'DAYS' } },
      },
      verification: { schedule: { timeZone: 'UTC', daily: { times: ['05:00'] } } },
    });

    // There are 120 backups at a time, 10 of them warm and 110 cold, and 100 copies, 10 of them warm and 90 cold. Of each
    // table 365 ÷ 12 = 30.4167 points a month are copied, and as many restored to verify them.
    // Bookings, 100 GB at home: backups 100 × (10 × 0.10 + 110 × 0.03) = 430.00; its copies away 100 × (10 × 0.11 +
    // 90 × 0.036) = 434.00; sent from home 30.4167 × 100 × 0.02 = 60.83; restored 30.4167 × 100 × 0.15 = 456.25.
    const bookings = ['430.00', '434.00', '60.83', '456.25', '1381.08'];
    // Partners, 10 GB away: backups 10 × (10 × 0.11 + 110 × 0.036) = 50.60; restored 30.4167 × 10 × 0.16 = 48.67.
    const partners = ['50.60', '0.00', '0.00', '48.67', '99.27'];
    const cost = await costOf({ input });
    expect(cost).toMatchObject({ pricesAsOf: PRICES.asOf, pricesSource: PRICES.source, notes: [] });
    // 430 + 50.60; 434; 60.8333; 456.25 + 48.6667.
    expect(cents(cost)).toEqual(['480.60', '434.00', '60.83', '504.92', '1480.35']);
    const tables = cost.tables.map((table) => [table.name, table.sizeBytes, ...cents(table)]);
    expect(tables.sort()).toEqual([
      ['Bookings', 102_400, ...bookings],
      ['Partners', 10_240, ...partners],
    ]);

    const arnOf = (region: string, name: string) => `arn:aws:dynamodb:${region}:111122223333:table/${name}`;
    const rows = [
      [arnOf(HOME, 'Bookings'), 'Bookings', HOME, '102400', ...bookings],
      [arnOf(AWAY, 'Partners'), 'Partners', AWAY, '10240', ...partners],
    ].toSorted();
    const [head, ...lines] = cost.csv.trimEnd().split('\r\n');
    expect(head).toBe(
      'table_arn,table_name,region,size_bytes,backups_usd,copies_usd,transfer_usd,verification_usd,total_usd',
    );
    expect(lines.map((line) => line.split(',')).sort()).toEqual(rows);

    const { policy, userErrors } = await createPolicy(platform.graphql, input);
    expect(userErrors).toEqual([]);
    expect(await costOf({ id: policy!.id })).toEqual(cost);
    const { policyCostExport } = await platform.graphql<{ policyCostExport: { path: string } }>(
      'query ($id: ID) { policyCostExport(id: $id) { path } }',
      { id: policy!.id },
    );
    const file = await (await fetch(`${platform.url}${policyCostExport.path}`)).text();
    const [fileHead, ...fileLines] = file.trimEnd().split('\r\n');
    expect(fileHead).toBe(
      'tableArn,tableName,region,sizeBytes,backupsUsd,copiesUsd,transferUsd,verificationUsd,totalUsd',
    );
    const fileRows = fileLines.map((line) => {
      const [arn, name, region, size, ...figures] = line.split(',');
      return [arn, name, region, size, ...figures.map((figure) => Number(figure).toFixed(2))];
    });
    expect(fileRows.sort()).toEqual(rows);

    const { policyCostExport: asLines } = await platform.graphql<{
      policyCostExport: { path: string; fileName: string };
    }>('query ($id: ID) { policyCostExport(id: $id, format: JSON_LINES) { path fileName } }', { id: policy!.id });
    expect(asLines.fileName).toMatch(/^tablekeep-cost-Priced-.*\.jsonl$/u);
    const objects = (await (await fetch(`${platform.url}${asLines.path}`)).text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Figures & { tableArn: string; tableName: string; sizeBytes: number });
    expect(objects.map((table) => [table.tableName, table.sizeBytes, ...cents(table)]).sort()).toEqual(tables.sort());

    // Each month's last Sunday, kept for 90 days and copied in January for 365; each October's last Sunday for 7 years and
    // copied for 365 days: 25 October carries both flags. At a time 11 × 90 days and 2,557 days of a year, 9.7178 points, and
    // 2 copies. Bookings: 9.7178 × 100 × 0.10 = 97.18; 2 × 100 × 0.11 = 22.00; 2 ÷ 12 × 100 × 0.02 = 0.33.
    const on = { kind: 'LAST_WEEKDAY', weekday: 'SUNDAY' };
    const days = (value: number) => ({ value, unit: 'DAYS' });
    const seldom = {
      ...{ ...input, include: { tableNames: ['Bookings'] }, verification: null, coldStorageAfterDays: null },
      schedules: {
        timeZone: 'Europe/Berlin',
        monthly: { on, time: '04:00', copyMonths: [1], keep: days(90), keepCopies: days(365) },
        yearly: {
          ...{ month: 10, on, time: '04:00', copies: true },
          keep: { value: 7, unit: 'YEARS' },
          keepCopies: days(365),
        },
      },
    };
    expect(cents(await costOf({ input: seldom }))).toEqual(['97.18', '22.00', '0.33', '0.00', '119.51']);

    // Four restores a month instead: 4 × 100 × 0.15 + 4 × 10 × 0.16 = 66.40, and 975.43 for all else.
    expect(cents(await costOf({ id: policy!.id, v: 4 })).slice(3)).toEqual(['66.40', '1041.83']);
  }, 90_000);
});
