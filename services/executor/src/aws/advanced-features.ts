import { DescribeRegionSettingsCommand, UpdateRegionSettingsCommand } from '@aws-sdk/client-backup';
import type { CallOptions, RegionAws } from './region-aws.ts';

/** The two switches of advanced DynamoDB backup in an account and Region: both must be on. */
export type Switches = Readonly<{ optedIn: boolean; advanced: boolean }>;

/** Source: AWS Backup API, DescribeRegionSettings; Developer Guide, "Advanced DynamoDB backup". */
export async function readSwitches(aws: RegionAws, options?: CallOptions): Promise<Switches> {
  const { optIn, management } = await readPreferences(aws, options);
  return { optedIn: optIn['DynamoDB'] === true, advanced: management['DynamoDB'] === true };
}

/** The names of those that are off; empty when all is well. */
export function switchesOff({ optedIn, advanced }: Switches): readonly string[] {
  return [
    ...(optedIn ? [] : ['ResourceTypeOptInPreference']),
    ...(advanced ? [] : ['ResourceTypeManagementPreference']),
  ];
}

/**
 * Turns both on for DynamoDB. Everything else is sent back as it was read: AWS's page does not say whether a type that is
 * left out keeps its preference. Safe to repeat.
 */
export async function turnSwitchesOn(aws: RegionAws, options: CallOptions): Promise<void> {
  const { optIn, management } = await readPreferences(aws, options);
  const command = new UpdateRegionSettingsCommand({
    ResourceTypeOptInPreference: { ...optIn, DynamoDB: true },
    ResourceTypeManagementPreference: { ...management, DynamoDB: true },
  });
  const send = (abortSignal: AbortSignal) => aws.backup.send(command, { abortSignal });
  await aws.call('backup:UpdateRegionSettings', send, { ...options, changes: true });
}

type Preferences = Record<string, boolean>;

async function readPreferences(
  aws: RegionAws,
  options?: CallOptions,
): Promise<{ optIn: Preferences; management: Preferences }> {
  const send = (abortSignal: AbortSignal) => aws.backup.send(new DescribeRegionSettingsCommand({}), { abortSignal });
  const answer = await aws.call('backup:DescribeRegionSettings', send, options);
  return {
    optIn: answer.ResourceTypeOptInPreference ?? {},
    management: answer.ResourceTypeManagementPreference ?? {},
  };
}
