import { expect, test } from '@jest/globals';
import { isNews, readPercent } from './progress.ts';

test('percentages are read however AWS writes them', () => {
  expect(['40.0', '40.00%', '0', '100.0', '120', '-1'].map(readPercent)).toEqual([40, 40, 0, 100, 100, 0]);
  expect([undefined, null, '', 'soon'].map(readPercent)).toEqual([null, null, null, null]);
});

test('a new state is told at once, a new percentage once a minute, and nothing new never', () => {
  const told = { awsState: 'RUNNING', percent: 10 };
  expect(isNews({}, { awsState: 'CREATED', percent: null }, 0)).toBe(true);
  expect(isNews(told, { awsState: 'ABORTING', percent: 10 }, 0)).toBe(true);
  expect(isNews(told, { awsState: 'RUNNING', percent: 80 }, 59_999)).toBe(false);
  expect(isNews(told, { awsState: 'RUNNING', percent: 11 }, 60_000)).toBe(true);
  expect(isNews(told, told, 3_600_000)).toBe(false);
});
