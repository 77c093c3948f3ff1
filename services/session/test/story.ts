import { derivedId } from '@tablekeep/platform/ids';
import type { EventData, PlannedTask, PointMade, SessionStatus } from '@tablekeep/schema/events';
import type { PointOrigin, TableRef } from '@tablekeep/schema/work-items';
import { eventually } from '@tablekeep/testkit';
import type { World } from './world.ts';

/** The sentences tests are told in: what planner, executor and catalog say. */

const REGION = 'eu-west-1';
const AWS = '111122223333';
const lifecycle = { moveToColdStorageAfterDays: null, deleteAfterDays: 30 };
const origin: PointOrigin = {
  kind: 'BACKUP',
  policyId: 'policy-1',
  policyName: 'Gold',
  retention: { backupDays: 30, copyDays: 30 },
  rules: [],
  coldAfterDays: null,
};

export const table = (name: string): TableRef => ({
  arn: `arn:aws:dynamodb:${REGION}:${AWS}:table/${name}`,
  name,
  region: REGION,
  tableId: null,
});
const lane = { accountId: 'account-1', awsAccountId: AWS, region: REGION };

export const scan = (region: string): PlannedTask => ({
  ...lane,
  key: `scan:${region}`,
  region,
  after: null,
  table: null,
  parameters: { kind: 'SCAN' },
});
export const vault = (vaultName: string): PlannedTask => ({
  ...scan(REGION),
  key: `list:${vaultName}`,
  parameters: { kind: 'IMPORT', vaultName, points: null },
});
export const backup = (name: string): PlannedTask => ({
  ...lane,
  key: `backup:${name}`,
  after: null,
  table: table(name),
  parameters: {
    kind: 'BACKUP',
    table: table(name),
    vaultName: 'main',
    lifecycle,
    startWindowMinutes: 60,
    completeWindowMinutes: 120,
    customTags: [],
    origin,
  },
});
export const copy = (name: string, destinationRegion = 'us-east-1', after = `backup:${name}`): PlannedTask => ({
  ...lane,
  key: `copy:${name}:${destinationRegion}`,
  after,
  table: table(name),
  parameters: {
    kind: 'COPY',
    table: table(name),
    sourceVaultName: 'main',
    recoveryPointArn: null,
    destinationRegion,
    destinationVaultName: 'main',
    lifecycle,
    origin: { ...origin, kind: 'COPY' },
  },
});

export const taskId = (sessionId: string, task: Pick<PlannedTask, 'key'>, round = 1) =>
  derivedId(sessionId, `${round}`, task.key);

export function chunk(
  sessionId: string,
  tasks: readonly PlannedTask[],
  change: Partial<EventData<'dev.tablekeep.session.tasks.planned.v1'>> = {},
): EventData<'dev.tablekeep.session.tasks.planned.v1'> {
  return {
    sessionId,
    round: 1,
    chunk: 1,
    chunks: 1,
    taskCount: tasks.length,
    final: true,
    tasks: [...tasks],
    notes: [],
    remarks: [],
    ...change,
  };
}

export const pointArn = (task: PlannedTask) => `arn:aws:backup:${REGION}:${AWS}:recovery-point:${task.key}`;

export function pointOf(task: PlannedTask): PointMade {
  return {
    recoveryPointArn: pointArn(task),
    sourceRecoveryPointArn: null,
    ...lane,
    vaultName: 'main',
    createdAt: '2026-11-23T09:00:00.000Z',
    completedAt: '2026-11-23T09:00:05.000Z',
    sizeBytes: 12_000_000,
    table: task.table ?? table('none'),
    origin,
    settings: null,
    selfSufficient: true,
  };
}

const PAYLOAD =
  'session { id type status requestedBy reason policyName counts { total open } } userErrors { code message path }';
export type Payload = {
  session: { id: string; type: string; status: SessionStatus; requestedBy: string; policyName: string | null } | null;
  userErrors: { code: string; message: string; path: string[] }[];
};

/** Runs a mutation and gives its payload; GraphQL errors fail the test with what they say. */
export async function mutate(
  world: World,
  name: string,
  type: string,
  input: object,
  viewer?: Parameters<World['gql']>[2],
) {
  const answer = await world.gql(
    `mutation M($input: ${type}!) { ${name}(input: $input) { ${PAYLOAD} } }`,
    { input },
    viewer,
  );
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data?.[name] as Payload;
}

/** A session of a policy, waiting for its plan. */
export async function runPolicy(world: World, input: object = {}): Promise<string> {
  const { session, userErrors } = await mutate(world, 'runPolicy', 'RunPolicyInput', {
    policyId: 'policy-1',
    ...input,
  });
  if (session === null) throw new Error(JSON.stringify(userErrors));
  return session.id;
}

export async function plan(world: World, sessionId: string, tasks: readonly PlannedTask[], change = {}): Promise<void> {
  await world.say('dev.tablekeep.session.tasks.planned.v1', 'policy', chunk(sessionId, tasks, change));
}

export type TaskAnswer = {
  id: string;
  kind: string;
  status: string;
  attempt: number;
  reason: string | null;
  reasonCode: string | null;
  tableName: string | null;
  attempts: { attempt: number; status: string; reason: string | null }[];
};
export type SessionAnswer = {
  status: SessionStatus;
  startedAt: string | null;
  finishedAt: string | null;
  notes: string[];
  progressPercent: number;
  counts: Record<'total' | 'open' | 'succeeded' | 'warning' | 'failed' | 'canceled' | 'skipped', number>;
  tasks: { nodes: TaskAnswer[] };
  log: { nodes: { level: string; message: string }[] };
};

export async function read(world: World, id: string): Promise<SessionAnswer> {
  const answer = await world.gql(
    `query Q($id: ID!) { session(id: $id) {
      status startedAt finishedAt notes progressPercent counts { total open succeeded warning failed canceled skipped }
      tasks(first: 500) { nodes { id kind status attempt reason reasonCode tableName attempts { attempt status reason } } }
      log(first: 500) { nodes { level message } }
    } }`,
    { id },
  );
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data?.['session'] as SessionAnswer;
}

/** The session once it has the status; fails with the one it has. */
export async function reaches(world: World, id: string, status: SessionStatus): Promise<SessionAnswer> {
  return eventually(async () => {
    const session = await read(world, id);
    if (session.status !== status) throw new Error(`${session.status}: ${session.log.nodes.at(-1)?.message ?? ''}`);
    return session;
  });
}

/** What the executor and the catalog say of a session's tasks. */
export function voices(world: World, sessionId: string, round = 1) {
  const of = (task: PlannedTask, attempt: number) => ({
    sessionId,
    taskId: taskId(sessionId, task, round),
    attempt,
    kind: task.parameters.kind,
  });
  const success = (task: PlannedTask, attempt = 1, warnings: string[] = []) =>
    world.envelope('dev.tablekeep.task.succeeded.v1', 'executor', {
      ...of(task, attempt),
      warnings,
      point: task.table === null ? null : pointOf(task),
      restored: null,
      scan: task.table === null ? { scanId: `${taskId(sessionId, task, round)}/${attempt}`, tables: 4 } : null,
      deleted: null,
      awsJobId: null,
    });
  return {
    success,
    accepted: (task: PlannedTask, attempt = 1) =>
      world.say('dev.tablekeep.task.accepted.v1', 'executor', of(task, attempt)),
    started: (task: PlannedTask, attempt = 1) =>
      world.say('dev.tablekeep.task.started.v1', 'executor', { ...of(task, attempt), awsJobId: 'JOB-1' }),
    succeeded: (task: PlannedTask, attempt = 1, warnings: string[] = []) =>
      world.deliver([success(task, attempt, warnings)]),
    failed: (task: PlannedTask, attempt = 1, retryable = false) =>
      world.say('dev.tablekeep.task.failed.v1', 'executor', {
        ...of(task, attempt),
        code: 'JOB_FAILED',
        reason: 'AWS says: insufficient privileges',
        retryable,
        awsJobId: 'JOB-1',
        awsRequestId: 'REQUEST-1',
      }),
    canceled: (task: PlannedTask, attempt = 1) =>
      world.say('dev.tablekeep.task.canceled.v1', 'executor', { ...of(task, attempt), reason: 'stopped' }),
    catalogued: (task: PlannedTask) =>
      world.say('dev.tablekeep.restore-point.catalogued.v1', 'retention', {
        restorePointId: derivedId('6ba7b811-9dad-11d1-80b4-00c04fd430c8', pointArn(task)),
        sessionId,
        taskId: taskId(sessionId, task, round),
        kind: task.parameters.kind === 'COPY' ? 'COPY' : 'BACKUP',
        accountId: 'account-1',
        tableArn: task.table?.arn ?? '',
        tableId: null,
        policyId: 'policy-1',
        region: REGION,
        vaultName: 'main',
        recoveryPointArn: pointArn(task),
        createdAt: '2026-11-23T09:00:00.000Z',
        ofTable: null,
        sizeBytes: 12_000_000,
      }),
  };
}
