import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HOME } from '@tablekeep/embedded/demo/aws-account';
import { graphqlClient } from '@tablekeep/embedded/demo/graphql-client';
import { openStream } from '@tablekeep/testkit/event-stream-client';
import { eventually } from '@tablekeep/testkit/eventually';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  runPolicy,
} from '../src/account-under-test.ts';
import { startSite, type PlatformProcess, type Site } from './platform-process.ts';
import { startSubscriber, type SubscriberProcess } from '@tablekeep/testkit/subscriber-process';

const SPEED = 240;

/** One of the examples is in Python. In CI its absence is a failure, so that it cannot quietly go untested. */
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython && process.env['CI'] === 'true') throw new Error('in CI the tests need Python: apt-get install python3');
const withPython = hasPython ? test : test.skip;

let site: Site;
let platform: PlatformProcess;
let line: Line;

beforeAll(async () => {
  site = await startSite(SPEED);
  platform = await site.startPlatform();
  line = await startLine(() => platform.url);
}, 60_000);
afterAll(async () => {
  await line.stop();
  await platform.kill();
  await site.stop();
});

withPython(
  'subscribers in Node and Python miss nothing when the line is cut, the platform killed, and they themselves',
  async () => {
    const token = (await readFile(join(site.dataDir, 'admin-token'), 'utf8')).trim();
    const { createApiToken } = await platform.graphql<{ createApiToken: { secret: string } }>(
      'mutation { createApiToken(input: { name: "subscriber", role: READ_ONLY }) { secret } }',
    );
    const settings = (name: string) => ({
      TABLEKEEP_URL: line.url,
      TABLEKEEP_TOKEN: createApiToken.secret,
      STATE_FILE: join(site.folder, `${name}-last-event-id`),
    });
    const inNode = () => startSubscriber(process.execPath, ['subscriber-node/live-stream.mjs'], settings('node'));
    const inPython = () => startSubscriber('python3', ['subscriber-python/live_stream.py'], settings('python'));
    let node = inNode();
    let python = inPython();
    const heard: Record<'node' | 'python', SubscriberProcess[]> = { node: [node], python: [python] };
    const idsOf = (name: 'node' | 'python') => heard[name].flatMap((one) => one.events().map(({ id }) => id));
    const untilConnected = () =>
      eventually(async () => expect(line.open()).toBeGreaterThanOrEqual(2), { timeoutMs: 30_000 });
    const graphql = () => graphqlClient(platform.url, token);
    try {
      // Each has been told its place: from here on it can miss nothing.
      await eventually(
        async () => {
          for (const name of ['node', 'python']) await readFile(settings(name).STATE_FILE, 'utf8');
        },
        { timeoutMs: 30_000 },
      );
      const accountId = await registerAccount(site.owner, graphql());
      await createAirportTable(site.owner, 'Orders');
      const { policy } = await createPolicy(graphql(), policyInput(accountId));
      await endOfSession(graphql(), await runPolicy(graphql(), policy!.id), 60_000);

      // In the middle of a run, twice.
      const second = await runPolicy(graphql(), policy!.id);
      line.cut();
      await untilConnected();
      line.cut();
      await endOfSession(graphql(), second, 60_000);

      // The subscribers and then the platform, as the operating system would.
      await Promise.all([node.kill(), python.kill()]);
      const third = await runPolicy(graphql(), policy!.id);
      await platform.kill();
      node = inNode();
      python = inPython();
      heard.node.push(node);
      heard.python.push(python);
      platform = await site.startPlatform();
      await endOfSession(graphql(), third, 90_000);

      const whole = await openStream(`${platform.url}/events?since=2020-01-01T00:00:00Z`, {
        authorization: `Bearer ${createApiToken.secret}`,
      });
      const all = () => whole.events().map(({ id }) => id);
      try {
        await eventually(
          () => {
            const finished = whole.events().filter(({ type }) => type === 'dev.tablekeep.session.finished.v1');
            expect(finished.map(({ subject }) => subject)).toEqual(expect.arrayContaining([second, third]));
            for (const name of ['node', 'python'] as const) expect(new Set(idsOf(name))).toEqual(new Set(all()));
          },
          { timeoutMs: 60_000 },
        );
      } finally {
        whole.close();
      }
      for (const name of ['node', 'python'] as const) {
        const ids = idsOf(name);
        // Killed between an event and its id it would have one twice, in its place.
        expect(ids.filter((id, i) => ids.indexOf(id) === i)).toEqual(all());
        expect(ids.length - all().length).toBeLessThanOrEqual(1);
      }
      expect(new Set(whole.events().map(({ type }) => type)).size).toBeGreaterThanOrEqual(5);
      expect(JSON.stringify(whole.events())).toContain(`arn:aws:dynamodb:${HOME}`);
      expect(node.said() + python.said()).not.toContain('events are missing');
    } finally {
      await Promise.all([...heard.node, ...heard.python].map((one) => one.kill()));
    }
  },
  240_000,
);

const refusedForGood = async (command: string, file: string) => {
  const env = {
    TABLEKEEP_URL: platform.url,
    STATE_FILE: join(site.folder, 'nobody'),
    TABLEKEEP_TOKEN: `tk_${'x'.repeat(43)}`,
  };
  const subscriber = startSubscriber(command, [file], env);
  await eventually(() => expect(subscriber.isOver()).toBe(true));
  expect(subscriber.exitCode()).toBe(1);
  expect(subscriber.said()).toContain('401');
};
test('a subscriber in Node that is refused for good ends and says why', () =>
  refusedForGood(process.execPath, 'subscriber-node/live-stream.mjs'));
withPython('a subscriber in Python that is refused for good ends and says why', () =>
  refusedForGood('python3', 'subscriber-python/live_stream.py'),
);

type Line = Readonly<{ url: string; open(): number; cut(): void; stop(): Promise<void> }>;

/** A line to the platform, wherever it is just now, that can be cut. */
async function startLine(target: () => string): Promise<Line> {
  const ends = new Set<Socket>();
  const server: Server = createServer((near) => {
    const { hostname, port } = new URL(target());
    const far = connect({ host: hostname, port: Number(port) });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => {
        ends.delete(near);
        other.destroy();
      });
      one.pipe(other);
    }
    ends.add(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const end of ends) end.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open: () => ends.size,
    cut,
    stop: async () => {
      cut();
      await new Promise<unknown>((resolve) => server.close(resolve));
    },
  };
}
