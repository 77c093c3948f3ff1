import { expect, test } from '@jest/globals';
import { idempotencyToken } from './token.ts';

test('the same attempt and step give the same token, every other one another, all within AWS’s 64 characters', () => {
  const task = '01a2083d-841b-7239-b67f-ec2c087d064f';
  const tokens = [1, 2, 11].flatMap((attempt) =>
    (['backup', 'copy', 'restore'] as const).map((step) => idempotencyToken(task, attempt, step)),
  );
  expect(new Set(tokens).size).toBe(9);
  expect(idempotencyToken(task, 1, 'backup')).toBe(tokens[0]);
  for (const token of tokens) expect(token).toMatch(/^[a-z0-9-]{1,64}$/u);
});
