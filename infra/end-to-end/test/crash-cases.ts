import { DescribeRecoveryPointCommand, ListBackupVaultsCommand, ListRestoreJobsCommand } from '@aws-sdk/client-backup';
import { DescribeTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AWAY,
  AWS_ACCOUNT,
  HOME,
  OPERATOR_ROLE,
  SERVICE_ROLE,
  VAULT,
  type Owner,
} from '@tablekeep/embedded/demo/aws-account';
import { allOperatorPermissions, permissionsFor, policyDocument } from '@tablekeep/schema/permissions';
import { TEMPORARY_PREFIX } from '@tablekeep/schema/temporary-tables';
import { eventually } from '@tablekeep/testkit/eventually';
import {
  createAirportTable,
  createPolicy,
  deleteRestorePoints,
  endOfSession,
  policyInput,
  previewDeletion,
  registerAccount,
  restoreTables,
  runPolicy,
  viewSession,
  type SessionPayload,
  type SessionView,
} from '../src/account-under-test.ts';
import { awsJobs } from '../src/aws-jobs.ts';
import { emulatorAdmin, type EmulatorAdmin } from '../src/platform-under-test.ts';
import { startSite, type PlatformProcess, type Site } from './platform-process.ts';

const SPEED = 240;

/**
 * The steps of each kind of job as AWS sees them. A crash is a SIGKILL of the whole platform while the call is out: before
 * AWS has done anything (the call is held up), or after it has (the answer is lost).
 */
const STEPS = {
  backup: ['DescribeRegionSettings', 'DescribeTimeToLive', 'StartBackupJob', 'ListBackupJobs', 'DescribeRecoveryPoint'],
  copy: ['StartCopyJob', 'ListCopyJobs'],
  restore: ['StartRestoreJob', 'ListRestoreJobs', 'UpdateTable', 'TagResource', 'UpdateContinuousBackups'],
  delete: ['DescribeRecoveryPoint', 'DeleteRecoveryPoint'],
  elsewhere: ['CreateBackupVault', 'StartCopyJob', 'StartRestoreJob', 'DeleteRecoveryPoint', 'DeleteBackupVault'],
  verify: ['StartRestoreJob', 'TagResource', 'Scan', 'DeleteTable'],
  replace: ['UpdateTable', 'DeleteTable', 'StartRestoreJob'],
} as const;
type Kind = keyof typeof STEPS;
const MOMENTS = ['before AWS acts', 'after AWS has acted'] as const;

const cases = (Object.keys(STEPS) as Kind[]).flatMap((kind) =>
  STEPS[kind].flatMap((operation) => MOMENTS.map((moment) => ({ kind, operation, moment }))),
);

/**
 * The cases at an AWS that remembers tokens so. A file for each memory: the cases wait for AWS most of their time, so files
 * run beside each other.
 */
export function crashCases(tokenMemory: 'kept' | 'expired' | 'none'): void {
  describe(`killed at every step; AWS’s memory of tokens: ${tokenMemory}`, () => {
    let site: Site;
    let aws: EmulatorAdmin;
    let owner: Owner;
    let platform: PlatformProcess;
    let accountId: string;

    beforeAll(async () => {
      site = await startSite(SPEED, {
        emulator: {
          // Where nothing but the lists tells what was started, the lists are late as well.
          EMULATOR_BEHAVIOUR: JSON.stringify({ tokenMemory, listLagMs: tokenMemory === 'none' ? 60_000 : 0 }),
          // "Expired" forgets a token at once.
          EMULATOR_DURATIONS: JSON.stringify({ tokenMemory: 1, restore: 300_000 }),
        },
      });
      owner = site.owner;
      aws = emulatorAdmin(site.endpoint);
      platform = await site.startPlatform();
      accountId = await registerAccount(owner, platform.graphql);
      await owner.iam.send(
        new PutRolePolicyCommand({
          RoleName: 'TablekeepOperator',
          PolicyName: 'replace',
          PolicyDocument: policyDocument(permissionsFor(allOperatorPermissions, ['REPLACEMENT']), {
            awsAccountId: AWS_ACCOUNT,
            roleArn: OPERATOR_ROLE,
            serviceRoleArn: SERVICE_ROLE,
          }),
        }),
      );
    }, 60_000);
    afterAll(async () => {
      await platform.kill();
      await site.stop();
    });

    const ended = (id: string): Promise<SessionView> => endOfSession(platform.graphql, id, 90_000);
    const seen = async (operation: string) =>
      (await aws.calls()).filter((call) => call.operation === operation).reduce((sum, call) => sum + call.count, 0);

    test.each(cases)(
      '$kind: $operation, $moment',
      async ({ kind, operation, moment }) => {
        const name = `${kind}-${operation}-${moment.startsWith('before') ? 'before' : 'after'}`;
        await createAirportTable(owner, name, { Tags: [{ Key: 'set', Value: name }], DeletionProtectionEnabled: true });
        const copies = [{ fromRegion: HOME, toRegion: AWAY, vaultName: VAULT, retentionDays: 90 }];
        const { policy, userErrors } = await createPolicy(
          platform.graphql,
          policyInput(accountId, { name, include: { tableNames: [name] }, copies: kind === 'copy' ? copies : [] }),
        );
        expect(userErrors).toEqual([]);
        const restored = kind === 'restore' || kind === 'elsewhere' ? `${name}-again` : null;
        if (kind !== 'backup' && kind !== 'copy') {
          expect((await ended(await runPolicy(platform.graphql, policy!.id))).status).toBe('SUCCEEDED');
        }
        // What a replacement does to the table comes after its point was tried, with some of the same calls.
        const id = kind === 'replace' ? await replace(name) : null;
        if (id !== null) await verified(id);
        const before = await seen(operation);
        await aws.fault({
          service: serviceOf(operation),
          operation,
          count: 1,
          ...(moment === 'before AWS acts'
            ? { kind: 'delay' as const, delayMs: 3_000 }
            : { kind: 'responseLost' as const }),
        });
        const begin = {
          backup: () => runPolicy(platform.graphql, policy!.id),
          copy: () => runPolicy(platform.graphql, policy!.id),
          restore: () => restore(name, `${name}-again`),
          elsewhere: () => restore(name, `${name}-again`, AWAY),
          delete: () => deleteAll(name),
          verify: () => verify(name),
          replace: async () => id ?? '',
        };
        const sessionId = await begin[kind]();
        await eventually(async () => expect(await seen(operation)).toBeGreaterThan(before), {
          timeoutMs: 60_000,
          everyMs: 5,
        });
        await platform.kill();
        await aws.clearFaults();
        platform = await site.startPlatform();
        const session = await ended(sessionId);
        expect(session.status).toBe('SUCCEEDED');
        for (const task of session.tasks.nodes) expect(task).toMatchObject({ status: 'SUCCEEDED', attempt: 1 });
        if (kind === 'delete') {
          const backups = await points(name, true);
          expect(backups).toMatchObject([{ deletedAt: expect.any(String) }]);
          expect(await describePoint(backups[0]!.recoveryPointArn)).toBe('ResourceNotFoundException');
          return;
        }
        if (kind === 'elsewhere') {
          const { Table } = await owner.dynamodb(AWAY).send(new DescribeTableCommand({ TableName: `${name}-again` }));
          expect(Table).toMatchObject({ TableStatus: 'ACTIVE', DeletionProtectionEnabled: true });
          const { BackupVaultList } = await owner.backup(AWAY).send(new ListBackupVaultsCommand({}));
          const left = BackupVaultList!.filter((vault) => vault.BackupVaultName!.startsWith('tablekeep-restore-'));
          expect(left).toEqual([]);
          const { RestoreJobs } = await owner.backup(AWAY).send(new ListRestoreJobsCommand({ MaxResults: 1_000 }));
          const own = RestoreJobs!.filter((job) => job.CreatedResourceArn?.endsWith(`/${name}-again`));
          expect(own.map((job) => job.Status)).toEqual(['COMPLETED']);
          return;
        }
        if (kind === 'verify' || kind === 'replace') {
          const { TableNames = [] } = await owner.dynamodb(HOME).send(new ListTablesCommand({}));
          expect(TableNames.filter((one) => one.startsWith(TEMPORARY_PREFIX))).toEqual([]);
          expect(TableNames).toContain(name);
          const tried = (await awsJobs(owner, 'restore')).filter(({ jobId }) =>
            session.tasks.nodes.some(({ awsJobId }) => awsJobId === jobId),
          );
          expect(tried.map(({ state }) => state)).toEqual(
            kind === 'verify' ? ['COMPLETED'] : ['COMPLETED', 'COMPLETED'],
          );
          return;
        }
        const jobs = (await awsJobs(owner, kind)).filter(({ tableName }) => tableName === (restored ?? name));
        expect(jobs.map(({ state }) => state)).toEqual(['COMPLETED']);
        if (restored !== null) {
          const { Table } = await owner.dynamodb(HOME).send(new DescribeTableCommand({ TableName: restored }));
          expect(Table).toMatchObject({ TableStatus: 'ACTIVE', DeletionProtectionEnabled: true });
        }
      },
      180_000,
    );

    type Point = { id: string; recoveryPointArn: string; deletedAt: string | null };

    async function points(tableName: string, includeDeleted: boolean): Promise<Point[]> {
      const { restorePoints } = await platform.graphql<{ restorePoints: { nodes: Point[] } }>(
        `query ($filter: RestorePointFilter) { restorePoints(filter: $filter) {
         nodes { id recoveryPointArn deletedAt } } }`,
        { filter: { tableName, kind: 'BACKUP', includeDeleted } },
      );
      return restorePoints.nodes;
    }

    async function restore(from: string, to: string, region = HOME): Promise<string> {
      const [point] = await points(from, false);
      const encryption = { type: 'AWS_OWNED' };
      const { session, userErrors } = await restoreTables(platform.graphql, [
        { restorePointId: point!.id, mode: 'NEW', region, tableName: to, pointInTimeRecovery: true, encryption },
      ]);
      expect(userErrors).toEqual([]);
      return session!.id;
    }

    const started = async (mutation: string, type: string, input: object): Promise<string> => {
      const payload = await platform.graphql<Record<string, SessionPayload>>(
        `mutation ($input: ${type}!) { ${mutation}(input: $input) { session { id } userErrors { code message path } } }`,
        { input },
      );
      const { session, userErrors } = payload[mutation]!;
      expect(userErrors).toEqual([]);
      return session!.id;
    };

    async function verify(name: string): Promise<string> {
      const [point] = await points(name, false);
      const input = { restorePointIds: [point!.id], countItems: true };
      return started('verifyRestorePoints', 'VerifyRestorePointsInput', input);
    }

    async function replace(name: string): Promise<string> {
      const [point] = await points(name, false);
      const item = {
        restorePointId: point!.id,
        confirmTableName: name,
        confirmWritesStopped: true,
        confirmDeletionProtectionOff: true,
      };
      return started('replaceTables', 'ReplaceTablesInput', { items: [item] });
    }

    async function verified(id: string): Promise<void> {
      await eventually(
        async () => {
          const { tasks } = await viewSession(platform.graphql, id);
          expect(tasks.nodes.map(({ kind, status }) => `${kind} ${status}`)).toContain('VERIFY SUCCEEDED');
        },
        { timeoutMs: 60_000, everyMs: 20 },
      );
    }

    async function deleteAll(table: string): Promise<string> {
      const [point] = await points(table, false);
      const preview = await previewDeletion(platform.graphql, { restorePointIds: [point!.id] });
      const { session, userErrors } = await deleteRestorePoints(platform.graphql, preview.id);
      expect(userErrors).toEqual([]);
      return session!.id;
    }

    /** What AWS says of a point that should be gone. */
    async function describePoint(RecoveryPointArn: string): Promise<string> {
      return owner
        .backup(HOME)
        .send(new DescribeRecoveryPointCommand({ BackupVaultName: VAULT, RecoveryPointArn }))
        .then(
          ({ Status }) => String(Status),
          (error: Error) => error.name,
        );
    }
  });
}

function serviceOf(operation: string): string {
  return [
    'UpdateTable',
    'TagResource',
    'UpdateContinuousBackups',
    'DescribeTimeToLive',
    'DeleteTable',
    'Scan',
  ].includes(operation)
    ? 'dynamodb'
    : 'backup';
}
