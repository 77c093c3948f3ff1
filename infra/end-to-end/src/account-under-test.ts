import {
  BatchWriteItemCommand,
  CreateTableCommand,
  waitUntilTableExists,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { GraphqlClient } from '@tablekeep/embedded/demo/graphql-client';
import {
  AWAY,
  AWS_ACCOUNT,
  createRoles,
  HOME,
  OPERATOR_ROLE,
  prepareVaults,
  SERVICE_ROLE,
  VAULT,
  type Owner,
} from '@tablekeep/embedded/demo/aws-account';
import { airports } from '@tablekeep/embedded/demo/data-sets';
import { eventually } from '@tablekeep/testkit/eventually';

type UserError = { code: string; message: string; path: string[] };
export type SessionPayload = { session: { id: string } | null; userErrors: UserError[] };

type AccountPayload = { account: { id: string; externalId: string } | null; userErrors: UserError[] };

/** Registered with Tablekeep; in AWS nothing is made for it. */
export async function createAccount(graphql: GraphqlClient): Promise<{ id: string; externalId: string }> {
  const { createAccount: payload } = await graphql<{ createAccount: AccountPayload }>(
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
        name: 'Production',
        awsAccountId: AWS_ACCOUNT,
        roleArn: OPERATOR_ROLE,
        serviceRoleArn: SERVICE_ROLE,
        regions: [HOME, AWAY],
      },
    },
  );
  if (!payload.account) throw new Error(JSON.stringify(payload.userErrors));
  return payload.account;
}

/** Vaults, roles and a registered account: what every end-to-end test stands on. */
export async function registerAccount(owner: Owner, graphql: GraphqlClient): Promise<string> {
  await prepareVaults(owner);
  const { id, externalId } = await createAccount(graphql);
  await createRoles(owner, externalId);
  return id;
}

/** A small on-demand table with real airports in it, tagged so that the policies of these tests choose it. */
export async function createAirportTable(
  owner: Owner,
  name: string,
  extra: Partial<CreateTableCommandInput> = {},
  region = HOME,
): Promise<void> {
  const client = owner.dynamodb(region);
  await client.send(
    new CreateTableCommand({
      TableName: name,
      AttributeDefinitions: [{ AttributeName: 'iata', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'iata', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      Tags: [{ Key: 'backup', Value: 'nightly' }],
      ...extra,
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 0.05, maxDelay: 0.25 }, { TableName: name });
  const items = (await airports()).slice(0, 25);
  await client.send(
    new BatchWriteItemCommand({
      RequestItems: {
        [name]: items.map((item) => ({
          PutRequest: { Item: { iata: { S: String(item['iata']) }, name: { S: String(item['name']) } } },
        })),
      },
    }),
  );
}

/** The input of a policy that selects by tag and copies to the other Region. */
export function policyInput(
  accountId: string,
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    name: 'Nightly',
    accountId,
    regions: [HOME],
    include: { tags: [{ key: 'backup', value: 'nightly' }] },
    vaults: [{ region: HOME, vaultName: VAULT }],
    copies: [],
    backupRetentionDays: 35,
    ...changes,
  };
}

export async function createPolicy(
  graphql: GraphqlClient,
  input: Readonly<Record<string, unknown>>,
): Promise<{ policy: { id: string } | null; userErrors: UserError[] }> {
  const { createPolicy: payload } = await graphql<{
    createPolicy: { policy: { id: string } | null; userErrors: UserError[] };
  }>(
    'mutation ($input: PolicyInput!) { createPolicy(input: $input) { policy { id } userErrors { code message path } } }',
    { input },
  );
  return payload;
}

export async function runPolicy(graphql: GraphqlClient, policyId: string): Promise<string> {
  const { runPolicy: payload } = await graphql<{ runPolicy: SessionPayload }>(
    'mutation ($input: RunPolicyInput!) { runPolicy(input: $input) { session { id } userErrors { code message path } } }',
    { input: { policyId } },
  );
  if (!payload.session) throw new Error(JSON.stringify(payload.userErrors));
  return payload.session.id;
}

/** Looks at all Regions of the account anew, and gives the scan's session as it ended. */
export async function rescanInventory(graphql: GraphqlClient, accountId: string): Promise<SessionView> {
  const { rescanInventory: payload } = await graphql<{ rescanInventory: SessionPayload }>(
    'mutation ($input: RescanInventoryInput!) { rescanInventory(input: $input) { session { id } userErrors { code message path } } }',
    { input: { accountId } },
  );
  if (!payload.session) throw new Error(JSON.stringify(payload.userErrors));
  return endOfSession(graphql, payload.session.id, 60_000);
}

export async function restoreTables(graphql: GraphqlClient, items: readonly unknown[]): Promise<SessionPayload> {
  const { restoreTables: payload } = await graphql<{ restoreTables: SessionPayload }>(
    'mutation ($input: RestoreTablesInput!) { restoreTables(input: $input) { session { id } userErrors { code message path } } }',
    { input: { items } },
  );
  return payload;
}

export async function backupTables(
  graphql: GraphqlClient,
  input: Readonly<Record<string, unknown>>,
): Promise<SessionPayload> {
  const { backupTables: payload } = await graphql<{ backupTables: SessionPayload }>(
    'mutation ($input: BackupTablesInput!) { backupTables(input: $input) { session { id } userErrors { code message path } } }',
    { input },
  );
  return payload;
}

export type DeletionPreview = {
  id: string;
  deleteCount: number;
  keepCount: number;
  warnings: string[];
  points: { because: string | null }[];
};

export async function previewDeletion(
  graphql: GraphqlClient,
  input: Readonly<Record<string, unknown>>,
): Promise<DeletionPreview> {
  const { previewDeletion: payload } = await graphql<{
    previewDeletion: { preview: DeletionPreview | null; userErrors: UserError[] };
  }>(
    `
      mutation ($input: PreviewDeletionInput!) {
        previewDeletion(input: $input) {
          preview {
            id
            deleteCount
            keepCount
            warnings
            points {
              because
            }
          }
          userErrors {
            code
            message
            path
          }
        }
      }
    `,
    { input },
  );
  if (!payload.preview) throw new Error(JSON.stringify(payload.userErrors));
  return payload.preview;
}

export async function deleteRestorePoints(graphql: GraphqlClient, previewId: string): Promise<SessionPayload> {
  const { deleteRestorePoints: payload } = await graphql<{ deleteRestorePoints: SessionPayload }>(
    `
      mutation ($input: DeleteRestorePointsInput!) {
        deleteRestorePoints(input: $input) {
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
    { input: { previewId } },
  );
  return payload;
}

export type SessionView = {
  status: string;
  notes: string[];
  tasks: {
    nodes: {
      kind: string;
      status: string;
      attempt: number;
      tableName: string | null;
      reasonCode: string | null;
      reason: string | null;
      awsJobId: string | null;
      warnings: string[];
    }[];
  };
};

export async function viewSession(graphql: GraphqlClient, id: string): Promise<SessionView> {
  const { session } = await graphql<{ session: SessionView }>(
    `
      query ($id: ID!) {
        session(id: $id) {
          status
          notes
          tasks(first: 500) {
            nodes {
              kind
              status
              attempt
              tableName
              reasonCode
              reason
              awsJobId
              warnings
            }
          }
        }
      }
    `,
    { id },
  );
  return session;
}

/** The session's log, oldest line first. */
export async function readLog(graphql: GraphqlClient, id: string): Promise<string[]> {
  const { session } = await graphql<{ session: { log: { nodes: { message: string }[] } } }>(
    'query ($id: ID!) { session(id: $id) { log(first: 500) { nodes { message } } } }',
    { id },
  );
  return session.log.nodes.map(({ message }) => message);
}

export const OPEN = new Set(['PENDING', 'RUNNING', 'STOPPING']);

/** The session once it has ended; throws with what it stood at. */
export function endOfSession(graphql: GraphqlClient, id: string, timeoutMs: number): Promise<SessionView> {
  return eventually(
    async () => {
      const session = await viewSession(graphql, id);
      if (OPEN.has(session.status)) throw new Error(`still ${JSON.stringify(session)}`);
      return session;
    },
    { timeoutMs, everyMs: 250, what: `the end of session ${id}` },
  );
}
