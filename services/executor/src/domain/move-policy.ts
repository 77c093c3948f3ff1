/** A table in any Region and account; what follows its name tells an index or a pattern. */
const TABLE_ARN = /arn:[\w*-]+:dynamodb:[\w*-]*:[\d*]*:table\/([^"]*)/gu;

/**
 * A table's resource policy for the same table under another ARN; null where it names another table, a pattern of names, or
 * a stream: what those mean for the new table, a person must say.
 */
export function movedPolicy(policy: string, fromArn: string, toArn: string): string | null {
  const text = normal(policy);
  if (text === null) return null;
  for (const [arn] of text.matchAll(TABLE_ARN)) {
    const rest = arn.startsWith(fromArn) ? arn.slice(fromArn.length) : null;
    if (rest !== '' && rest?.startsWith('/index/') !== true) return null;
  }
  return text.replaceAll(`"${fromArn}"`, `"${toArn}"`).replaceAll(`"${fromArn}/index/`, `"${toArn}/index/`);
}

/** Written anew, so that an ARN cannot hide behind escapes. */
function normal(policy: string): string | null {
  try {
    return JSON.stringify(JSON.parse(policy));
  } catch {
    return null;
  }
}
