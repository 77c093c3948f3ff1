import { otherInput, sameToken, tokenLater } from './backup-tokens.ts';
import { busyTable, busyTableCopy } from './busy-table.ts';
import { copyRetention, copyTags } from './copies.ts';
import { deletion } from './deletion.ts';
import type { Question } from './question.ts';
import { restoreMetadata } from './restore-metadata.ts';
import { restoredClass, restoredCounts, restoredMaximum } from './restored-table.ts';
import { deletionProtection, endedRestoreToken, existingTarget } from './restores.ts';
import { stopBackup } from './stop-backup.ts';

/**
 * In the order in which they are asked: what needs the shared backup open first, what needs it ended and much later, and
 * its deletion, last.
 */
export const questionsOf = (tokenMinutes: number): readonly Question[] => [
  restoreMetadata,
  copyRetention,
  copyTags,
  sameToken,
  otherInput,
  busyTable,
  busyTableCopy,
  stopBackup,
  restoredCounts,
  restoredMaximum,
  restoredClass,
  existingTarget,
  endedRestoreToken,
  deletionProtection,
  tokenLater(tokenMinutes),
  deletion,
];

/** Open points that no run can settle, and why. */
export const NOT_ASKED = [
  {
    question: 'How many StartCopyJob a second does AWS take?',
    because:
      'finding out would use up the limit of the account’s other tools; the quota page of a later date may say it',
  },
  {
    question: 'What does a gigabyte cost between two Regions?',
    because: 'the bill of the account says it a day later: usage type CrossRegion-WarmBytes-DynamoDB',
  },
] as const;
