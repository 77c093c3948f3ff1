import type { RestoreReport } from '@tablekeep/schema/settings';
import type { ReapplyProperty } from './compare-settings.ts';
import { heldWords } from './held-words.ts';
import { reapplyPropertyOf } from './property-of-line.ts';
import { UNREAD } from './setting-texts.ts';

type Line = RestoreReport['lines'][number];
/** Why a property could not be set, in AWS's words. */
export type GivenUp = Readonly<Partial<Record<ReapplyProperty, string>>>;

/** What a person should be told of these lines: whatever is held, different or unknown, in AWS's words where AWS refused. */
export function warningsOf(lines: readonly Line[], givenUp: GivenUp): string[] {
  return lines.flatMap((line) => {
    const refused = givenUp[reapplyPropertyOf(line.property)];
    switch (line.outcome) {
      case 'HELD':
        return [heldWords(line, refused)];
      case 'DIFFERENT': {
        const should = line.asked ?? line.atBackup ?? 'none';
        const is = `${line.property} is ${line.found ?? 'none'} and should be ${should}.`;
        return [refused ? `${is} ${refused}` : is];
      }
      case 'UNKNOWN':
        return [`${line.property} could not be compared. ${refused ?? whyUnknown(line)}`.trim()];
      case 'NOT_RESTORABLE':
        return line.atBackup === null || line.property === 'streamArn' || isWarmth(line.property)
          ? []
          : [`${line.property} is not restored: it was ${line.atBackup} at backup.`];
      default:
        return [];
    }
  });
}

/** The side that could not be read, else whatever the line has to say. */
function whyUnknown({ atBackup, found }: Line): string {
  return [found, atBackup].find((text) => text?.startsWith(UNREAD)) ?? found ?? atBackup ?? '';
}

const isWarmth = (property: string) => property === 'warmThroughput' || property.startsWith('indexWarmThroughput');
