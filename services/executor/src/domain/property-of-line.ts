import type { ReapplyProperty } from './compare-settings.ts';

/** The property that is set where a line of the restore report differs: several lines may be about one. */
export function reapplyPropertyOf(property: string): ReapplyProperty {
  if (property === 'billingMode' || property === 'provisionedCapacity' || property.startsWith('indexCapacity')) {
    return 'capacity';
  }
  if (property.startsWith('indexOnDemandMaximum')) return 'indexOnDemandMaximum';
  if (property.startsWith('indexWarmThroughput')) return 'indexWarmThroughput';
  return property as ReapplyProperty;
}
