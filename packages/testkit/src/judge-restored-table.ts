import { canonical, type Fact, type TableInAws } from './table-in-aws.ts';

/** What a restore was told to change, as a caller of the API writes it; absent: nothing. */
export type Asked = Readonly<{
  tableClass?: string;
  billingMode?: string;
  readCapacityUnits?: number;
  writeCapacityUnits?: number;
  indexCapacity?: readonly Readonly<{ indexName: string; readCapacityUnits: number; writeCapacityUnits: number }>[];
  deletionProtection?: boolean;
  pointInTimeRecovery?: boolean;
  encryption?: Readonly<{ type: string; kmsKeyArn?: string }>;
  timeToLive?: 'REAPPLY' | 'HOLD';
  streams?: 'REAPPLY' | 'HOLD';
}>;

export type Judgement = Readonly<{
  property: string;
  before: Fact;
  should: Fact;
  found: Fact;
  verdict: 'AS BEFORE' | 'AS ASKED' | 'HELD' | 'LOST' | 'WRONG';
}>;

type Units = Readonly<{ read: number; write: number }>;
type Place = Readonly<{
  before: TableInAws;
  after: TableInAws;
  asked: Asked;
  /** ARN of the key that AWS manages for DynamoDB, for who asks for it. */
  managedKeyArn: string;
}>;

/**
 * Judges a restored table by two descriptions of AWS's and what was asked, property by property. Written from what the
 * API promises and from nothing else: no code is shared with the product.
 */
export function judgeRestoredTable(place: Place): Judgement[] {
  const { before, after } = place;
  return Object.keys({ ...before.facts, ...after.facts }).map((property): Judgement => {
    const was = before.facts[property] ?? null;
    const found = after.facts[property] ?? null;
    const special = specialVerdict(property, place, was);
    const should = special === null ? shouldBe(property, place, was) : special.should;
    const right = canonical(found) === canonical(should);
    const unchanged = canonical(should) === canonical(was);
    const verdict = !right ? 'WRONG' : (special?.verdict ?? (unchanged ? 'AS BEFORE' : 'AS ASKED'));
    return { property, before: was, should, found, verdict };
  });
}

/** What is not there afterwards, and rightly so. */
function specialVerdict(
  property: string,
  { before, after, asked }: Place,
  was: Fact,
): { should: Fact; verdict: 'HELD' | 'LOST' | 'AS BEFORE' } | null {
  const gone = was === null || (Array.isArray(was) && was.length === 0);
  if (gone) return null;
  if (property === 'timeToLive' && asked.timeToLive === 'HOLD') return { should: null, verdict: 'HELD' };
  if (property === 'stream' && asked.streams === 'HOLD') return { should: null, verdict: 'HELD' };
  if (property === 'kinesisDestinations') return { should: [], verdict: 'LOST' };
  if (property === 'autoScaling' && billingAfter(before, asked) === 'PAY_PER_REQUEST') {
    return { should: [], verdict: 'LOST' };
  }
  if (property === 'resourcePolicy') return policyAfter(was, before.arn, after.arn);
  return null;
}

/** A policy goes over where every table it names is the restored one: with the new ARN in the old one's place. */
function policyAfter(was: Fact, from: string, to: string): { should: Fact; verdict: 'LOST' | 'AS BEFORE' } {
  const text = JSON.stringify(was);
  const names = text.match(/arn:aws:dynamodb:[^"]*?:table\/[\w.-]+/gu) ?? [];
  if (from !== to && names.some((name) => name !== from)) return { should: null, verdict: 'LOST' };
  return { should: JSON.parse(text.replaceAll(from, to)) as Fact, verdict: 'AS BEFORE' };
}

function shouldBe(property: string, { before, asked, managedKeyArn }: Place, was: Fact): Fact {
  const mode = billingAfter(before, asked);
  if (property.startsWith('indexCapacity.'))
    return indexAfter(property.slice('indexCapacity.'.length), before, asked, was);
  if (property.startsWith('indexOnDemandMaximum.')) return mode === 'PROVISIONED' ? null : was;
  switch (property) {
    case 'billingMode':
      return mode;
    case 'provisionedCapacity':
      return mode === 'PROVISIONED' ? withAsked(was as Units | null, asked) : null;
    case 'onDemandMaximum':
      return mode === 'PROVISIONED' ? null : was;
    case 'tableClass':
      return asked.tableClass ?? was;
    case 'deletionProtection':
      return asked.deletionProtection ?? was;
    case 'pointInTimeRecovery':
      if (asked.pointInTimeRecovery === undefined) return was;
      return asked.pointInTimeRecovery ? (was ?? 35) : null;
    case 'encryption':
      if (asked.encryption === undefined) return was;
      if (asked.encryption.type === 'AWS_OWNED') return null;
      return asked.encryption.kmsKeyArn ?? managedKeyArn;
    default:
      return was;
  }
}

function billingAfter(before: TableInAws, asked: Asked): Fact {
  return asked.billingMode ?? before.facts['billingMode'] ?? null;
}

function withAsked(was: Units | null, asked: Asked): Units {
  return { read: asked.readCapacityUnits ?? was?.read ?? 0, write: asked.writeCapacityUnits ?? was?.write ?? 0 };
}

/** New numbers of the table go for its indexes too, unless an index is named. */
function indexAfter(name: string, before: TableInAws, asked: Asked, was: Fact): Fact {
  if (billingAfter(before, asked) !== 'PROVISIONED') return null;
  const named = asked.indexCapacity?.find((one) => one.indexName === name);
  if (named) return { read: named.readCapacityUnits, write: named.writeCapacityUnits };
  return withAsked(was as Units | null, asked);
}

/** What a report must say of a property, by the outcome names of the API. */
export const OUTCOME_OF = {
  'AS BEFORE': 'SAME',
  'AS ASKED': 'CHANGED_AS_ASKED',
  HELD: 'HELD',
  LOST: 'NOT_RESTORABLE',
  WRONG: 'DIFFERENT',
} as const satisfies Record<Judgement['verdict'], string>;
