import { describe, expect, test } from '@jest/globals';
import type { EventEnvelope } from '@tablekeep/schema/events';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { eventBody, isWanted, MOST_BODY_BYTES, secretText, signedHeaders, standing, webhookEvents } from './webhook.ts';

const now = new Date();

describe('a webhook', () => {
  test('is taken by a receiver that knows any of its secrets, and by no other', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 24, maxLength: 64 }), { minLength: 1, maxLength: 4 }),
        fc.uint8Array({ minLength: 24, maxLength: 64 }),
        fc.json(),
        (keys, strange, body) => {
          const secrets = keys.map(secretText);
          const headers = signedHeaders({ id: 'msg_1', at: now, body }, secrets);
          for (const secret of secrets)
            expect(new Webhook(secret).verify(body, { ...headers })).toEqual(JSON.parse(body));
          fc.pre(!secrets.includes(secretText(strange)));
          expect(() => new Webhook(secretText(strange)).verify(body, { ...headers })).toThrow();
          expect(() => new Webhook(secrets[0]!).verify(`${body} `, { ...headers })).toThrow();
        },
      ),
      { numRuns: 50 },
    );
  });

  test('signs with the current secret first, and with a former one until its overlap ends', () => {
    const at = (ms: number) => new Date(now.getTime() + ms).toISOString();
    const secrets = [
      { id: 'old', createdAt: at(-3), expiresAt: at(-1) },
      { id: 'former', createdAt: at(-2), expiresAt: at(1_000) },
      { id: 'current', createdAt: at(-1), expiresAt: null },
    ];
    expect(standing(secrets, now).map(({ id }) => id)).toEqual(['current', 'former']);
  });

  test('an event that is too large comes without its data, and says so', () => {
    const event = {
      id: 'e-1',
      type: 'dev.tablekeep.policy.unplannable.v1',
      source: 'policy',
      subject: 'p',
      time: now.toISOString(),
      correlationid: 'c',
      environment: 'EMULATED',
      data: { policyId: 'p', policyName: 'Nightly', reason: 'x' },
    } satisfies EventEnvelope;
    expect(JSON.parse(eventBody(event))).toMatchObject({ specversion: '1.0', id: 'e-1', data: { reason: 'x' } });
    const large = { ...event, data: { ...event.data, reason: 'é'.repeat(MOST_BODY_BYTES / 2) } };
    const said = JSON.parse(eventBody(large)) as object;
    expect(said).toMatchObject({ id: 'e-1', dataomitted: true });
    expect(said).not.toHaveProperty('data');
  });

  test('never gets what would cause itself, nor what is internal; without types it gets what people are told', () => {
    expect(webhookEvents).not.toContain('dev.tablekeep.notification.delivered.v1');
    expect(isWanted('dev.tablekeep.account.changed.v1', ['dev.tablekeep.account.changed.v1'])).toBe(false);
    expect(isWanted('dev.tablekeep.policy.due.v1', ['dev.tablekeep.policy.due.v1'])).toBe(false);
    expect(isWanted('dev.tablekeep.session.finished.v1', null)).toBe(true);
    expect(isWanted('dev.tablekeep.task.started.v1', null)).toBe(false);
    expect(isWanted('dev.tablekeep.task.started.v1', ['dev.tablekeep.task.started.v1'])).toBe(true);
  });
});
