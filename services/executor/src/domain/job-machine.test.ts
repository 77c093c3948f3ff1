import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { finalFault } from './fault.ts';
import { advance, PATIENCE_MS, STEPS, WAYS, type JobKind, type Observation, type Step } from './job-machine.ts';

const fault = finalFault('X', 'x');
const observation: fc.Arbitrary<Observation> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Observation>({ seen: 'done' }) },
  { weight: 3, arbitrary: fc.constant<Observation>({ seen: 'not-yet', because: 'busy', inMs: 10 }) },
  { weight: 3, arbitrary: fc.constant<Observation>({ seen: 'unknown', fault }) },
  fc.constant<Observation>({ seen: 'failed', fault }),
  fc.constant<Observation>({ seen: 'canceled', reason: 'stop' }),
);
const kind = fc.constantFrom<JobKind>('SCAN', 'BACKUP', 'COPY', 'RESTORE');

describe('the way of a job', () => {
  test('whatever is seen, it only goes forward, step by step, to one end', () => {
    fc.assert(
      fc.property(kind, fc.array(observation, { maxLength: 40 }), (of, seen) => {
        const way = WAYS[of];
        let step: Step = way[0]!;
        let tries = 0;
        for (const one of seen) {
          const decision = advance({ kind: of, step, standingMs: 0, tries }, one, 0.5);
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
          expect(advance({ kind: of, step, standingMs: patience * part, tries }, unknown, 0).then).toBe('again');
        }
      }),
    );
  });

  test('a start given up without an answer allows no new attempt: the old one may be alive', () => {
    const position = { kind: 'BACKUP', step: 'starting', standingMs: PATIENCE_MS.starting + 1, tries: 3 } as const;
    const decision = advance(position, { seen: 'unknown', fault: { ...fault, retryable: true } }, 0);
    expect(decision).toMatchObject({ then: 'fail', fault: { retryable: false } });
  });

  test('no look at a running AWS job, however often it fails, ends it', () => {
    const position = { kind: 'RESTORE', step: 'following', standingMs: 1e12, tries: 1_000 } as const;
    expect(advance(position, { seen: 'unknown', fault }, 0).then).toBe('again');
  });

  test('every step says what is true in it', () => {
    for (const step of Object.values(WAYS).flat()) expect(STEPS[step].length).toBeGreaterThan(20);
  });
});
