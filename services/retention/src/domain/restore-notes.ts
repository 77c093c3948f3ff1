import { wholeSettings, type CatalogSettings } from '@tablekeep/schema/vault-points';
import { isCold, type RestorablePoint } from './resolve-restore.ts';
import { possiblePeaks } from './scaled-capacity.ts';

/** What a person should know before restoring the point. */
export function restoreNotes(
  point: Pick<RestorablePoint, 'settings' | 'coldAt' | 'region' | 'table'>,
  now: Date,
): string[] {
  return [...coldNote(point, now), ...possiblePeaks(wholeSettings(point.settings)), ...lostNotes(point.settings)];
}

/** Of what it takes, not of what it brings: also for the log of a restore that has been asked for. */
export function coldNote({ region, coldAt }: Pick<RestorablePoint, 'coldAt' | 'region'>, now: Date): string[] {
  if (!isCold({ coldAt }, now)) return [];
  return [`The point is in cold storage: AWS takes about 4 hours longer to restore it, and only in ${region}.`];
}

function lostNotes(settings: CatalogSettings | null): string[] {
  if (settings === null) {
    return [
      'The point carries no settings snapshot: keys, indexes, capacity and items come back, and nothing else can be set again.',
    ];
  }
  const kinesis = settings.kinesisDestinations;
  return [
    ...(settings.stream
      ? ['The stream comes back as a new one under a new ARN: what reads it must be pointed there.']
      : []),
    ...(kinesis?.state === 'known' && kinesis.value.length > 0
      ? ['Changes are not sent to Kinesis again: that must be switched on by hand.']
      : []),
    ...((wholeSettings(settings)?.replicas ?? []).length > 0 ? ['Replicas in other Regions do not come back.'] : []),
  ];
}
