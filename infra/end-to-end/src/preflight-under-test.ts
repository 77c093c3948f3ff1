import type { GraphqlClient } from '@tablekeep/embedded/demo/graphql-client';

export type PermissionsSeen = {
  outcome: string;
  missing: { role: string; action: string; operations: string[]; reason: string }[];
  unknown: { role: string; action: string }[];
  findings: { code: string; outcome: string; region: string | null; subject: string; message: string }[];
  grants: { role: string; policyDocument: string }[];
};

/** What both roles of the account lack for these operations; absent: for all that they are marked for. */
export async function checkPermissions(
  graphql: GraphqlClient,
  accountId: string,
  operations?: readonly string[],
): Promise<PermissionsSeen> {
  const { checkPermissions: seen } = await graphql<{ checkPermissions: PermissionsSeen }>(
    `
      query ($accountId: ID!, $operations: [PermissionOperation!]) {
        checkPermissions(accountId: $accountId, operations: $operations) {
          outcome
          missing {
            role
            action
            operations
            reason
          }
          unknown {
            role
            action
          }
          findings {
            code
            outcome
            region
            subject
            message
          }
          grants {
            role
            policyDocument
          }
        }
      }
    `,
    { accountId, operations },
  );
  return seen;
}

/** What was found and is not green, as `MISSING VAULT_KEY`. */
export const notGreen = ({ findings }: PermissionsSeen): string[] =>
  findings.filter(({ outcome }) => outcome !== 'OK').map(({ code, outcome }) => `${outcome} ${code}`);

/** A policy document of these statements. */
export const policyOf = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });

export type PolicyTest = {
  ok: boolean;
  coveredTables: number;
  secondsToStart: number | null;
  checks: { code: string; outcome: string; region: string | null; message: string; path: string[] }[];
};

/** The pre-flight of a policy by its `id`, or of an `input`. */
export async function testPolicy(
  graphql: GraphqlClient,
  variables: Readonly<{ id?: string; input?: object }>,
): Promise<PolicyTest> {
  const { policyTest } = await graphql<{ policyTest: PolicyTest }>(
    `
      query ($id: ID, $input: PolicyInput) {
        policyTest(id: $id, input: $input) {
          ok
          coveredTables
          secondsToStart
          checks {
            code
            outcome
            region
            message
            path
          }
        }
      }
    `,
    variables,
  );
  return policyTest;
}
