import { CreateTopicCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startEmulator, type Emulator } from '@tablekeep/aws-emulator';
import { ACCOUNT, AWAY, failure, HOME, keysOf } from './clients.ts';

let emulator: Emulator;
const client = (region = HOME) =>
  new SNSClient({ endpoint: emulator.endpoint, region, credentials: keysOf(ACCOUNT), maxAttempts: 1 });

beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.stop());

test('keeps what is published to a topic, for whoever looks', async () => {
  const sns = client();
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
  expect(TopicArn).toBe(`arn:aws:sns:${HOME}:${ACCOUNT}:alerts`);
  expect((await sns.send(new CreateTopicCommand({ Name: 'alerts' }))).TopicArn).toBe(TopicArn);
  const { MessageId } = await sns.send(
    new PublishCommand({ TopicArn, Subject: 'FAILED: policy Nightly', Message: 'Größe & <Ordnung>\n' }),
  );
  const response = await fetch(`${emulator.endpoint}/_emulator/sns`);
  expect(await response.json()).toMatchObject({
    [TopicArn!]: [{ messageId: MessageId, subject: 'FAILED: policy Nightly', message: 'Größe & <Ordnung>\n' }],
  });
});

test('refuses as SNS does', async () => {
  const sns = client();
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
  const publish = (input: object, from = sns) =>
    failure(from.send(new PublishCommand({ TopicArn, Message: 'x', ...input })));
  expect(await publish({ TopicArn: `${TopicArn}-gone` })).toMatchObject({ name: 'NotFoundException', status: 404 });
  expect(await publish({ Message: 'x'.repeat(262_145) })).toMatchObject({ name: 'InvalidParameterException' });
  expect(await publish({ Subject: 'two\nlines' })).toMatchObject({ name: 'InvalidParameterException' });
  expect(await publish({ Subject: 'é' })).toMatchObject({ name: 'InvalidParameterException' });
  expect(await publish({ Subject: 'x'.repeat(101) })).toMatchObject({ name: 'InvalidParameterException' });
  expect(await publish({}, client(AWAY))).toMatchObject({ name: 'InvalidParameterException' });
});
