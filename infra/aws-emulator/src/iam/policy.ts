import { isRecord } from '../wire/read.ts';

/** What a request brings for conditions: `sts:ExternalId`, `iam:PassedToService`, … */
export type Context = Readonly<Record<string, string>>;

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly principals: { readonly type: string; readonly value: string }[] | null;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export type Decision = 'allowed' | 'implicitDeny' | 'explicitDeny';

const many = (value: unknown): string[] =>
  (Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value]).map((item) => String(item));

function readPrincipals(value: unknown): Statement['principals'] {
  if (value === undefined) return null;
  if (value === '*') return [{ type: '*', value: '*' }];
  if (!isRecord(value)) throw new SyntaxError('Principal is neither "*" nor a structure');
  return Object.entries(value).flatMap(([type, values]) => many(values).map((entry) => ({ type, value: entry })));
}

function readConditions(value: unknown): Statement['conditions'] {
  if (value === undefined) return {};
  if (!isRecord(value)) throw new SyntaxError('Condition is not a structure');
  return Object.fromEntries(
    Object.entries(value).map(([operator, keys]) => {
      if (!isRecord(keys)) throw new SyntaxError(`Condition ${operator} is not a structure`);
      return [
        operator,
        Object.fromEntries(Object.entries(keys).map(([key, values]) => [key.toLowerCase(), many(values)])),
      ];
    }),
  );
}

/** The statements of a policy document. Throws SyntaxError when the text is not a policy. */
export function parsePolicy(text: string): Statement[] {
  const document: unknown = JSON.parse(text);
  if (!isRecord(document) || document['Statement'] === undefined) throw new SyntaxError('The policy has no Statement');
  const statements = document['Statement'];
  return (Array.isArray(statements) ? (statements as unknown[]) : [statements]).map((statement) => {
    if (!isRecord(statement)) throw new SyntaxError('A statement is not a structure');
    const effect = statement['Effect'];
    if (effect !== 'Allow' && effect !== 'Deny') throw new SyntaxError('Effect must be Allow or Deny');
    return {
      effect,
      principals: readPrincipals(statement['Principal']),
      actions: many(statement['Action']),
      notActions: many(statement['NotAction']),
      resources: many(statement['Resource']),
      notResources: many(statement['NotResource']),
      conditions: readConditions(statement['Condition']),
    };
  });
}

/** IAM's wildcards: `*` any text, `?` any one character. */
export function like(pattern: string, value: string, ignoreCase = false): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's').test(value);
}

/** A condition this evaluator does not know does not hold: an Allow under it grants nothing. */
function conditionHolds(operator: string, expected: readonly string[], actual: string | undefined): boolean {
  const ifExists = operator.endsWith('IfExists');
  const name = ifExists ? operator.slice(0, -'IfExists'.length) : operator;
  if (name === 'Null') return expected.includes(String(actual === undefined));
  const negative = name.startsWith('StringNot') || name === 'ArnNotLike' || name === 'ArnNotEquals';
  if (actual === undefined) return ifExists || negative;
  switch (name) {
    case 'StringEquals':
    case 'ArnEquals':
    case 'Bool':
      return expected.includes(actual);
    case 'StringEqualsIgnoreCase':
      return expected.some((value) => value.toLowerCase() === actual.toLowerCase());
    case 'StringLike':
    case 'ArnLike':
      return expected.some((value) => like(value, actual));
    case 'StringNotEquals':
    case 'ArnNotEquals':
      return !expected.includes(actual);
    case 'StringNotLike':
    case 'ArnNotLike':
      return !expected.some((value) => like(value, actual));
    default:
      return false;
  }
}

export function conditionsHold(statement: Statement, context: Context): boolean {
  const lower = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(statement.conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) => conditionHolds(operator, expected, lower.get(key))),
  );
}

export function covers(statement: Statement, action: string, resource: string): boolean {
  const actionFits =
    statement.actions.length > 0
      ? statement.actions.some((pattern) => like(pattern, action, true))
      : statement.notActions.length > 0 && !statement.notActions.some((pattern) => like(pattern, action, true));
  if (!actionFits) return false;
  return statement.resources.length > 0
    ? statement.resources.some((pattern) => like(pattern, resource))
    : statement.notResources.length > 0 && !statement.notResources.some((pattern) => like(pattern, resource));
}

/** IAM User Guide, "Policy evaluation logic": an explicit Deny wins, else an Allow, else denied. */
export function decide(
  statements: readonly Statement[],
  action: string,
  resource: string,
  context: Context = {},
): Decision {
  const fitting = statements.filter(
    (statement) => covers(statement, action, resource) && conditionsHold(statement, context),
  );
  if (fitting.some((statement) => statement.effect === 'Deny')) return 'explicitDeny';
  return fitting.length > 0 ? 'allowed' : 'implicitDeny';
}
