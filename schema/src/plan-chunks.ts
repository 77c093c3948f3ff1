import { brief } from './brief.ts';
import type { EventData, PlannedTask } from './events.ts';

/** Chunks stay well under the 256 KB that an event may have. */
const MAX_CHUNK_BYTES = 200_000;

type Chunk = EventData<'dev.tablekeep.session.tasks.planned.v1'>;
type Round = Readonly<{
  sessionId: string;
  round: number;
  final: boolean;
  notes: readonly string[];
  remarks?: readonly string[];
}>;

/** The round as events: at least one chunk, so that an empty round is told too. */
export function inChunks(round: Round, tasks: readonly PlannedTask[], maxBytes = MAX_CHUNK_BYTES): Chunk[] {
  const groups: PlannedTask[][] = [[]];
  let size = 0;
  for (const task of tasks) {
    const bytes = Buffer.byteLength(JSON.stringify(task));
    const last = groups.at(-1);
    if (last && (last.length === 0 || size + bytes <= maxBytes)) {
      last.push(task);
      size += bytes;
    } else {
      groups.push([task]);
      size = bytes;
    }
  }
  return groups.map((group, i) => ({
    sessionId: round.sessionId,
    round: round.round,
    chunk: i + 1,
    chunks: groups.length,
    taskCount: tasks.length,
    final: round.final,
    tasks: group,
    notes: i === 0 ? brief(round.notes) : [],
    remarks: i === 0 ? brief(round.remarks ?? []) : [],
  }));
}
