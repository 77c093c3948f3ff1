import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Flag } from '@tablekeep/schema/retention-rules';
import { countingRetentions } from './counting-retentions.ts';
import { planBackups } from './plan-run.ts';
import { NOTHING, type PolicyDocument } from './policy-document.ts';
import { rulesOfRun, rulesOfSlot } from './schedules/rules-of-slot.ts';
import { asksForCopies, hasSchedule, type Schedules } from './schedules/schedule.ts';

const [HOME, AWAY] = ['us-east-1', 'eu-west-1'];
const FLAGS: readonly Flag[] = ['D', 'W', 'M', 'Y'];
const days = (value: number) => ({ value, unit: 'DAYS' as const });

/** Each retention has a number of its own, by which it is known again on the points. */
const documents = fc
  .record({
    scheduled: fc.boolean(),
    present: fc.subarray(['daily', 'weekly', 'monthly', 'yearly'] as const),
    copied: fc.subarray(['daily', 'weekly', 'monthly', 'yearly'] as const),
    ownDays: fc.array(fc.boolean(), { maxLength: 2 }),
  })
  .map(({ scheduled, present, copied, ownDays }): PolicyDocument => {
    const has = (name: (typeof present)[number]) => present.includes(name);
    const copies = (name: (typeof present)[number]) => copied.includes(name);
    const schedules: Schedules = {
      timeZone: 'UTC',
      daily: has('daily')
        ? {
            days: ['MONDAY'],
            times: ['01:00'],
            copyTimes: copies('daily') ? ['01:00'] : [],
            keep: days(11),
            keepCopies: days(21),
          }
        : null,
      weekly: has('weekly')
        ? {
            days: ['TUESDAY'],
            time: '02:00',
            copyDays: copies('weekly') ? ['TUESDAY'] : [],
            keep: days(12),
            keepCopies: days(22),
          }
        : null,
      monthly: has('monthly')
        ? {
            months: [1],
            on: { kind: 'LAST_DAY' },
            time: '03:00',
            copyMonths: copies('monthly') ? [1] : [],
            keep: days(13),
            keepCopies: days(23),
          }
        : null,
      yearly: has('yearly')
        ? {
            month: 1,
            on: { kind: 'LAST_DAY' },
            time: '04:00',
            copies: copies('yearly'),
            keep: days(14),
            keepCopies: days(24),
          }
        : null,
    };
    return {
      description: '',
      regions: [HOME],
      include: { ...NOTHING, allTables: true },
      exclude: NOTHING,
      vaults: [{ region: HOME, vaultName: 'gold' }],
      copies: ownDays.map((own, i) => ({
        fromRegion: HOME,
        toRegion: AWAY,
        vaultName: `far-${i}`,
        retentionDays: own ? 31 + i : null,
      })),
      backupRetentionDays: 1,
      customTags: [],
      retryCount: 0,
      retryDelaySeconds: 60,
      schedules: scheduled && hasSchedule(schedules) ? schedules : null,
    };
  });

const account = {
  id: 'a1',
  name: 'Production',
  awsAccountId: '111122223333',
  roleArn: 'arn:aws:iam::111122223333:role/x',
  externalId: 'e',
  serviceRoleArn: 'arn:aws:iam::111122223333:role/y',
  regions: [HOME, AWAY],
};
const table = {
  arn: `arn:aws:dynamodb:${HOME}:111122223333:table/Flights`,
  name: 'Flights',
  region: HOME,
  tableId: null,
  sizeBytes: 0,
};

/** What keeps the points of a run, as their origin tells those who delete them. */
function keptBy(document: PolicyDocument, rules: ReturnType<typeof rulesOfRun>): (number | null)[] {
  const policy = { id: 'p', name: 'P', updatedAt: new Date('2026-01-01T00:00:00Z'), document };
  return planBackups(account, policy, [table], rules).flatMap(({ parameters }) => {
    if (parameters.kind !== 'BACKUP' && parameters.kind !== 'COPY') return [];
    const { origin } = parameters;
    const ofCopy = origin.kind === 'COPY';
    if (origin.rules.length === 0) return [ofCopy ? origin.retention.copyDays : origin.retention.backupDays];
    return origin.rules
      .filter(({ copied }) => copied || !ofCopy)
      .map(({ keep, keepCopies }) => (ofCopy ? keepCopies : keep)?.value ?? null);
  });
}

test('the retentions that count are those by which some point is kept, of a run by hand or of any slot', () => {
  fc.assert(
    fc.property(documents, (document) => {
      const { schedules } = document;
      const slots = schedules
        ? FLAGS.map((flag) =>
            rulesOfSlot(schedules, { flags: [flag], copied: asksForCopies(schedules, flag) ? [flag] : [] }),
          ).filter((rules) => rules.length > 0)
        : [];
      const kept = [rulesOfRun(document, null), ...slots].flatMap((rules) => keptBy(document, rules));
      const counting = countingRetentions(document);
      expect(new Set(counting.map((one) => one.kept?.value ?? null))).toEqual(new Set(kept));
      const paths = counting.map(({ path }) => path.join('.'));
      expect(new Set(paths).size).toBe(paths.length);
      for (const { path, kept: said } of counting) {
        const at = path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], document);
        expect(at).toEqual(path[0] === 'schedules' ? said : (said?.value ?? null));
      }
    }),
  );
});
