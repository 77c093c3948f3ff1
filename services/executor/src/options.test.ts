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
