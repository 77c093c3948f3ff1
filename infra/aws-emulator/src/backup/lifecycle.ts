import { flag, number, structure } from '../wire/read.ts';
import { invalidValue } from './errors.ts';
import type { Input } from '../wire/read.ts';
import type { Lifecycle, RecoveryPoint, Vault } from './model.ts';

const DAY = 86_400_000;
export const EXPIRY_WINDOW = 8 * 60 * 60 * 1_000;

/** API Reference, Lifecycle: at least 90 days in cold storage, at most 36,500 days in all. */
export function readLifecycle(input: Input): Lifecycle | null {
  const given = structure(input, 'Lifecycle');
  if (given === null) return null;
  const cold = number(given, 'MoveToColdStorageAfterDays');
  const days = number(given, 'DeleteAfterDays');
  for (const [name, value] of [
    ['MoveToColdStorageAfterDays', cold],
    ['DeleteAfterDays', days],
  ] as const) {
    if (value !== null && value !== -1 && (!Number.isInteger(value) || value < 1 || value > 36_500)) {
      throw invalidValue(`Invalid lifecycle. ${name} must be -1 or between 1 and 36500`);
    }
  }
  if (cold !== null && cold > 0 && days !== null && days > 0 && days < cold + 90) {
    throw invalidValue(
      `Invalid lifecycle. DeleteAfterDays cannot be less than 90 days apart from MoveToColdStorageAfterDays`,
    );
  }
  return {
    moveToColdAfterDays: cold,
    deleteAfterDays: days,
    optInToArchive: flag(given, 'OptInToArchiveForSupportedResources'),
  };
}

export const showLifecycle = (lifecycle: Lifecycle | null): Record<string, unknown> => ({
  MoveToColdStorageAfterDays: lifecycle?.moveToColdAfterDays ?? null,
  DeleteAfterDays: lifecycle?.deleteAfterDays ?? null,
  OptInToArchiveForSupportedResources: lifecycle?.optInToArchive ?? null,
  DeleteAfterEvent: null,
});

const after = (point: RecoveryPoint, days: number | null | undefined): number | null =>
  days === null || days === undefined || days === -1 ? null : point.created + days * DAY;

export const deleteAt = (point: RecoveryPoint): number | null => after(point, point.lifecycle?.deleteAfterDays);
export const coldAt = (point: RecoveryPoint): number | null =>
  point.advanced ? after(point, point.lifecycle?.moveToColdAfterDays) : null;

export const showCalculated = (point: RecoveryPoint): Record<string, unknown> => {
  const cold = coldAt(point);
  const gone = deleteAt(point);
  return {
    MoveToColdStorageAt: cold === null ? null : new Date(cold),
    DeleteAt: gone === null ? null : new Date(gone),
  };
};

/** A locked vault takes only retentions within its range; "for ever" counts as longer than any maximum. */
export function fitsLock(vault: Vault, lifecycle: Lifecycle | null): boolean {
  if (vault.lock === null) return true;
  const given = lifecycle?.deleteAfterDays ?? -1;
  const days = given === -1 ? Infinity : given;
  return days >= (vault.lock.minDays ?? 0) && days <= (vault.lock.maxDays ?? Infinity);
}
