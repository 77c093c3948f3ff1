/** What a resource's own policy says of one action by one role, apart from what IAM allows the role. */
export type ResourceVerdict =
  /** Some statement forbids it without condition. */
  | 'DENIED'
  /** It depends on conditions, or on parts of the language that are not read here. */
  | 'CONDITIONAL'
  /** The role itself, or everybody, is allowed. */
  | 'ALLOWED'
  /** The account is allowed, so that its IAM policies decide. */
  | 'LEFT_TO_IAM'
  | 'SILENT';

type Statement = Readonly<Record<string, unknown>>;

/**
 * Reads a vault's or key's policy document. Source: IAM User Guide, "Policy evaluation logic"; an explicit Deny wins.
 * Whatever cannot be decided for certain is CONDITIONAL, never ALLOWED.
 *
 * @param resource the ARN pattern the action is asked on, for statements that name resources
 * @throws SyntaxError where the text is no policy
 */
export function resourceVerdict(
  document: string,
  asked: Readonly<{ roleArn: string; awsAccountId: string; action: string; resource: string }>,
): ResourceVerdict {
  const said = statementsOf(document).map((statement) => verdictOf(statement, asked));
  const says = (verdict: Verdict) => said.includes(verdict);
  if (says('denied')) return 'DENIED';
  if (says('perhaps denied')) return 'CONDITIONAL';
  if (says('allowed')) return 'ALLOWED';
  if (says('left to IAM')) return 'LEFT_TO_IAM';
  return says('perhaps allowed') ? 'CONDITIONAL' : 'SILENT';
}

/** Whether a role's trust policy lets a service assume it, as `resourceVerdict` would say. */
export function serviceTrust(document: string, service: string): ResourceVerdict {
  const verdicts = statementsOf(document)
    .filter((statement) => coversAction(statement, 'sts:AssumeRole'))
    .flatMap((statement): ResourceVerdict[] => {
      const principals = listOf((statement['Principal'] as Statement | undefined)?.['Service']);
      const named = statement['Principal'] === '*' || principals.includes(service);
      if (!named) return [];
      if (isConditional(statement)) return ['CONDITIONAL'];
      return [statement['Effect'] === 'Deny' ? 'DENIED' : 'ALLOWED'];
    });
  return (['DENIED', 'ALLOWED', 'CONDITIONAL'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'SILENT';
}

function statementsOf(document: string): Statement[] {
  const read: unknown = JSON.parse(document);
  const statements = (read as { Statement?: unknown } | null)?.Statement;
  if (statements === undefined) throw new SyntaxError('The policy has no Statement.');
  return (Array.isArray(statements) ? statements : [statements]) as Statement[];
}

type Verdict = 'denied' | 'perhaps denied' | 'allowed' | 'left to IAM' | 'perhaps allowed' | 'nothing';
type Asked = Parameters<typeof resourceVerdict>[1];

function verdictOf(statement: Statement, { roleArn, awsAccountId, action, resource }: Asked): Verdict {
  if (!coversAction(statement, action)) return 'nothing';
  const where = coverOf(statement, resource);
  const who = principalOf(statement, roleArn, awsAccountId);
  if (where === 'none' || who === 'nobody') return 'nothing';
  const certain = where === 'all' && who !== 'unclear' && !isConditional(statement);
  if (statement['Effect'] === 'Deny') return certain ? 'denied' : 'perhaps denied';
  if (!certain) return 'perhaps allowed';
  return who === 'account' ? 'left to IAM' : 'allowed';
}

type Who = 'nobody' | 'unclear' | 'account' | 'role';

function principalOf(statement: Statement, roleArn: string, awsAccountId: string): Who {
  if (statement['NotPrincipal'] !== undefined) return 'unclear';
  const principal = statement['Principal'];
  const named = principal === '*' ? ['*'] : listOf((principal as Statement | undefined)?.['AWS']);
  const session = roleArn.replace(':iam:', ':sts:').replace(/:role\/(?:.*\/)?/u, ':assumed-role/');
  if (named.some((one) => one === '*' || one === roleArn || one.startsWith(`${session}/`))) return 'role';
  return named.some((one) => one === awsAccountId || (/:root$/u.test(one) && one.includes(`:${awsAccountId}:`)))
    ? 'account'
    : 'nobody';
}

const isConditional = (statement: Statement): boolean =>
  Object.keys((statement['Condition'] as object | undefined) ?? {}).length > 0;

function coversAction(statement: Statement, action: string): boolean {
  if (statement['NotAction'] !== undefined) return !listOf(statement['NotAction']).some((one) => matches(one, action));
  return listOf(statement['Action']).some((one) => matches(one, action));
}

/** Both sides may hold wildcards: a statement may concern all of what is asked on, some of it, or none. */
function coverOf(statement: Statement, resource: string): 'all' | 'some' | 'none' {
  if (statement['NotResource'] !== undefined) return 'some';
  const named = listOf(statement['Resource']);
  if (named.length === 0 || named.some((one) => matches(one, resource))) return 'all';
  return named.some((one) => matches(resource, one)) ? 'some' : 'none';
}

/** IAM's wildcards: `*` any text, `?` any one character; actions regardless of case, ARNs are lower case anyway. */
function matches(pattern: string, value: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/gu, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'isu').test(value);
}

function listOf(value: unknown): string[] {
  return (Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value]).map(String);
}
