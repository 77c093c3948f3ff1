import { parseEnv } from '@tablekeep/platform/config';
import { limitsEnvironment, limitsOf } from './environment.ts';
import { describe, expect, test } from '@jest/globals';
import { settle } from './options.ts';

describe('options that could mistake emulated for real are refused', () => {
  test('a faster clock in the real AWS environment', () => {
    expect(() => settle({ timeScale: 60 }, 'AWS')).toThrow(/only the emulator/u);
  });

  test('an emulated environment without an emulator', () => {
    expect(() => settle({}, 'EMULATED')).toThrow(/would reach real AWS/u);
  });

  test('every problem at once', () => {
    expect(() => settle({ share: 2, tickMs: 0, leaseMs: 5 }, 'AWS')).toThrow(/share.*tickMs.*leaseMs/u);
  });

  test('half of AWS’s limits and its own speed by default', () => {
    expect(settle({}, 'AWS')).toMatchObject({ share: 0.5, timeScale: 1, tickMs: 5_000 });
  });
});

test('raised API rates are read as JSON, and every wrong one is told', () => {
  const read = (EXECUTOR_AWS_RATES?: string) =>
    limitsOf(parseEnv(limitsEnvironment, EXECUTOR_AWS_RATES === undefined ? {} : { EXECUTOR_AWS_RATES })).rates;
  expect(read()).toEqual({});
  expect(read('')).toEqual({});
  expect(read('{"backup:StartBackupJob": 10, "backup:*": 80}')).toEqual({
    'backup:StartBackupJob': 10,
    'backup:*': 80,
  });
  expect(() => read('ten')).toThrow(/EXECUTOR_AWS_RATES.*wants JSON/su);
  expect(() => read('{"backup:StartBackup": 10}')).toThrow(/StartBackup/u);
  expect(() => read('{"backup:StartBackupJob": 0}')).toThrow(/EXECUTOR_AWS_RATES/u);
});
