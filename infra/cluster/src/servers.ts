import { findMariaDb } from '@tablekeep/testkit/mariadb';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { classPath } from './jars.ts';
import type { ProcessPlan } from './managed-process.ts';

const LOOPBACK = '127.0.0.1';

export type Place = Readonly<{ folder: string; logs: string; jarCache: string; mavenRepository: string }>;

/** Programs that must be there, with how to get them; those that are missing, all at once. */
export function missingPrograms(): string[] {
  const needed: [string, () => unknown, string][] = [
    ['mariadbd (MariaDB server)', () => findMariaDb(), 'apt-get install mariadb-server'],
    ['java 17 or newer', () => javaVersion() >= 17 || null, 'apt-get install openjdk-17-jre-headless'],
  ];
  return needed.flatMap(([what, find, how]) => (find() === null ? [`${what} is missing: ${how}`] : []));
}

function javaVersion(): number {
  try {
    const text = execFileSync('java', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return Number(/(\d+)/u.exec(text)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Below the ports that systems give to outgoing connections, which would take one between our look and its use. */
const PORTS = { first: 15_000, count: 17_000 };
const given = new Set<number>();

/** A port of the loopback address that is free and that nobody else in this process was given. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + Math.floor(Math.random() * PORTS.count);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, LOOPBACK, () => probe.close(() => resolve(true)));
  });
}

function accepts(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: LOOPBACK, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}

/** MariaDB on a data folder of its own. A killed server loses nothing committed; a machine that loses power may. */
export async function planMariaDb(place: Place): Promise<{ plan: ProcessPlan; url: string }> {
  const data = join(place.folder, 'mariadb');
  const user = userInfo().username;
  const port = await freePort();
  if (!existsSync(data)) {
    execFileSync(
      'mariadb-install-db',
      [
        '--no-defaults',
        `--datadir=${data}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
        `--user=${user}`,
        '--innodb-use-native-aio=0',
      ],
      { stdio: 'pipe' },
    );
  }
  const url = `mysql://root@${LOOPBACK}:${port}`;
  return {
    url,
    plan: {
      name: 'mariadb',
      command: findMariaDb() ?? 'mariadbd',
      args: [
        '--no-defaults',
        `--datadir=${data}`,
        `--port=${port}`,
        `--bind-address=${LOOPBACK}`,
        `--socket=${join(place.folder, 'mariadb.sock')}`,
        `--user=${user}`,
        '--innodb-flush-log-at-trx-commit=2',
        '--innodb-buffer-pool-size=256M',
        '--innodb-use-native-aio=0',
        '--max-connections=400',
        '--skip-log-bin',
      ],
      env: {},
      logFile: join(place.logs, 'mariadb.log'),
      ready: async () => (await createConnection(url)).end(),
    },
  };
}

export type SecureListener = Readonly<{ broker: string; username: string; password: string; caFile: string }>;

/** One Kafka broker in KRaft mode, broker and controller in one. `secure`: with a second listener, SASL (SCRAM) over TLS. */
export async function planKafka(
  place: Place,
  options: Readonly<{ secure?: boolean }> = {},
): Promise<{ plan: ProcessPlan; broker: string; secure: SecureListener | null }> {
  const jars = await classPath('kafka', { cache: place.jarCache, repository: place.mavenRepository });
  const [port, controller] = [await freePort(), await freePort()];
  const data = join(place.folder, 'kafka');
  const properties = join(place.folder, 'kafka.properties');
  const secure = options.secure === true ? await planSecureListener(place) : null;
  await writeFile(
    properties,
    [
      'process.roles=broker,controller',
      'node.id=1',
      `controller.quorum.voters=1@${LOOPBACK}:${controller}`,
      `listeners=PLAINTEXT://${LOOPBACK}:${port},CONTROLLER://${LOOPBACK}:${controller}${secure ? `,SASL_SSL://${secure.listener.broker}` : ''}`,
      `advertised.listeners=PLAINTEXT://${LOOPBACK}:${port}${secure ? `,SASL_SSL://${secure.listener.broker}` : ''}`,
      ...(secure?.properties ?? []),
      'controller.listener.names=CONTROLLER',
      `log.dirs=${data}`,
      'offsets.topic.replication.factor=1',
      'offsets.topic.num.partitions=4',
      'transaction.state.log.replication.factor=1',
      'transaction.state.log.min.isr=1',
      'group.initial.rebalance.delay.ms=0',
      'group.min.session.timeout.ms=1000',
      'auto.create.topics.enable=false',
      '',
    ].join('\n'),
  );
  if (!existsSync(data)) {
    const bytes = randomBytes(16);
    // An id that begins with a dash would be taken for an option.
    bytes.writeUInt8(bytes.readUInt8() & 0x7f);
    const id = bytes.toString('base64url');
    const users = secure ? ['--add-scram', secure.user] : [];
    execFileSync('java', ['-cp', jars, 'kafka.tools.StorageTool', 'format', '-t', id, '-c', properties, ...users], {
      stdio: 'pipe',
    });
  }
  return {
    broker: `${LOOPBACK}:${port}`,
    secure: secure?.listener ?? null,
    plan: {
      name: 'kafka',
      command: 'java',
      args: [
        '-Xmx512m',
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
        '-cp',
        jars,
        'kafka.Kafka',
        properties,
      ],
      env: {},
      logFile: join(place.logs, 'kafka.log'),
      ready: () => accepts(port),
    },
  };
}

async function planSecureListener(
  place: Place,
): Promise<{ listener: SecureListener; properties: string[]; user: string }> {
  const store = join(place.folder, 'kafka.p12');
  const caFile = join(place.folder, 'kafka-ca.pem');
  const [username, password] = ['tablekeep', randomBytes(12).toString('hex')];
  const keytool = (...args: string[]) =>
    execFileSync('keytool', [...args, '-keystore', store, '-storepass', password, '-alias', 'broker'], {
      stdio: 'pipe',
    });
  const name = ['-dname', 'CN=broker', '-ext', `SAN=IP:${LOOPBACK}`];
  keytool('-genkeypair', '-keyalg', 'RSA', '-validity', '30', '-storetype', 'PKCS12', ...name);
  await writeFile(caFile, keytool('-exportcert', '-rfc'));
  const broker = `${LOOPBACK}:${await freePort()}`;
  return {
    listener: { broker, username, password, caFile },
    user: `SCRAM-SHA-512=[name=${username},password=${password}]`,
    properties: [
      'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL',
      'sasl.enabled.mechanisms=SCRAM-SHA-512',
      'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;',
      `ssl.keystore.location=${store}`,
      'ssl.keystore.type=PKCS12',
      `ssl.keystore.password=${password}`,
    ],
  };
}

/** ElasticMQ, which speaks SQS. Queues outlive a restart; messages do not, which is harder than SQS ever is. */
export async function planElasticMq(place: Place): Promise<{ plan: ProcessPlan; endpoint: string }> {
  const jars = await classPath('elasticmq', { cache: place.jarCache, repository: place.mavenRepository });
  const port = await freePort();
  const config = join(place.folder, 'elasticmq.conf');
  const queues = join(place.folder, 'elasticmq-queues.conf');
  if (!existsSync(queues)) await writeFile(queues, 'queues {}\n');
  await writeFile(
    config,
    [
      'include classpath("application.conf")',
      `node-address { protocol = http, host = "${LOOPBACK}", port = ${port}, context-path = "" }`,
      `rest-sqs { enabled = true, bind-port = ${port}, bind-hostname = "${LOOPBACK}", sqs-limits = strict }`,
      'rest-stats { enabled = false }',
      `queues-storage { enabled = true, path = "${queues}" }`,
      '',
    ].join('\n'),
  );
  return {
    endpoint: `http://${LOOPBACK}:${port}`,
    plan: {
      name: 'elasticmq',
      command: 'java',
      args: [
        '-Xmx256m',
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        `-Dconfig.file=${config}`,
        '-cp',
        jars,
        'org.elasticmq.server.Main',
      ],
      env: {},
      logFile: join(place.logs, 'elasticmq.log'),
      ready: () => accepts(port),
    },
  };
}

export async function ensureFolders(...folders: readonly string[]): Promise<void> {
  for (const folder of folders) await mkdir(folder, { recursive: true });
}
