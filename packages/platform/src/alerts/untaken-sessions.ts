import { MOST_NAMED } from '@tablekeep/schema/alert-events';
import { plural, sayTime } from '@tablekeep/schema/brief';
import type { ServiceName } from '@tablekeep/schema/events';
import type { AlertWatch } from './settle-alerts.ts';

/** A session that was announced. `name`: what it would do, like "the run of policy Nightly". */
export type Untaken = Readonly<{ name: string; announcedAt: Date }>;

/**
 * Sessions that this service has announced and that nobody has taken up for longer than this: one alert for all of them, for
 * they have one cause. @param o.announcedBefore those that still wait, the longest waiting first
 */
export function watchUntaken(
  o: Readonly<{
    service: ServiceName;
    afterMs: number;
    announcedBefore: (before: Date) => Promise<readonly Untaken[]>;
  }>,
): AlertWatch {
  return {
    kind: 'SESSIONS_UNTAKEN',
    look: async ({ now, watchedSince }) => {
      const before = new Date(now.getTime() - o.afterMs);
      // While all of Tablekeep was away nobody could have taken them up.
      if (watchedSince > before) return [];
      const untaken = await o.announcedBefore(before);
      const [first] = untaken;
      if (!first) return [];
      return [{ subject: o.service, describe: () => describe(untaken, first) }];
    },
  };
}

function describe(untaken: readonly Untaken[], first: Untaken) {
  const count = untaken.length;
  return {
    severity: 'ERROR' as const,
    accountId: null,
    region: null,
    policyId: null,
    policyName: null,
    sessionId: null,
    summary: `${plural(count, 'session was', 'sessions were')} announced, and nobody has taken ${count === 1 ? 'it' : 'them'} up`,
    cause: 'The session service does not handle events: it is not running, or lags, or they are among its dead events.',
    nextTry: 'as soon as the session service handles events again',
    remedy: 'See that the session service runs, and look at its log, its consumer lag and its dead events.',
    count,
    about: untaken.slice(0, MOST_NAMED).map(({ name, announcedAt }) => ({
      name,
      arn: null,
      region: null,
      cause: `announced ${sayTime(announcedAt)}`,
    })),
    since: first.announcedAt.toISOString(),
  };
}
