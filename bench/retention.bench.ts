/**
 * A sweep of retention over a catalog of 1,000,000 points of which 10,000 are past their time, beside the same 10,000 among
 * 20,000: `sweepRatio` is the one time over the other (wall clock, SQLite, medians). The sweep finds the due points, judges
 * each with its chain, and counts what a landslide would be; its cost must follow the expired points, not the catalog.
 * POINTS may be given in the environment.
 */
import { migrate, openDatabase, type Database } from '@tablekeep/platform/database';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chainOf } from '../services/retention/src/domain/judge-deletion.ts';
import { enoughPoints } from '../services/retention/src/domain/retention/doubts.ts';
import { retentionModel } from '../services/retention/src/service.ts';
import { countChain } from '../services/retention/src/store/retained-points.ts';
import { sweep } from '../services/retention/src/sweep.ts';
import { median, rounded } from './statistics.ts';

const MANY = Number(process.env['POINTS'] ?? 1_000_000);
const FEW = 20_000;
const EXPIRED = 10_000;
const TABLES = 2_000;
const DAY = 86_400_000;
const NOW = new Date('2026-06-01T04:00:00.000Z');
const BATCH = 50_000;
/** The first sweeps fill caches that a service has filled. */
const WARM_UP = 2;

export async function run(runs: number): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), 'tablekeep-bench-'));
  const catalogs: Database[] = [];
  try {
    for (const points of [FEW, MANY]) catalogs.push(await catalogOf(join(folder, `${points}.sqlite`), points));
    const [few, many] = catalogs as [Database, Database];
    const ofFew: number[] = [];
    const ofMany: number[] = [];
    // In turns, so that what else the machine does strikes both.
    for (let i = 0; i < runs + WARM_UP; i++) {
      const times = [await timed(few), await timed(many)] as const;
      if (i < WARM_UP) continue;
      ofFew.push(times[0]);
      ofMany.push(times[1]);
    }
    return {
      runs,
      points: MANY,
      expired: EXPIRED,
      tables: TABLES,
      sweepSeconds: rounded(median(ofMany)),
      sweepSecondsAmong20000: rounded(median(ofFew)),
      sweepRatio: rounded(median(ofMany) / median(ofFew)),
    };
  } finally {
    for (const db of catalogs) await db.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function catalogOf(file: string, points: number): Promise<Database> {
  const config = { kind: 'sqlite' as const, file };
  await migrate(config, retentionModel);
  const db = await openDatabase(config, retentionModel);
  for (let from = 0; from < points; from += BATCH) {
    const to = Math.min(points, from + BATCH) - 1;
    await db.transaction((tx) => tx.query(FILL, [from, to]));
  }
  await db.transaction((tx) => tx.query('ANALYZE'));
  return db;
}

const seconds = (at: number) => at / 1_000;
const after = (start: number, step: string) =>
  `strftime('%Y-%m-%d %H:%M:%f', ${seconds(start)} + ${step}, 'unixepoch')`;
const now = NOW.getTime();
/**
 * The points from one number to another, five expired ones of each table first; made by the database, since a million rows
 * take their time. Expired ones are older than the others, and ended within the last day.
 */
const FILL = `WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < ?)
  INSERT INTO restore_point (id, kind, recovery_point_arn, account_id, aws_account_id, table_arn, table_name, table_region,
    table_id, region, vault_name, size_bytes, created_at, completed_at, expires_at, next_look_at, policy_id, policy_name,
    flags, self_sufficient)
  SELECT 'point-' || i, 'BACKUP', 'arn:aws:backup:us-east-1:111122223333:recovery-point:' || i, 'account-1', '111122223333',
    'arn:aws:dynamodb:us-east-1:111122223333:table/table-' || (i % ${TABLES}), 'table-' || (i % ${TABLES}), 'us-east-1',
    'id-' || (i % ${TABLES}), 'us-east-1', 'gold', 1000, made_at, made_at, ends_at, ends_at, 'policy-1', 'Nightly',
    '[{"flag":"D","expiresAt":"' || replace(ends_at, ' ', 'T') || 'Z"}]', 1
  FROM (SELECT i,
    CASE WHEN i < ${EXPIRED} THEN ${after(now - 400 * DAY, 'i * 0.02')} ELSE ${after(now - DAY, 'i * 0.02')} END AS made_at,
    CASE WHEN i < ${EXPIRED} THEN ${after(now - DAY, 'i * 0.02')} ELSE ${after(now + DAY, 'i * 0.02')} END AS ends_at
    FROM n)`;

/** Seconds of one sweep: what both rounds of a session decide by. */
async function timed(db: Database): Promise<number> {
  const begun = performance.now();
  const { doomed } = await sweep(db, db.reader, { accountId: 'account-1', now: NOW, lockedVaults: new Set() });
  for (const [, going] of Map.groupBy(doomed, chainOf)) {
    const [first] = going;
    if (first) await countChain(db, db.reader, first, enoughPoints(going.length, 50));
  }
  if (doomed.length !== EXPIRED) throw new Error(`the sweep found ${doomed.length} expired points`);
  return (performance.now() - begun) / 1_000;
}
