import type { ContributorInsights, ScalableTarget, SettingsSnapshot } from '@tablekeep/schema/settings';
import { autoScalingText } from './attached-texts.ts';
import type { ChangeKey } from './compare-settings.ts';
import type { WantedSettings } from './wanted-settings.ts';

/** What is set again through other APIs than UpdateTable, one place at a time. */
export type AttachedChange =
  | Readonly<{ property: 'autoScaling'; target: ScalableTarget }>
  | Readonly<{ property: 'contributorInsights' } & ContributorInsights>;

/** The first place whose scaling differs and was not given up. A target that nobody wants is left: it is not ours. */
export function changeAutoScaling(
  found: SettingsSnapshot,
  wanted: WantedSettings,
  given: ReadonlySet<ChangeKey>,
): AttachedChange | null {
  if (wanted.autoScaling.state === 'unknown') return null;
  const there = found.autoScaling.state === 'known' ? found.autoScaling.value : [];
  const target = wanted.autoScaling.value.find(
    (want) =>
      !given.has(`autoScaling.${want.index ?? ''}.${want.capacity}`) &&
      !there.some((one) => samePlace(one, want) && autoScalingText([one]) === autoScalingText([want])),
  );
  return target === undefined ? null : { property: 'autoScaling', target };
}

export function changeContributorInsights(
  found: SettingsSnapshot,
  wanted: WantedSettings,
  given: ReadonlySet<ChangeKey>,
): AttachedChange | null {
  if (wanted.contributorInsights.state === 'unknown') return null;
  const there = found.contributorInsights.state === 'known' ? found.contributorInsights.value : [];
  const place = wanted.contributorInsights.value.find(
    (want) =>
      !given.has(`contributorInsights.${want.index ?? ''}`) &&
      !there.some((one) => one.index === want.index && (want.mode === null || one.mode === want.mode)),
  );
  return place === undefined ? null : { property: 'contributorInsights', ...place };
}

function samePlace(a: ScalableTarget, b: ScalableTarget): boolean {
  return a.index === b.index && a.capacity === b.capacity;
}
