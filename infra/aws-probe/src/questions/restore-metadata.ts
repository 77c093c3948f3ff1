import { GetRecoveryPointRestoreMetadataCommand } from '@aws-sdk/client-backup';
import { always, type Question } from './question.ts';

export const restoreMetadata: Question = {
  id: 'restore-metadata',
  text: 'Which keys does GetRecoveryPointRestoreMetadata return for a table?',
  emulator: always('aws:backup:request-id, encryptionType, targetTableName'),
  async ask({ aws, main, settings }) {
    const { RestoreMetadata } = await aws.backup(settings.home).send(
      new GetRecoveryPointRestoreMetadataCommand({
        BackupVaultName: main.backup.vaultName,
        RecoveryPointArn: main.backup.recoveryPointArn,
      }),
    );
    const keys = Object.keys(RestoreMetadata ?? {}).sort();
    return { says: keys.join(', ') || 'none', facts: { restoreMetadata: RestoreMetadata } };
  },
};
