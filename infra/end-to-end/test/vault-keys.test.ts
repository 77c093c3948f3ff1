import {
  CreateBackupVaultCommand,
  DeleteBackupVaultAccessPolicyCommand,
  PutBackupVaultAccessPolicyCommand,
} from '@aws-sdk/client-backup';
import { DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { DisableKeyCommand, EnableKeyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AWAY, AWS_ACCOUNT, createKey, HOME, SERVICE_ROLE, VAULT } from '@tablekeep/embedded/demo/aws-account';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  rescanInventory,
  runPolicy,
} from '../src/account-under-test.ts';
import { startPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';
import { checkPermissions, policyOf, testPolicy } from '../src/preflight-under-test.ts';

/** A vault in both Regions with a customer's key of its own, and the table that is kept there. */
const KEYED = 'keyed';
const SEALED = 'Sealed';

describe('keys of vaults and of tables', () => {
  let platform: PlatformUnderTest;
  let accountId: string;
  let keys: Record<typeof HOME | typeof AWAY, string>;

  beforeAll(async () => {
    platform = await startPlatform();
    accountId = await registerAccount(platform.owner, platform.graphql);
    const keyedVault = async (region: string) => {
      const EncryptionKeyArn = await createKey(platform.owner, region, 'backups');
      const vault = { BackupVaultName: KEYED, EncryptionKeyArn };
      await platform.owner.backup(region).send(new CreateBackupVaultCommand(vault));
      return EncryptionKeyArn;
    };
    keys = { [HOME]: await keyedVault(HOME), [AWAY]: await keyedVault(AWAY) };
    await createAirportTable(platform.owner, SEALED, {
      SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: keys[HOME] },
    });
    expect((await rescanInventory(platform.graphql, accountId)).status).toBe('SUCCEEDED');
  }, 90_000);
  afterAll(() => platform.stop());

  /** From and to these vaults. */
  const keyedPolicy = (from: string, to: string) =>
    policyInput(accountId, {
      vaults: [{ region: HOME, vaultName: from }],
      copies: [{ fromRegion: HOME, toRegion: AWAY, vaultName: to, retentionDays: 90 }],
      schedules: { timeZone: 'UTC', daily: { times: ['04:00'], keep: { value: 35, unit: 'DAYS' } } },
    });
  const deletePolicy = (id: string) =>
    platform.graphql('mutation ($input: PolicyIdInput!) { deletePolicy(input: $input) { deletedId } }', {
      input: { id },
    });
  const account = { AWS: `arn:aws:iam::${AWS_ACCOUNT}:root` };
  const leftToIam = { Effect: 'Allow', Principal: account, Action: 'kms:*', Resource: '*' };
  const keyPolicy = (region: typeof HOME | typeof AWAY, ...statements: object[]) =>
    platform.owner
      .kms(region)
      .send(new PutKeyPolicyCommand({ KeyId: keys[region], PolicyName: 'default', Policy: policyOf(...statements) }));

  test('policies of vaults and of keys are judged apart from each other and from the roles; what nobody can tell is unknown', async () => {
    const { iam } = platform.owner;
    const { policy } = await createPolicy(platform.graphql, keyedPolicy(KEYED, VAULT));
    const vaultArn = `arn:aws:backup:${HOME}:${AWS_ACCOUNT}:backup-vault:${KEYED}`;
    /** What is said of the vault and its key, of which the table has the same. */
    const judged = async () => {
      const checked = await checkPermissions(platform.graphql, accountId, ['BACKUP', 'COPY']);
      const { outcome, missing, unknown, grants, findings } = checked;
      // For backups and copies the roles' own policies lack nothing all the while: none that they got would help.
      expect({ missing, unknown, grants }).toEqual({ missing: [], unknown: [], grants: [] });
      const of = (code: string, subject: string) => {
        const [found, ...more] = findings.filter((one) => one.code === code && one.subject === subject);
        expect(more).toEqual([]);
        return `${found?.outcome}: ${found?.message}`;
      };
      return {
        outcome,
        vault: of('VAULT_POLICY', vaultArn),
        key: of('VAULT_KEY', keys[HOME]),
        tableKey: of('TABLE_KEY', keys[HOME]),
      };
    };
    const ok = expect.stringMatching(/^OK: /u);
    const allOk = { outcome: 'OK', vault: ok, key: ok, tableKey: ok };
    const said = (outcome: string, text: RegExp) =>
      expect.stringMatching(new RegExp(`^${outcome}: .*${text.source}`, 'u'));
    const ofKeys = (outcome: string, text: RegExp) => ({
      outcome,
      vault: ok,
      key: said(outcome, text),
      tableKey: said(outcome, text),
    });
    const vaultPolicy = (more: object) =>
      platform.owner.backup(HOME).send(
        new PutBackupVaultAccessPolicyCommand({
          BackupVaultName: KEYED,
          Policy: policyOf({ Effect: 'Deny', Principal: '*', Resource: '*', ...more }),
        }),
      );
    const unread = (Action: string) =>
      iam.send(
        new PutRolePolicyCommand({
          RoleName: 'TablekeepOperator',
          PolicyName: 'unread',
          PolicyDocument: policyOf({ Effect: 'Deny', Action, Resource: '*' }),
        }),
      );
    const outside = { Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } };
    try {
      expect(await judged()).toEqual(allOk);

      const toService = { Principal: { AWS: SERVICE_ROLE }, Resource: '*' };
      await keyPolicy(HOME, leftToIam, { Effect: 'Deny', Action: 'kms:CreateGrant', ...toService });
      expect(await judged()).toEqual(ofKeys('MISSING', /does not allow the service role kms:CreateGrant\.$/u));
      const admin = { AWS: `arn:aws:iam::${AWS_ACCOUNT}:role/Admin` };
      await keyPolicy(HOME, { ...leftToIam, Principal: admin });
      expect(await judged()).toEqual(
        ofKeys('MISSING', /kms:CreateGrant, kms:Decrypt, kms:DescribeKey, kms:GenerateDataKey\.$/u),
      );
      await keyPolicy(HOME, leftToIam, { Effect: 'Deny', Action: 'kms:Decrypt', ...toService, ...outside });
      expect(await judged()).toEqual(ofKeys('UNKNOWN', /kms:Decrypt under conditions\.$/u));
      await keyPolicy(HOME, leftToIam);
      await unread('kms:GetKeyPolicy');
      expect(await judged()).toEqual(ofKeys('UNKNOWN', /could not be read: .*kms:GetKeyPolicy/u));

      await unread('backup:GetBackupVaultAccessPolicy');
      const ofVault = (outcome: string, text: RegExp) => ({ ...allOk, outcome, vault: said(outcome, text) });
      expect(await judged()).toEqual(
        ofVault('UNKNOWN', /vault keyed could not be read: .*backup:GetBackupVaultAccessPolicy/u),
      );
      await iam.send(new DeleteRolePolicyCommand({ RoleName: 'TablekeepOperator', PolicyName: 'unread' }));
      await vaultPolicy({ Action: 'backup:StartBackupJob', ...outside });
      expect(await judged()).toEqual(ofVault('UNKNOWN', /denies or allows backup:StartBackupJob under conditions\.$/u));
      await vaultPolicy({
        Action: ['backup:StartBackupJob', 'backup:CopyFromBackupVault', 'backup:DeleteBackupVault'],
      });
      expect(await judged()).toEqual(
        ofVault('MISSING', /denies backup:CopyFromBackupVault, backup:StartBackupJob\.$/u),
      );
      await platform.owner.backup(HOME).send(new DeleteBackupVaultAccessPolicyCommand({ BackupVaultName: KEYED }));
      expect(await judged()).toEqual(allOk);
    } finally {
      await iam
        .send(new DeleteRolePolicyCommand({ RoleName: 'TablekeepOperator', PolicyName: 'unread' }))
        .catch(() => null);
      await platform.owner.backup(HOME).send(new DeleteBackupVaultAccessPolicyCommand({ BackupVaultName: KEYED }));
      await keyPolicy(HOME, leftToIam);
      await deletePolicy(policy!.id);
    }
  }, 60_000);

  test.each([
    [VAULT, VAULT],
    [VAULT, KEYED],
    [KEYED, VAULT],
    [KEYED, KEYED],
  ])(
    'nothing speaks against copies from vault %s to vault %s: within an account AWS’s keys and the customer’s both do',
    async (from, to) => {
      const result = await testPolicy(platform.graphql, { input: keyedPolicy(from, to) });
      expect(result.checks.filter(({ outcome }) => outcome !== 'OK')).toEqual([]);
      expect(result.checks.filter(({ code }) => code === 'COPY_ENCRYPTION')).toMatchObject([
        { region: AWAY, path: ['copies', '0', 'vaultName'] },
      ]);
      expect(result).toMatchObject({ ok: true, coveredTables: 1 });
    },
  );

  test('a vault whose key the service role cannot use is named before copies fail of it', async () => {
    const { policy } = await createPolicy(platform.graphql, keyedPolicy(VAULT, KEYED));
    const tested = async (from = VAULT, to = KEYED) => {
      const { ok, checks } = await testPolicy(platform.graphql, { input: keyedPolicy(from, to) });
      const about = new Set(['PERMISSIONS', 'COPY_ENCRYPTION']);
      const found = checks.filter(({ code, outcome }) => about.has(code) && outcome !== 'OK');
      return { ok, found: found.map((one) => `${one.outcome} ${one.code} ${one.region} ${one.message}`) };
    };
    /** Backups do not fail of the key of a vault that only takes copies, so nothing is said of them. */
    const way = (from: string, to: string) => `from vault ${from} in ${HOME} to vault ${to} in ${AWAY}`;
    const wouldFail = (from: string, to: string, why: string) =>
      `ERROR COPY_ENCRYPTION ${AWAY} Copies ${way(from, to)} would fail: ${why}`;
    const copied = async () => {
      const session = await endOfSession(platform.graphql, await runPolicy(platform.graphql, policy!.id), 60_000);
      return session.tasks.nodes
        .filter(({ kind }) => kind === 'BACKUP' || kind === 'COPY')
        .map(({ kind, status, reason }) => `${kind} ${status} ${reason}`)
        .sort();
    };
    const kms = platform.owner.kms(AWAY);
    const KeyId = keys[AWAY];
    try {
      expect(await tested()).toEqual({ ok: true, found: [] });
      expect(await copied()).toEqual(['BACKUP SUCCEEDED null', 'COPY SUCCEEDED null']);

      await kms.send(new DisableKeyCommand({ KeyId }));
      const disabled = `The key of vault ${KEYED} is disabled or being deleted: nothing can be stored or read with it.`;
      expect(await tested()).toEqual({ ok: false, found: [wouldFail(VAULT, KEYED, disabled)] });
      // AWS's own key of the same Region has nothing to do with it.
      expect(await tested(VAULT, VAULT)).toEqual({ ok: true, found: [] });
      // What was said comes true: the backup is made, its copy is not.
      expect(await copied()).toEqual([
        'BACKUP SUCCEEDED null',
        expect.stringMatching(/^COPY FAILED .*Given key ID is not accessible/u),
      ]);
      await kms.send(new EnableKeyCommand({ KeyId }));

      const admin = { AWS: `arn:aws:iam::${AWS_ACCOUNT}:role/Admin` };
      await keyPolicy(AWAY, { ...leftToIam, Principal: admin });
      const closed = `The policy of the key of vault ${KEYED} does not allow the service role kms:`;
      const shut = expect.stringMatching(new RegExp(`^${wouldFail(VAULT, KEYED, closed)}`, 'u'));
      expect(await tested()).toEqual({ ok: false, found: [shut] });
      const VpcOnly = { Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-0123456789abcdef0' } } };
      await keyPolicy(AWAY, { ...leftToIam, ...VpcOnly });
      const cannotTell = `Whether copies ${way(VAULT, KEYED)} can be encrypted could not be told: `;
      const unclear = expect.stringMatching(
        new RegExp(
          `^UNKNOWN COPY_ENCRYPTION ${AWAY} ${cannotTell}The policy of the key of vault ${KEYED} allows .* under conditions`,
          'u',
        ),
      );
      expect(await tested()).toEqual({ ok: false, found: [unclear] });
      await keyPolicy(AWAY, leftToIam);

      // The vault's own policy speaks for itself, whatever its key.
      const vault = { BackupVaultName: KEYED };
      const noCopies = { Effect: 'Deny', Principal: '*', Action: 'backup:CopyIntoBackupVault', Resource: '*' };
      const away = platform.owner.backup(AWAY);
      await away.send(new PutBackupVaultAccessPolicyCommand({ ...vault, Policy: policyOf(noCopies) }));
      expect(await tested()).toEqual({
        ok: false,
        found: [`ERROR PERMISSIONS ${AWAY} The access policy of vault ${KEYED} denies backup:CopyIntoBackupVault.`],
      });
      await away.send(new DeleteBackupVaultAccessPolicyCommand(vault));

      // A copy is read with the key of the vault it comes from, which backups need as well.
      await keyPolicy(HOME, leftToIam, {
        Effect: 'Deny',
        Principal: { AWS: SERVICE_ROLE },
        Action: 'kms:Decrypt',
        Resource: '*',
      });
      const unreadable = (what: string) =>
        `The policy of the key of ${what} does not allow the service role kms:Decrypt.`;
      expect(await tested(KEYED, VAULT)).toEqual({
        ok: false,
        found: [
          `ERROR PERMISSIONS ${HOME} ${unreadable(`vault ${KEYED}`)}`,
          `ERROR PERMISSIONS ${HOME} ${unreadable(`tables in ${HOME}`)}`,
          wouldFail(KEYED, VAULT, unreadable(`vault ${KEYED}`)),
        ],
      });
    } finally {
      await kms.send(new EnableKeyCommand({ KeyId }));
      await platform.owner.backup(AWAY).send(new DeleteBackupVaultAccessPolicyCommand({ BackupVaultName: KEYED }));
      await keyPolicy(AWAY, leftToIam);
      await keyPolicy(HOME, leftToIam);
      await deletePolicy(policy!.id);
    }
  }, 120_000);
});
