import { expect, test } from '@jest/globals';
import { condense, fixtureOf, type Answer } from '../src/answers.ts';
import { questionsOf } from '../src/questions/index.ts';

const answerOf = (id: string, says: string): Answer => {
  const question = questionsOf(30).find((one) => one.id === id)!;
  const fixture = question.emulator.find((one) => one.says === says)!.fixture;
  const emulator = { says: question.emulator[0]!.says, verdict: 'the same' as const, fixture };
  return { id, question: question.text, answer: says, because: null, emulator, facts: {}, evidence: [] };
};

test('a token that is forgotten with time is one that expires; one that is never known is not', () => {
  const later = answerOf('token-later', 'another job');
  expect(fixtureOf([answerOf('token-same-input', 'the same job'), later])).toEqual({
    behaviour: { tokenMemory: 'expired' },
    durations: { tokenMemory: 1_800_000 },
  });
  expect(fixtureOf([answerOf('token-same-input', 'another job'), later]).behaviour).toEqual({ tokenMemory: 'none' });
});

test('calls that end alike, one after the other, are one piece of evidence with the last request id', () => {
  const call = { operation: 'DescribeBackupJob', region: 'us-east-1', error: null };
  const error = { name: 'InvalidRequestException', message: 'no', httpStatus: 400 };
  const calls = ['1', '2', '3'].map((requestId) => ({ ...call, requestId }));
  expect(condense([...calls, { ...call, requestId: '4', error }, { ...call, requestId: '5' }])).toEqual([
    { ...call, requestId: '3', times: 3 },
    { ...call, requestId: '4', error, times: 1 },
    { ...call, requestId: '5', times: 1 },
  ]);
});

test('every question has an id of its own and something the emulator says', () => {
  const questions = questionsOf(30);
  expect(new Set(questions.map((one) => one.id)).size).toBe(questions.length);
  for (const { emulator } of questions) expect(new Set(emulator.map((one) => one.says)).size).toBe(emulator.length);
});
