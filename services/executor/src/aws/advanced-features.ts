import { DescribeRegionSettingsCommand } from '@aws-sdk/client-backup';
import type { RegionAws } from './region-aws.ts';

/** Which of the two switches of advanced DynamoDB backup are off in this account and Region; empty when all is well. */
export async function switchesOff(aws: RegionAws): Promise<readonly string[]> {
  const answer = await aws.call('backup:DescribeRegionSettings', (abortSignal) =>
    aws.backup.send(new DescribeRegionSettingsCommand({}), { abortSignal }),
  );
  const off: string[] = [];
  if (!answer.ResourceTypeOptInPreference?.['DynamoDB']) off.push('ResourceTypeOptInPreference');
  if (!answer.ResourceTypeManagementPreference?.['DynamoDB']) off.push('ResourceTypeManagementPreference');
  return off;
}
