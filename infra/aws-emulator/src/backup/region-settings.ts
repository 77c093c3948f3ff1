import { isRecord, structure, textMap } from '../wire/read.ts';
import type { Call } from '../call.ts';
import type { World } from '../world.ts';

/** Resource types a Region's settings name; only DynamoDB does anything here. */
const types = ['Aurora', 'DynamoDB', 'EBS', 'EC2', 'EFS', 'FSx', 'RDS', 'S3', 'Storage Gateway'] as const;

type Switches = Record<string, boolean>;

function settingsOf(world: World, scope: string): { optIn: Switches; management: Switches } {
  const values = world.regionSettings.get(scope, 'region')?.values ?? {};
  const read = (key: string): Switches => (isRecord(values[key]) ? (values[key] as Switches) : {});
  const optIn = Object.fromEntries(types.map((type) => [type, true]));
  return {
    optIn: { ...optIn, DynamoDB: world.behaviour.advancedByDefault, ...read('optIn') },
    management: { DynamoDB: world.behaviour.advancedByDefault, EFS: true, ...read('management') },
  };
}

/** Advanced features for DynamoDB: on only when both maps say so (Developer Guide, "Advanced DynamoDB backup"). */
export function isAdvanced(world: World, scope: string): boolean {
  const { optIn, management } = settingsOf(world, scope);
  return optIn['DynamoDB'] === true && management['DynamoDB'] === true;
}

export function describeRegionSettings(call: Call): unknown {
  const { optIn, management } = settingsOf(call.world, call.scope);
  return { ResourceTypeOptInPreference: optIn, ResourceTypeManagementPreference: management };
}

export function updateRegionSettings(call: Call): unknown {
  const current = settingsOf(call.world, call.scope);
  const optIn = { ...current.optIn, ...structure(call.input, 'ResourceTypeOptInPreference') };
  const management = { ...current.management, ...structure(call.input, 'ResourceTypeManagementPreference') };
  call.world.regionSettings.put(call.scope, 'region', { values: { optIn, management } });
  return null;
}

export function describeGlobalSettings(call: Call): unknown {
  const kept = call.world.globalSettings.get(call.account, 'global')?.values ?? {};
  const { lastUpdate, ...settings } = kept;
  return {
    GlobalSettings: { isCrossAccountBackupEnabled: 'false', ...settings },
    LastUpdateTime: typeof lastUpdate === 'number' ? new Date(lastUpdate) : null,
  };
}

export function updateGlobalSettings(call: Call): unknown {
  const kept = call.world.globalSettings.get(call.account, 'global')?.values ?? {};
  const values = { ...kept, ...textMap(call.input, 'GlobalSettings'), lastUpdate: call.now };
  call.world.globalSettings.put(call.account, 'global', { values });
  return null;
}

export const supportedTypes = (): unknown => ({ ResourceTypes: [...types] });
