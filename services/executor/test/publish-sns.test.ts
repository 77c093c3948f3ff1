import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { callInternal } from '@tablekeep/platform/rpc';
import { availableEngines } from '@tablekeep/testkit/engines';
import { account, AWAY, HOME, operatorActions, ownerKeys } from './aws-account.ts';
import { startWorld, type World } from './world.ts';

const [engine] = await availableEngines();

describe('publishing to an SNS topic', () => {
  let world: World;
  let topicArn: string;
  beforeEach(async () => {
    world = await startWorld(engine!);
    const sns = new SNSClient({ endpoint: world.emulator.endpoint, region: AWAY, credentials: ownerKeys });
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
    topicArn = TopicArn ?? '';
  }, 60_000);
  afterEach(() => world.stop());

  const publish = async (change: object = {}) => {
    const asked = await callInternal({
      peer: () => world.service.url,
      identity: world.identity,
      service: 'notification',
      call: 'publishSns',
      input: {
        accountId: account.id,
        account,
        topicArn,
        subject: 'FAILED: Größe ✅',
        message: 'What\nhappened',
        ...change,
      },
      timeoutMs: 15_000,
      tries: 1,
    });
    return asked.state === 'known' ? asked.value : asked;
  };
  const published = async () => {
    const response = await fetch(`${world.emulator.endpoint}/_emulator/sns`);
    return ((await response.json()) as Record<string, { messageId: string; subject: string; message: string }[]>)[
      topicArn
    ]!;
  };

  test('is done as the account’s role, in the topic’s Region, with a subject that SNS takes', async () => {
    const answer = await publish();
    expect(answer).toMatchObject({ state: 'published' });
    expect(await published()).toEqual([
      expect.objectContaining({
        ...('messageId' in answer && { messageId: answer.messageId }),
        subject: 'FAILED: Groe',
        message: 'What\nhappened',
      }),
    ]);
  });

  test('without the permission is refused, naming the action and the topic', async () => {
    await world.owner.allow(operatorActions.filter((action) => action !== 'sns:Publish'));
    const answer = await publish();
    expect(answer).toMatchObject({ state: 'refused', retryable: true });
    expect(answer).toMatchObject({ because: expect.stringContaining('may not sns:Publish on') });
    expect(await published()).toEqual([]);
  });

  test('to a topic that is gone is refused; of an account that is gone, for good', async () => {
    expect(await publish({ topicArn: topicArn.replace('alerts', 'gone') })).toMatchObject({
      state: 'refused',
      because: expect.stringContaining('found nothing'),
    });
    expect(await publish({ account: null, accountId: 'nobody' })).toMatchObject({ state: 'refused' });
    expect(await publish({ topicArn: `arn:aws:sns:${HOME}:${account.awsAccountId}:x y` })).toMatchObject({
      state: 'refused',
      retryable: false,
    });
  });

  test('whose answer is lost is not known to have been done, nor done again', async () => {
    world.emulator.fault({ service: 'sns', operation: 'Publish', count: 1, kind: 'responseLost' });
    expect(await publish()).toMatchObject({ state: 'unknown' });
    expect(await published()).toHaveLength(1);
    world.emulator.fault({ service: 'sns', operation: 'Publish', count: 1, kind: 'http500' });
    expect(await publish()).toMatchObject({ state: 'unknown' });
    expect(await published()).toHaveLength(1);
    world.emulator.fault({ service: 'sns', operation: 'Publish', count: 1, kind: 'throttle' });
    expect(await publish()).toMatchObject({ state: 'refused', retryable: true });
  });
});
