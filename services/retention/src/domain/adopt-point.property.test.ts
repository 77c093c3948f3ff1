import { describe, expect, test } from '@jest/globals';
import type { PointTags, VaultPoint } from '@tablekeep/schema/vault-points';
import type { PointOrigin } from '@tablekeep/schema/work-items';
import fc from 'fast-check';
import { adoptPoint, isAdoptable, type Place } from './adopt-point.ts';
import { expiryOf, flagsOf } from './flags-of-point.ts';
import { linkCopies, type Linkable } from './link-copies.ts';

const HOME = 'us-east-1';
const AWAY = 'eu-west-1';
const TABLE = `arn:aws:dynamodb:${HOME}:111122223333:table/Orders`;
const at = (region: string): Place => ({
  accountId: 'account-1',
  awsAccountId: '111122223333',
  region,
  vaultName: 'gold',
});
const vaultArn = (region: string) => `arn:aws:backup:${region}:111122223333:backup-vault:gold`;

const days = fc.option(fc.integer({ min: 1, max: 3_000 }), { nil: null });
const period = fc.option(
  fc.record({ value: fc.integer({ min: 1, max: 24 }), unit: fc.constantFrom('DAYS', 'MONTHS', 'YEARS') }),
  { nil: null },
);
const rules = fc.uniqueArray(
  fc.record({ flag: fc.constantFrom('D', 'W', 'M', 'Y'), keep: period, copied: fc.boolean(), keepCopies: period }),
  { selector: (rule) => rule.flag, maxLength: 4 },
);
/** A backup by a policy, and one target its copies go to, as the plan of a run has them. */
const run = fc.record({ rules, backupDays: days, targetDays: days }).map(({ rules: all, backupDays, targetDays }) => {
  const originOf = (kind: 'BACKUP' | 'COPY', copyDays: number | null): PointOrigin => ({
    kind,
    policyId: 'p-1',
    policyName: 'Nightly',
    retention: { backupDays, copyDays },
    rules: all.map((rule) =>
      copyDays === null ? rule : { ...rule, keepCopies: { value: copyDays, unit: 'DAYS' as const } },
    ),
    coldAfterDays: null,
  });
  const copies = [{ region: AWAY, vaultName: 'gold', days: targetDays }];
  return { backup: { ...originOf('BACKUP', null), copies }, copy: originOf('COPY', targetDays) };
});
const moment = fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });

function seen(change: Partial<VaultPoint>): VaultPoint {
  return {
    recoveryPointArn: 'arn:aws:backup:us-east-1:111122223333:recovery-point:1',
    status: 'COMPLETED',
    tableArn: TABLE,
    createdAt: '2026-01-31T04:00:00.000Z',
    completedAt: null,
    sizeBytes: 7,
    storageClass: 'WARM',
    deleteAt: null,
    movesToColdAt: null,
    encryptionKeyArn: null,
    sourceVaultArn: null,
    tags: null,
    ...change,
  };
}
function tagsOf(origin: PointOrigin, change: Partial<PointTags> = {}): PointTags {
  const table = { arn: TABLE, name: 'Orders', region: HOME, tableId: 't-1' };
  const run = { sessionId: 's-1', taskId: 'task-1', attempt: 2, takenAt: '2026-01-31T03:59:00.000Z' };
  return {
    metadata: { version: 1, ...run, table, origin, settings: null },
    because: null,
    sealedWith: null,
    userTags: [],
    ...change,
  };
}
const flags = (origin: PointOrigin, madeAt: Date) =>
  flagsOf(origin, madeAt).map(({ flag, expiresAt }) => ({ flag, expiresAt: expiresAt?.toISOString() ?? null }));

describe('a point found in its vault', () => {
  test('has the kind, flags and ends that it was catalogued with: backups as backups, copies as copies', () => {
    fc.assert(
      fc.property(run, moment, ({ backup, copy }, madeAt) => {
        const createdAt = madeAt.toISOString();
        const source = adoptPoint(seen({ createdAt }), tagsOf(backup), at(HOME));
        expect(source).toMatchObject({ kind: 'BACKUP', foreignBecause: null, runTag: 'task-1/2', sessionId: 's-1' });
        expect(source.flags).toEqual(flags(backup, madeAt));
        expect(source.expiresAt).toEqual(expiryOf(backup, madeAt));
        const away = adoptPoint(seen({ createdAt, sourceVaultArn: vaultArn(HOME) }), tagsOf(backup), at(AWAY));
        expect(away.kind).toBe('COPY');
        expect(away.flags).toEqual(flags(copy, madeAt));
        expect(away.expiresAt).toEqual(expiryOf(copy, madeAt));
      }),
    );
  });

  test('stays for ever where nobody planned the copy, however short the rules of its source', () => {
    fc.assert(
      fc.property(run, ({ backup }) => {
        const elsewhere = { ...at('ap-south-1'), vaultName: 'by-hand' };
        const copy = adoptPoint(seen({ sourceVaultArn: vaultArn(HOME) }), tagsOf(backup), elsewhere);
        expect(copy).toMatchObject({ kind: 'COPY', expiresAt: null, flags: [], foreignBecause: null });
      }),
    );
  });

  test('of tags that do not speak for it is read-only, and never has an end of ours', () => {
    const because = fc.option(fc.string({ minLength: 1 }), { nil: null });
    fc.assert(
      fc.property(run, because, fc.boolean(), ({ backup }, why, moved) => {
        const tags = moved ? tagsOf(backup) : tagsOf(backup, { metadata: null, because: why });
        const other = moved ? { tableArn: `${TABLE}-other` } : {};
        const point = adoptPoint(seen({ ...other, deleteAt: '2031-01-01T00:00:00.000Z' }), tags, at(HOME));
        expect(point.foreignBecause).toMatch(/./u);
        expect(point).toMatchObject({ policyId: null, flags: [], runTag: null, settings: null });
        expect(point.expiresAt).toEqual(new Date('2031-01-01T00:00:00.000Z'));
      }),
    );
  });

  test('is taken in only where AWS has it whole', () => {
    const states = ['COMPLETED', 'AVAILABLE', 'EXPIRED', 'CREATING', 'DELETING', 'STOPPED', 'PARTIAL', 'UNKNOWN'];
    expect(states.filter((status) => isAdoptable({ status }))).toEqual(['COMPLETED', 'AVAILABLE', 'EXPIRED']);
  });
});

test('each copy is linked to the point of its run in its source vault, in whatever order they come', () => {
  const family = (n: number): Linkable[] => {
    const common = {
      sourceRecoveryPointArn: null,
      awsAccountId: '111122223333',
      tableArn: TABLE,
      createdAt: new Date(Date.UTC(2026, 0, 1) + (n % 3) * 1_000),
      // Some sources were catalogued by a release that did not note runs.
      runTag: `run-${n}/1`,
      vaultName: 'gold',
    };
    const point = (id: string, region: string, from: string | null) => ({
      ...common,
      id,
      recoveryPointArn: `arn-${id}`,
      region,
      sourceVaultArn: from === null ? null : vaultArn(from),
    });
    return [point(`${n}`, HOME, null), point(`${n}-a`, AWAY, HOME), point(`${n}-b`, 'ap-south-1', HOME)];
  };
  const families = fc.integer({ min: 1, max: 8 }).chain((count) => {
    const all = Array.from({ length: count }, (_, n) => family(n)).flat();
    return fc.shuffledSubarray(all, { minLength: all.length });
  });
  fc.assert(
    fc.property(families, (points) => {
      const links = linkCopies(points);
      for (const { id } of points) expect(links.get(id)).toBe(id.includes('-') ? `arn-${id.split('-')[0]}` : undefined);
    }),
  );
});

test('a source whose run was never noted is known by its table and moment', () => {
  const source: Linkable = {
    id: 'source',
    recoveryPointArn: 'arn-source',
    sourceRecoveryPointArn: null,
    awsAccountId: '111122223333',
    region: HOME,
    vaultName: 'gold',
    tableArn: TABLE,
    createdAt: new Date(0),
    runTag: null,
    sourceVaultArn: null,
  };
  const copy = { ...source, id: 'copy', recoveryPointArn: 'arn-copy', region: AWAY, runTag: 'run/1' };
  const links = linkCopies([{ ...copy, sourceVaultArn: vaultArn(HOME) }, source]);
  expect(links).toEqual(new Map([['copy', 'arn-source']]));
});
