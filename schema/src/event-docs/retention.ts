import { HOME, ids, orders, VAULT } from './samples.ts';
import type { EventDocs } from './types.ts';

const chain = {
  chainId: ids.chain,
  accountId: ids.account,
  tableArn: orders.arn,
  tableName: orders.name,
  tableId: orders.tableId,
  because: 'COLLAPSED',
  detail: 'its newest point has 50331648 bytes where 734003200 were usual, so the table may have lost its data.',
} as const;

const chainFields = {
  chainId: 'Of the chain: the restore points of one table, told apart by the table’s id.',
  because: 'REPLACED: the table’s name came back with another id. COLLAPSED: its size did.',
  detail: 'For people: what was seen.',
};

/** What retention does, and what it refuses to do. */
export const retentionDocs = {
  'dev.tablekeep.retention.due.v1': {
    audience: 'INTERNAL',
    sentBy: ['retention'],
    summary: 'A day’s retention of an account has come: the session of this id shall run it.',
    more: 'The run itself is told by dev.tablekeep.session.finished.v1, and each point that goes by dev.tablekeep.restore-point.deleted.v1.',
    subject: 'the account’s id',
    fields: { day: 'YYYY-MM-DD by the calendar of the settings’ zone: one run for each account and day.' },
    examples: [
      {
        name: 'a day’s retention',
        subject: ids.account,
        data: { accountId: ids.account, sessionId: ids.retention, day: '2026-11-27' },
      },
    ],
  },
  'dev.tablekeep.retention.untaken.v1': {
    audience: 'PUBLIC',
    sentBy: ['retention'],
    summary: 'A day’s retention was announced, and no session has taken it up: points may stay longer than asked.',
    subject: 'the account’s id',
    fields: {
      day: 'YYYY-MM-DD by the calendar of the settings’ zone.',
      sessionId: 'Of the session that should run it; it does not exist, or nobody has heard of it.',
      announcedAt: 'When the day was announced.',
    },
    examples: [
      {
        name: 'nobody has answered for minutes',
        subject: ids.account,
        data: {
          accountId: ids.account,
          sessionId: ids.retention,
          day: '2026-11-27',
          announcedAt: '2026-11-27T06:00:00.415Z',
        },
      },
    ],
  },
  'dev.tablekeep.retention.refused.v1': {
    audience: 'PUBLIC',
    sentBy: ['retention'],
    summary: 'Retention was in doubt and deleted nothing of an account, a vault, or a table.',
    subject: 'the account’s id',
    fields: {
      sessionId: 'Of the run that was in doubt.',
      dryRun: 'True: it would have deleted nothing anyway.',
      scope: 'What was left alone: ACCOUNT, VAULT or TABLE.',
      code: 'Stable, for programs: CLOCK_SKEW, VAULT_UNREADABLE, LISTING_INCOMPLETE, NEWEST_MISSING, TOO_MANY_AT_ONCE …',
      region: 'Null where the doubt is about none in particular.',
      vaultName: 'Null where the doubt is about none in particular.',
      tableArn: 'Null where the doubt is not about one table.',
      tableName: 'Null where the doubt is not about one table.',
      tableId: 'AWS’s id of the table; null where the doubt is not about one table, or it is not known.',
      points: 'How many would have gone.',
      message: 'For people: what was seen, and what to do.',
    },
    examples: [
      {
        name: 'the newest point of a table is not where it should be',
        subject: ids.account,
        data: {
          accountId: ids.account,
          sessionId: ids.retention,
          dryRun: false,
          scope: 'TABLE',
          code: 'NEWEST_MISSING',
          region: HOME,
          vaultName: VAULT,
          tableArn: orders.arn,
          tableName: orders.name,
          tableId: orders.tableId,
          points: 3,
          message:
            'Nothing of table Orders was deleted: its newest restore point is not in vault tablekeep. Find out who deleted it, and import the vault.',
        },
      },
    ],
  },
  'dev.tablekeep.retention.settings.changed.v1': {
    audience: 'INTERNAL',
    sentBy: ['retention'],
    summary: 'The settings of retention were changed; carries what other services keep of them.',
    more: 'Programs see the settings through the API, and who changed them in the audit events.',
    subject: 'always "retention"',
    fields: {
      version: 'Rises with every change, so that a word that comes late is known as such.',
      sessionKeepDays: 'How long records of ended sessions are kept; null: for ever; absent: nobody has said.',
    },
    examples: [
      {
        name: 'records of sessions are kept for a year',
        subject: 'retention',
        data: { version: 2, sessionKeepDays: 365 },
      },
    ],
  },
  'dev.tablekeep.chain.frozen.v1': {
    audience: 'PUBLIC',
    sentBy: ['retention'],
    summary:
      'The table may have lost its data: retention deletes none of its restore points until a person acknowledges.',
    subject: 'the chain’s id',
    fields: { ...chainFields, frozenAt: 'Since when.' },
    examples: [
      {
        name: 'a table has a tenth of its usual size',
        subject: ids.chain,
        data: { ...chain, frozenAt: '2026-11-27T02:12:00.630Z' },
      },
    ],
  },
  'dev.tablekeep.chain.released.v1': {
    audience: 'PUBLIC',
    sentBy: ['retention'],
    summary:
      'Retention goes on with the restore points of a table: a person has acknowledged what was seen, or no point is left.',
    subject: 'the chain’s id',
    fields: {
      ...chainFields,
      because: 'Why it had been frozen: REPLACED or COLLAPSED.',
      releasedAt: 'Since when.',
      how: 'ACKNOWLEDGED by a person, or NO_POINTS_LEFT.',
      by: 'Name of the token or person that acknowledged; null: nobody had to.',
      reason: 'What that person gave as a reason; null: nothing.',
    },
    examples: [
      {
        name: 'a person knows why the table is small',
        subject: ids.chain,
        data: {
          ...chain,
          releasedAt: '2026-11-27T09:20:44.002Z',
          how: 'ACKNOWLEDGED',
          by: 'operations',
          reason: 'Old orders were moved to the archive.',
        },
      },
    ],
  },
} as const satisfies EventDocs;
