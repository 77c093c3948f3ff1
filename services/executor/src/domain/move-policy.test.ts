import { describe, expect, test } from '@jest/globals';
import { movedPolicy } from './move-policy.ts';

const FROM = 'arn:aws:dynamodb:us-east-1:111122223333:table/Flights';
const TO = 'arn:aws:dynamodb:eu-west-1:111122223333:table/Flights-2';
const policy = (resource: unknown, rest: object = {}) =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Resource: resource, ...rest }] });

describe('a resource policy under another ARN', () => {
  test('names the new table wherever it named the old one, its indexes too', () => {
    expect(movedPolicy(policy([FROM, `${FROM}/index/*`, `${FROM}/index/by-city`]), FROM, TO)).toBe(
      policy([TO, `${TO}/index/*`, `${TO}/index/by-city`]),
    );
    const bystander = { Principal: { AWS: 'arn:aws:iam::111122223333:role/Reader' } };
    expect(movedPolicy(policy('*', bystander), FROM, TO)).toBe(policy('*', bystander));
  });

  test.each([
    ['another table', `${FROM}-2`],
    ['a table whose name begins alike', `${FROM}.old/index/x`],
    ['a pattern of names', `${FROM}*`],
    ['a stream', `${FROM}/stream/2026-11-01T00:00:00.000`],
    ['the same name elsewhere', FROM.replace('us-east-1', 'us-west-2')],
    ['any Region', FROM.replace('us-east-1', '*')],
  ])('is not made up where it names %s', (_what, arn) => {
    expect(movedPolicy(policy(FROM, { Condition: { ArnEquals: { 'aws:SourceArn': arn } } }), FROM, TO)).toBeNull();
  });

  test('is not searched as text: an escape hides nothing', () => {
    const hidden = policy(`${FROM}-2`).replace('table/', 'table\\u002f');
    expect(movedPolicy(hidden, FROM, TO)).toBeNull();
    expect(movedPolicy('no JSON', FROM, TO)).toBeNull();
  });
});
