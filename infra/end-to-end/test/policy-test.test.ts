import {
  CreateBackupPlanCommand,
  CreateBackupSelectionCommand,
  CreateBackupVaultCommand,
  DescribeRegionSettingsCommand,
  PutBackupVaultLockConfigurationCommand,
  UpdateRegionSettingsCommand,
} from '@aws-sdk/client-backup';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AWAY, AWS_ACCOUNT, HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  runPolicy,
} from '../src/account-under-test.ts';
import { startPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';
import { testPolicy, type PolicyTest } from '../src/preflight-under-test.ts';

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

  const policyTest = (variables: object) => testPolicy(platform.graphql, variables);
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
    // The policy that has run takes the table before this one.
    const leftOver = ['WARNING COVERED_TABLES ', 'WARNING LEFT_TO_POLICY '];
    expect(notOk(stored)).toEqual(['WARNING NO_SCHEDULE schedules', ...leftOver]);
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
    expect(notOk(result)).toEqual([
      'ERROR BAD_NAME name',
      'ERROR VAULT_NOT_FOUND vaults.0.vaultName',
      'WARNING COVERED_TABLES ',
      'WARNING LEFT_TO_POLICY ',
    ]);
    expect(notOk(await testOf({ include: { tableNames: ['Unheard-of'] } }))).toEqual([
      'WARNING COVERED_TABLES ',
      'WARNING TABLE_NOT_THERE include.tableNames.0',
    ]);
  });

  test('points move to cold storage after 1 to 36,135 days, and stay there for 90 at least', async () => {
    const cold = (coldStorageAfterDays: number, backupRetentionDays: number | null) => ({
      name: `Cold after ${coldStorageAfterDays} of ${backupRetentionDays}`,
      include: { tableNames: ['Nowhere'] },
      enabled: false,
      coldStorageAfterDays,
      backupRetentionDays,
    });
    const create = (...args: Parameters<typeof cold>) =>
      createPolicy(platform.graphql, policyInput(accountId, cold(...args)));
    for (const days of [0, 36_136]) {
      const message = 'Points move after 1 to 36135 days, or never.';
      const refusal = { code: 'BAD_COLD_STORAGE', message, path: ['coldStorageAfterDays'] };
      expect(await create(days, null)).toEqual({ policy: null, userErrors: [refusal] });
      expect(notOk(await testOf(cold(days, null)))).toContain('ERROR BAD_COLD_STORAGE coldStorageAfterDays');
    }
    expect(await create(1, 90)).toMatchObject({
      policy: null,
      userErrors: [{ code: 'COLD_TOO_SHORT', path: ['backupRetentionDays'] }],
    });
    // What is kept for no longer than it is warm never moves.
    for (const [days, kept] of [
      [1, 91],
      [1, 1],
      [36_135, 36_135],
      [36_135, null],
    ] as const) {
      const { policy, userErrors } = await create(days, kept);
      expect(userErrors).toEqual([]);
      const stored = await platform.graphql<{ policy: object }>(
        'query ($id: ID!) { policy(id: $id) { coldStorageAfterDays backupRetentionDays } }',
        { id: policy!.id },
      );
      expect(stored.policy).toEqual({ coldStorageAfterDays: days, backupRetentionDays: kept });
    }
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

  test('where there are schedules they keep the points, and what is said for runs without one is not judged', async () => {
    const kept = (value: number) => ({
      coldStorageAfterDays: 30,
      backupRetentionDays: 35,
      schedules: { timeZone: 'UTC', daily: { times: ['04:00'], keep: { value, unit: 'DAYS' } } },
    });
    const copies = copyTo(VAULT, 36);
    expect(notOk(await testOf({ ...kept(119), ...copies }))).toEqual([
      'ERROR COLD_TOO_SHORT copies.0.retentionDays',
      'ERROR COLD_TOO_SHORT schedules.daily.keep',
    ]);
    expect(notOk(await testOf({ ...kept(120), ...copyTo(VAULT, 120) }))).toEqual([]);
    // A run by hand keeps its points as the schedule does, not for 35 days.
    await createAirportTable(platform.owner, 'Cold', { Tags: [] });
    const include = { tableNames: ['Cold'] };
    const input = policyInput(accountId, { name: 'Cold', ...kept(120), ...copyTo(VAULT, 121), include });
    const { policy, userErrors } = await createPolicy(platform.graphql, input);
    expect(userErrors).toEqual([]);
    const session = await endOfSession(platform.graphql, await runPolicy(platform.graphql, policy!.id), 60_000);
    expect(session.status).toBe('SUCCEEDED');
    type Point = { kind: string; createdAt: string; expiresAt: string; movesToColdAt: string };
    const { restorePoints } = await platform.graphql<{ restorePoints: { nodes: Point[] } }>(
      'query ($of: RestorePointFilter) { restorePoints(filter: $of) { nodes { kind createdAt expiresAt movesToColdAt } } }',
      { of: { tableName: 'Cold' } },
    );
    const daysAfter = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 86_400_000;
    const fates = restorePoints.nodes.map(({ kind, createdAt, expiresAt, movesToColdAt }) =>
      [kind, daysAfter(createdAt, movesToColdAt), daysAfter(createdAt, expiresAt)].join(' '),
    );
    expect(fates.sort()).toEqual(['BACKUP 30 120', 'COPY 30 121']);
  }, 90_000);

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

  test('a Region where backups would fail is named; what turns it on asks for the account’s own plans that it touches', async () => {
    const backup = platform.owner.backup(HOME);
    const switches = async () => {
      const { ResourceTypeOptInPreference: optIn, ResourceTypeManagementPreference: management } = await backup.send(
        new DescribeRegionSettingsCommand({}),
      );
      return { optIn, management };
    };
    const turn = ({ optIn, management }: Awaited<ReturnType<typeof switches>>) =>
      backup.send(
        new UpdateRegionSettingsCommand({
          ResourceTypeOptInPreference: optIn,
          ResourceTypeManagementPreference: management,
        }),
      );
    /** A plan by which the account's owner backs something up without Tablekeep. */
    const ownPlan = async (BackupPlanName: string, ...Resources: string[]) => {
      const Rules = [{ RuleName: 'daily', TargetBackupVaultName: VAULT }];
      const { BackupPlanId } = await backup.send(
        new CreateBackupPlanCommand({ BackupPlan: { BackupPlanName, Rules } }),
      );
      const IamRoleArn = `arn:aws:iam::${AWS_ACCOUNT}:role/Plan`;
      const BackupSelection = { SelectionName: 'chosen', IamRoleArn, Resources };
      await backup.send(new CreateBackupSelectionCommand({ BackupPlanId, BackupSelection }));
      return BackupPlanId!;
    };
    const enable = async (...acknowledgedPlanIds: string[]) => {
      const { enableAdvancedFeatures } = await platform.graphql<{ enableAdvancedFeatures: object }>(
        `mutation ($input: EnableAdvancedFeaturesInput!) { enableAdvancedFeatures(input: $input) {
           features { region optedIn advanced affectedPlans { id } couldNotTell } userErrors { code message path } } }`,
        { input: { accountId, regions: [HOME], acknowledgedPlanIds } },
      );
      return enableAdvancedFeatures;
    };
    const told = async () => (await testOf({})).checks.find(({ code }) => code === 'ADVANCED_FEATURES');
    const { policy } = await createPolicy(
      platform.graphql,
      policyInput(accountId, { name: 'Switched', include: { tableNames: ['Switched'] } }),
    );
    const run = async () => {
      const session = await endOfSession(platform.graphql, await runPolicy(platform.graphql, policy!.id), 60_000);
      return session.tasks.nodes.flatMap(({ kind, status, reasonCode }) =>
        kind === 'BACKUP' ? [`${status} ${reasonCode}`] : [],
      );
    };
    await createAirportTable(platform.owner, 'Switched', { Tags: [] });
    const usual = await switches();
    const off = {
      optIn: { ...usual.optIn, DynamoDB: false, RDS: false },
      management: { ...usual.management, DynamoDB: false },
    };
    await turn(off);
    try {
      expect((await testOf({})).ok).toBe(false);
      expect(await told()).toMatchObject({
        outcome: 'ERROR',
        region: HOME,
        message: expect.stringMatching(
          /enableAdvancedFeatures .* No backup plan of the account itself would be affected/u,
        ),
      });
      expect(await run()).toEqual(['FAILED ADVANCED_FEATURES_OFF']);

      await ownPlan('Volumes', 'arn:aws:ec2:*:*:volume/*');
      const tables = await ownPlan('Tables', `arn:aws:dynamodb:${HOME}:${AWS_ACCOUNT}:table/*`);
      // Of the two only the one that takes tables, beforehand and each time that it is asked.
      const named = `"Tables" (${tables})`;
      const because = `Its selection "chosen" names arn:aws:dynamodb:${HOME}:${AWS_ACCOUNT}:table/*.`;
      expect((await told())?.message.split(' It would affect ')).toEqual([
        expect.stringContaining('enableAdvancedFeatures'),
        `backup plans of the account itself: ${named}: ${because}`,
      ]);
      const { advancedFeatures } = await platform.graphql<{ advancedFeatures: object }>(
        'query ($id: ID!, $region: String!) { advancedFeatures(accountId: $id, region: $region) { affectedPlans { id name why } } }',
        { id: accountId, region: HOME },
      );
      expect(advancedFeatures).toEqual({ affectedPlans: [{ id: tables, name: 'Tables', why: because }] });
      expect(await enable()).toEqual({
        features: null,
        userErrors: [
          { code: 'PLANS_AFFECTED', path: ['regions', '0'], message: expect.stringContaining(`${named} in ${HOME}`) },
        ],
      });
      expect(await switches()).toEqual(off);

      expect(await enable(tables)).toEqual({
        features: [
          { region: HOME, optedIn: true, advanced: true, affectedPlans: [{ id: tables }], couldNotTell: null },
        ],
        userErrors: [],
      });
      // Of AWS's switches those two and no other.
      expect(await switches()).toEqual({
        optIn: { ...off.optIn, DynamoDB: true },
        management: { ...off.management, DynamoDB: true },
      });
      expect(notOk(await testOf({}))).toEqual([]);
      expect(await run()).toEqual(['SUCCEEDED null']);
    } finally {
      await turn(usual);
    }
  }, 120_000);
});
