import {
  CreateBackupVaultCommand,
  DeleteBackupVaultLockConfigurationCommand,
  PutBackupVaultLockConfigurationCommand,
  StartBackupJobCommand,
  StartRestoreJobCommand,
} from '@aws-sdk/client-backup';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test } from '@jest/globals';
import { AWAY, AWS_ACCOUNT, HOME, SERVICE_ROLE } from '@tablekeep/embedded/demo/aws-account';
import { namesOf, RUN_TAG } from '../src/names.ts';
import { RefusedError } from '../src/prepare.ts';
import { restoreMetadata } from '../src/questions/restore-metadata.ts';
import { always, type Question } from '../src/questions/question.ts';
import { startRestore } from '../src/jobs.ts';
import { startAccount, type Account } from './world.ts';

const PATIENT = 60_000;
const MINUTE = 60_000;
/** Everything the program may call before it has decided to run. */
const LOOKS = new Set([
  'GetCallerIdentity',
  'DescribeRegionSettings',
  'ListBackupVaults',
  'ListTables',
  'ListTags',
  'ListTagsOfResource',
]);

let account: Account;
afterEach(() => account.stop());

/** What was called since, beside looks. */
async function deedsOf(act: () => Promise<unknown>): Promise<string[]> {
  account.emulator.resetCalls();
  await act();
  return account.emulator
    .calls()
    .map((call) => call.operation)
    .filter((operation) => !LOOKS.has(operation));
}

describe('a run that would be wrong', () => {
  test('is refused on another account than the one that was named, and asks nothing more of it', async () => {
    account = await startAccount();
    const deeds = await deedsOf(async () => {
      const refused = account.probe({}, { accountId: '999988887777' });
      await expect(refused).rejects.toThrow(RefusedError);
      await expect(refused).rejects.toThrow('allows account 999988887777, but the credentials belong to 111122223333');
    });
    expect(deeds).toEqual([]);
    expect(account.emulator.calls().map((call) => call.operation)).toEqual(['GetCallerIdentity']);
  });

  test('is refused where the cap is too low and where switches are off, with all reasons at once', async () => {
    account = await startAccount();
    await account.switchOff(AWAY);
    const deeds = await deedsOf(async () => {
      const refused = account.probe({}, { capUsd: 0.5 });
      await expect(refused).rejects.toThrow(/SPENDING_CAP_USD is 0.5, and a run may cost up to \d/u);
      await expect(refused).rejects.toThrow(
        `Advanced DynamoDB backup is off in ${AWAY}: ResourceTypeManagementPreference.DynamoDB must be true`,
      );
      await expect(refused).rejects.not.toThrow(`off in ${HOME}`);
    });
    expect(deeds).toEqual([]);
    expect(await account.remains()).toEqual([]);
  });
});

/** Leaves a restore under way behind it. */
const breaks: Question = {
  id: 'breaks',
  text: 'What if a question fails?',
  emulator: always('nothing'),
  async ask(lab) {
    await startRestore(lab, { token: 'breaks', metadata: { targetTableName: lab.names.table('half') } });
    throw new Error('broken in the middle');
  },
};

const doesOtherwise: Question = { ...restoreMetadata, emulator: always('targetTableName') };

describe('a run that goes wrong', () => {
  test(
    'when a question throws in the middle: the others are asked, and nothing is left',
    async () => {
      account = await startAccount();
      const { answers, failure, leftovers } = await account.probe({ questions: [breaks, doesOtherwise] });
      expect(failure).toBeNull();
      expect(answers).toMatchObject([
        { id: 'breaks', answer: null, because: 'Error: broken in the middle', emulator: { verdict: 'not compared' } },
        {
          id: 'restore-metadata',
          because: null,
          emulator: { verdict: 'otherwise', says: 'targetTableName', fixture: null },
        },
      ]);
      expect(leftovers).toEqual([]);
      expect(await account.remains()).toEqual([]);
    },
    PATIENT,
  );

  test(
    'when the executor fails: the run ends with its reason, and nothing is left',
    async () => {
      account = await startAccount();
      const message = 'Access Denied trying to call AWS Backup service';
      account.emulator.fault({
        service: 'backup',
        operation: 'StartBackupJob',
        region: HOME,
        count: 1,
        kind: 'jobFailed',
        message,
      });
      const { answers, failure, leftovers, file } = await account.probe();
      expect(failure?.message).toContain('the executor failed at BACKUP');
      expect(failure?.message).toContain(message);
      expect([answers, file, leftovers]).toEqual([[], null, []]);
      expect(await account.remains()).toEqual([]);
    },
    PATIENT,
  );

  test(
    'when it is stopped from outside while jobs run and wait: they are waited for, and nothing is left',
    async () => {
      account = await startAccount({ behaviour: { busyTable: 'queue' } });
      const stopped: Question = {
        ...breaks,
        ask: async (lab) => {
          await lab.lateJobs();
          account.stopping.abort(new Error('it was stopped from outside'));
          return { says: 'nothing', facts: {} };
        },
      };
      const { failure, leftovers } = await account.probe({ questions: [stopped, restoreMetadata] });
      expect(failure?.message).toBe('it was stopped from outside');
      expect(leftovers).toEqual([]);
      expect(await account.remains()).toEqual([]);
    },
    PATIENT,
  );
});

describe('cleaning alone', () => {
  const RUN = '0123456789ab';
  const table = (TableName: string, DeletionProtectionEnabled = false) =>
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled,
    });
  const vault = (name: string) =>
    new CreateBackupVaultCommand({ BackupVaultName: name, BackupVaultTags: { [RUN_TAG]: name.slice(-12) } });

  test(
    'finds what killed runs have left, and touches nothing that no tag proves to be a run’s',
    async () => {
      account = await startAccount();
      const names = namesOf(RUN);
      const strange = namesOf('ba9876543210').table('source');
      await account.owner.backup(HOME).send(vault(names.vault));
      await account.owner.dynamodb(HOME).send(table(names.table('protected'), true));
      for (const name of [strange, 'Orders']) await account.owner.dynamodb(AWAY).send(table(name));
      const leftovers = await account.clean();
      expect(leftovers).toEqual([
        { region: AWAY, what: `table ${strange}`, because: expect.stringContaining('no tablekeep:aws-probe tag') },
      ]);
      expect((await account.remains()).sort()).toEqual(['Orders', strange]);
      expect(await account.clean()).toEqual(leftovers);
    },
    PATIENT,
  );

  test(
    'waits for a restore whose table is not there yet',
    async () => {
      account = await startAccount({ durations: { restore: 60 * MINUTE } });
      const names = namesOf(RUN);
      const backup = account.owner.backup(HOME);
      await backup.send(vault(names.vault));
      await account.owner.dynamodb(HOME).send(table(names.table('source')));
      await account.emulator.clock.advance(MINUTE);
      const { RecoveryPointArn } = await backup.send(
        new StartBackupJobCommand({
          BackupVaultName: names.vault,
          ResourceArn: `arn:aws:dynamodb:${HOME}:${AWS_ACCOUNT}:table/${names.table('source')}`,
          IamRoleArn: SERVICE_ROLE,
        }),
      );
      await account.emulator.clock.advance(60 * MINUTE);
      const Metadata = { targetTableName: names.table('restored') };
      await backup.send(new StartRestoreJobCommand({ RecoveryPointArn, Metadata, IamRoleArn: SERVICE_ROLE }));
      expect(await account.clean()).toEqual([]);
      await account.emulator.clock.advance(120 * MINUTE);
      expect(await account.remains()).toEqual([]);
    },
    PATIENT,
  );

  test(
    'says what it could not delete and why, keeps the vault that proves the rest, and ends the work later',
    async () => {
      account = await startAccount();
      const locked: Question = {
        ...breaks,
        ask: async (lab) => {
          const named = { BackupVaultName: lab.names.vault };
          const lock = new PutBackupVaultLockConfigurationCommand({
            ...named,
            MinRetentionDays: 1,
            MaxRetentionDays: 9,
          });
          await account.owner.backup(AWAY).send(lock);
          return { says: 'nothing', facts: {} };
        },
      };
      const { leftovers, failure } = await account.probe({ questions: [locked] });
      expect(failure?.message).toContain('the point was not deleted');
      expect(leftovers).toMatchObject([
        { region: AWAY, what: expect.stringContaining('recovery points'), because: expect.stringContaining('locked') },
        { region: AWAY, because: expect.stringContaining('contains recovery points') },
        { region: HOME, because: expect.stringContaining('proves whose the rest is') },
      ]);
      const [copyVault] = (await account.remains()).filter((name) => name.startsWith('tablekeep-probe-'));
      await account.owner
        .backup(AWAY)
        .send(new DeleteBackupVaultLockConfigurationCommand({ BackupVaultName: copyVault! }));
      expect(await account.clean()).toEqual([]);
      expect(await account.remains()).toEqual([]);
    },
    PATIENT,
  );

  test('refuses another account as well', async () => {
    account = await startAccount();
    const other = account.clean({ access: { endpoint: account.emulator.endpoint, credentials: strangers } });
    await expect(other).rejects.toThrow('the credentials belong to 222233334444');
  });
});

const strangers = { accessKeyId: 'AKIA222233334444OWNER', secretAccessKey: 'emulated' };
