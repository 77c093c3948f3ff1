import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startCluster, type Cluster } from '@tablekeep/cluster';
import { audienceOf } from '@tablekeep/schema/event-docs';
import { topics } from '@tablekeep/schema/events';
import { openStream, type StreamUnderTest } from '@tablekeep/testkit/event-stream-client';
import { eventually } from '@tablekeep/testkit/eventually';
import { startSubscriber } from '@tablekeep/testkit/subscriber-process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  runPolicy,
} from '../src/account-under-test.ts';
import { SPEED, views } from '../src/platform-under-test.ts';

let folder: string;
let cluster: Cluster;
let platform: ReturnType<typeof views>;
let stream: StreamUnderTest;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tablekeep-kafka-subscriber-'));
  cluster = await startCluster({ env: process.env, folder, replicas: 2, speed: SPEED });
  platform = views(cluster.urls[0] ?? '', cluster.token, cluster.awsEndpoint);
  stream = await openStream(`${platform.url}/events?since=2020-01-01T00:00:00Z`, {
    authorization: `Bearer ${platform.token}`,
  });
}, 300_000);
afterAll(async () => {
  stream.close();
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

test('a program on Kafka hears of a running cluster what the live stream tells, and misses none when it is killed', async () => {
  const env = { KAFKA_BROKERS: cluster.kafkaBroker, GROUP_ID: 'somebody-elses', TYPES: 'dev.tablekeep.' };
  const run = () => startSubscriber(process.execPath, ['subscriber-node/kafka.mjs', ...topics], env);
  const subscribers = [run()];
  const heard = () => subscribers.flatMap((one) => one.events()).filter(({ type }) => audienceOf(type) !== 'INTERNAL');
  const idsHeard = () => [...new Set(heard().map(({ id }) => id))].toSorted();
  const idsStreamed = () => [...new Set(stream.events().map(({ id }) => id))].toSorted();
  try {
    const accountId = await registerAccount(platform.owner, platform.graphql);
    await createAirportTable(platform.owner, 'Orders');
    const { policy } = await createPolicy(platform.graphql, policyInput(accountId));
    const first = await runPolicy(platform.graphql, policy!.id);
    await endOfSession(platform.graphql, first, 120_000);
    await eventually(() => expect(heard().map(({ subject }) => subject)).toContain(first), { timeoutMs: 60_000 });
    const second = await runPolicy(platform.graphql, policy!.id);
    await subscribers[0]!.kill();
    subscribers.push(run());
    await endOfSession(platform.graphql, second, 120_000);

    await eventually(
      () => {
        const finished = stream.events().filter(({ type }) => type === 'dev.tablekeep.session.finished.v1');
        expect(finished.map(({ subject }) => subject)).toEqual(expect.arrayContaining([first, second]));
        expect(idsHeard()).toEqual(idsStreamed());
      },
      { timeoutMs: 120_000, everyMs: 500 },
    );
    const streamed = new Map(stream.events().map((event) => [event.id, event]));
    for (const event of heard()) expect(streamed.get(event.id)).toMatchObject(event);
    expect(new Set(heard().map(({ type }) => type)).size).toBeGreaterThanOrEqual(8);
  } finally {
    await Promise.all(subscribers.map((one) => one.kill()));
  }
}, 600_000);
