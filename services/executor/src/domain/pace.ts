import type { RegionSettings } from '@tablekeep/schema/internal';
import type { ApiRates, JobLimits } from './api-limits.ts';

/** How fast backups of one account and Region are started: the share of AWS's limits that is ours. */
export function paceOf({
  rates,
  share,
  jobLimits,
}: Readonly<{ rates: ApiRates; share: number; jobLimits: JobLimits }>): Pick<
  RegionSettings,
  'backupStartsPerSecond' | 'backupsAtOnce'
> {
  return {
    backupStartsPerSecond: rates['backup:StartBackupJob'] * share,
    backupsAtOnce: Math.max(1, Math.floor(jobLimits.backups * share)),
  };
}
