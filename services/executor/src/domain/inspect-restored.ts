import type { Verification } from '@tablekeep/schema/verification';
import type { SettingsSnapshot, TableSettings } from '@tablekeep/schema/settings';

type Shape = Pick<
  TableSettings,
  'keySchema' | 'attributes' | 'globalIndexes' | 'localIndexes' | 'itemCount' | 'sizeBytes'
>;

/** What a look at a restored table says of the point it came from. */
export type Inspection = Pick<Verification, 'itemCount' | 'countedExactly' | 'sizeBytes' | 'problems' | 'remarks'>;

/**
 * Judges a restored table by what was recorded at its backup. Keys and indexes must be the same. Size and item count as AWS
 * reports them are advisory, for AWS refreshes them about every six hours, at the backup as well as now; only items that were
 * counted are proof.
 * @param o.counted every item, where it was asked for
 * @param o.countedBefore the same of an earlier verification of this point, which cannot have changed since
 */
export function inspectRestored(
  atBackup: SettingsSnapshot | null,
  found: Shape,
  o: Readonly<{ counted: number | null; countedBefore: number | null }>,
): Inspection {
  const problems = atBackup === null ? [] : [...keyProblems(atBackup, found), ...indexProblems(atBackup, found)];
  const remarks: string[] = [];
  if (atBackup === null)
    remarks.push('The point carries no settings snapshot: that it can be restored was seen, not that it is complete.');
  const { counted, countedBefore } = o;
  if (counted !== null) {
    if (countedBefore !== null && counted !== countedBefore)
      problems.push(`It has ${items(counted)}; an earlier verification of the same point counted ${countedBefore}.`);
    if (counted === 0 && atBackup !== null && atBackup.itemCount > 0)
      problems.push(`It has no items; AWS reported ${atBackup.itemCount} at the backup.`);
    else if (atBackup !== null && counted !== atBackup.itemCount)
      remarks.push(`It has ${items(counted)}; at the backup AWS reported ${atBackup.itemCount}, ${LAG}.`);
  } else if (atBackup !== null && found.itemCount !== atBackup.itemCount) {
    remarks.push(`AWS reports ${items(found.itemCount)}, and reported ${atBackup.itemCount} at the backup, ${LAG}.`);
  }
  return {
    itemCount: counted ?? found.itemCount,
    countedExactly: counted !== null,
    sizeBytes: found.sizeBytes,
    problems,
    remarks,
  };
}

const LAG = 'a figure that lags up to six hours behind';
const items = (count: number) => (count === 1 ? '1 item' : `${count} items`);

function keyProblems(atBackup: Shape, found: Shape): string[] {
  const [before, now] = [keysText(atBackup, atBackup.keySchema), keysText(found, found.keySchema)];
  return before === now ? [] : [`Its keys are ${now}; at the backup they were ${before}.`];
}

function indexProblems(atBackup: Shape, found: Shape): string[] {
  return (['globalIndexes', 'localIndexes'] as const).flatMap((which) => {
    const what = which === 'globalIndexes' ? 'global index' : 'local index';
    const before = new Map(atBackup[which].map((index) => [index.name, indexText(atBackup, index)]));
    const now = new Map(found[which].map((index) => [index.name, indexText(found, index)]));
    const missing = [...before].flatMap(([name, text]) => {
      const is = now.get(name);
      if (is === undefined) return [`The ${what} ${name} is missing.`];
      return is === text ? [] : [`The ${what} ${name} is ${is}; at the backup it was ${text}.`];
    });
    const more = [...now.keys()].filter((name) => !before.has(name)).map((name) => `The ${what} ${name} is new.`);
    return [...missing, ...more];
  });
}

type Keys = TableSettings['keySchema'];

function keysText({ attributes }: Pick<Shape, 'attributes'>, keys: Keys): string {
  const typeOf = new Map(attributes.map(({ name, type }) => [name, type]));
  // The partition key first, whatever the order in which AWS lists them.
  const ordered = keys.toSorted((a, b) => a.role.localeCompare(b.role));
  return ordered.map(({ attribute, role }) => `${attribute} (${role}, ${typeOf.get(attribute) ?? '?'})`).join(', ');
}

function indexText(table: Shape, index: Shape['localIndexes'][number]): string {
  const { type, nonKeyAttributes } = index.projection;
  const included = type === 'INCLUDE' ? ` ${nonKeyAttributes.toSorted().join(', ')}` : '';
  return `${keysText(table, index.keySchema)} with ${type}${included}`;
}

/** Failures that are about the point, or about what a restore of it needs: today it could not be restored. */
const SAYS_SO = new Set([
  'POINT_NOT_FOUND',
  'POINT_NOT_USABLE',
  'KEY_NOT_ACCESSIBLE',
  'KEY_NOT_SHAREABLE',
  'INVALID_REQUEST',
  'JOB_FAILED',
  'VERIFICATION_FAILED',
]);

/** Whether a failure says something about the point. Where only the trial failed, nothing is known of it. */
export function speaksOfThePoint(code: string): boolean {
  return SAYS_SO.has(code);
}
