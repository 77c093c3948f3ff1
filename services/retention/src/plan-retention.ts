import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import { recordEvent, recordPlan } from '@tablekeep/platform/outbox';
import type { EventData, PlannedTask, SessionRequest } from '@tablekeep/schema/events';
import { chainOf, vaultKey } from './domain/judge-deletion.ts';
import { planDeletions } from './domain/plan-deletion.ts';
import {
  clockDoubt,
  enoughPoints,
  withoutDoubt,
  type ChainFacts,
  type Listing,
  type Refusal,
} from './domain/retention/doubts.ts';
import { planNets } from './domain/retention/safety-net.ts';
import { SAFETY } from './domain/retention/safety.ts';
import { sayBound, sayDue, sayDoomed, sayMore, sayNets } from './domain/retention/say-retention.ts';
import type { ChainSeen } from './judge-points.ts';
import { announceNets, netsSessionOf, netsToPutOff } from './put-off-nets.ts';
import { databaseNow } from './store/database-clock.ts';
import { countChain, countDue, isThere, noteLooks, type LightRow } from './store/retained-points.ts';
import { count } from './store/retention-counts.ts';
import { readSettings } from './store/retention-settings.ts';
import { lockedVaults, toldVaults } from './store/vault-locks.ts';
import { wholeScan, type WholeScan } from './store/vault-scans.ts';
import { sweep, type Sweep } from './sweep.ts';

export type RetentionRequest = Extract<SessionRequest, { type: 'RETENTION' }>;
type RoundFinished = EventData<'dev.tablekeep.session.round.finished.v1'>;
type Plan = Readonly<{
  sessionId: string;
  round: number;
  final: boolean;
  tasks?: readonly PlannedTask[];
  notes?: readonly string[];
  remarks?: readonly string[];
}>;

/** Refusals that are told one by one; the counts and the session's notes have the rest. */
const MOST_TOLD = 100;

/**
 * The first round of retention: looks at the points whose time may be over, and lists the vaults of those that nothing keeps
 * and of the points that they leave behind. Planned once, by its key (session, round), in the caller's transaction.
 */
export async function planLooks(
  db: Database,
  clock: Clock,
  tx: Tx,
  { sessionId, request }: Readonly<{ sessionId: string; request: RetentionRequest }>,
): Promise<void> {
  const { accountId, dryRun } = request;
  const now = clock.now();
  const around = { accountId, now, lockedVaults: await lockedVaults(tx, accountId) };
  const { toPutOff: nets, bound } = await netsToPutOff(db, tx, around);
  const notes = sayBound(bound);
  if (request.only === 'SAFETY_NETS') {
    const tasks = planNets(nets);
    return emit(db, tx, { sessionId, round: 1, final: true, tasks, notes, remarks: [sayNets(nets.length)] });
  }
  // A session of its own: whatever is in doubt here, it deletes nothing and waits for nobody.
  if (nets.length > 0 && !dryRun) await announceNets(db, tx, { accountId, now, sessionId: netsSessionOf(sessionId) });
  const seen = await sweep(db, tx, around);
  const doubt = clockDoubt(now, { database: await databaseNow(db, tx), awsAheadMs: [] }, seen.doomed.length);
  if (doubt !== null) {
    await tellRefusals(db, tx, { sessionId, request }, [doubt]);
    return emit(db, tx, { sessionId, round: 1, final: true, notes: [doubt.message, ...notes] });
  }
  if (!dryRun) {
    await noteLooks(
      tx,
      seen.staying.map(({ row, at }) => ({ id: row.id, at })),
    );
  }
  const tasks = looksAt(seen);
  const remarks = [sayDue(seen.doomed.length, seen.staying.length), ...(nets.length > 0 ? [sayNets(nets.length)] : [])];
  return emit(db, tx, { sessionId, round: 1, final: tasks.length === 0, tasks, notes, remarks });
}

/** One listing of each vault concerned. */
function looksAt({ doomed, chains }: Sweep): PlannedTask[] {
  const vaults = new Map([...doomed, ...standingFor(doomed, chains)].map((row) => [vaultKey(row), row]));
  return [...vaults.values()].map(({ accountId, awsAccountId, region, vaultName }) => ({
    key: `list:${region}:${vaultName}`,
    accountId,
    awsAccountId,
    region,
    after: null,
    table: null,
    parameters: { kind: 'IMPORT', vaultName, points: null },
  }));
}

/** Of each chain the newest point and the one that stays for it: they must be there before any other goes. */
function standingFor(doomed: readonly LightRow[], chains: ReadonlyMap<string, ChainSeen>): LightRow[] {
  return [...new Set(doomed.map(chainOf))].flatMap((key) => {
    const { newest = null, kept = null } = chains.get(key) ?? {};
    return [newest, kept].filter((row) => row !== null);
  });
}

/**
 * The second round: judges again, now that the vaults have been seen, and deletes what nothing keeps and nothing puts in
 * doubt. A dry run says the same and deletes nothing. Points of vaults that nobody looked at wait for the next session.
 */
export async function planRetention(
  db: Database,
  clock: Clock,
  tx: Tx,
  finished: RoundFinished & Readonly<{ request: RetentionRequest }>,
): Promise<void> {
  const { sessionId, request } = finished;
  const { accountId, dryRun } = request;
  const round = finished.round + 1;
  const now = clock.now();
  const seen = await sweep(db, tx, { accountId, now, lockedVaults: await lockedVaults(tx, accountId) });
  const scans = await scansOf(tx, finished);
  const looked = seen.doomed.filter((row) => scans.has(vaultKey(row)));
  const awsAheadMs = [...scans.values()].flatMap((scan) => scan?.awsAheadMs ?? []);
  const doubt = clockDoubt(now, { database: await databaseNow(db, tx), awsAheadMs }, looked.length);
  if (doubt !== null) {
    await tellRefusals(db, tx, { sessionId, request }, [doubt]);
    return emit(db, tx, { sessionId, round, final: true, notes: [doubt.message] });
  }
  const { sharePercent } = await readSettings(tx);
  const { going, refusals } = withoutDoubt(looked, {
    now,
    sharePercent,
    listings: await listingsOf(scans, looked, seen.chains),
    chains: await factsOf(db, tx, looked, { seen, now, sharePercent }),
    toldVaults: await toldVaults(tx, accountId, new Date(now.getTime() - SAFETY.lockAgeMs)),
  });
  await tellRefusals(db, tx, { sessionId, request }, refusals);
  if (!dryRun) await putBehind(tx, looked, going, now);
  const notes = [...refusals.map(({ message }) => message), ...(seen.more ? [sayMore(SAFETY.mostPerSession)] : [])];
  const tasks = dryRun ? [] : planDeletions(going.map(doomedPoint), 'RULES');
  const remarks = dryRun ? going.map(sayDoomed) : [];
  return emit(db, tx, { sessionId, round, final: true, tasks, notes, remarks });
}

/** What was refused stays due, behind all that no session has come to yet: it never takes up the places of the others. */
async function putBehind(tx: Tx, looked: readonly LightRow[], going: readonly LightRow[], now: Date): Promise<void> {
  const goes = new Set(going.map(({ id }) => id));
  const refused = looked.filter(({ id }) => !goes.has(id));
  await noteLooks(
    tx,
    refused.map(({ id }) => ({ id, at: now })),
  );
}

function doomedPoint(row: LightRow) {
  const { id, version, accountId, awsAccountId, region, vaultName, recoveryPointArn } = row;
  const table = { arn: row.tableArn, name: row.tableName, region: row.tableRegion, tableId: row.tableId };
  return { id, version, accountId, awsAccountId, region, vaultName, recoveryPointArn, table };
}

/** By vault key what the round before saw; null: the vault could not be looked at. */
async function scansOf(tx: Tx, finished: RoundFinished): Promise<Map<string, WholeScan | null>> {
  const scans = new Map<string, WholeScan | null>();
  for (const { scanId, ...vault } of finished.vaultScans) scans.set(vaultKey(vault), await wholeScan(tx, scanId));
  for (const vault of finished.failedVaults) scans.set(vaultKey(vault), null);
  return scans;
}

/** What is asked of a listing is known before: whether it has the points that go, and the newest ones that stay. */
async function listingsOf(
  scans: ReadonlyMap<string, WholeScan | null>,
  doomed: readonly LightRow[],
  chains: ReadonlyMap<string, ChainSeen>,
): Promise<Map<string, Listing | null>> {
  const asked = Map.groupBy([...doomed, ...standingFor(doomed, chains)], vaultKey);
  const listings = new Map<string, Listing | null>();
  for (const [key, scan] of scans) {
    const found = await scan?.find((asked.get(key) ?? []).map((row) => row.recoveryPointArn));
    const statusOf = (arn: string) => found?.get(arn)?.status ?? null;
    listings.set(key, scan && { startedAt: scan.startedAt, complete: scan.complete, statusOf });
  }
  return listings;
}

async function factsOf(
  db: Database,
  tx: Tx,
  looked: readonly LightRow[],
  { seen, now, sharePercent }: Readonly<{ seen: Sweep; now: Date; sharePercent: number }>,
): Promise<Map<string, ChainFacts>> {
  const facts = new Map<string, ChainFacts>();
  const all = Map.groupBy(seen.doomed.filter(isThere), chainOf);
  for (const [key, [first]] of Map.groupBy(looked, chainOf)) {
    if (!first) continue;
    // Where there are more than one session deletes, the table may have some of those.
    const due = seen.more ? await countDue(tx, first, now) : 0;
    const doomed = Math.max(all.get(key)?.length ?? 0, due);
    const isFew = doomed < SAFETY.smallestLandslide;
    const points = isFew ? doomed : await countChain(db, tx, first, enoughPoints(doomed, sharePercent));
    const { newest = null, kept = null } = seen.chains.get(key) ?? {};
    facts.set(key, { newest, kept, points, doomed });
  }
  return facts;
}

async function tellRefusals(
  db: Database,
  tx: Tx,
  { sessionId, request }: Readonly<{ sessionId: string; request: RetentionRequest }>,
  refusals: readonly Refusal[],
): Promise<void> {
  const { accountId, dryRun } = request;
  for (const refusal of refusals.slice(0, MOST_TOLD)) {
    await recordEvent(db, tx, {
      type: 'dev.tablekeep.retention.refused.v1',
      subject: accountId,
      data: { accountId, sessionId, dryRun, ...refusal },
    });
  }
  if (dryRun) return;
  for (const [code, alike] of Map.groupBy(refusals, (one) => one.code)) {
    await count(db, tx, 'refused', code, alike.length);
  }
}

async function emit(db: Database, tx: Tx, { tasks = [], notes = [], remarks = [], ...round }: Plan): Promise<void> {
  await recordPlan(db, tx, { ...round, notes, remarks }, tasks);
}
