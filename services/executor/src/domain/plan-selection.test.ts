import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { whyTables, type Selection } from './plan-selection.ts';

const selection = (change: Partial<Selection>): Selection => ({
  name: 'nightly',
  resources: [],
  notResources: [],
  hasConditions: false,
  ...change,
});
const of = (change: Partial<Selection>) => whyTables(selection(change)) !== null;

describe('a selection may include tables', () => {
  test.each([
    ['*'],
    ['arn:*'],
    ['arn:aws:*'],
    ['arn:aws:d*'],
    ['arn:aws:dynamodb:*:*:table/*'],
    ['arn:aws:dynamodb:us-east-1:111122223333:table/orders'],
    ['arn:aws-us-gov:dynamodb:*'],
    ['arn:aws:dynamo?b:*'],
  ])('by the resource %s', (resource) => expect(of({ resources: [resource] })).toBe(true));

  test.each([
    ['arn:aws:ec2:*:*:volume/*'],
    ['arn:aws:rds:*'],
    ['arn:aws:e*'],
    ['arn:aws:s3:::bucket'],
    ['arn:aws:ec2:*'],
  ])('but not by %s', (resource) => expect(of({ resources: [resource] })).toBe(false));

  test('by tags alone, and by all but something else; not where every table is excluded', () => {
    expect(of({ hasConditions: true })).toBe(true);
    expect(of({ notResources: ['arn:aws:ec2:*:*:volume/*'] })).toBe(true);
    expect(of({ hasConditions: true, notResources: ['arn:aws:dynamodb:*:*:table/*'] })).toBe(false);
    expect(of({ resources: ['*'], notResources: ['arn:aws:dynamodb:*'] })).toBe(false);
    expect(of({ resources: ['*'], notResources: ['arn:aws:dynamodb:*:*:table/one'] })).toBe(true);
    expect(of({ resources: ['arn:aws:ec2:*'], hasConditions: true })).toBe(false);
    expect(of({})).toBe(false);
  });

  test('by every pattern that a table of some account matches', () => {
    const arn = 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders';
    fc.assert(
      fc.property(fc.nat(arn.length), (at) => {
        expect(of({ resources: [`${arn.slice(0, at)}*`] })).toBe(true);
      }),
    );
  });
});
