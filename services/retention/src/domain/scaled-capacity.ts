import type { RestoreItem } from '@tablekeep/schema/events';
import type { RestoreChanges, ScalableTarget, StoredSnapshot } from '@tablekeep/schema/settings';

type Units = Readonly<{ read: number; write: number }>;

/**
 * Provisioned units that stood above what auto scaling goes down to when the point was made: they may have been a peak, and
 * come back, and are paid for, as they stood. Each in words.
 */
export function possiblePeaks(settings: StoredSnapshot | null): string[] {
  return placesOf(settings).flatMap(({ index, units }) =>
    targetsOf(settings, index).flatMap(({ capacity, minimum, maximum }) => {
      const stood = capacity === 'READ' ? units.read : units.write;
      if (stood <= minimum) return [];
      const what = `${capacity === 'READ' ? 'read' : 'write'} capacity of ${index === null ? 'the table' : `index ${index}`}`;
      return [
        `The ${what} stood at ${stood} when the point was made, and auto scaling moves it between ${minimum} and ${maximum}: it may have been a peak. It comes back as it stood unless scaledCapacity is MINIMUM.`,
      ];
    }),
  );
}

type Capped = Pick<RestoreChanges, 'readCapacityUnits' | 'writeCapacityUnits' | 'indexCapacity'>;

/** The units asked for, and where none are asked, auto scaling's minimum instead of what stood at backup. */
export function cappedCapacity(item: RestoreItem, settings: StoredSnapshot | null): Partial<Capped> {
  if (settings?.billingMode !== 'PROVISIONED' || item.billingMode === 'PAY_PER_REQUEST') return {};
  const capped = placesOf(settings).map(({ index, units }) => {
    const minimum = (capacity: 'READ' | 'WRITE') =>
      targetsOf(settings, index).find((target) => target.capacity === capacity)?.minimum;
    const read = item.readCapacityUnits ?? Math.min(units.read, minimum('READ') ?? units.read);
    const write = item.writeCapacityUnits ?? Math.min(units.write, minimum('WRITE') ?? units.write);
    return { index, readCapacityUnits: read, writeCapacityUnits: write };
  });
  const table = capped.find(({ index }) => index === null);
  const named = new Set(item.indexCapacity.map(({ indexName }) => indexName));
  const indexes = capped.flatMap(({ index, ...units }) =>
    index === null || named.has(index) ? [] : [{ indexName: index, ...units }],
  );
  return {
    ...(table && { readCapacityUnits: table.readCapacityUnits, writeCapacityUnits: table.writeCapacityUnits }),
    // Named all of them, so that the table's numbers do not become theirs.
    indexCapacity: [...item.indexCapacity, ...indexes],
  };
}

function placesOf(settings: StoredSnapshot | null): { index: string | null; units: Units }[] {
  if (settings?.billingMode !== 'PROVISIONED') return [];
  const indexes = settings.globalIndexes.map(({ name, provisioned }) => ({ index: name, units: provisioned }));
  return [{ index: null, units: settings.provisioned }, ...indexes].flatMap(({ index, units }) =>
    units === null ? [] : [{ index, units }],
  );
}

function targetsOf(settings: StoredSnapshot | null, index: string | null): readonly ScalableTarget[] {
  const scaling = settings?.autoScaling;
  return scaling?.state === 'known' ? scaling.value.filter((target) => target.index === index) : [];
}
