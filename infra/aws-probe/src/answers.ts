import type { RecordedCall } from './aws.ts';
import type { Lab } from './lab.ts';
import type { Fixture, Question } from './questions/question.ts';

/** A call, or the same call again and again: AWS was asked until something changed. */
export type Evidence = RecordedCall & Readonly<{ times: number }>;

export type Answer = Readonly<{
  id: string;
  question: string;
  /** Null where none was found. */
  answer: string | null;
  /** Why there is none. */
  because: string | null;
  emulator: Readonly<{
    /** What it says unless told otherwise. */
    says: string;
    verdict: 'the same' | 'the same when switched' | 'otherwise' | 'not compared';
    /** What makes it say what AWS says; null where nothing does. */
    fixture: Fixture | null;
  }>;
  facts: Readonly<Record<string, unknown>>;
  evidence: readonly Evidence[];
}>;

/** Asks one after the other. A question that finds no answer keeps no other from being asked; the end of the run does. */
export async function askAll(
  lab: Lab,
  questions: readonly Question[],
  say: (line: string) => void,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const question of questions) {
    lab.signal.throwIfAborted();
    say(`asking: ${question.text}`);
    const answer = await ask(lab, question);
    lab.signal.throwIfAborted();
    say(`        ${answer.answer ?? `no answer: ${String(answer.because)}`}`);
    answers.push(answer);
  }
  return answers;
}

async function ask(lab: Lab, question: Question): Promise<Answer> {
  const { calls } = lab.aws;
  const before = calls.length;
  const shared = { id: question.id, question: question.text };
  try {
    const { says, facts } = await question.ask(lab);
    const emulator = compare(question, says);
    return { ...shared, answer: says, because: null, emulator, facts, evidence: condense(calls.slice(before)) };
  } catch (error) {
    const because = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const emulator = { says: standard(question), verdict: 'not compared', fixture: null } as const;
    return { ...shared, answer: null, because, emulator, facts: {}, evidence: condense(calls.slice(before)) };
  }
}

const standard = (question: Question): string => question.emulator[0]?.says ?? '';

function compare(question: Question, says: string): Answer['emulator'] {
  const at = question.emulator.findIndex((one) => one.says === says);
  const fixture = question.emulator[at]?.fixture ?? null;
  const verdict = at === 0 ? 'the same' : at > 0 ? 'the same when switched' : 'otherwise';
  return { says: standard(question), verdict, fixture };
}

/** Pure. Calls that followed each other and ended alike become one, with the last request id. */
export function condense(calls: readonly RecordedCall[]): Evidence[] {
  const evidence: Evidence[] = [];
  for (const call of calls) {
    const last = evidence.at(-1);
    const alike =
      last?.operation === call.operation &&
      last.region === call.region &&
      last.error?.name === call.error?.name &&
      last.error?.message === call.error?.message;
    if (last && alike) evidence[evidence.length - 1] = { ...call, times: last.times + 1 };
    else evidence.push({ ...call, times: 1 });
  }
  return evidence;
}

/**
 * Pure. The emulator's options under which it says what AWS said. Later answers stand over earlier ones, so the questions
 * about a token that was just used stand over the one about an old token.
 */
export function fixtureOf(answers: readonly Answer[]): Fixture {
  const order = [...answers].sort((a, b) => Number(b.id === 'token-later') - Number(a.id === 'token-later'));
  const merged = order.reduce<{ behaviour: object; durations: object }>(
    (sum, { emulator }) => ({
      behaviour: { ...sum.behaviour, ...emulator.fixture?.behaviour },
      durations: { ...sum.durations, ...emulator.fixture?.durations },
    }),
    { behaviour: {}, durations: {} },
  );
  return merged;
}
