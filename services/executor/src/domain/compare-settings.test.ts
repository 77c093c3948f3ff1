import { describe, expect, test } from '@jest/globals';
import type { SettingsSnapshot } from '@tablekeep/schema/settings';
import fc from 'fast-check';
import { anyChanges, anySettings, settings } from '../../test/settings.ts';
import {
  keyOf,
  nextChange,
  samePolicy,
  type Change,
  type ChangeKey,
  type ReapplyProperty,
} from './compare-settings.ts';
import { restoreReport } from './restore-report.ts';
import { wantedSettings, type WantedSettings } from './wanted-settings.ts';

const ORDER: readonly ReapplyProperty[] = [
  'tags',
  'resourcePolicy',
  'pointInTimeRecovery',
  'capacity',
  'onDemandMaximum',
  'indexOnDemandMaximum',
  'warmThroughput',
  'indexWarmThroughput',
  'stream',
  'encryption',
  'tableClass',
  'autoScaling',
  'contributorInsights',
  'timeToLive',
  'deletionProtection',
];

/** What AWS makes of a change; refuses what AWS refuses. */
function applied(table: SettingsSnapshot, change: Change): SettingsSnapshot {
  switch (change.property) {
    case 'tags': {
      const before = table.tags.state === 'known' ? table.tags.value : [];
      const keys = new Set(change.add.map((tag) => tag.key));
      expect([...keys].some((key) => key.startsWith('aws:'))).toBe(false);
      return {
        ...table,
        tags: { state: 'known', value: [...before.filter((tag) => !keys.has(tag.key)), ...change.add] },
      };
    }
    case 'resourcePolicy':
      return { ...table, resourcePolicy: { state: 'known', value: change.policy } };
    case 'pointInTimeRecovery': {
      const days = change.recoveryPeriodDays;
      return {
        ...table,
        pointInTimeRecovery: { state: 'known', value: days === null ? null : { recoveryPeriodDays: days } },
      };
    }
    case 'capacity':
      return withCapacity(table, change);
    case 'onDemandMaximum': {
      expect(table.billingMode).toBe('PAY_PER_REQUEST');
      const { read, write } = change;
      return { ...table, onDemandMaximum: read === -1 && write === -1 ? null : { read, write } };
    }
    case 'indexOnDemandMaximum': {
      expect(table.billingMode).toBe('PAY_PER_REQUEST');
      const globalIndexes = table.globalIndexes.map((index) => {
        const units = change.indexes[index.name];
        if (!units) return index;
        return { ...index, onDemandMaximum: units.read === -1 && units.write === -1 ? null : units };
      });
      return { ...table, globalIndexes };
    }
    case 'warmThroughput':
      return { ...table, warmThroughput: { read: change.read, write: change.write } };
    case 'indexWarmThroughput': {
      const globalIndexes = table.globalIndexes.map((index) => {
        const units = change.indexes[index.name];
        return units ? { ...index, warmThroughput: units } : index;
      });
      return { ...table, globalIndexes };
    }
    case 'autoScaling': {
      const { target } = change;
      const others = table.autoScaling.state === 'known' ? table.autoScaling.value : [];
      const elsewhere = others.filter((one) => one.index !== target.index || one.capacity !== target.capacity);
      return { ...table, autoScaling: { state: 'known', value: [...elsewhere, target] } };
    }
    case 'contributorInsights': {
      const { index, mode } = change;
      const others = table.contributorInsights.state === 'known' ? table.contributorInsights.value : [];
      const place = { index, mode: mode ?? ('ACCESSED_AND_THROTTLED_KEYS' as const) };
      const value = [...others.filter((one) => one.index !== index), place];
      return { ...table, contributorInsights: { state: 'known', value } };
    }
    case 'stream':
      // AWS: "Table already has an enabled stream".
      if (change.viewType !== null) expect(table.stream).toBeNull();
      return { ...table, stream: change.viewType === null ? null : { viewType: change.viewType } };
    case 'encryption':
      return { ...table, encryption: change.encryption };
    case 'tableClass':
      return { ...table, tableClass: change.tableClass };
    case 'timeToLive':
      return { ...table, timeToLive: { state: 'known', value: { attribute: change.attribute } } };
    case 'deletionProtection':
      return { ...table, deletionProtection: change.enabled };
  }
}

function withCapacity(table: SettingsSnapshot, change: Extract<Change, { property: 'capacity' }>): SettingsSnapshot {
  const mode = change.billingMode ?? table.billingMode;
  if (mode === 'PAY_PER_REQUEST') {
    expect(change.table).toBeNull();
    const globalIndexes = table.globalIndexes.map((index) => ({ ...index, provisioned: null }));
    return { ...table, billingMode: mode, provisioned: null, globalIndexes };
  }
  if (table.billingMode === 'PAY_PER_REQUEST') {
    // AWS wants every number when the mode changes.
    expect(change.table).not.toBeNull();
    expect(Object.keys(change.indexes).sort()).toEqual(table.globalIndexes.map((index) => index.name).sort());
  } else {
    // AWS: "The provisioned throughput for the table will not change".
    if (change.table) expect(change.table).not.toEqual(table.provisioned);
    for (const index of table.globalIndexes) {
      if (change.indexes[index.name]) expect(change.indexes[index.name]).not.toEqual(index.provisioned);
    }
  }
  return {
    ...table,
    billingMode: mode,
    onDemandMaximum: null,
    provisioned: change.table ?? table.provisioned,
    globalIndexes: table.globalIndexes.map((index) => ({
      ...index,
      onDemandMaximum: null,
      provisioned: change.indexes[index.name] ?? index.provisioned,
    })),
  };
}

function carryThrough(start: SettingsSnapshot, wanted: WantedSettings): { table: SettingsSnapshot; changes: Change[] } {
  let table = start;
  const changes: Change[] = [];
  for (;;) {
    const change = nextChange(table, wanted, new Set());
    if (change === null) return { table, changes };
    changes.push(change);
    expect(changes.length).toBeLessThan(25);
    table = applied(table, change);
  }
}

const provisionable = (atBackup: SettingsSnapshot, wanted: WantedSettings) =>
  wanted.billingMode === 'PAY_PER_REQUEST' || (wanted.provisioned !== null && atBackup.globalIndexes.length > 0);

describe('reapplying settings', () => {
  test('from whatever AWS restored: one change at a time, in order, each as AWS allows, until nothing is left', () => {
    fc.assert(
      fc.property(anySettings, anySettings, anyChanges, (atBackup, restored, asked) => {
        const wanted = wantedSettings(atBackup, asked, atBackup.tableArn);
        fc.pre(provisionable(atBackup, wanted));
        const { table, changes } = carryThrough(restored, wanted);
        const order = changes.map((change) => ORDER.indexOf(change.property));
        expect(order).toEqual([...order].sort((a, b) => a - b));
        const { report } = restoreReport({ atBackup, wanted, changes: asked, found: table, givenUp: {} });
        expect(
          report.lines.filter(
            (line) => line.outcome === 'DIFFERENT' && !undone(line.property, { atBackup, restored, wanted }),
          ),
        ).toEqual([]);
      }),
    );
  });

  type Tables = Readonly<{ atBackup: SettingsSnapshot; restored: SettingsSnapshot; wanted: WantedSettings }>;
  /** What nobody takes away from a table: a TTL or stream that was there already, a policy of its own, what hangs on it. */
  const undone = (property: string, { restored, wanted }: Tables) =>
    (['autoScaling', 'contributorInsights', 'kinesisDestinations'] as const).some(
      (attached) =>
        attached === property && restored[attached].state === 'known' && restored[attached].value.length > 0,
    ) ||
    (property === 'timeToLive' &&
      restored.timeToLive.state === 'known' &&
      wanted.timeToLive.state === 'known' &&
      wanted.timeToLive.value === null) ||
    (property === 'stream' && wanted.stream === null) ||
    (property === 'resourcePolicy' && wanted.resourcePolicy.state === 'known' && wanted.resourcePolicy.value === null);

  test('done twice it changes nothing the second time', () => {
    fc.assert(
      fc.property(anySettings, anySettings, anyChanges, (atBackup, restored, asked) => {
        const wanted = wantedSettings(atBackup, asked, atBackup.tableArn);
        fc.pre(provisionable(atBackup, wanted));
        const { table } = carryThrough(restored, wanted);
        expect(nextChange(table, wanted, new Set())).toBeNull();
      }),
    );
  });

  const noChanges = {
    tableClass: null,
    billingMode: null,
    readCapacityUnits: null,
    writeCapacityUnits: null,
    indexCapacity: [],
    deletionProtection: null,
    pointInTimeRecovery: null,
    encryption: null,
    timeToLive: 'REAPPLY',
    streams: 'REAPPLY',
  } as const;
  const loaded: SettingsSnapshot = {
    ...settings,
    timeToLive: { state: 'known', value: { attribute: 'expires' } },
    stream: { viewType: 'NEW_IMAGE' },
    deletionProtection: true,
  };
  const of = (atBackup: SettingsSnapshot, changes: object) =>
    wantedSettings(atBackup, { ...noChanges, indexCapacity: [], ...changes }, atBackup.tableArn);

  test('what is held back is not set', () => {
    const { changes } = carryThrough(settings, of(loaded, { timeToLive: 'HOLD', streams: 'HOLD' }));
    expect(changes.map((change) => change.property)).toEqual(['deletionProtection']);
  });

  test('a property that was given up does not hold up the rest', () => {
    const given = new Set<ReapplyProperty>(['stream', 'timeToLive']);
    expect(nextChange(settings, of(loaded, {}), given)).toEqual({ property: 'deletionProtection', enabled: true });
  });

  test('a stream’s view type is changed by way of off', () => {
    const wanted = of(loaded, {});
    expect(nextChange({ ...loaded, stream: { viewType: 'KEYS_ONLY' } }, wanted, new Set())).toEqual({
      property: 'stream',
      viewType: null,
    });
  });

  test('a resource policy that names another table too does not follow the table to another name', () => {
    const value = JSON.stringify({ Resource: settings.tableArn, Condition: `${settings.tableArn}-of-others` });
    const policied: SettingsSnapshot = { ...settings, resourcePolicy: { state: 'known', value } };
    const wanted = wantedSettings(policied, { ...noChanges, indexCapacity: [] }, `${settings.tableArn}-2`);
    expect(nextChange(settings, wanted, new Set())).toBeNull();
    const found = { ...settings, tableArn: `${settings.tableArn}-2` };
    const { report, warnings } = restoreReport({
      atBackup: policied,
      wanted,
      changes: { ...noChanges, indexCapacity: [] },
      found,
      givenUp: {},
    });
    expect(report.lines.find((line) => line.property === 'resourcePolicy')?.outcome).toBe('NOT_RESTORABLE');
    expect(warnings).toEqual([expect.stringContaining('resourcePolicy is not restored')]);
  });

  test('auto scaling is set again place by place; one that was given up does not hold up the others', () => {
    const target = {
      index: null,
      capacity: 'READ' as const,
      minimum: 2,
      maximum: 40,
      suspended: { scaleIn: false, scaleOut: false, scheduled: false },
      policies: [],
    };
    const autoScaling = { state: 'known' as const, value: [target, { ...target, capacity: 'WRITE' as const }] };
    const units = { read: 5, write: 5 };
    const scaled = { ...settings, billingMode: 'PROVISIONED' as const, provisioned: units, autoScaling };
    const restored = { ...scaled, autoScaling: settings.autoScaling };
    const keys: string[] = [];
    for (let change; (change = nextChange(restored, of(scaled, {}), new Set(keys as ChangeKey[]))) !== null;) {
      keys.push(keyOf(change));
    }
    expect(keys).toEqual(['autoScaling..READ', 'autoScaling..WRITE']);
    const toOnDemand = of(scaled, { billingMode: 'PAY_PER_REQUEST' });
    const { changes } = carryThrough(restored, toOnDemand);
    expect(changes.map((change) => change.property)).toEqual(['capacity']);
  });

  test('units that auto scaling has moved within its bounds are what they should be', () => {
    const target = (capacity: 'READ' | 'WRITE') => ({
      index: null,
      capacity,
      minimum: 2,
      maximum: 40,
      suspended: { scaleIn: false, scaleOut: false, scheduled: false },
      policies: [],
    });
    const atBackup: SettingsSnapshot = {
      ...settings,
      billingMode: 'PROVISIONED',
      provisioned: { read: 30, write: 30 },
      autoScaling: { state: 'known', value: [target('READ')] },
    };
    const outcome = (provisioned: { read: number; write: number }) =>
      restoreReport({
        atBackup,
        wanted: of(atBackup, {}),
        changes: { ...noChanges, indexCapacity: [] },
        found: { ...atBackup, provisioned },
        givenUp: {},
      }).report.lines.find((line) => line.property === 'provisionedCapacity')?.outcome;
    expect(outcome({ read: 3, write: 30 })).toBe('SAME');
    expect(outcome({ read: 1, write: 30 })).toBe('DIFFERENT');
    expect(outcome({ read: 30, write: 3 })).toBe('DIFFERENT');
  });

  test('warm throughput is asked for only where it was wished and falls short, and is never lowered', () => {
    const units = fc.integer({ min: 1, max: 50_000 });
    fc.assert(
      fc.property(units, units, units, units, fc.boolean(), (read, write, readNow, writeNow, wished) => {
        const base: SettingsSnapshot = {
          ...settings,
          ...{ billingMode: 'PAY_PER_REQUEST', provisioned: null, onDemandMaximum: null, globalIndexes: [] },
        };
        const before = { ...base, warmThroughput: { read, write } };
        const found = { ...base, warmThroughput: { read: readNow, write: writeNow } };
        const wanted = of(before, wished ? { warmThroughput: 'REAPPLY' } : {});
        const isEnough = readNow >= read && writeNow >= write;
        const warmed = { property: 'warmThroughput', read: Math.max(read, readNow), write: Math.max(write, writeNow) };
        expect(nextChange(found, wanted, new Set())).toEqual(!wished || isEnough ? null : warmed);
      }),
    );
  });

  test('policies are compared without their white space', () => {
    expect(samePolicy('{ "a": 1 }', '{"a":1}')).toBe(true);
    expect(samePolicy('{"a":1}', null)).toBe(false);
  });
});

describe('the restore report', () => {
  const asked = {
    tableClass: null,
    billingMode: null,
    readCapacityUnits: null,
    writeCapacityUnits: null,
    indexCapacity: [],
    deletionProtection: null,
    pointInTimeRecovery: null,
    encryption: null,
    timeToLive: 'REAPPLY' as const,
    streams: 'REAPPLY' as const,
  };

  test('of a table that is as it was has only lines that say so, and no warning', () => {
    fc.assert(
      fc.property(anySettings, (table) => {
        const wanted = wantedSettings(table, asked, table.tableArn);
        const { report, warnings } = restoreReport({
          atBackup: table,
          wanted,
          changes: asked,
          found: table,
          givenUp: {},
        });
        // Alarms are named in every report.
        const lines = report.lines.filter((line) => line.property !== 'alarms');
        const outcomes = new Set(lines.map((line) => line.outcome));
        outcomes.delete('SAME');
        outcomes.delete('UNKNOWN');
        expect([...outcomes]).toEqual([]);
        expect(warnings).toHaveLength(report.lines.filter((line) => line.outcome === 'UNKNOWN').length);
      }),
    );
  });

  test('gives AWS’s words for what could not be set', () => {
    const atBackup = { ...settings, deletionProtection: true };
    const wanted = wantedSettings(atBackup, asked, atBackup.tableArn);
    const givenUp = { deletionProtection: 'The role may not dynamodb:UpdateTable.' };
    const { warnings } = restoreReport({ atBackup, wanted, changes: asked, found: settings, givenUp });
    expect(warnings).toEqual(['deletionProtection is off and should be on. The role may not dynamodb:UpdateTable.']);
  });

  test('without a snapshot says so instead of calling everything the same', () => {
    const { report, warnings } = restoreReport({
      atBackup: null,
      wanted: null,
      changes: asked,
      found: settings,
      givenUp: {},
    });
    expect(warnings).toHaveLength(1);
    expect(report.lines.every((line) => line.outcome === 'UNKNOWN')).toBe(true);
  });
});
