import { describe, expect, test } from '@jest/globals';
import { strangerBecause } from './stranger.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 1, 12, minute));
const times = { awsCreatedAt: at(10).toISOString(), awsCompletedAt: at(30).toISOString() };
const table = (tableId: string) => ({ name: 'Orders', arn: 'arn:Orders', tableId });

describe('the table under a restore’s target name', () => {
  test.each([
    ['made while it was restored', at(11), null],
    ['made before', at(8), /before the restore began/u],
    ['made at the moment it began, by another clock', at(9), null],
    ['made after it had ended', at(31), /after the restore had ended/u],
    ['made nobody knows when', null, null],
  ])('%s', (_what, createdAt, because) => {
    const said = strangerBecause({ tableId: 'any', createdAt }, times);
    if (because === null) expect(said).toBeNull();
    else expect(said).toMatch(because);
  });

  test('once it was seen its id tells, whatever the dates', () => {
    const known = { ...times, sighted: table('ours') };
    expect(strangerBecause({ tableId: 'ours', createdAt: at(50) }, known)).toBeNull();
    expect(strangerBecause({ tableId: 'theirs', createdAt: at(11) }, known)).toContain('theirs');
  });

  test('of a job whose dates nobody has heard nothing is said', () => {
    expect(strangerBecause({ tableId: 'any', createdAt: at(50) }, {})).toBeNull();
  });
});
