import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { docOf } from './event-docs/index.ts';
import { isFor, namedIn, parseStreamId, streamIdOf, type EventReader, type LoggedEvent } from './event-stream.ts';
import { eventSchemas, type EventType } from './events.ts';

const everything = { types: [], prefixes: [], policyIds: [], accountIds: [], sessionIds: [], tableArns: [] };
const types = Object.keys(eventSchemas) as EventType[];
const example = (type: EventType): LoggedEvent => {
  const [{ subject, data }] = docOf(type)!.examples;
  const times = { id: 'e', time: '2026-01-31T05:00:00.000Z', correlationid: 'c' };
  return { ...times, type, source: docOf(type)!.sentBy[0], subject, environment: 'AWS', data };
};
const seenBy = (reader: EventReader) => types.filter((type) => isFor(reader, example(type)));
const admin = (filter: object): EventReader => ({ role: 'ADMIN', filter: { ...everything, ...filter } });

test('the id of a stream leads back to its place; anything else is no id', () => {
  const logs = fc.string({ unit: fc.constantFrom(...'abcdef0123456789'), minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(logs, fc.nat(), (log, position) =>
      expect(parseStreamId(streamIdOf({ log, position }))).toEqual({ log, position }),
    ),
  );
  for (const text of [
    '',
    '12',
    'thislog1',
    'thislog1-',
    'thislog1-x',
    'thislog1-1 ',
    '-1',
    'thislog1-9999999999999999',
  ]) {
    expect(parseStreamId(text)).toBeNull();
  }
});

describe('who sees what', () => {
  test('nobody sees what is internal, and admins alone the audit', () => {
    const forAdmins = seenBy(admin({}));
    const forOthers = seenBy({ role: 'READ_ONLY', filter: everything });
    for (const type of types) {
      expect([type, forAdmins.includes(type)]).toEqual([type, docOf(type)!.audience !== 'INTERNAL']);
      expect([type, forOthers.includes(type)]).toEqual([type, docOf(type)!.audience === 'PUBLIC']);
    }
    expect(seenBy(admin({ types: ['dev.tablekeep.account.changed.v1'] }))).toEqual([]);
  });

  test('a table is found wherever an event names it', () => {
    const tableArns = ['arn:aws:dynamodb:eu-west-1:111122223333:table/Orders'];
    const seen = seenBy(admin({ tableArns }));
    expect(seen).toContain('dev.tablekeep.restore-point.catalogued.v1');
    expect(seen).toContain('dev.tablekeep.task.succeeded.v1');
    expect(seen).not.toContain('dev.tablekeep.tables.unprotected.v1');
    expect(
      namedIn({ problems: [{ arn: tableArns[0] }], vault: { arn: 'arn:aws:backup:eu-west-1:1:backup-vault:x' } }),
    ).toMatchObject({
      tableArn: new Set(tableArns),
    });
  });

  test('within a list one is enough, and every list must be met', () => {
    const [policy] = namedIn(docOf('dev.tablekeep.session.finished.v1')!.examples[0].data).policyId;
    const finished = 'dev.tablekeep.session.finished.v1';
    expect(seenBy(admin({ policyIds: ['other', policy], types: [finished] }))).toEqual([finished]);
    expect(seenBy(admin({ policyIds: ['other'], types: [finished] }))).toEqual([]);
    expect(seenBy(admin({ prefixes: ['dev.tablekeep.session.f', 'dev.tablekeep.task.f'] }))).toEqual([
      finished,
      'dev.tablekeep.task.failed.v1',
    ]);
  });
});
