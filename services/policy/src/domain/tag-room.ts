import type { PolicyDocument } from './policy-document.ts';
import type { SelectableTable } from './select-tables.ts';

/** Source: AWS General Reference, "Tagging your AWS resources"; `aws:` tags do not count. */
const AWS_MOST = 50;
/** The tag by which a point's run is known stays where custom tags give way. */
const RUN_TAG = 1;

/**
 * The tables whose own tags, which AWS puts on their points unasked, leave no room for all of the policy's. A custom tag with the
 * key of a table's takes its place. `untold`: how many tables have tags that could not be read, where there are any to add.
 */
export function tablesWithoutTagRoom<T extends Pick<SelectableTable, 'tags'>>(
  tables: readonly T[],
  customTags: PolicyDocument['customTags'],
): Readonly<{ without: T[]; untold: number }> {
  const without = tables.filter(({ tags }) => {
    if (tags.state === 'unknown') return false;
    const own = new Set(tags.value.map(({ key }) => key).filter((key) => !key.startsWith('aws:')));
    const more = customTags.filter(({ key }) => !own.has(key)).length;
    return more > 0 && own.size + RUN_TAG + more > AWS_MOST;
  });
  const untold = customTags.length === 0 ? 0 : tables.filter(({ tags }) => tags.state === 'unknown').length;
  return { without, untold };
}
