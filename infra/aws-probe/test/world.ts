import {
  paginateListBackupVaults,
  paginateListRecoveryPointsByBackupVault,
  UpdateRegionSettingsCommand,
} from '@aws-sdk/client-backup';
import { paginateListTables } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { startEmulator, type Emulator, type EmulatorOptions } from '@tablekeep/aws-emulator';
import {
  accountOwner,
  AWAY,
  AWS_ACCOUNT,
  createRoles,
  HOME,
  OPERATOR_ROLE,
  SERVICE_ROLE,
  type Owner,
} from '@tablekeep/embedded/demo/aws-account';
import { systemClock } from '@tablekeep/platform/clock';
import { createLogger } from '@tablekeep/platform/logging';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROBE_ACTIONS } from '../src/permissions.ts';
import { cleanAccount, probeAccount, type Outcome, type Surroundings } from '../src/probe-account.ts';
import type { ProbeSettings } from '../src/settings.ts';
import type { Leftover } from '../src/clean.ts';

export const SPEED = 600;
const EXTERNAL_ID = 'aws-probe-4711';
const MINUTE = 60_000;
const ownerKeys = { accessKeyId: `AKIA${AWS_ACCOUNT}OWNER`, secretAccessKey: 'emulated' };
const MADE_BY_AWS = 'Default';

export const settings: ProbeSettings = {
  accountId: AWS_ACCOUNT,
  home: HOME,
  copyRegion: AWAY,
  capUsd: 100,
  operatorRoleArn: OPERATOR_ROLE,
  externalId: EXTERNAL_ID,
  serviceRoleArn: SERVICE_ROLE,
  tokenMinutes: 30,
};

/** Long enough that a busy machine still sees what comes in between. */
const durations = { backup: 20 * MINUTE, deleteRecoveryPoint: 10 * MINUTE, restore: 5 * MINUTE, copy: 2 * MINUTE };

/** An account with the two roles, in an emulated AWS whose clock runs fast. */
export async function startAccount(options: EmulatorOptions = {}) {
  const emulator: Emulator = await startEmulator({
    speed: SPEED,
    ...options,
    durations: { ...durations, ...options.durations },
  });
  const owner = accountOwner(emulator.endpoint);
  await createRoles(owner, EXTERNAL_ID);
  await createProbeRole(owner);
  const answersFolder = await mkdtemp(join(tmpdir(), 'tablekeep-answers-'));
  const said: string[] = [];
  const stopping = new AbortController();
  const around: Surroundings = {
    access: {
      endpoint: emulator.endpoint,
      credentials: await probeCredentials(emulator.endpoint),
    },
    timeScale: SPEED,
    clock: systemClock,
    log: createLogger({ service: 'aws-probe', level: 'fatal' }),
    say: (line) => said.push(line),
    answersFolder,
    signal: stopping.signal,
  };

  /** Everything in both Regions that costs money or is in the way. */
  async function remains(): Promise<string[]> {
    const found: string[] = [];
    for (const region of [HOME, AWAY]) {
      for await (const page of paginateListTables({ client: owner.dynamodb(region) }, {})) {
        found.push(...(page.TableNames ?? []));
      }
      const client = owner.backup(region);
      for await (const { BackupVaultList } of paginateListBackupVaults({ client }, {})) {
        for (const { BackupVaultName = '' } of BackupVaultList ?? []) {
          if (BackupVaultName === MADE_BY_AWS) continue;
          found.push(BackupVaultName);
          for await (const page of paginateListRecoveryPointsByBackupVault({ client }, { BackupVaultName })) {
            found.push(...(page.RecoveryPoints ?? []).map((point) => point.RecoveryPointArn ?? ''));
          }
        }
      }
    }
    return found;
  }

  return {
    emulator,
    owner,
    said,
    stopping,
    answersFolder,
    remains,
    probe: (changes: Partial<Surroundings> = {}, wanted: Partial<ProbeSettings> = {}): Promise<Outcome> =>
      probeAccount({ ...settings, ...wanted }, { ...around, ...changes }),
    clean: (changes: Partial<Surroundings> = {}): Promise<readonly Leftover[]> =>
      cleanAccount(settings, { ...around, ...changes }),
    switchOff: (region: string) =>
      owner
        .backup(region)
        .send(new UpdateRegionSettingsCommand({ ResourceTypeManagementPreference: { DynamoDB: false } })),
    /** Calls of these operations that were answered with yes. */
    calls: (...operations: string[]) =>
      emulator
        .calls()
        .filter((call) => operations.includes(call.operation))
        .reduce((sum, call) => sum + call.count - call.errors, 0),
    async stop(): Promise<void> {
      await emulator.stop();
      await rm(answersFolder, { recursive: true, force: true });
    },
  };
}
const PROBE_ROLE = `arn:aws:iam::${AWS_ACCOUNT}:role/Probe`;

/** Whoever runs the program, with what docs/operate.md says it needs and nothing else. */
async function createProbeRole({ iam }: Owner): Promise<void> {
  const allow = (Action: string | readonly string[], more: object) => ({ Effect: 'Allow', Action, ...more });
  const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
  const AssumeRolePolicyDocument = document(
    allow('sts:AssumeRole', { Principal: { AWS: `arn:aws:iam::${AWS_ACCOUNT}:root` } }),
  );
  await iam.send(new CreateRoleCommand({ RoleName: 'Probe', AssumeRolePolicyDocument }));
  const PolicyDocument = document(
    allow(PROBE_ACTIONS, { Resource: '*' }),
    allow('sts:AssumeRole', { Resource: OPERATOR_ROLE }),
    allow('iam:PassRole', { Resource: SERVICE_ROLE }),
  );
  await iam.send(new PutRolePolicyCommand({ RoleName: 'Probe', PolicyName: 'probe', PolicyDocument }));
}

async function probeCredentials(endpoint: string) {
  const sts = new STSClient({ endpoint, region: HOME, credentials: ownerKeys });
  const command = new AssumeRoleCommand({ RoleArn: PROBE_ROLE, RoleSessionName: 'probe' });
  const { Credentials } = await sts.send(command);
  sts.destroy();
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
}

export type Account = Awaited<ReturnType<typeof startAccount>>;
