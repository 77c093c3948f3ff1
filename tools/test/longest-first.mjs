import TestSequencer from '@jest/test-sequencer';

/** What takes longest, mostly waiting for the clock's next minute or a day of AWS's; known here for a machine that has timed nothing yet. */
const LONGEST = ['alerts', 'schedules', 'demo', 'event-subscribers', 'kill', 'traces', 'scan-hours', 'policies'];

/**
 * Whole platforms first, each followed by two of the other files, which compute while platforms wait. Jest goes by how
 * long a file took, and by file size where it has not timed it yet.
 */
export default class LongestFirst extends TestSequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isPlatform = ({ path }) => /\/infra\/(?:aws-probe|embedded|end-to-end)\//u.test(path);
    const place = ({ path }) => {
      const found = LONGEST.findIndex((name) => path.endsWith(`/${name}.test.ts`));
      return found === -1 ? LONGEST.length : found;
    };
    const platforms = sorted.filter(isPlatform).toSorted((one, other) => place(one) - place(other));
    const others = sorted.filter((test) => !isPlatform(test));
    return [...platforms.flatMap((test) => [test, ...others.splice(0, 2)]), ...others];
  }
}
