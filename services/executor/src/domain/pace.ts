import type { RegionSettings } from '@tablekeep/schema/internal';
import { apiRates, type JobLimits } from './api-limits.ts';

/** How fast backups of one account and Region are started: the share of AWS's limits that is ours. */
export function paceOf({
  share,
  jobLimits,
}: Readonly<{ share: number; jobLimits: JobLimits }>): Pick<RegionSettings, 'backupStartsPerSecond' | 'backupsAtOnce'> {
  return {
    backupStartsPerSecond: apiRates['backup:StartBackupJob'] * share,
    backupsAtOnce: Math.max(1, Math.floor(jobLimits.backups * share)),
  };
}
