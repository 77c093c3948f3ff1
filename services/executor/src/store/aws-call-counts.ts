import type { Database, Tx } from '@tablekeep/platform/database';
import type { CallOutcome } from '../aws/region-aws.ts';
import { AwsCallCountEntity, type AwsCallCountRow } from './entities.ts';

type Call = Omit<AwsCallCountRow, 'calls' | 'outcome'> & { outcome: CallOutcome };

/**
 * Counts calls in memory and adds them to the database's counts when told to: a write for each call would cost more than the
 * call. A process that is killed takes the calls of its last seconds with it, and nothing else; the counts of all replicas
 * come together in one place, and no restart resets them.
 */
export function createAwsCallCounts(): { count(call: Call): void; write(db: Database): Promise<void> } {
  let waiting = new Map<string, AwsCallCountRow>();

  function add(to: Map<string, AwsCallCountRow>, row: AwsCallCountRow): void {
    const key = [row.awsAccountId, row.region, row.operation, row.outcome].join(' ');
    to.set(key, { ...row, calls: row.calls + (to.get(key)?.calls ?? 0) });
  }

  return {
    count: (call) => add(waiting, { ...call, calls: 1 }),
    async write(db) {
      if (waiting.size === 0) return;
      const mine = waiting;
      waiting = new Map();
      try {
        await db.transaction((tx) => addCalls(db, tx, [...mine.values()]));
      } catch (error) {
        for (const row of mine.values()) add(waiting, row);
        throw error;
      }
    },
  };
}

async function addCalls(db: Database, tx: Tx, calls: readonly AwsCallCountRow[]): Promise<void> {
  const again =
    db.dialect.kind === 'sqlite'
      ? 'ON CONFLICT (aws_account_id, region, operation, outcome) DO UPDATE SET calls = calls + excluded.calls'
      : 'ON DUPLICATE KEY UPDATE calls = calls + VALUES(calls)';
  // In one order for all replicas: they do not wait for each other's rows.
  const rows = calls
    .map((row) => [row.awsAccountId, row.region, row.operation, row.outcome, row.calls] as const)
    .toSorted((a, b) => (a.join(' ') < b.join(' ') ? -1 : 1));
  await db.execute(
    tx,
    `INSERT INTO aws_call_count (aws_account_id, region, operation, outcome, calls) VALUES ${rows.map(() => '(?, ?, ?, ?, ?)').join(', ')} ${again}`,
    rows.flat(),
  );
}

/** Every call that was ever made has all three outcomes, the missing ones as 0. */
export async function awsCallCounts(reader: Tx): Promise<AwsCallCountRow[]> {
  const rows = await reader.find(AwsCallCountEntity);
  const calls = Map.groupBy(rows, (row) => [row.awsAccountId, row.region, row.operation].join(' '));
  return [...calls.values()].flatMap((same) =>
    OUTCOMES.flatMap((outcome) => {
      const [one] = same;
      const found = same.find((row) => row.outcome === outcome);
      return found ?? (one ? [{ ...one, outcome, calls: 0 }] : []);
    }),
  );
}

const OUTCOMES = ['ok', 'throttled', 'failed'] as const satisfies readonly CallOutcome[];
