import {
  CreateBackupVaultCommand,
  DeleteBackupVaultAccessPolicyCommand,
  PutBackupVaultAccessPolicyCommand,
  PutBackupVaultLockConfigurationCommand,
  UpdateRegionSettingsCommand,
} from '@aws-sdk/client-backup';
import {
  AttachRolePolicyCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AWAY, HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  runPolicy,
} from '../src/account-under-test.ts';
import { startPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';

type Check = { code: string; outcome: string; region: string | null; message: string; path: string[] };
type PolicyTest = { ok: boolean; coveredTables: number; secondsToStart: number | null; checks: Check[] };

const LOCKED = 'compliance';

describe('the pre-flight of a policy', () => {
  let platform: PlatformUnderTest;
  let accountId: string;

  beforeAll(async () => {
    platform = await startPlatform();
    accountId = await registerAccount(platform.owner, platform.graphql);
    for (const name of ['Flights', 'Gates']) await createAirportTable(platform.owner, name);
    const Tags = Array.from({ length: 48 }, (_, i) => ({ Key: `own-${i}`, Value: 'mine' }));
    await createAirportTable(platform.owner, 'Letters', { Tags });
    const backup = platform.owner.backup(AWAY);
    await backup.send(new CreateBackupVaultCommand({ BackupVaultName: LOCKED }));
    await backup.send(
      new PutBackupVaultLockConfigurationCommand({
        BackupVaultName: LOCKED,
        MinRetentionDays: 30,
        MaxRetentionDays: 365,
      }),
    );
    const { policy } = await createPolicy(platform.graphql, policyInput(accountId));
    const session = await endOfSession(platform.graphql, await runPolicy(platform.graphql, policy!.id), 60_000);
    expect(session.status).toBe('SUCCEEDED');
  }, 90_000);
  afterAll(() => platform.stop());

  const policyTest = async (variables: Record<string, unknown>): Promise<PolicyTest> => {
    const { policyTest: result } = await platform.graphql<{ policyTest: PolicyTest }>(
      `query ($id: ID, $input: PolicyInput) { policyTest(id: $id, input: $input) {
         ok coveredTables secondsToStart checks { code outcome region message path } } }`,
      variables,
    );
    return result;
  };
  const schedules = {
    timeZone: 'Europe/Berlin',
    daily: { times: ['04:00'], keep: { value: 35, unit: 'DAYS' }, keepCopies: { value: 90, unit: 'DAYS' } },
  };
  const testOf = (changes: Record<string, unknown>) =>
    policyTest({ input: policyInput(accountId, { schedules, ...changes }) });
  const copyTo = (vaultName: string, retentionDays: number | null) => ({
    copies: [{ fromRegion: HOME, toRegion: AWAY, vaultName, retentionDays }],
  });
  const notOk = ({ checks }: PolicyTest) =>
    checks
      .filter(({ outcome }) => outcome !== 'OK')
      .map(({ code, outcome, path }) => `${outcome} ${code} ${path.join('.')}`);

  test('a healthy one says what was looked at, which tables it covers and how long starting them takes', async () => {
    const result = await testOf(copyTo(VAULT, 90));
    expect(notOk(result)).toEqual([]);
    expect(result).toMatchObject({ ok: true, coveredTables: 2 });
    expect(result.checks.map(({ code, region }) => `${code} ${region}`)).toEqual([
      'PERMISSIONS null',
      `COPY_ENCRYPTION ${AWAY}`,
      `ADVANCED_FEATURES ${HOME}`,
      `ADVANCED_FEATURES ${AWAY}`,
      `VAULT_LOCK ${HOME}`,
      `VAULT_LOCK ${AWAY}`,
      'COVERED_TABLES null',
    ]);
    // One start after the other at the whole or half of AWS's five a second.
    expect([0.2, 0.4]).toContain(result.secondsToStart);
  });

  test('a stored policy is tested as it stands', async () => {
    const { policy } = await createPolicy(
      platform.graphql,
      policyInput(accountId, { name: 'Stored', include: { tableNames: ['Gates'] } }),
    );
    const stored = await policyTest({ id: policy!.id });
    expect(stored).toMatchObject({ ok: true, coveredTables: 1 });
    expect(notOk(stored)).toEqual(['WARNING NO_SCHEDULE schedules']);
    await expect(policyTest({})).rejects.toThrow(/either id or input/u);
    await expect(policyTest({ id: 'nobody' })).rejects.toThrow(/no policy nobody/u);
  });

  test('tables whose own tags leave no room for the policy’s are named, and their points lack just the last of these', async () => {
    const tagged = (...keys: string[]) => ({
      include: { tableNames: ['Letters', 'Gates'] },
      customTags: keys.map((key) => ({ key, value: 'ours' })),
    });
    // Letters has 48: one by which Tablekeep knows the run fits beside them, and one of the policy's.
    expect(notOk(await testOf(tagged('cost', 'own-0', 'own-1')))).toEqual([]);
    const result = await testOf(tagged('cost', 'team'));
    expect(notOk(result)).toEqual(['WARNING TAGS_DO_NOT_FIT customTags']);
    expect(result.checks.at(-1)?.message).toMatch(
      / will lack the last custom tags where they are of Letters \(us-east-1\)\.$/u,
    );
    expect(result.ok).toBe(true);
    // What was said comes true.
    const { policy } = await createPolicy(
      platform.graphql,
      policyInput(accountId, { name: 'Tagged', ...tagged('cost', 'team') }),
    );
    const session = await endOfSession(platform.graphql, await runPolicy(platform.graphql, policy!.id), 60_000);
    expect(session.tasks.nodes.filter(({ kind, status }) => kind === 'BACKUP' && status === 'WARNING')).toMatchObject([
      { tableName: 'Letters', warnings: ['The tag team did not fit on the recovery point: AWS allows 50 in all.'] },
    ]);
  }, 90_000);

  test('everything wrong with it comes at once, each with its field', async () => {
    const result = await testOf({ name: '', vaults: [{ region: HOME, vaultName: 'nowhere' }], ...copyTo(VAULT, null) });
    expect(result.ok).toBe(false);
    expect(notOk(result)).toEqual(['ERROR BAD_NAME name', 'ERROR VAULT_NOT_FOUND vaults.0.vaultName']);
    expect(notOk(await testOf({ include: { tableNames: ['Unheard-of'] } }))).toEqual(['WARNING COVERED_TABLES ']);
  });

  test('what it costs a month, from the inventory and the price list, also as CSV', async () => {
    const { policyCostEstimate: cost } = await platform.graphql<{
      policyCostEstimate: {
        totalUsd: number;
        verificationUsd: number;
        backupsUsd: number;
        pricesAsOf: string;
        notes: string[];
        csv: string;
        tables: { name: string; sizeBytes: number; backupsUsd: number; copiesUsd: number | null }[];
      };
    }>(
      `query ($input: PolicyInput) { policyCostEstimate(input: $input, verificationsPerMonth: 4) {
         totalUsd backupsUsd verificationUsd pricesAsOf notes csv tables { name sizeBytes backupsUsd copiesUsd } } }`,
      { input: policyInput(accountId, { schedules, ...copyTo(VAULT, null) }) },
    );
    expect(cost.tables.map(({ name }) => name).sort()).toEqual(['Flights', 'Gates']);
    for (const { sizeBytes, backupsUsd, copiesUsd } of cost.tables) {
      // AWS counts a table's bytes every six hours: these are new.
      expect(backupsUsd).toBeCloseTo((sizeBytes / 2 ** 30) * 35 * 0.1, 12);
      // Nobody has told what eu-west-1 costs.
      expect(copiesUsd).toBeNull();
    }
    const bytes = cost.tables.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    expect(cost.verificationUsd).toBeCloseTo((bytes / 2 ** 30) * 4 * 0.15, 12);
    expect(cost.notes.join()).toContain(AWAY);
    expect(cost.pricesAsOf).toMatch(/^\d{4}-\d{2}-\d{2}$/u);
    expect(cost.csv.split('\r\n')).toHaveLength(4);
  });

  test('schedules that leave gaps, keep for ever, or cannot give the RPO are warned of', async () => {
    const result = await testOf({
      ...copyTo(VAULT, null),
      rpoHours: 12,
      schedules: {
        timeZone: 'UTC',
        daily: { times: ['04:00', '07:00'], keep: { value: 1, unit: 'DAYS' } },
        weekly: { days: ['SUNDAY'], copyDays: [], keep: { value: 3, unit: 'DAYS' } },
        yearly: { month: 1, on: { kind: 'LAST_DAY' }, copies: false },
      },
    });
    expect(result.ok).toBe(true);
    expect(notOk(result)).toEqual([
      'WARNING KEPT_FOR_EVER schedules.daily.keepCopies',
      'WARNING KEPT_FOR_EVER schedules.yearly.keep',
      'WARNING SHORTER_THAN_INTERVAL schedules.weekly.keep',
      'WARNING RPO_UNREACHABLE rpoHours',
    ]);
  });

  test.each([
    [29, 'ERROR'],
    [null, 'ERROR'],
    [366, 'ERROR'],
    [365, 'WARNING'],
    [30, 'WARNING'],
  ])('a locked vault of 30 to 365 days and copies of %s days: %s', async (days, outcome) => {
    const result = await testOf({ ...copyTo(LOCKED, days), schedules: null });
    expect(result.checks.find(({ code, region }) => code === 'VAULT_LOCK' && region === AWAY)).toMatchObject({
      outcome,
      message: expect.stringContaining('30 to 365 days'),
      path: ['copies', '0', 'vaultName'],
    });
    expect(result.ok).toBe(outcome !== 'ERROR');
  });

  test('roles that lack something are named with it, and with the policy that would grant it', async () => {
    const { iam } = platform.owner;
    const denied = { RoleName: 'TablekeepOperator', PolicyName: 'denied' };
    const check = async (operations?: string[]) => {
      const { checkPermissions } = await platform.graphql<{
        checkPermissions: {
          outcome: string;
          missing: { role: string; action: string; operations: string[]; reason: string }[];
          findings: { code: string; outcome: string }[];
          grants: { role: string; policyDocument: string }[];
        };
      }>(
        `query ($accountId: ID!, $operations: [PermissionOperation!]) {
           checkPermissions(accountId: $accountId, operations: $operations) {
             outcome missing { role action operations reason } findings { code outcome } grants { role policyDocument } } }`,
        { accountId, operations },
      );
      return checkPermissions;
    };
    expect(await check()).toMatchObject({ outcome: 'OK', missing: [], grants: [] });
    await iam.send(
      new PutRolePolicyCommand({
        ...denied,
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Deny', Action: ['backup:StartBackupJob', 'backup:StartRestoreJob'], Resource: '*' }],
        }),
      }),
    );
    try {
      const all = await check();
      expect(all.outcome).toBe('MISSING');
      expect(all.missing.map(({ role, action, operations }) => [role, action, operations])).toEqual([
        ['OPERATOR', 'backup:StartBackupJob', ['BACKUP']],
        ['OPERATOR', 'backup:StartRestoreJob', ['RESTORE', 'VERIFICATION']],
      ]);
      expect((await check(['RESTORE'])).missing.map(({ action }) => action)).toEqual(['backup:StartRestoreJob']);
      const tested = await testOf({});
      expect(tested.ok).toBe(false);
      expect(tested.checks.find(({ code }) => code === 'PERMISSIONS')).toMatchObject({
        outcome: 'ERROR',
        message: expect.stringMatching(/TablekeepOperator may not backup:StartBackupJob;/u),
      });
    } finally {
      await iam.send(new DeleteRolePolicyCommand(denied));
    }
    await expect(check([])).rejects.toThrow(/at least one operation/u);
  });

  test('what the service role lacks is granted as told; trust and vaults are judged apart; in doubt nothing is green', async () => {
    const { iam } = platform.owner;
    type Check = {
      outcome: string;
      missing: { role: string; action: string }[];
      findings: { code: string; outcome: string; subject: string }[];
      grants: { role: string; policyDocument: string }[];
    };
    const check = async (): Promise<Check> => {
      const { checkPermissions } = await platform.graphql<{ checkPermissions: Check }>(
        `query ($accountId: ID!) {
           checkPermissions(accountId: $accountId, operations: [BACKUP, COPY, RESTORE]) {
             outcome missing { role action } findings { code outcome subject } grants { role policyDocument } } }`,
        { accountId },
      );
      return checkPermissions;
    };
    const notGreen = ({ findings }: Check) =>
      findings.filter(({ outcome }) => outcome !== 'OK').map(({ code, outcome }) => `${outcome} ${code}`);
    const RoleName = 'TablekeepBackupService';
    const managed = {
      RoleName,
      PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores',
    };
    const trust = (Service: string) =>
      iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName,
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
          }),
        }),
      );
    const denied = { RoleName: 'TablekeepOperator', PolicyName: 'no-passing' };
    await iam.send(new DetachRolePolicyCommand(managed));
    await trust('ec2.amazonaws.com');
    await iam.send(
      new PutRolePolicyCommand({
        ...denied,
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Deny', Action: 'iam:PassRole', Resource: '*' },
        }),
      }),
    );
    const vault = { BackupVaultName: VAULT };
    await platform.owner.backup(HOME).send(
      new PutBackupVaultAccessPolicyCommand({
        ...vault,
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Deny', Principal: '*', Action: 'backup:StartBackupJob', Resource: '*' },
        }),
      }),
    );
    try {
      const all = await check();
      expect(all.outcome).toBe('MISSING');
      expect(all.missing).toContainEqual({ role: 'OPERATOR', action: 'iam:PassRole' });
      expect(notGreen(all)).toEqual(expect.arrayContaining(['MISSING SERVICE_TRUST', 'MISSING VAULT_POLICY']));
      const lacking = all.missing.filter(({ role }) => role === 'SERVICE').map(({ action }) => action);
      expect(lacking).toContain('dynamodb:RestoreTableFromAwsBackup');
      // A denial cannot be granted away: there is a document for the other role only.
      expect(all.grants.map(({ role }) => role)).toEqual(['SERVICE']);
      const granted = JSON.parse(all.grants[0]!.policyDocument) as { Statement: { Action: string[] }[] };
      expect(new Set(granted.Statement.flatMap(({ Action }) => Action))).toEqual(new Set(lacking));
      await iam.send(
        new PutRolePolicyCommand({ RoleName, PolicyName: 'granted', PolicyDocument: all.grants[0]!.policyDocument }),
      );
      await trust('backup.amazonaws.com');
      await iam.send(new DeleteRolePolicyCommand(denied));
      await platform.owner.backup(HOME).send(new DeleteBackupVaultAccessPolicyCommand(vault));
      const mended = await check();
      expect(notGreen(mended)).toEqual([]);
      expect(mended).toMatchObject({ outcome: 'OK', missing: [], grants: [] });
      // Under an organization's policies IAM's simulation does not tell everything.
      await platform.aws.behave({ inOrganization: true });
      const doubtful = await check();
      expect(doubtful).toMatchObject({ outcome: 'UNKNOWN', missing: [] });
      expect(notGreen(doubtful)).toEqual(['UNKNOWN ORGANIZATION']);
    } finally {
      await platform.aws.behave({ inOrganization: false });
      await trust('backup.amazonaws.com');
      await iam.send(new AttachRolePolicyCommand(managed));
      await platform.owner.backup(HOME).send(new DeleteBackupVaultAccessPolicyCommand(vault));
    }
  }, 60_000);

  test('roles that are marked for backups only restore nothing, and the other way round', async () => {
    const mark = async (uses: string[]) => {
      const { updateAccount } = await platform.graphql<{
        updateAccount: { userErrors: { code: string; path: string[] }[] };
      }>('mutation ($input: UpdateAccountInput!) { updateAccount(input: $input) { userErrors { code path } } }', {
        input: { id: accountId, uses },
      });
      return updateAccount.userErrors;
    };
    expect(await mark([])).toContainEqual({ code: 'NO_USE', path: ['uses'] });
    expect(await mark(['RESTORE'])).toEqual([{ code: 'IN_USE', path: ['uses'] }]);
    expect(await mark(['BACKUP'])).toEqual([]);
    const { restorePoints } = await platform.graphql<{ restorePoints: { nodes: { id: string }[] } }>(
      '{ restorePoints(first: 1) { nodes { id } } }',
    );
    const { restoreTables } = await platform.graphql<{
      restoreTables: { userErrors: { code: string; path: string[] }[] };
    }>(`mutation ($input: RestoreTablesInput!) { restoreTables(input: $input) { userErrors { code path } } }`, {
      input: {
        reason: 'drill',
        items: [{ restorePointId: restorePoints.nodes[0]!.id, mode: 'NEW', tableName: 'Restored' }],
      },
    });
    expect(restoreTables.userErrors).toEqual([{ code: 'NOT_FOR_RESTORE', path: ['items'] }]);
    expect(await mark(['BACKUP', 'RESTORE'])).toEqual([]);
  });

  test('a Region where backups would fail is named with what turns it on', async () => {
    const backup = platform.owner.backup(HOME);
    const switches = (on: boolean) =>
      backup.send(new UpdateRegionSettingsCommand({ ResourceTypeManagementPreference: { DynamoDB: on } }));
    await switches(false);
    try {
      const result = await testOf({});
      expect(result.ok).toBe(false);
      expect(result.checks.find(({ code }) => code === 'ADVANCED_FEATURES')).toMatchObject({
        outcome: 'ERROR',
        region: HOME,
        message: expect.stringMatching(
          /enableAdvancedFeatures .* No backup plan of the account itself would be affected/u,
        ),
      });
    } finally {
      await switches(true);
    }
  });
});
