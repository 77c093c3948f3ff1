import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import { isTimeZone } from '@tablekeep/platform/local-time';
import type { Cut, InternalInput, InternalOutput } from '@tablekeep/schema/internal';
import { priceOf, type PriceList } from './domain/cost/prices.ts';
import type { Schedules } from './domain/schedules/schedule.ts';
import { owedSlots } from './domain/schedules/plan-slots.ts';
import { slotsBetween } from './domain/schedules/slots.ts';
import { policyHealth } from './graphql/overview.ts';
import { createLoaders } from './graphql/loaders.ts';
import type { TableExample } from './judge-inventory.ts';
import { allAccounts } from './store/accounts.ts';
import type { PolicyRow } from './store/entities.ts';

type Report = InternalOutput<'reportProtection'>;
type Deps = Readonly<{ db: Database; clock: Clock; prices: PriceList }>;

/** How tables and policies stand now, and what is to run: what `overview` and `policyHealth` show, for the daily report. */
export async function reportProtection(
  { db, clock, prices }: Deps,
  { until, most }: InternalInput<'reportProtection'>,
): Promise<Report> {
  const loaders = createLoaders(db, clock);
  const [{ tables, byStatus, examples }, health, policies, accounts] = await Promise.all([
    loaders.inventory(),
    policyHealth({ db, clock, loaders }, { enabled: true }),
    loaders.allPolicies(),
    allAccounts(db.reader),
  ]);
  const names = new Map(accounts.map(({ id, name, awsAccountId }) => [id, `${name} (${awsAccountId})`]));
  const nameOf = (accountId: string) => names.get(accountId) ?? accountId;
  const shown = (of: readonly TableExample[] = [], count = 0) => ({
    first: of.slice(0, most).map(({ name, region, accountId, reason }) => ({
      name,
      region,
      account: nameOf(accountId),
      reason,
    })),
    more: Math.max(0, count - Math.min(of.length, most)),
  });
  const messages = new Map(policies.map(({ id, scheduleMessage }) => [id, scheduleMessage]));
  const troubled = health
    .map((one) => ({
      policyName: one.policyName,
      account: nameOf(one.accountId),
      overdue: one.overdue,
      lastSuccessAt: isoOf(one.lastSuccessAt),
      nextRunAt: isoOf(one.nextRunAt),
      unplannable: one.scheduleState === 'UNPLANNABLE' ? (messages.get(one.policyId) ?? '') : null,
      copiesBehind: one.copiesBehind ?? 0,
      verificationsFailed: one.tablesVerificationFailed,
    }))
    .filter((one) => one.overdue || one.unplannable !== null || one.copiesBehind > 0 || one.verificationsFailed > 0);
  return {
    tables,
    byStatus: [...byStatus].map(([status, count]) => ({ status, tables: count })),
    unprotected: shown(examples.get('UNPROTECTED'), byStatus.get('UNPROTECTED')),
    rpoBreached: shown(examples.get('RPO_BREACHED'), byStatus.get('RPO_BREACHED')),
    policies: cutAt(troubled, most),
    copiesBehind: health.reduce((sum, one) => sum + (one.copiesBehind ?? 0), 0),
    runs: cutAt(runsOf(policies, clock.now(), new Date(until)), most),
    prices: {
      asOf: prices.asOf,
      regions: Object.keys(prices.regions).map((region) => ({
        region,
        warm: priceOf(prices, region, 'warmStorage'),
        cold: priceOf(prices, region, 'coldStorage'),
      })),
    },
  };
}

const isoOf = (at: Date | string | null | undefined) => (at == null ? null : new Date(at).toISOString());

type Run = Report['runs']['first'][number];

/** What is due and what will be, one line for each policy. */
function runsOf(policies: readonly PolicyRow[], now: Date, until: Date): Run[] {
  const of = (policyName: string, what: Run['what'], schedules: Schedules | null, after: Date): Run[] => {
    if (!schedules || !isTimeZone(schedules.timeZone)) return [];
    const slots = slotsBetween(schedules, now, until);
    const owed = owedSlots(schedules, after, now);
    const first = owed?.[0] ?? slots[0];
    if (!first) return [];
    // Everything that is owed already makes one run.
    return [{ policyName, what, firstAt: first.at.toISOString(), runs: slots.length + (owed ? 1 : 0) }];
  };
  return policies
    .filter(({ enabled }) => enabled)
    .flatMap(({ name, document, slotsAfter, verifiedAfter }) => [
      ...of(name, 'BACKUP', document.schedules, slotsAfter),
      ...of(name, 'VERIFICATION', document.verification?.schedule ?? null, verifiedAfter),
    ])
    .toSorted((a, b) => a.firstAt.localeCompare(b.firstAt) || a.policyName.localeCompare(b.policyName));
}

function cutAt<T>(all: readonly T[], most: number): { first: T[]; more: number } & Cut<T> {
  return { first: all.slice(0, most), more: Math.max(0, all.length - most) };
}
