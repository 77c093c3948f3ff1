import { DeleteItemCommand, ScanCommand, TagResourceCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import type { RunningPlatform } from '../start-embedded.ts';
import {
  accountOwner,
  AWAY,
  AWS_ACCOUNT,
  createKey,
  createRoles,
  HOME,
  OPERATOR_ROLE,
  prepareVaults,
  SERVICE_ROLE,
  VAULT,
  type Owner,
} from './aws-account.ts';
import { compareTables } from './compare-tables.ts';
import { describeTable, type TableView } from './describe-table.ts';
import { followSession } from './follow-session.ts';
import { accepted, graphqlClient, type GraphqlClient, type UserErrorAnswer } from './graphql-client.ts';
import { destroyTable, loadTable } from './load-tables.ts';
import type { Show } from './show.ts';
import { demoTables, EXCLUDED_TABLE, PROTECTED_TABLES } from './tables.ts';

/** What may be broken on purpose after the restore, to show that the comparison notices. */
export const SABOTAGE = ['drop-item', 'property'] as const;
export type Sabotage = (typeof SABOTAGE)[number];

type Payload<T> = T & { userErrors: UserErrorAnswer[] };
type StartedSession = Payload<{ session: { id: string } | null }>;
const EU_NAME = 'Airports-eu';

/**
 * The main job from beginning to end: data in, policy, backup and copy, disaster, restore, proof.
 * True only where everything is equal but what was asked to differ.
 */
export async function runDemo(
  platform: RunningPlatform & { awsEndpoint: string },
  token: string,
  show: Show,
  sabotage: Sabotage | null,
): Promise<boolean> {
  const owner = accountOwner(platform.awsEndpoint);
  const graphql = graphqlClient(platform.url, token);

  show.step('Real data in DynamoDB tables, loaded with the ordinary AWS SDK');
  const awayKey = await prepareAccount(owner, show);
  const before = await viewTables(owner, HOME, [...PROTECTED_TABLES]);

  show.step('Register the account, scan its tables, make a policy and run it');
  const accountId = await registerAccount(owner, graphql, show);
  await scanInventory(graphql, show, accountId);
  const policyId = await createPolicy(graphql, show, accountId);
  await runPolicy(graphql, show, policyId);

  show.step('The disaster: the three tables are deleted');
  for (const name of PROTECTED_TABLES) {
    await destroyTable(owner.dynamodb(HOME), name);
    show.line(`${name} is gone, with its ${before.get(name)?.items.size ?? 0} items`);
  }

  show.step(`Restore: all three to their original place, and Airports from its copy in ${AWAY} as ${EU_NAME}`);
  await restoreAll(graphql, show, awayKey);

  if (sabotage !== null) await breakSomething(owner, sabotage, show);

  show.step('Proof: every property and every item, read with the AWS SDK before and after');
  return compareAll(owner, show, before, awayKey);
}

async function prepareAccount(owner: Owner, show: Show): Promise<string> {
  const [homeKey, awayKey] = await Promise.all([
    createKey(owner, HOME, 'demo tables'),
    createKey(owner, AWAY, 'restored tables'),
    prepareVaults(owner),
  ]);
  await Promise.all(
    demoTables(homeKey).map(async (table) => {
      const count = await loadTable(owner.dynamodb(HOME), table);
      show.good(`${table.name}: ${count} items`);
    }),
  );
  return awayKey;
}

async function viewTables(owner: Owner, region: string, names: readonly string[]): Promise<Map<string, TableView>> {
  const views = await Promise.all(names.map((name) => describeTable(owner.dynamodb(region), name)));
  return new Map(names.map((name, i) => [name, views[i] as TableView]));
}

async function registerAccount(owner: Owner, graphql: GraphqlClient, show: Show): Promise<string> {
  const { createAccount } = await graphql<{
    createAccount: Payload<{ account: { id: string; externalId: string } | null }>;
  }>(
    `
      mutation ($input: CreateAccountInput!) {
        createAccount(input: $input) {
          account {
            id
            externalId
          }
          userErrors {
            code
            message
            path
          }
        }
      }
    `,
    {
      input: {
        name: 'Demo account',
        awsAccountId: AWS_ACCOUNT,
        roleArn: OPERATOR_ROLE,
        serviceRoleArn: SERVICE_ROLE,
        regions: [HOME, AWAY],
      },
    },
  );
  const { account } = accepted(createAccount);
  if (!account) throw new Error('createAccount gave no account');
  await createRoles(owner, account.externalId);
  show.good(`account ${AWS_ACCOUNT} registered; its role trusts Tablekeep only with the external id it was given`);
  return account.id;
}

async function scanInventory(graphql: GraphqlClient, show: Show, accountId: string): Promise<void> {
  const { rescanInventory } = await graphql<{ rescanInventory: StartedSession }>(
    `
      mutation ($input: RescanInventoryInput!) {
        rescanInventory(input: $input) {
          session {
            id
          }
          userErrors {
            code
            message
            path
          }
        }
      }
    `,
    { input: { accountId } },
  );
  await followSession(graphql, show, sessionId(rescanInventory), ['SUCCEEDED']);
  const { tables } = await graphql<{ tables: { nodes: { name: string; region: string; protection: string }[] } }>(`
    {
      tables {
        nodes {
          name
          region
          protection
        }
      }
    }
  `);
  show.line(`inventory: ${tables.nodes.map((table) => `${table.name} (${table.protection})`).join(', ')}`);
}

async function createPolicy(graphql: GraphqlClient, show: Show, accountId: string): Promise<string> {
  const { createPolicy: payload } = await graphql<{
    createPolicy: Payload<{ policy: { id: string; name: string } | null }>;
  }>(
    `
      mutation ($input: PolicyInput!) {
        createPolicy(input: $input) {
          policy {
            id
            name
          }
          userErrors {
            code
            message
            path
          }
        }
      }
    `,
    {
      input: {
        name: 'Nightly',
        description: 'Everything tagged backup=nightly but what is scratch',
        accountId,
        regions: [HOME],
        include: { tags: [{ key: 'backup', value: 'nightly' }] },
        exclude: { tags: [{ key: 'scratch' }] },
        vaults: [{ region: HOME, vaultName: VAULT }],
        copies: [{ fromRegion: HOME, toRegion: AWAY, vaultName: VAULT, retentionDays: 90 }],
        backupRetentionDays: 35,
      },
    },
  );
  const { policy } = accepted(payload);
  if (!policy) throw new Error('createPolicy gave no policy');
  show.good(`policy ${policy.name}: tag backup=nightly without tag scratch; backups in ${HOME}, copies to ${AWAY}`);
  return policy.id;
}

async function runPolicy(graphql: GraphqlClient, show: Show, policyId: string): Promise<void> {
  const { runPolicy: payload } = await graphql<{ runPolicy: StartedSession }>(
    `
      mutation ($input: RunPolicyInput!) {
        runPolicy(input: $input) {
          session {
            id
          }
          userErrors {
            code
            message
            path
          }
        }
      }
    `,
    { input: { policyId, reason: 'demo' } },
  );
  await followSession(graphql, show, sessionId(payload), ['SUCCEEDED']);
  const points = await restorePoints(graphql);
  for (const point of points)
    show.line(`${point.kind.padEnd(6)} ${point.tableName.padEnd(9)} ${point.region}  ${point.sizeBytes} bytes`);
  const tables = new Set(points.map((point) => point.tableName));
  if (tables.has(EXCLUDED_TABLE)) throw new Error(`${EXCLUDED_TABLE} is excluded and must have no restore point`);
  if (points.length !== PROTECTED_TABLES.length * 2)
    throw new Error(`6 restore points were due, ${points.length} are there`);
}

type Point = { id: string; kind: string; tableName: string; region: string; sizeBytes: number };
async function restorePoints(graphql: GraphqlClient): Promise<Point[]> {
  const { restorePoints: page } = await graphql<{ restorePoints: { nodes: Point[] } }>(`
    {
      restorePoints(first: 100) {
        nodes {
          id
          kind
          tableName
          region
          sizeBytes
        }
      }
    }
  `);
  return page.nodes;
}

async function restoreAll(graphql: GraphqlClient, show: Show, awayKey: string): Promise<void> {
  const points = await restorePoints(graphql);
  const pointOf = (name: string, kind: string) => {
    const point = points.find((one) => one.tableName === name && one.kind === kind);
    if (!point) throw new Error(`${name} has no ${kind}`);
    return point.id;
  };
  const { restoreTables } = await graphql<{ restoreTables: StartedSession }>(
    `
      mutation ($input: RestoreTablesInput!) {
        restoreTables(input: $input) {
          session {
            id
          }
          userErrors {
            code
            message
            path
          }
        }
      }
    `,
    {
      input: {
        reason: 'the tables were deleted',
        items: [
          ...PROTECTED_TABLES.map((name) => ({ restorePointId: pointOf(name, 'BACKUP'), mode: 'ORIGINAL' })),
          {
            restorePointId: pointOf('Airports', 'COPY'),
            mode: 'NEW',
            region: AWAY,
            tableName: EU_NAME,
            tableClass: 'STANDARD_INFREQUENT_ACCESS',
            billingMode: 'PAY_PER_REQUEST',
            encryption: { type: 'CUSTOMER_MANAGED', kmsKeyArn: awayKey },
          },
        ],
      },
    },
  );
  await followSession(graphql, show, sessionId(restoreTables), ['SUCCEEDED']);
}

async function compareAll(owner: Owner, show: Show, before: Map<string, TableView>, awayKey: string): Promise<boolean> {
  let ok = true;
  const check = (title: string, was: TableView | undefined, is: TableView, asked?: ReadonlyMap<string, string>) => {
    if (!was) throw new Error(`${title} was not looked at before`);
    const comparison = compareTables(was, is, asked);
    show.comparison(title, comparison);
    ok &&= comparison.ok;
  };
  for (const [name, after] of await viewTables(owner, HOME, [...PROTECTED_TABLES])) {
    check(`${name}, restored to its original place`, before.get(name), after);
  }
  const asked = new Map([
    ['name', EU_NAME],
    ['region', AWAY],
    ['table class', 'STANDARD_INFREQUENT_ACCESS'],
    ['capacity mode', 'PAY_PER_REQUEST'],
    ['provisioned units', 'none'],
    ['GSI by-state units', 'none'],
    ['encryption', `KMS ${awayKey}`],
  ]);
  check(
    `${EU_NAME}, restored from the copy in ${AWAY}`,
    before.get('Airports'),
    await describeTable(owner.dynamodb(AWAY), EU_NAME),
    asked,
  );
  return ok;
}

async function breakSomething(owner: Owner, sabotage: Sabotage, show: Show): Promise<void> {
  const client = owner.dynamodb(HOME);
  show.bad(`broken on purpose: ${sabotage}`);
  if (sabotage === 'drop-item') {
    const { Items } = await client.send(new ScanCommand({ TableName: 'Airports', Limit: 1 }));
    const iata = Items?.[0]?.['iata'];
    if (!iata) throw new Error('nothing to drop');
    await client.send(new DeleteItemCommand({ TableName: 'Airports', Key: { iata } }));
    return;
  }
  const { Table } = await client.send(new DescribeTableCommand({ TableName: 'Movies' }));
  await client.send(new TagResourceCommand({ ResourceArn: Table?.TableArn, Tags: [{ Key: 'team', Value: 'nobody' }] }));
}

function sessionId(payload: StartedSession): string {
  const { session } = accepted(payload);
  if (!session) throw new Error('no session was started');
  return session.id;
}
