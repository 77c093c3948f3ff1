import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { DeleteTableCommand, UpdateTableCommand, waitUntilTableNotExists } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createKey, HOME } from '@tablekeep/embedded/demo/aws-account';
import { eventually } from '@tablekeep/testkit/eventually';
import { judgeRestoredTable, OUTCOME_OF, type Judgement } from '@tablekeep/testkit/judge-restored-table';
import { canonical, describeTableInAws, type OwnerClients, type TableInAws } from '@tablekeep/testkit/table-in-aws';
import pMap from 'p-map';
import {
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  restoreTables,
  runPolicy,
} from '../src/account-under-test.ts';
import { createSource, removeScaling } from '../src/matrix-tables.ts';
import { startEmbeddedPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';
import { askedOf, type Combination, type Matrix } from '../src/restore-matrix.ts';

const AT_ONCE = 8;
const ITEMS_A_SESSION = 72;

const sourceName = (at: number) => `Source-${at}`;
const targetName = ({ source, wish }: Combination, at: number) =>
  wish.place === 'own name' ? sourceName(source) : `Restored-${at}`;

type Line = { property: string; outcome: string };
type Restored = { report: readonly Line[]; warnings: readonly string[]; status: string };

/** Makes the tables of the matrix, backs them up and restores them through the API, and judges every one. */
export function judgeMatrix(matrix: Matrix): void {
  describe('every restore of the matrix, judged by what AWS says of the table before and after', () => {
    let platform: PlatformUnderTest;
    let clients: OwnerClients;
    let keyArn: string;
    let otherKeyArn: string;
    let managedKeyArn: string;
    const before = new Map<number, TableInAws>();
    const judged: { at: number; judgements: Judgement[]; restored: Restored }[] = [];

    beforeAll(async () => {
      platform = await startEmbeddedPlatform({
        speed: 1_200,
        durations: { restore: 120_000, backup: 120_000, updateTable: 6_000 },
      });
      const accountId = await registerAccount(platform.owner, platform.graphql);
      clients = {
        dynamodb: platform.owner.dynamodb(HOME),
        autoScaling: new ApplicationAutoScalingClient({
          endpoint: platform.awsEndpoint,
          region: HOME,
          credentials: { accessKeyId: 'AKIA111122223333OWNER', secretAccessKey: 'emulated' },
        }),
      };
      keyArn = await createKey(platform.owner, HOME, 'of the sources');
      otherKeyArn = await createKey(platform.owner, HOME, 'asked for');
      await makeSources();
      const { KeyMetadata } = await platform.owner
        .kms(HOME)
        .send(new DescribeKeyCommand({ KeyId: 'alias/aws/dynamodb' }));
      managedKeyArn = KeyMetadata?.Arn ?? '';
      const points = await backUp(accountId);
      await makeRoom();
      const restored = await restoreAll(points);
      await pMap(
        matrix.combinations,
        async (combination, at) => {
          const after = await describeTableInAws(clients, targetName(combination, at));
          const source = matrix.sources[combination.source]!;
          const asked = askedOf(combination.wish, source, otherKeyArn);
          const judgements = judgeRestoredTable({
            before: before.get(combination.source)!,
            after,
            asked,
            managedKeyArn,
          });
          judged.push({ at, judgements, restored: restored.get(after.arn)! });
        },
        { concurrency: AT_ONCE },
      );
    }, 240_000);
    afterAll(async () => {
      clients.autoScaling.destroy();
      await platform.stop();
    });

    async function makeSources(): Promise<void> {
      await pMap(
        matrix.sources,
        async (source, at) => {
          await createSource(clients, sourceName(at), source, keyArn);
          before.set(at, await describeTableInAws(clients, sourceName(at)));
        },
        { concurrency: AT_ONCE },
      );
    }

    /** @returns ids of the points by the source's place */
    async function backUp(accountId: string): Promise<ReadonlyMap<number, string>> {
      const names = matrix.sources.map((_, at) => sourceName(at));
      const input = policyInput(accountId, { name: 'Matrix', include: { tableNames: names } });
      const { policy, userErrors } = await createPolicy(platform.graphql, input);
      expect(userErrors).toEqual([]);
      const session = await endOfSession(platform.graphql, await runPolicy(platform.graphql, policy!.id), 120_000);
      expect(session).toMatchObject({ status: 'SUCCEEDED' });
      const { restorePoints } = await platform.graphql<{
        restorePoints: { nodes: { id: string; tableName: string }[] };
      }>('{ restorePoints(first: 500) { nodes { id tableName } } }');
      const byName = new Map(restorePoints.nodes.map((point) => [point.tableName, point.id]));
      return new Map(names.map((name, at) => [at, byName.get(name)!]));
    }

    /** Sources that shall come back under their own names are deleted, with all that hangs on them, as AWS’s console does. */
    async function makeRoom(): Promise<void> {
      const names = matrix.combinations
        .filter(({ wish }) => wish.place === 'own name')
        .map((one) => sourceName(one.source));
      await pMap(
        names,
        async (TableName) => {
          const { dynamodb } = clients;
          await removeScaling(clients, TableName);
          await eventually(() =>
            dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false })),
          );
          await eventually(() => dynamodb.send(new DeleteTableCommand({ TableName })));
          const wait = { client: dynamodb, maxWaitTime: 60, minDelay: 0.02, maxDelay: 0.1 };
          await waitUntilTableNotExists(wait, { TableName });
        },
        { concurrency: AT_ONCE },
      );
    }

    /** @returns what the product reports, by the ARN of the restored table */
    async function restoreAll(points: ReadonlyMap<number, string>): Promise<ReadonlyMap<string, Restored>> {
      const items = matrix.combinations.map((combination, at) => ({
        restorePointId: points.get(combination.source),
        mode: combination.wish.place === 'own name' ? 'ORIGINAL' : 'NEW',
        ...(combination.wish.place === 'other name' && { tableName: targetName(combination, at) }),
        ...askedOf(combination.wish, matrix.sources[combination.source]!, otherKeyArn),
      }));
      const sessions: string[] = [];
      for (let from = 0; from < items.length; from += ITEMS_A_SESSION) {
        const { session, userErrors } = await restoreTables(
          platform.graphql,
          items.slice(from, from + ITEMS_A_SESSION),
        );
        expect(userErrors).toEqual([]);
        sessions.push(session!.id);
      }
      const restored = new Map<string, Restored>();
      for (const id of sessions) {
        await endOfSession(platform.graphql, id, 180_000);
        for (const task of await reportsOf(id)) {
          if (task.restoreReport === null) throw new Error(`no report: ${JSON.stringify(task)}`);
          const { status, warnings } = task;
          restored.set(task.restoreReport.tableArn, { status, warnings, report: task.restoreReport.lines });
        }
      }
      return restored;
    }

    type TaskWithReport = {
      status: string;
      reason: string | null;
      warnings: string[];
      restoreReport: { tableArn: string; lines: Line[] } | null;
    };

    async function reportsOf(id: string): Promise<TaskWithReport[]> {
      const { session } = await platform.graphql<{ session: { tasks: { nodes: TaskWithReport[] } } }>(
        `query ($id: ID!) { session(id: $id) { tasks(first: 500) { nodes {
           status reason warnings restoreReport { tableArn lines { property outcome atBackup asked found } } } } } }`,
        { id },
      );
      return session.tasks.nodes;
    }

    const described = (at: number) => {
      const { source, wish } = matrix.combinations[at]!;
      return JSON.stringify({ ...matrix.sources[source], ...wish });
    };

    test('each property is as it was, as it was asked, held back, or one that AWS cannot bring back', () => {
      expect(judged).toHaveLength(matrix.combinations.length);
      const wrong = judged.flatMap(({ at, judgements, restored }) =>
        judgements
          .filter(({ verdict }) => verdict === 'WRONG')
          .map(
            ({ property, before: was, should, found }) =>
              `${property}: was ${canonical(was)}, should be ${canonical(should)}, is ${canonical(found)}: ${described(at)} ${restored.warnings.join(' ')}`,
          ),
      );
      expect(wrong).toEqual([]);
    });

    test('the report says the same of every property', () => {
      const differing = judged.flatMap(({ at, judgements, restored }) =>
        judgements.flatMap(({ property, verdict, before: was, should }) => {
          const said = restored.report.find((line) => line.property === property)?.outcome ?? 'nothing';
          // An index that never had a number, and has none, need not be mentioned; nor attributes, which are their keys.
          const unmentioned = said === 'nothing' && verdict === 'AS BEFORE' && was === null && should === null;
          if (said === OUTCOME_OF[verdict] || unmentioned || property === 'attributes') return [];
          return [`${property}: ${verdict}, the report says ${said}: ${described(at)}`];
        }),
      );
      expect(differing).toEqual([]);
    });

    test('a task is WARNING exactly where something is held back or lost', () => {
      const astray = judged.filter(({ judgements, restored }) => {
        const needsPerson = judgements.some(({ verdict }) => verdict === 'HELD' || verdict === 'LOST');
        return (restored.status === 'WARNING') !== needsPerson;
      });
      expect(
        astray.map(({ at, restored }) => `${restored.status} ${restored.warnings.join(' ')} ${described(at)}`),
      ).toEqual([]);
    });
  });
}
