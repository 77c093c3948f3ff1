import {
  GetBackupSelectionCommand,
  ListBackupPlansCommand,
  ListBackupSelectionsCommand,
  type BackupSelection,
} from '@aws-sdk/client-backup';
import pMap from 'p-map';
import { whyTables, type Selection } from '../domain/plan-selection.ts';
import type { CallOptions, RegionAws } from './region-aws.ts';

const AT_ONCE = 8;

export type AffectedPlan = Readonly<{ id: string; name: string; why: string }>;

/**
 * The account's own backup plans in the Region whose selections may include DynamoDB tables: with the switches of advanced
 * backup they begin to back tables up, or do it in another way.
 */
export async function plansWithTables(aws: RegionAws, options: CallOptions): Promise<AffectedPlan[]> {
  const plans = await pMap(await listPlans(aws, options), (plan) => reasonsOf(aws, plan, options), {
    concurrency: AT_ONCE,
  });
  return plans.flatMap(({ id, name, reasons }) => (reasons.length === 0 ? [] : [{ id, name, why: reasons.join(' ') }]));
}

type Plan = Readonly<{ id: string; name: string }>;

async function reasonsOf(aws: RegionAws, plan: Plan, options: CallOptions) {
  const ids = await listSelections(aws, plan.id, options);
  const selections = await pMap(ids, (id) => getSelection(aws, plan.id, id, options), { concurrency: AT_ONCE });
  return { ...plan, reasons: selections.flatMap((one) => whyTables(one) ?? []) };
}

async function listPlans(aws: RegionAws, options: CallOptions): Promise<Plan[]> {
  const plans: Plan[] = [];
  let token: string | undefined;
  do {
    const command = new ListBackupPlansCommand(token === undefined ? {} : { NextToken: token });
    const send = (abortSignal: AbortSignal) => aws.backup.send(command, { abortSignal });
    const page = await aws.call('backup:ListBackupPlans', send, options);
    for (const plan of page.BackupPlansList ?? []) {
      plans.push({ id: plan.BackupPlanId ?? '', name: plan.BackupPlanName ?? '' });
    }
    token = page.NextToken;
  } while (token);
  return plans;
}

async function listSelections(aws: RegionAws, planId: string, options: CallOptions): Promise<string[]> {
  const ids: string[] = [];
  let token: string | undefined;
  do {
    const command = new ListBackupSelectionsCommand({
      BackupPlanId: planId,
      ...(token !== undefined && { NextToken: token }),
    });
    const send = (abortSignal: AbortSignal) => aws.backup.send(command, { abortSignal });
    const page = await aws.call('backup:ListBackupSelections', send, options);
    ids.push(...(page.BackupSelectionsList ?? []).flatMap((one) => one.SelectionId ?? []));
    token = page.NextToken;
  } while (token);
  return ids;
}

async function getSelection(aws: RegionAws, planId: string, id: string, options: CallOptions): Promise<Selection> {
  const command = new GetBackupSelectionCommand({ BackupPlanId: planId, SelectionId: id });
  const send = (abortSignal: AbortSignal) => aws.backup.send(command, { abortSignal });
  const { BackupSelection: selection } = await aws.call('backup:GetBackupSelection', send, options);
  return {
    name: selection?.SelectionName ?? '',
    resources: selection?.Resources ?? [],
    notResources: selection?.NotResources ?? [],
    hasConditions: hasConditions(selection),
  };
}

function hasConditions(selection: BackupSelection | undefined): boolean {
  const kinds = Object.values(selection?.Conditions ?? {}) as (readonly unknown[] | null)[];
  return (selection?.ListOfTags ?? []).length > 0 || kinds.some((kind) => (kind ?? []).length > 0);
}
