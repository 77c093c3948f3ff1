import { brief } from './brief.ts';
import type { EventData, PlannedTask } from './events.ts';

/** Chunks stay well under the 256 KB that an event may have. */
const MAX_CHUNK_BYTES = 200_000;

type Chunk = EventData<'dev.tablekeep.session.tasks.planned.v1'>;
type Left = NonNullable<Chunk['left']>[number];
type Round = Readonly<{
  sessionId: string;
  round: number;
  final: boolean;
  notes: readonly string[];
  unplanned?: readonly string[];
  remarks?: readonly string[];
  left?: readonly Left[] | undefined;
}>;

/** The round as events: at least one chunk, so that an empty round is told too. */
export function inChunks(round: Round, tasks: readonly PlannedTask[], maxBytes = MAX_CHUNK_BYTES): Chunk[] {
  const groups: { tasks: PlannedTask[]; left: Left[] }[] = [{ tasks: [], left: [] }];
  let size = 0;
  const add = (part: PlannedTask | Left, put: (group: { tasks: PlannedTask[]; left: Left[] }) => void) => {
    const bytes = Buffer.byteLength(JSON.stringify(part));
    if (size > 0 && size + bytes > maxBytes) {
      groups.push({ tasks: [], left: [] });
      size = 0;
    }
    size += bytes;
    put(groups.at(-1) ?? { tasks: [], left: [] });
  };
  for (const task of tasks) add(task, (group) => group.tasks.push(task));
  for (const one of round.left ?? []) add(one, (group) => group.left.push(one));
  return groups.map((group, i) => ({
    sessionId: round.sessionId,
    round: round.round,
    chunk: i + 1,
    chunks: groups.length,
    taskCount: tasks.length,
    final: round.final,
    tasks: group.tasks,
    ...(group.left.length > 0 && { left: group.left }),
    notes: i === 0 ? brief(round.notes) : [],
    ...(i === 0 && round.unplanned && round.unplanned.length > 0 && { unplanned: brief(round.unplanned) }),
    remarks: i === 0 ? brief(round.remarks ?? []) : [],
  }));
}
