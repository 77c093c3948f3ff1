import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { startReceiver, type Receiver } from '@tablekeep/testkit/http-receiver';
import { startSmtpServer, type SmtpUnderTest } from '@tablekeep/testkit/smtp-server';
import { startWorld, type World } from './world.ts';

const TABLE = 'arn:aws:dynamodb:eu-central-1:111122223333:table/Orders';

describe.each(await availableEngines())('what happens on its own, on %s', (engine: Engine) => {
  let world: World;
  let smtp: SmtpUnderTest;
  let receiver: Receiver;
  beforeEach(async () => {
    world = await startWorld(engine, {
      allowedNetworks: ['127.0.0.1/32'],
      publicUrl: 'https://tablekeep.example.com',
    });
    smtp = await startSmtpServer();
    receiver = await startReceiver();
    await world.settings(smtp.port, { recipients: ['ops@example.com'], notifyOn: ['SUCCESS', 'WARNING', 'ERROR'] });
  }, 60_000);
  afterEach(async () => {
    await world.service.stop();
    await smtp.stop();
    await receiver.stop();
  });

  const refused = (tableName: string, change: object = {}) =>
    world.service.tell({
      type: 'dev.tablekeep.retention.refused.v1',
      source: 'retention',
      subject: 'a',
      data: {
        accountId: 'a',
        sessionId: 's-1',
        dryRun: false,
        scope: 'TABLE',
        code: 'TOO_MANY_AT_ONCE',
        region: 'eu-central-1',
        vaultName: 'Default',
        tableArn: TABLE,
        tableName,
        tableId: null,
        points: 9,
        message: '9 of 10 points would go at once.',
        ...change,
      },
    });
  const chain = {
    chainId: 'c-1',
    accountId: 'a',
    tableArn: TABLE,
    tableName: 'Orders',
    tableId: 't-1',
    because: 'COLLAPSED' as const,
    detail: 'Its size fell from 5 GiB to 12 bytes.',
  };
  const told = async () => {
    await world.passing(async () =>
      expect((await world.deliveries()).filter(({ status }) => status !== 'DELIVERED')).toEqual([]),
    );
    return smtp.messages.map(({ subject }) => subject).sort();
  };

  test('retention that refuses many tables for one reason is one message, and a dry run is none', async () => {
    await refused('Orders');
    await refused('Invoices');
    await refused('Orders', { code: 'NEWEST_MISSING', message: 'The newest point is not in its vault.' });
    await refused('Dry', { dryRun: true, sessionId: 's-2' });
    expect(await told()).toEqual([
      '[Tablekeep EMULATED] REFUSED: retention of table Orders, eu-central-1',
      '[Tablekeep EMULATED] REFUSED: retention of table Orders, eu-central-1',
    ]);
    const text = smtp.messages.map((message) => message.text).join('\n');
    expect(text).toContain('9 of 10 points would go at once.');
    expect(text).toContain('The newest point is not in its vault.');
    expect(text).toContain('It may have refused more for the same reason');
    expect(text).toContain('https://tablekeep.example.com/graphql?query=');
    expect(text).not.toContain('Dry');
  }, 40_000);

  test('a table that may have lost its data is told as an error, and its acknowledgement as good news', async () => {
    await world.service.tell({
      type: 'dev.tablekeep.chain.frozen.v1',
      source: 'retention',
      subject: 'c-1',
      data: { ...chain, frozenAt: '2026-01-31T04:00:00.000Z' },
    });
    await world.service.tell({
      type: 'dev.tablekeep.chain.released.v1',
      source: 'retention',
      subject: 'c-1',
      data: {
        ...chain,
        releasedAt: '2026-01-31T05:00:00.000Z',
        how: 'ACKNOWLEDGED',
        by: 'Operator',
        reason: 'emptied',
      },
    });
    expect(await told()).toEqual([
      '[Tablekeep EMULATED] FROZEN: restore points of Orders, eu-central-1',
      '[Tablekeep EMULATED] RELEASED: restore points of Orders, eu-central-1',
    ]);
    const [frozen, released] = [...smtp.messages].sort((a, b) => (a.subject! < b.subject! ? -1 : 1));
    expect(frozen!.text).toContain('Its size fell from 5 GiB to 12 bytes.');
    expect(released!.text).toContain('Operator has acknowledged it: emptied');
    const { deliveries } = await world.service.graphql<{ deliveries: { nodes: { severity: string }[] } }>(
      '{ deliveries { nodes { severity } } }',
    );
    expect(deliveries.nodes.map(({ severity }) => severity).sort()).toEqual(['ERROR', 'SUCCESS']);
  }, 40_000);
});
