import type { ContributorInsights, KinesisDestination, ScalableTarget } from '@tablekeep/schema/settings';

/*
 * What hangs on a table, in words for a report. Equal texts mean equal settings: whatever counts is in them, in an order
 * of its own. Names of policies are left out, since AWS's console puts the table's name into them.
 */

export function autoScalingText(targets: readonly ScalableTarget[]): string {
  return joined(targets.map((target) => `${placeText(target.index)} ${targetText(target)}`));
}

function targetText({ capacity, minimum, maximum, suspended, policies }: ScalableTarget): string {
  const paused = [
    suspended.scaleIn && 'scaling in',
    suspended.scaleOut && 'scaling out',
    suspended.scheduled && 'scheduled scaling',
  ].filter((one) => one !== false);
  return [
    `${capacity === 'READ' ? 'read' : 'write'} ${minimum} to ${maximum}`,
    ...policies.map(policyText).sort(),
    ...(paused.length > 0 ? [`${paused.join(' and ')} suspended`] : []),
  ].join(', ');
}

function policyText(policy: ScalableTarget['policies'][number]): string {
  const target = policy.customMetric === null ? `at ${policy.targetPercent} %` : `at ${policy.targetPercent}`;
  return [
    policy.customMetric === null ? target : `${target} of ${policy.customMetric}`,
    ...(policy.scaleInCooldownSeconds === null ? [] : [`${policy.scaleInCooldownSeconds} s after scaling in`]),
    ...(policy.scaleOutCooldownSeconds === null ? [] : [`${policy.scaleOutCooldownSeconds} s after scaling out`]),
    ...(policy.scaleInDisabled ? ['never in'] : []),
  ].join(', ');
}

export function contributorInsightsText(on: readonly ContributorInsights[]): string {
  return joined(on.map(({ index, mode }) => [placeText(index), ...(mode === null ? [] : [mode])].join(' ')));
}

export function kinesisDestinationsText(destinations: readonly KinesisDestination[]): string {
  return joined(
    destinations.map(({ streamArn, precision }) => [streamArn, ...(precision === null ? [] : [precision])].join(' ')),
  );
}

function placeText(index: string | null): string {
  return index === null ? 'table' : `index ${index}`;
}

function joined(parts: readonly string[]): string {
  return [...parts].sort().join('; ') || 'none';
}
