import {
  paginateListBackupVaults,
  paginateListRecoveryPointsByBackupVault,
  UpdateRegionSettingsCommand,
} from '@aws-sdk/client-backup';
import { paginateListTables } from '@aws-sdk/client-dynamodb';
import { startEmulator, type Emulator, type EmulatorOptions } from '@tablekeep/aws-emulator';
import {
  accountOwner,
  AWAY,
  AWS_ACCOUNT,
  createRoles,
  HOME,
  OPERATOR_ROLE,
  SERVICE_ROLE,
} from '@tablekeep/embedded/demo/aws-account';
import { systemClock } from '@tablekeep/platform/clock';
import { createLogger } from '@tablekeep/platform/logging';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanAccount, probeAccount, type Outcome, type Surroundings } from '../src/probe-account.ts';
import type { ProbeSettings } from '../src/settings.ts';
import type { Leftover } from '../src/clean.ts';

export const SPEED = 600;
const EXTERNAL_ID = 'aws-probe-4711';
const MINUTE = 60_000;
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
  const answersFolder = await mkdtemp(join(tmpdir(), 'tablekeep-answers-'));
  const said: string[] = [];
  const stopping = new AbortController();
  const around: Surroundings = {
    access: {
      endpoint: emulator.endpoint,
      credentials: { accessKeyId: `AKIA${AWS_ACCOUNT}OWNER`, secretAccessKey: 'emulated' },
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
export type Account = Awaited<ReturnType<typeof startAccount>>;
