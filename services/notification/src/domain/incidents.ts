import type { EventEnvelope } from '@tablekeep/schema/events';
import { sayTime } from '@tablekeep/schema/brief';
import { sessionLinks, type Message, type NotifyOn } from './message.ts';

type Around = Readonly<{
  account: Readonly<{ name: string; awsAccountId: string }> | null;
  publicUrl: string | null;
}>;

/** Something that has happened on its own, told once: in the words that all messages have. */
type Incident = Readonly<{
  /** What it is about, where that is not the event. */
  about?: string;
  severity: NotifyOn;
  result: string;
  what: string;
  /** What subjects call it. */
  type: string;
  heading: string;
  facts: Message['facts'];
  notes?: readonly string[];
  name: string;
  where: string;
  cause: string;
  /** Null: nobody has to do anything. */
  next: string | null;
  links?: Message['links'];
}>;

function incident({ id, environment }: EventEnvelope, o: Incident): Message {
  const needsPerson = o.severity !== 'SUCCESS';
  return {
    about: o.about ?? id,
    eventId: id,
    severity: o.severity,
    policyId: null,
    environment,
    words: {
      environment,
      result: o.result,
      what: o.what,
      policy: '',
      type: o.type,
      counts: '',
      tables: o.where === '' ? o.name : o.where,
      issues: needsPerson ? '1 problem' : '0 problems',
    },
    heading: o.heading,
    facts: [...o.facts, ['Environment', environment]],
    notes: o.notes ?? [],
    problems: needsPerson ? [{ name: o.name, where: o.where, status: o.result, cause: o.cause, next: o.next }] : [],
    links: o.links ?? [],
  };
}

export function channelDisabled(event: EventEnvelope<'dev.tablekeep.notification.channel.disabled.v1'>): Message {
  const { channelName, kind, because } = event.data;
  return incident(event, {
    severity: 'WARNING',
    result: 'DISABLED',
    what: `channel ${channelName}`,
    type: 'notification channel',
    heading: `The channel ${channelName} is disabled: nothing is sent over it any more`,
    facts: [
      ['Channel', channelName],
      ['Kind', kind],
    ],
    name: channelName,
    where: kind,
    cause: `Its receiver ${because}`,
    next: 'none by itself: enable it again with updateNotificationChannel once the address is right',
  });
}

/**
 * A session may refuse hundreds of tables for one reason: people are told of the first, and where the others are. A dry run
 * shows what it refuses to whoever asked for it.
 */
export function retentionRefused(
  event: EventEnvelope<'dev.tablekeep.retention.refused.v1'>,
  { account, publicUrl }: Around,
): Message | null {
  const { dryRun, sessionId, scope, code, region, vaultName, tableName, points, message } = event.data;
  if (dryRun) return null;
  const owner = account && sayAccount(account);
  const name = { ACCOUNT: owner ?? 'the account', VAULT: `vault ${vaultName}`, TABLE: `table ${tableName}` }[scope];
  return incident(event, {
    about: `retention refused ${sessionId} ${code}`,
    severity: 'WARNING',
    result: 'REFUSED',
    what: `retention of ${name}`,
    type: 'retention',
    heading: `Retention was in doubt and deleted nothing of ${name}`,
    facts: [
      ...(owner === null ? [] : [['Account', owner] as const]),
      ['Restore points that would have gone', String(points)],
      ['Doubt', code],
      ['Session', sessionId],
    ],
    notes: ['It may have refused more for the same reason: its session lists everything.'],
    name,
    where: [owner, region].filter((part) => part !== null).join(' · '),
    cause: message,
    next: 'with the next daily retention; nothing is lost meanwhile, the points stay',
    links: sessionLinks(publicUrl, sessionId),
  });
}

export function chainFrozen(event: EventEnvelope<'dev.tablekeep.chain.frozen.v1'>, { account }: Around): Message {
  const { chainId, tableName, tableArn, because, detail, frozenAt } = event.data;
  const what = { REPLACED: 'has come back as another table', COLLAPSED: 'has lost most of its data' }[because];
  return incident(event, {
    severity: 'ERROR',
    result: 'FROZEN',
    what: `restore points of ${tableName}`,
    type: 'retention',
    heading: `Table ${tableName} ${what}: its restore points are kept until a person acknowledges`,
    facts: [
      ['Table', tableArn],
      ['Seen', sayTime(frozenAt)],
      ['Chain', chainId],
    ],
    name: tableName,
    where: [account && sayAccount(account), regionOf(tableArn)].filter((part) => part !== null).join(' · '),
    cause: detail,
    next: 'none by itself: restore what is missing, or acknowledge with acknowledgeChain',
  });
}

export function chainReleased(event: EventEnvelope<'dev.tablekeep.chain.released.v1'>, { account }: Around): Message {
  const { tableName, tableArn, detail, how, by, reason, releasedAt } = event.data;
  const why =
    how === 'NO_POINTS_LEFT'
      ? 'No restore point of it is left.'
      : `${by ?? 'Somebody'} has acknowledged it${reason === null ? '.' : `: ${reason}`}`;
  return incident(event, {
    severity: 'SUCCESS',
    result: 'RELEASED',
    what: `restore points of ${tableName}`,
    type: 'retention',
    heading: `Retention goes on with the restore points of table ${tableName}`,
    facts: [
      ['Table', tableArn],
      ['Released', sayTime(releasedAt)],
      ...(account === null ? [] : [['Account', sayAccount(account)] as const]),
    ],
    notes: [why, `It had been kept because of this: ${detail}`],
    name: tableName,
    where: regionOf(tableArn) ?? '',
    cause: why,
    next: null,
  });
}

const sayAccount = ({ name, awsAccountId }: NonNullable<Around['account']>) => `${name} (${awsAccountId})`;
const regionOf = (arn: string): string | null => arn.split(':')[3] || null;
