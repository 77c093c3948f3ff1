import type { Database } from '@tablekeep/platform/database';
import { callInternal } from '@tablekeep/platform/rpc';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { ReportFacts } from './domain/report-parts.ts';
import { knownAccounts } from './store/known-accounts.ts';
import { nextRunsOfPolicies } from './store/policy-overrides.ts';

type Asking = Pick<ServiceDeps, 'peers' | 'identity'> & Readonly<{ db: Database }>;
type Asked = Pick<ReportFacts, 'sessions' | 'protection' | 'points' | 'accounts' | 'nextRuns'>;

/** How long everybody has: all tables are judged for it. */
const PATIENCE_MS = 20_000;
const MOST = 50;
const DAY_MS = 86_400_000;

/** Asks everybody at once what they know of a stretch of time and of the day after it; each may not be able to tell. */
export async function askForReport(
  { db, peers, identity }: Asking,
  { from, until, now, patienceMs = PATIENCE_MS }: Readonly<{ from: Date; until: Date; now: Date; patienceMs?: number }>,
): Promise<Asked> {
  const to = { identity, service: 'notification', timeoutMs: patienceMs } as const;
  const ahead = { until: new Date(now.getTime() + DAY_MS).toISOString(), most: MOST };
  const ended = { from: from.toISOString(), until: until.toISOString(), most: MOST };
  const [sessions, protection, points, accounts, nextRuns] = await Promise.all([
    callInternal({ ...to, peer: peers.session, call: 'reportSessions', input: ended }),
    callInternal({ ...to, peer: peers.policy, call: 'reportProtection', input: ahead }),
    callInternal({ ...to, peer: peers.retention, call: 'reportPoints', input: ahead }),
    knownAccounts(db),
    nextRunsOfPolicies(db),
  ]);
  return {
    sessions,
    protection,
    points,
    accounts: new Map(accounts.map(({ accountId, name, awsAccountId }) => [accountId, `${name} (${awsAccountId})`])),
    nextRuns,
  };
}
