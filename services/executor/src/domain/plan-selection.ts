/** What a selection of an AWS Backup plan names. Source: AWS Backup API, BackupSelection. */
export type Selection = Readonly<{
  name: string;
  /** ARNs, with wildcards; empty: whatever the tags say. */
  resources: readonly string[];
  notResources: readonly string[];
  /** Tag conditions, of either kind. */
  hasConditions: boolean;
}>;

const TABLES = /^arn:[\w-]+:dynamodb:/u;

/**
 * Why a selection may include DynamoDB tables, null where it cannot. In doubt it may: a person reads this before the
 * switches of a whole account are turned.
 */
export function whyTables({ name, resources, notResources, hasConditions }: Selection): string | null {
  if (notResources.some(excludesAllTables)) return null;
  const matching = resources.filter(mayBeTable);
  if (matching.length > 0) return `Its selection "${name}" names ${matching.join(', ')}.`;
  if (resources.length === 0 && hasConditions) return `Its selection "${name}" takes resources by tag, of any type.`;
  if (resources.length === 0 && notResources.length > 0)
    return `Its selection "${name}" takes all but what it excludes.`;
  return null;
}

/** Whether the text before the first wildcard is the beginning of a table's ARN, or goes on from one. */
function mayBeTable(pattern: string): boolean {
  if (TABLES.test(pattern)) return true;
  const wildcard = pattern.search(/[*?]/u);
  if (wildcard === -1) return false;
  const literal = pattern.slice(0, wildcard).split(':');
  const last = literal.at(-1) ?? '';
  if (literal.length > 3) return false;
  return ['arn', null, 'dynamodb'].every((part, at) => {
    const given = literal[at];
    if (given === undefined || part === null) return true;
    return at === literal.length - 1 ? part.startsWith(last) : given === part;
  });
}

const excludesAllTables = (pattern: string): boolean =>
  pattern === '*' || /^arn:[\w*-]+:dynamodb:\*(?::\*(?::(?:table\/)?\*)?)?$/u.test(pattern);
