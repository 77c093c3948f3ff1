import type { PointOrigin, TaskParameters } from '@tablekeep/schema/work-items';
import { advance, isOver, type SessionState } from '../src/domain/session-status.ts';
import { endUnsent, isTaskOver, settleTask, type TaskEvent, type TaskState } from '../src/domain/settle-task.ts';
import { EMPTY_TALLY, retally, type Tally } from '../src/domain/tally.ts';
import { unlock } from '../src/domain/unlock-task.ts';

/*
 * The rules put together as the store puts them together: three tables' backups, each with a copy that waits for it, and
 * one scan before. Whatever is said of them, in whatever order and however often, the promises below hold.
 */
const NOW = new Date('2026-11-23T09:00:00Z');
export const TABLES = ['airports', 'Orders', 'orders'];
const origin: PointOrigin = {
  kind: 'BACKUP',
  policyId: null,
  policyName: null,
  retention: { backupDays: 7, copyDays: 7 },
  rules: [],
  coldAfterDays: null,
};
const lifecycle = { moveToColdStorageAfterDays: null, deleteAfterDays: null };

type ModelTask = { key: string; after: string | null; sent: boolean; parameters: TaskParameters; state: TaskState };
type Model = {
  session: SessionState;
  tasks: Map<string, ModelTask>;
  tally: Tally;
  plannedRound: number;
  planFailed: boolean;
  stopRequested: boolean;
  announced: number[];
  finishedTimes: number;
};
export type Step =
  | { type: 'plan' }
  | { type: 'reject' }
  | { type: 'stop' }
  | { type: 'catalogued'; key: string }
  | { type: 'task'; key: string; event: TaskEvent };

export function freshTask(kind: TaskState['kind']): TaskState {
  return {
    kind,
    status: 'QUEUED',
    attempt: 1,
    acceptedAt: null,
    startedAt: null,
    finishedAt: null,
    percent: null,
    awsJobId: null,
    reason: null,
    reasonCode: null,
    warnings: [],
    retryAt: null,
    pointArn: null,
    cataloguedArn: null,
  };
}

function planOf(round: number): ModelTask[] {
  if (round === 1) {
    const state = freshTask('SCAN');
    return [{ key: 'scan', after: null, sent: true, parameters: { kind: 'SCAN' }, state }];
  }
  return TABLES.flatMap((name) => {
    const table = {
      arn: `arn:aws:dynamodb:eu-west-1:111122223333:table/${name}`,
      name,
      region: 'eu-west-1',
      tableId: null,
    };
    return [
      {
        key: `backup:${name}`,
        after: null,
        sent: true,
        parameters: {
          kind: 'BACKUP' as const,
          table,
          vaultName: 'main',
          lifecycle,
          startWindowMinutes: 60,
          completeWindowMinutes: 120,
          customTags: [],
          origin,
        },
        state: freshTask('BACKUP'),
      },
      {
        key: `copy:${name}`,
        after: `backup:${name}`,
        sent: false,
        parameters: {
          kind: 'COPY' as const,
          table,
          sourceVaultName: 'main',
          recoveryPointArn: null,
          destinationRegion: 'us-east-1',
          destinationVaultName: 'main',
          lifecycle,
          origin: { ...origin, kind: 'COPY' as const },
        },
        state: freshTask('COPY'),
      },
    ];
  });
}

export function fresh(): Model {
  return {
    session: { status: 'PENDING', startedAt: null, finishedAt: null, announcedRound: 0 },
    tasks: new Map(),
    tally: EMPTY_TALLY,
    plannedRound: 0,
    planFailed: false,
    stopRequested: false,
    announced: [],
    finishedTimes: 0,
  };
}

function change(model: Model, task: ModelTask, state: TaskState): void {
  model.tally = retally(model.tally, task.state, state);
  task.state = state;
}

function letGo(model: Model, over: ModelTask): void {
  for (const task of model.tasks.values()) {
    if (task.after !== over.key || task.sent || isTaskOver(task.state.status)) continue;
    const next = unlock({ ...over.state, parameters: over.parameters }, task.parameters, (arn) => arn);
    if (next.kind === 'dispatch') {
      task.sent = true;
      task.parameters = next.parameters;
    } else {
      change(model, task, endUnsent(task.state, { status: 'SKIPPED', reason: next.reason, code: 'SKIPPED' }, NOW));
      letGo(model, task);
    }
  }
}

function act(model: Model, step: Step): void {
  switch (step.type) {
    case 'plan': {
      // The next round is planned only when the one before it was announced, as the planner does.
      if (model.planFailed || model.stopRequested || model.plannedRound !== model.session.announcedRound) return;
      if (model.plannedRound === 2) return;
      model.plannedRound += 1;
      for (const task of planOf(model.plannedRound)) {
        model.tasks.set(task.key, task);
        model.tally = retally(model.tally, null, task.state);
      }
      return;
    }
    case 'reject':
      model.planFailed = true;
      return;
    case 'stop':
      model.stopRequested = true;
      for (const task of model.tasks.values()) {
        if (task.sent && task.state.retryAt === null) continue;
        change(model, task, endUnsent(task.state, { status: 'CANCELED', reason: 'stopped', code: 'CANCELED' }, NOW));
      }
      return;
    case 'catalogued': {
      const task = model.tasks.get(step.key);
      if (task) change(model, task, { ...task.state, cataloguedArn: `arn:${step.key}` });
      return;
    }
    case 'task': {
      const task = model.tasks.get(step.key);
      if (!task?.sent) return;
      const rule = {
        retryCount: 1,
        retryDelaySeconds: 60,
        stopRequested: model.stopRequested,
        finalRound: model.plannedRound === 2,
      };
      const event =
        step.event.type === 'succeeded' && task.state.kind !== 'SCAN'
          ? { ...step.event, pointArn: `arn:${step.key}` }
          : step.event;
      const result = settleTask(task.state, event, rule, NOW);
      if (result.kind === 'ignored') return;
      change(model, task, result.task);
      if (isTaskOver(result.task.status)) letGo(model, task);
      return;
    }
  }
}

export function apply(model: Model, step: Step): void {
  if (isOver(model.session.status)) return;
  act(model, step);
  const facts = {
    tally: model.tally,
    plannedRound: model.plannedRound,
    planFinal: model.plannedRound === 2,
    planFailed: model.planFailed,
    stopRequested: model.stopRequested,
    notes: 0,
  };
  const result = advance(model.session, facts, NOW);
  model.session = result.session;
  if (result.announce !== null) model.announced.push(result.announce);
  if (result.finished) model.finishedTimes += 1;
}

export function run(steps: readonly Step[]): Model {
  const model = fresh();
  for (const step of steps) apply(model, step);
  return model;
}
