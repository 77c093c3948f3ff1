import type { EventData, PlannedTask } from '@tablekeep/schema/events';

export type PlanChunk = EventData<'dev.tablekeep.session.tasks.planned.v1'>;

export type Plan =
  | Readonly<{ state: 'incomplete'; arrived: number; chunks: number }>
  | Readonly<{
      state: 'complete';
      tasks: readonly PlannedTask[];
      left: NonNullable<PlanChunk['left']>;
      final: boolean;
      notes: readonly string[];
      unplanned: readonly string[];
      remarks: readonly string[];
    }>
  | Readonly<{ state: 'broken'; problems: readonly string[] }>;

/**
 * Joins the chunks of one round (at most one of each number, in any order). A round counts only when all of them are
 * there and agree: a plan that lost tables on the way must never look complete.
 */
export function assemblePlan(chunks: readonly PlanChunk[]): Plan {
  const [first] = chunks;
  if (!first) return { state: 'incomplete', arrived: 0, chunks: 0 };
  if (chunks.some((one) => !agree(one, first))) return broken(['Parts of the plan contradict each other.']);
  if (chunks.length < first.chunks) return { state: 'incomplete', arrived: chunks.length, chunks: first.chunks };
  const ordered = [...chunks].sort((a, b) => a.chunk - b.chunk);
  const tasks = ordered.flatMap((chunk) => chunk.tasks);
  const problems = problemsOf(tasks, first.taskCount);
  if (problems.length > 0) return broken(problems);
  const notes = [...new Set(ordered.flatMap((chunk) => chunk.notes))];
  const unplanned = [...new Set(ordered.flatMap((chunk) => chunk.unplanned ?? []))];
  const remarks = ordered.flatMap((chunk) => chunk.remarks);
  const left = ordered.flatMap((chunk) => chunk.left ?? []);
  return { state: 'complete', tasks: inTurns(tasks), left, final: first.final, notes, unplanned, remarks };
}

/**
 * AWS runs one job per table: copies that wait for the same backup wait for each other too, in the order of the plan.
 */
function inTurns(tasks: readonly PlannedTask[]): PlannedTask[] {
  const last = new Map<string, string>();
  return tasks.map((task) => {
    if (task.parameters.kind !== 'COPY' || task.after === null) return task;
    const turn = last.get(task.after) ?? task.after;
    last.set(task.after, task.key);
    return { ...task, after: turn };
  });
}

const broken = (problems: readonly string[]): Plan => ({ state: 'broken', problems });

function agree(one: PlanChunk, other: PlanChunk): boolean {
  return (
    one.chunks === other.chunks &&
    one.taskCount === other.taskCount &&
    one.final === other.final &&
    one.chunk <= one.chunks
  );
}

function problemsOf(tasks: readonly PlannedTask[], taskCount: number): string[] {
  const before = new Map(tasks.map((task) => [task.key, task.after]));
  const problems: string[] = [];
  if (tasks.length !== taskCount) problems.push(`The plan announces ${taskCount} tasks and brings ${tasks.length}.`);
  if (before.size !== tasks.length) problems.push('The plan names a task twice.');
  for (const { key, after } of tasks) {
    if (after !== null && !before.has(after))
      problems.push(`Task ${key} waits for ${after}, which is not in the plan.`);
    else if (waitsForItself(key, before)) problems.push(`Task ${key} waits for itself.`);
  }
  return problems;
}

function waitsForItself(key: string, before: ReadonlyMap<string, string | null>): boolean {
  let at = before.get(key) ?? null;
  for (let steps = 0; at !== null && steps <= before.size; steps += 1) {
    if (at === key) return true;
    at = before.get(at) ?? null;
  }
  return false;
}
