import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import { UserErrors, type UserError } from '@tablekeep/platform/errors';
import { readWorkItem } from '@tablekeep/platform/queue';
import type { WorkItem } from '@tablekeep/schema/work-items';
import type { Features, Wish } from '../advanced-features.ts';
import { deleteDeadWorkItems, findDeadWorkItems } from '../store/dead-work-items.ts';
import type { DeadWorkItemRow } from '../store/entities.ts';
import { acceptWorkItem } from '../work/accept-work-item.ts';
import { showFeatures } from './resolvers.ts';
import type { MutationResolvers } from './resolver-types.ts';

export type MutationDeps = Readonly<{
  db: Database;
  clock: Clock;
  wake: () => void;
  enable: (wish: Wish) => Promise<readonly Features[]>;
}>;

const MOST_AT_ONCE = 500;

/** What is wrong with the input comes back as `userErrors`, all at once; then nothing has been done. */
export function executorMutations({ db, clock, wake, enable }: MutationDeps): MutationResolvers {
  return {
    enableAdvancedFeatures: async (_, { input }) => {
      const { accountId, regions, acknowledgedPlanIds } = input;
      const features = await enable({ accountId, regions, acknowledgedPlanIds: acknowledgedPlanIds ?? [] });
      const userErrors = features.flatMap(notEnabled).map((one) => ({ ...one, path: [...one.path] }));
      const shown = { features: features.map(showFeatures), userErrors };
      return userErrors.length === 0 ? shown : { ...shown, partlyDone: whatWasDone(features) };
    },
    redriveDeadLetters: async (_, { input }) => {
      const letters = await wanted(db, input.ids);
      const items = letters.map((letter, at) => readAgain(letter, at));
      const problems = items.flatMap((item) => ('problem' in item ? [item.problem] : []));
      if (problems.length > 0) throw new UserErrors(problems);
      for (const [at, item] of items.entries()) {
        if ('problem' in item) continue;
        // Taken like any second delivery, so dying before the letter is gone does nothing twice.
        await acceptWorkItem(db, clock, item.item, wake);
        await db.transaction((tx) => deleteDeadWorkItems(tx, [letters[at]?.id ?? '']));
      }
      return { ids: [...input.ids], userErrors: [] };
    },
    discardDeadLetters: async (_, { input }) => {
      await wanted(db, input.ids);
      await db.transaction((tx) => deleteDeadWorkItems(tx, input.ids));
      return { ids: [...input.ids], userErrors: [] };
    },
  };
}

function notEnabled(features: Features, at: number): UserError[] {
  if (isOn(features)) return [];
  const because = features.state === 'known' ? 'AWS shows it off all the same' : features.because;
  const message = `Advanced backup could not be seen to be on in ${features.region}: ${because}. Ask again; what is on stays so.`;
  return [{ code: 'NOT_ENABLED', message, path: ['regions', String(at)] }];
}

function isOn(features: Features): boolean {
  return features.state === 'known' && features.optedIn && features.advanced;
}

/** For the audit: a change that was half made is no refusal. */
function whatWasDone(features: readonly Features[]): string {
  const named = (on: boolean) => features.filter((one) => isOn(one) === on).map((one) => one.region);
  return `PARTLY_DONE; on: ${named(true).join(', ') || 'none'}; not seen on: ${named(false).join(', ')}`;
}

/** The letters of the ids, in their order. Throws UserErrors naming each id that is none. */
async function wanted(db: Database, ids: readonly string[]): Promise<DeadWorkItemRow[]> {
  if (ids.length < 1 || ids.length > MOST_AT_ONCE) {
    throw new UserErrors([{ code: 'BAD_COUNT', message: `Name 1 to ${MOST_AT_ONCE} dead letters.`, path: ['ids'] }]);
  }
  const found = new Map((await findDeadWorkItems(db, ids)).map((row) => [row.id, row]));
  const missing = ids.flatMap((id, at) =>
    found.has(id)
      ? []
      : [{ code: 'NOT_FOUND', message: `There is no dead letter ${id} (any more).`, path: ['ids', String(at)] }],
  );
  if (missing.length > 0) throw new UserErrors(missing);
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** A letter as the work item it is. What was not signed by this installation stays a stranger's, whoever asks for it. */
function readAgain(letter: DeadWorkItemRow, at: number): { item: WorkItem } | { problem: UserError } {
  const path = ['ids', String(at)];
  if (!letter.genuine) {
    const message =
      'It is not signed by this installation, so it can only be discarded. Whoever sent it must send it anew.';
    return { problem: { code: 'NOT_SIGNED', message, path } };
  }
  const read = readWorkItem(letter.body);
  if ('item' in read) return read;
  return { problem: { code: 'UNREADABLE', message: `It is still no work item: ${read.problem}`, path } };
}
