import type { Known, TableSettings } from '@tablekeep/schema/settings';

/*
 * The settings of a table in words for a report. Equal texts mean equal settings: whatever counts is in them, in an order of
 * its own.
 */

type Units = Readonly<{ read: number; write: number }>;

export function withKnown<T>(known: Known<T>, text: (value: T) => string): string {
  return known.state === 'known' ? text(known.value) : `${UNREAD}${known.because}`;
}

export const UNREAD = 'could not be read: ';
export const onOff = (value: boolean): string => (value ? 'on' : 'off');
export const keysText = (table: TableSettings): string =>
  table.keySchema.map((key) => `${key.attribute} ${key.role}`).join(', ');
export const namesText = (indexes: readonly { name: string }[]): string =>
  indexes
    .map((index) => index.name)
    .sort()
    .join(', ');
export const unitsText = (units: Units | null): string | null =>
  units === null ? null : `${units.read} read, ${units.write} write`;
export const maximumText = (units: Units | null): string | null =>
  units === null || (units.read === -1 && units.write === -1) ? null : unitsText(units);
export const tagsText = (tags: readonly { key: string; value: string }[]): string =>
  tags
    .map((tag) => `${tag.key}=${tag.value}`)
    .sort()
    .join(', ') || 'none';
export const recoveryText = (value: { recoveryPeriodDays: number } | null): string =>
  value === null ? 'off' : `${value.recoveryPeriodDays} days`;
export const encryptionText = (value: TableSettings['encryption']): string =>
  value.type === 'CUSTOMER_MANAGED' ? `${value.type} ${value.kmsKeyArn ?? ''}`.trim() : value.type;
