/** What bench/event-stream.bench.ts measures: a gateway and its event log in a process of their own, told over IPC. */
import { createGatewayService } from '@tablekeep/gateway';
import { createNotificationService } from '@tablekeep/notification';
import { createInProcessBus } from '@tablekeep/platform/bus';
import { systemClock } from '@tablekeep/platform/clock';
import { createIdentity } from '@tablekeep/platform/identity';
import { noKeyring } from '@tablekeep/platform/keyring';
import { createLogger } from '@tablekeep/platform/logging';
import { docOf } from '@tablekeep/schema/event-docs';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { join } from 'node:path';

export type Order = Readonly<{ say: string } | { measure: true }>;
export type Report = Readonly<
  { ready: string; tokenFile: string } | { rss: number; heap: number } | { said: string; at: number; tookMs: number }
>;

const [folder = ''] = process.argv.slice(2);
const log = createLogger({ service: 'bench', level: 'error' });
const bus = createInProcessBus(log);
const urls = new Map<string, string>();
const peer = (name: string) => () => urls.get(name) ?? '';
const deps = (name: string) => ({
  environment: 'EMULATED' as const,
  database: { kind: 'sqlite' as const, file: join(folder, `${name}.sqlite`) },
  bus,
  identity: createIdentity('a secret of the benchmark that is long enough'),
  keyring: noKeyring,
  clock: systemClock,
  log,
  http: { host: '127.0.0.1', port: 0 },
  admin: null,
  peers: {
    policy: peer('policy'),
    session: peer('session'),
    executor: peer('executor'),
    retention: peer('retention'),
    notification: peer('notification'),
    gateway: peer('gateway'),
  },
});
const notification = await createNotificationService(deps('notification'));
urls.set('notification', notification.url);
const tokenFile = join(folder, 'token');
const gateway = await createGatewayService(deps('gateway'), {
  publicHttp: { host: '127.0.0.1', port: 0 },
  adminTokenFile: tokenFile,
  eventStream: { clientsPerToken: 10_000, clients: 10_000 },
});
urls.set('gateway', gateway.url);
await notification.run();
await gateway.run();

const report = (what: Report) => void process.send?.(what);
process.on('message', (order: Order) => {
  if ('measure' in order) {
    globalThis.gc?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    return report({ rss, heap: heapUsed + external });
  }
  const begun = performance.now();
  const at = performance.timeOrigin + begun;
  const event = {
    id: order.say,
    type: 'dev.tablekeep.session.changed.v1',
    source: 'session',
    subject: order.say,
    time: new Date().toISOString(),
    correlationid: order.say,
    environment: 'EMULATED',
    data: docOf('dev.tablekeep.session.changed.v1')?.examples[0].data,
  } as EventEnvelope;
  void bus.publish([{ topic: 'tablekeep.session', event }]).then(() => {
    report({ said: order.say, at, tookMs: performance.now() - begun });
  });
});
report({ ready: gateway.publicUrl, tokenFile });
