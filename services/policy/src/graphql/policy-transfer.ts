import type { Database } from '@tablekeep/platform/database';
import { UserErrors, type UserError } from '@tablekeep/platform/errors';
import { In } from 'typeorm';
import { formatVersionOf, readExported, stands, type ExportedPolicy } from '../domain/exported-policy.ts';
import type { TableSelector } from '../domain/policy-document.ts';
import { coverage } from '../domain/select-tables.ts';
import { TableEntity, type PolicyRow } from '../store/entities.ts';
import { shownMoments } from './policy-verification.ts';
import { selectable } from '../store/inventory.ts';
import type { ImportPolicyInput, PolicyDocument, PolicyInput } from './resolver-types.ts';

/** The stored policy as its input would be, in the format's order. */
export function exported({ name, document }: Pick<PolicyRow, 'name' | 'document'>): PolicyDocument {
  const formatVersion = formatVersionOf(document);
  const { verification } = document;
  const shown = verification ? { ...verification, schedule: shownMoments(verification.schedule) } : null;
  const policy: ExportedPolicy = JSON.parse(
    JSON.stringify({ format: 'tablekeep-policy', formatVersion, name, ...document, verification: shown }),
  ) as ExportedPolicy;
  const fileName = `${name.replaceAll(/[^\w.-]+/gu, '-')}.policy.json`;
  return { formatVersion, json: `${JSON.stringify(policy, null, 2)}\n`, fileName };
}

/** The input that a document asks for, and what is wrong with its form; null where there is nothing to judge further. */
export function imported({ accountId, json, name, enabled }: ImportPolicyInput): Readonly<{
  input: PolicyInput | null;
  form: readonly UserError[];
  /** What is wrong with the input itself: whether it adds to what is wrong with the form, and its place in the document. */
  told: (problem: UserError) => UserError[];
}> {
  const { policy: read, problems } = readExported(json);
  const form = problems.map(({ message, path }) => ({ code: 'BAD_DOCUMENT', message, path: ['json', ...path] }));
  const ownName = name != null;
  const told = (problem: UserError) => {
    const [member] = problem.path;
    if (member === 'accountId' || (member === 'name' && ownName)) return [problem];
    return stands(problem, problems) ? [{ ...problem, path: ['json', ...problem.path] }] : [];
  };
  if (!read) return { input: null, form, told };
  const { format: _format, formatVersion: _version, ...policy } = read;
  return { input: { ...policy, name: name ?? policy.name, accountId, enabled: enabled ?? false }, form, told };
}

/** The tables to add to the policy. Throws UserErrors for every table that cannot be added. */
export async function tablesToAdd(db: Database, policy: PolicyRow, arns: readonly string[]): Promise<TableSelector[]> {
  const { include, regions } = policy.document;
  if (include.allTables) {
    const message = `Policy "${policy.name}" covers all tables of its Regions already.`;
    throw new UserErrors([{ code: 'COVERS_ALL', message, path: ['tableArns'] }]);
  }
  if (arns.length === 0) {
    throw new UserErrors([{ code: 'EMPTY', message: 'Name at least one table.', path: ['tableArns'] }]);
  }
  const rows = await db.reader.find(TableEntity, {
    where: { arn: In([...new Set(arns)]), accountId: policy.accountId },
  });
  const known = new Map(rows.map((row) => [row.arn, row]));
  const added = new Map<string, TableSelector>();
  const problems = arns.flatMap((arn, i): UserError[] => {
    const wrong = (code: string, message: string) => [{ code, message, path: ['tableArns', String(i)] }];
    const row = known.get(arn);
    if (!row) return wrong('NOT_FOUND', `The inventory of the policy's account has no table ${arn}.`);
    const { name, region } = row;
    if (row.vanishedAt !== null) return wrong('GONE', `${name} of ${region} is not there any more.`);
    if (!regions.includes(region)) {
      return wrong('REGION_NOT_IN_POLICY', `${region} is not among the policy's Regions.`);
    }
    const tables = [...(include.tables ?? []), { name, region }];
    if (coverage({ ...policy.document, include: { ...include, tables } }, selectable(row)).kind === 'excluded') {
      return wrong('EXCLUDED', `The policy excludes ${name}, and exclusion wins.`);
    }
    added.set(arn, { name, region });
    return [];
  });
  if (problems.length > 0) throw new UserErrors(problems);
  return [...added.values()];
}
