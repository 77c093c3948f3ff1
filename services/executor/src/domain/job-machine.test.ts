import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { finalFault } from './fault.ts';
import {
  advance,
  countedWait,
  nothingStarted,
  PATIENCE_MS,
  STEPS,
  WAYS,
  type Way,
  type Observation,
  type Step,
} from './job-machine.ts';

const fault = finalFault('X', 'x');
const observation: fc.Arbitrary<Observation> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Observation>({ seen: 'done' }) },
  { weight: 3, arbitrary: fc.constant<Observation>({ seen: 'not-yet', because: 'busy', inMs: 10 }) },
  { weight: 3, arbitrary: fc.constant<Observation>({ seen: 'unknown', fault }) },
  fc.constant<Observation>({ seen: 'failed', fault }),
  fc.constant<Observation>({ seen: 'canceled', reason: 'stop' }),
);
const kind = fc.constantFrom<Way>('SCAN', 'BACKUP', 'COPY', 'RESTORE', 'DELETE', 'REPLACE');

describe('the way of a job', () => {
  test('a verification that fails once its table may be there goes on to remove it, and ends with the first failure', () => {
    const at = (step: Step) => advance({ kind: 'VERIFY', step, waitedMs: 0, tries: 0 }, { seen: 'failed', fault }, 0.5);
    for (const step of WAYS.VERIFY) {
      const cleansUp = !nothingStarted(step) && step !== 'removing' && step !== 'concluding';
      expect(at(step)).toEqual(cleansUp ? { then: 'go-on', step: 'removing', fault } : { then: 'fail', fault });
    }
  });

  test('a temporary table that cannot be removed in time does not change the verdict', () => {
    const position = { kind: 'VERIFY', step: 'removing', waitedMs: PATIENCE_MS.removing + 1, tries: 3 } as const;
    const why = /^x Given up after 168 h/u;
    expect(advance(position, { seen: 'unknown', fault }, 0.5)).toEqual({
      then: 'go-on',
      step: 'concluding',
      leftUndone: expect.stringMatching(why),
    });
    expect(advance(position, { seen: 'not-yet', because: 'x', inMs: 1 }, 0.5)).toEqual({
      then: 'go-on',
      step: 'concluding',
      leftUndone: expect.stringMatching(why),
    });
  });

  test('a verification that is stopped once AWS may have made its table goes on to remove it', () => {
    const at = (step: Step) =>
      advance({ kind: 'VERIFY', step, waitedMs: 0, tries: 0 }, { seen: 'canceled', reason: 'stop' }, 0.5).then;
    expect(at('starting')).toBe('cancel');
    for (const step of ['following', 'settling', 'marking', 'inspecting'] as const) expect(at(step)).toBe('go-on');
    expect(at('concluding')).toBe('cancel');
  });

  test('whatever is seen, it only goes forward, step by step, to one end', () => {
    fc.assert(
      fc.property(kind, fc.array(observation, { maxLength: 40 }), (of, seen) => {
        const way = WAYS[of];
        let step: Step = way[0]!;
        let tries = 0;
        for (const one of seen) {
          const decision = advance({ kind: of, step, waitedMs: 0, tries }, one, 0.5);
          if (decision.then === 'go-on') {
            expect(way.indexOf(decision.step)).toBe(way.indexOf(step) + 1);
            step = decision.step;
            tries = 0;
          } else if (decision.then === 'again') {
            tries = decision.tries;
            expect(decision.inMs).toBeLessThanOrEqual(60_000);
          } else {
            expect(decision.then === 'succeed').toBe(one.seen === 'done');
            if (decision.then === 'succeed') expect(step).toBe(way.at(-1));
            return;
          }
        }
      }),
    );
  });

  test('"could not tell" never fails a job before its patience is over', () => {
    fc.assert(
      fc.property(kind, fc.nat(1_000), fc.double({ min: 0, max: 1, noNaN: true }), (of, tries, part) => {
        for (const step of WAYS[of]) {
          const patience = Math.min(PATIENCE_MS[step], 1e12);
          const unknown: Observation = { seen: 'unknown', fault };
          expect(advance({ kind: of, step, waitedMs: patience * part, tries }, unknown, 0).then).toBe('again');
        }
      }),
    );
  });

  test('a start given up without an answer allows no new attempt: the old one may be alive', () => {
    const position = { kind: 'BACKUP', step: 'starting', waitedMs: PATIENCE_MS.starting + 1, tries: 3 } as const;
    for (const seen of [
      { seen: 'unknown', fault: { ...fault, retryable: true } },
      { seen: 'not-yet', because: 'whose it is does not show', inMs: 1 },
    ] as const) {
      expect(advance(position, seen, 0)).toMatchObject({ then: 'fail', fault: { retryable: false } });
    }
  });

  test('given up before anything was started, it may be tried anew; after, never', () => {
    // These go on to the report, or to clean up.
    const goesOn = (of: Way, step: Step) =>
      step === 'reapplying' ||
      step === 'deleting' ||
      (of === 'VERIFY' && !nothingStarted(step) && step !== 'concluding');
    for (const of of Object.keys(WAYS) as Way[]) {
      for (const step of WAYS[of].filter((one) => Number.isFinite(PATIENCE_MS[one]) && !goesOn(of, one))) {
        const position = { kind: of, step, waitedMs: PATIENCE_MS[step] + 1, tries: 3 } as const;
        const decision = advance(position, { seen: 'not-yet', because: 'busy', inMs: 1 }, 0);
        expect(decision).toMatchObject({ then: 'fail', fault: { retryable: nothingStarted(step) } });
      }
    }
  });

  test('a deletion that nobody answers is given up only by looking at the point: its last call may be out', () => {
    const position = { kind: 'DELETE', step: 'deleting', waitedMs: PATIENCE_MS.deleting + 1, tries: 3 } as const;
    for (const seen of [
      { seen: 'unknown', fault },
      { seen: 'not-yet', because: 'it was not sent', inMs: 1 },
    ] as const) {
      const leftUndone = expect.stringContaining('Given up after 12 h') as unknown;
      expect(advance(position, seen, 0)).toEqual({ then: 'go-on', step: 'verifying', leftUndone });
    }
  });

  test('settings that cannot be set in time are for the report: the items are there', () => {
    const position = { kind: 'RESTORE', step: 'reapplying', waitedMs: PATIENCE_MS.reapplying + 1, tries: 3 } as const;
    expect(advance(position, { seen: 'unknown', fault }, 0)).toEqual({ then: 'go-on', step: 'reporting' });
  });

  test('our own downtime is not waiting: no gap between two looks can use up a patience', () => {
    for (const patience of Object.values(PATIENCE_MS)) {
      expect(countedWait(30 * 24 * 3_600_000)).toBeLessThan(patience / 2);
    }
    expect(countedWait(60_000)).toBe(60_000);
    expect(countedWait(-5)).toBe(0);
  });

  test('no look at a running AWS job, however often it fails, ends it', () => {
    const position = { kind: 'RESTORE', step: 'following', waitedMs: 1e12, tries: 1_000 } as const;
    expect(advance(position, { seen: 'unknown', fault }, 0).then).toBe('again');
  });

  test('every step says what is true in it', () => {
    for (const step of Object.values(WAYS).flat()) expect(STEPS[step].length).toBeGreaterThan(20);
  });
});
