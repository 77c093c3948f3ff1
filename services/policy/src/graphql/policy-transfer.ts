import type { Database } from '@tablekeep/platform/database';
import { UserErrors, type UserError } from '@tablekeep/platform/errors';
import { In } from 'typeorm';
import { FORMAT_VERSION, readExported, type ExportedPolicy } from '../domain/exported-policy.ts';
import { coverage } from '../domain/select-tables.ts';
import { TableEntity, type PolicyRow } from '../store/entities.ts';
import { shownMoments } from './policy-verification.ts';
import { selectable } from '../store/inventory.ts';
import type { ImportPolicyInput, PolicyDocument, PolicyInput } from './resolver-types.ts';

/** The stored policy as its input would be, in the format's order. */
export function exported({ name, document }: Pick<PolicyRow, 'name' | 'document'>): PolicyDocument {
  const { verification } = document;
  const shown = verification ? { ...verification, schedule: shownMoments(verification.schedule) } : null;
  const policy: ExportedPolicy = JSON.parse(
    JSON.stringify({
      format: 'tablekeep-policy',
      formatVersion: FORMAT_VERSION,
      name,
      ...document,
      verification: shown,
    }),
  ) as ExportedPolicy;
  const fileName = `${name.replaceAll(/[^\w.-]+/gu, '-')}.policy.json`;
  return { formatVersion: FORMAT_VERSION, json: `${JSON.stringify(policy, null, 2)}\n`, fileName };
}

/** The input that a document asks for. Throws UserErrors for everything wrong with its form. */
export function imported({ accountId, json, name, enabled }: ImportPolicyInput): PolicyInput {
  const read = readExported(json);
  if (!read.ok) {
    throw new UserErrors(
      read.problems.map(({ message, path }) => ({ code: 'BAD_DOCUMENT', message, path: ['json', ...path] })),
    );
  }
  const { format: _format, formatVersion: _version, ...policy } = read.policy;
  return { ...policy, name: name ?? policy.name, accountId, enabled: enabled ?? false };
}

/** The names of the tables to add to the policy. Throws UserErrors for every table that cannot be added. */
export async function tablesToAdd(db: Database, policy: PolicyRow, arns: readonly string[]): Promise<string[]> {
  const { include } = policy.document;
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
  const names = new Set<string>();
  const problems = arns.flatMap((arn, i): UserError[] => {
    const wrong = (code: string, message: string) => [{ code, message, path: ['tableArns', String(i)] }];
    const row = known.get(arn);
    if (!row) return wrong('NOT_FOUND', `The inventory of the policy's account has no table ${arn}.`);
    if (!policy.document.regions.includes(row.region)) {
      return wrong('REGION_NOT_IN_POLICY', `${row.region} is not among the policy's Regions.`);
    }
    const added = { ...policy.document, include: { ...include, tableNames: [...include.tableNames, row.name] } };
    if (coverage(added, selectable(row)).kind === 'excluded') {
      return wrong('EXCLUDED', `The policy excludes ${row.name}, and exclusion wins.`);
    }
    names.add(row.name);
    return [];
  });
  if (problems.length > 0) throw new UserErrors(problems);
  return [...names];
}
