import { structure, text } from '../wire/read.ts';
import { missingValue, notFound } from './errors.ts';
import { byKey, page } from './paging.ts';
import type { Call } from '../call.ts';

/** A plan of the account's own. Kept and given back, never run: what it would do is not the emulator's to know. */
export interface Plan {
  readonly id: string;
  readonly name: string;
  readonly created: number;
  readonly version: string;
  readonly body: Record<string, unknown>;
  selections: readonly Selection[];
}

interface Selection {
  readonly id: string;
  readonly created: number;
  readonly body: Record<string, unknown>;
}

export const planArn = (call: Call, id: string): string =>
  `arn:aws:backup:${call.region}:${call.account}:backup-plan:${id}`;

function findPlan(call: Call): Plan {
  const id = text(call.input, 'backupPlanId') ?? '';
  const plan = call.world.plans.get(call.scope, id);
  if (plan === null) throw notFound(`Backup plan not found: ${id}`);
  return plan;
}

export function createPlan(call: Call): unknown {
  const body = structure(call.input, 'BackupPlan');
  const name = body === null ? null : text(body, 'BackupPlanName');
  if (body === null || name === null) throw missingValue('BackupPlan.BackupPlanName is required');
  const id = call.world.random.uuid();
  const plan = { id, name, created: call.now, version: call.world.random.uuid(), body, selections: [] };
  call.world.plans.put(call.scope, id, plan);
  return {
    BackupPlanId: id,
    BackupPlanArn: planArn(call, id),
    CreationDate: new Date(call.now),
    VersionId: plan.version,
  };
}

export function listPlans(call: Call): unknown {
  const keyOf = (plan: Plan) => plan.id;
  const { items, NextToken } = page(call, call.world.plans.list(call.scope).sort(byKey(keyOf)), keyOf);
  return {
    BackupPlansList: items.map((plan) => ({
      BackupPlanId: plan.id,
      BackupPlanArn: planArn(call, plan.id),
      BackupPlanName: plan.name,
      CreationDate: new Date(plan.created),
      VersionId: plan.version,
    })),
    NextToken,
  };
}

export function createSelection(call: Call): unknown {
  const plan = findPlan(call);
  const body = structure(call.input, 'BackupSelection');
  if (body === null || text(body, 'SelectionName') === null || text(body, 'IamRoleArn') === null) {
    throw missingValue('BackupSelection.SelectionName and BackupSelection.IamRoleArn are required');
  }
  const selection = { id: call.world.random.uuid(), created: call.now, body };
  plan.selections = [...plan.selections, selection];
  call.world.plans.put(call.scope, plan.id, plan);
  return { BackupPlanId: plan.id, SelectionId: selection.id, CreationDate: new Date(call.now) };
}

export function listSelections(call: Call): unknown {
  const plan = findPlan(call);
  const keyOf = (selection: Selection) => selection.id;
  const { items, NextToken } = page(call, [...plan.selections].sort(byKey(keyOf)), keyOf);
  return {
    BackupSelectionsList: items.map(({ id, created, body }) => ({
      BackupPlanId: plan.id,
      SelectionId: id,
      SelectionName: text(body, 'SelectionName'),
      IamRoleArn: text(body, 'IamRoleArn'),
      CreationDate: new Date(created),
    })),
    NextToken,
  };
}

export function getSelection(call: Call): unknown {
  const plan = findPlan(call);
  const id = text(call.input, 'selectionId') ?? '';
  const selection = plan.selections.find((one) => one.id === id);
  if (selection === undefined) throw notFound(`Backup selection not found: ${id}`);
  return {
    BackupPlanId: plan.id,
    SelectionId: id,
    CreationDate: new Date(selection.created),
    BackupSelection: selection.body,
  };
}
