import TestSequencer from '@jest/test-sequencer';

/**
 * Whole platforms first: some of their tests wait for the clock's next minute or for a day of AWS's, and the short files of
 * everything else fill what is left. Jest goes by file size where it has not timed a file yet, as on a fresh machine.
 */
export default class EndToEndFirst extends TestSequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isEndToEnd = ({ path }) => path.includes('/infra/end-to-end/');
    return [...sorted.filter(isEndToEnd), ...sorted.filter((test) => !isEndToEnd(test))];
  }
}
