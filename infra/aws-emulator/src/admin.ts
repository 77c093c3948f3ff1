import { faultKinds } from './faults.ts';
import { defaultBehaviour } from './options.ts';
import { isRecord } from './wire/read.ts';
import type { FaultPlan } from './faults.ts';
import type { Answer, Request } from './wire/protocol.ts';
import type { World } from './world.ts';

const json = (status: number, value: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: `${JSON.stringify(value)}\n`,
});

function readPlan(value: unknown): FaultPlan {
  if (!isRecord(value)) throw new TypeError('A fault plan is a JSON structure');
  const { service, operation, account, region, count, kind, message, delayMs } = value;
  const known = faultKinds.find((candidate) => candidate === kind);
  if (
    typeof service !== 'string' ||
    typeof operation !== 'string' ||
    typeof count !== 'number' ||
    known === undefined
  ) {
    throw new TypeError(`A fault plan has service, operation, count and kind (${faultKinds.join(', ')})`);
  }
  return {
    service,
    operation,
    count,
    kind: known,
    ...(typeof account === 'string' && { account }),
    ...(typeof region === 'string' && { region }),
    ...(typeof message === 'string' && { message }),
    ...(typeof delayMs === 'number' && { delayMs }),
  };
}

function changeClock(world: World, body: Record<string, unknown>): unknown {
  if (typeof body['speed'] === 'number') world.clock.setSpeed(body['speed']);
  if (typeof body['advanceMs'] === 'number') world.clock.advance(body['advanceMs']);
  world.saveClock();
  return { now: world.clock.now(), speed: world.clock.speed };
}

/** Only members that exist, with values of their type. */
export function changeBehaviour(world: World, change: Record<string, unknown>): unknown {
  const allowed: Record<string, unknown> = defaultBehaviour as unknown as Record<string, unknown>;
  for (const [key, value] of Object.entries(change)) {
    if (!Object.hasOwn(allowed, key) || typeof value !== typeof allowed[key])
      throw new TypeError(`No such behaviour: ${key}`);
  }
  Object.assign(world.behaviour, change);
  return world.behaviour;
}

function expireSessions(world: World): unknown {
  let expired = 0;
  for (const [scope, id, session] of world.sessions.all()) {
    session.expires = 0;
    world.sessions.put(scope, id, session);
    expired += 1;
  }
  world.commit();
  return { expired };
}

/** What was published, by topic. */
function published(world: World): unknown {
  return Object.fromEntries([...world.topics.all()].map(([, , topic]) => [topic.arn, topic.published]));
}

function summary(world: World): unknown {
  const scopes = new Map<string, Record<string, number>>();
  const add = (kind: string, all: Iterable<readonly [string, string, object]>): void => {
    for (const [scope] of all) {
      const counts = scopes.get(scope) ?? {};
      counts[kind] = (counts[kind] ?? 0) + 1;
      scopes.set(scope, counts);
    }
  };
  add('tables', world.tables.all());
  add('vaults', world.vaults.all());
  add('recoveryPoints', world.points.all());
  add('backupJobs', world.backupJobs.all());
  add('copyJobs', world.copyJobs.all());
  add('restoreJobs', world.restoreJobs.all());
  add('roles', world.roles.all());
  add('keys', world.keys.all());
  return {
    clock: { now: world.clock.now(), speed: world.clock.speed },
    behaviour: world.behaviour,
    durations: world.durations,
    faults: world.faults.list(),
    appointments: world.agenda.size,
    scopes: Object.fromEntries(scopes),
  };
}

function route(world: World, request: Request): unknown {
  const where = `${request.method} ${request.path.replace(/\/$/, '')}`;
  const body: unknown = request.body.length === 0 ? {} : JSON.parse(request.body.toString('utf8'));
  const structure = isRecord(body) ? body : {};
  switch (where) {
    case 'GET /_emulator':
      return summary(world);
    case 'GET /_emulator/calls':
      return world.calls.list();
    case 'DELETE /_emulator/calls':
      world.calls.reset();
      return [];
    case 'GET /_emulator/sns':
      return published(world);
    case 'POST /_emulator/faults':
      for (const plan of Array.isArray(body) ? body : [body]) world.faults.add(readPlan(plan));
      return world.faults.list();
    case 'GET /_emulator/faults':
      return world.faults.list();
    case 'DELETE /_emulator/faults':
      world.faults.clear();
      return [];
    case 'POST /_emulator/clock':
      return changeClock(world, structure);
    case 'POST /_emulator/behaviour':
      return changeBehaviour(world, structure);
    case 'POST /_emulator/sessions/expire':
      return expireSessions(world);
    default:
      return undefined;
  }
}

/** The tests' way in from another process; AWS has nothing under this path. */
export async function handleAdmin(world: World, request: Request): Promise<Answer> {
  try {
    await world.agenda.catchUp();
    const result = route(world, request);
    await world.agenda.catchUp();
    world.commit();
    return result === undefined
      ? json(404, { error: `No such admin call: ${request.method} ${request.path}` })
      : json(200, result);
  } catch (error) {
    return json(400, { error: error instanceof Error ? error.message : String(error) });
  }
}
