import { paginateListRecoveryPointsByBackupVault } from '@aws-sdk/client-backup';
import { HOME, VAULT, type Owner } from '@tablekeep/embedded/demo/aws-account';
import type { GraphqlClient } from '@tablekeep/embedded/demo/graphql-client';
import { scrape } from '@tablekeep/testkit/scrape';
import { endOfSession, type SessionPayload, type SessionView } from './account-under-test.ts';

export type CatalogPoint = {
  id: string;
  kind: string;
  region: string;
  recoveryPointArn: string;
  createdAt: string;
  storageClass: string;
  legalHold: { reason: string } | null;
  restoreNotes: string[];
  drift: string[];
};

/** What the catalog has of a table, newest first. */
export async function pointsOf(graphql: GraphqlClient, tableName: string): Promise<CatalogPoint[]> {
  const { restorePoints } = await graphql<{ restorePoints: { nodes: CatalogPoint[] } }>(
    `
      query ($filter: RestorePointFilter) {
        restorePoints(filter: $filter) {
          nodes {
            id
            kind
            region
            recoveryPointArn
            createdAt
            storageClass
            legalHold {
              reason
            }
            restoreNotes
            drift
          }
        }
      }
    `,
    { filter: { tableName } },
  );
  return restorePoints.nodes;
}

/** The ARNs of the table's points that AWS lists in a vault. */
export async function inVault(
  owner: Owner,
  tableName: string,
  { region, vaultName }: { region: string; vaultName: string } = { region: HOME, vaultName: VAULT },
): Promise<string[]> {
  const arns: string[] = [];
  const config = { client: owner.backup(region) };
  for await (const page of paginateListRecoveryPointsByBackupVault(config, { BackupVaultName: vaultName })) {
    const own = (page.RecoveryPoints ?? []).filter((point) => point.ResourceName === tableName);
    arns.push(...own.map((point) => point.RecoveryPointArn ?? ''));
  }
  return arns;
}

export type Verdict = { restorePoint: { id: string; tableName: string }; verdict: string; reasons: { code: string }[] };

/** What retention would do with the account's points now, newest first. */
export async function previewRetention(graphql: GraphqlClient, accountId: string, table: string): Promise<Verdict[]> {
  const { retentionPreview } = await graphql<{ retentionPreview: { nodes: Verdict[] } }>(
    `
      query ($accountId: ID!) {
        retentionPreview(accountId: $accountId, first: 100) {
          nodes {
            restorePoint {
              id
              tableName
            }
            verdict
            reasons {
              code
            }
          }
        }
      }
    `,
    { accountId },
  );
  return retentionPreview.nodes.filter(({ restorePoint }) => restorePoint.tableName === table);
}

/** Asks for a retention session; gives its id. */
export async function askRetention(graphql: GraphqlClient, accountId: string, dryRun = false): Promise<string> {
  const { runRetention } = await graphql<{ runRetention: SessionPayload }>(
    'mutation ($input: RunRetentionInput!) { runRetention(input: $input) { session { id } userErrors { code message path } } }',
    { input: { accountId, dryRun } },
  );
  if (!runRetention.session) throw new Error(JSON.stringify(runRetention.userErrors));
  return runRetention.session.id;
}

export async function retain(graphql: GraphqlClient, accountId: string, dryRun = false): Promise<SessionView> {
  return endOfSession(graphql, await askRetention(graphql, accountId, dryRun), 60_000);
}

/** Compares catalog and vaults, as happens by itself every day. */
export async function importPoints(graphql: GraphqlClient, accountId: string): Promise<SessionView> {
  const { importRestorePoints } = await graphql<{ importRestorePoints: SessionPayload }>(
    'mutation ($input: ImportRestorePointsInput!) { importRestorePoints(input: $input) { session { id } userErrors { code message path } } }',
    { input: { accountId } },
  );
  if (!importRestorePoints.session) throw new Error(JSON.stringify(importRestorePoints.userErrors));
  return endOfSession(graphql, importRestorePoints.session.id, 60_000);
}

/** Places a hold with a reason, or releases it where there is none; gives what is wrong, as "CODE path". */
export async function hold(graphql: GraphqlClient, ids: readonly string[], reason: string | null): Promise<string[]> {
  const { setLegalHold } = await graphql<{ setLegalHold: { userErrors: { code: string; path: string[] }[] } }>(
    'mutation ($input: SetLegalHoldInput!) { setLegalHold(input: $input) { userErrors { code path } } }',
    { input: { restorePointIds: ids, hold: reason !== null, reason } },
  );
  return setLegalHold.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`);
}

export async function changeRetentionSettings(graphql: GraphqlClient, input: object): Promise<void> {
  const { updateRetentionSettings } = await graphql<{ updateRetentionSettings: { userErrors: object[] } }>(
    'mutation ($input: UpdateRetentionSettingsInput!) { updateRetentionSettings(input: $input) { userErrors { code message path } } }',
    { input },
  );
  if (updateRetentionSettings.userErrors.length > 0) throw new Error(JSON.stringify(updateRetentionSettings));
}

/** One series of all services together; undefined: nobody has it. */
export async function metric(adminUrls: readonly string[], series: string): Promise<number | undefined> {
  const found = (await Promise.all(adminUrls.map(scrape))).flatMap((scraped) => scraped.get(series) ?? []);
  return found.length === 0 ? undefined : found.reduce((sum, value) => sum + value);
}
