import { SOURCE, ITEMS } from '../prepare.ts';
import type { Lab } from '../lab.ts';
import { describeTable } from '../tables.ts';
import { always, type Question } from './question.ts';

async function restoredTable(lab: Lab) {
  const { tableName } = await lab.sharedRestore();
  const table = await describeTable(lab.aws, lab.settings.home, tableName);
  if (table === null) throw new Error(`the restore completed, and there is no table ${tableName}`);
  return table;
}

/** First of the questions about the restored table: counts are refreshed later, and only the first look tells. */
export const restoredCounts: Question = {
  id: 'restored-item-count',
  text: 'Is ItemCount right when the restore has just completed?',
  emulator: always('right at once'),
  async ask(lab) {
    const { ItemCount, TableSizeBytes } = await restoredTable(lab);
    const says = ItemCount === ITEMS ? 'right at once' : ItemCount === 0 ? 'zero at first' : 'wrong at first';
    return { says, facts: { ItemCount, TableSizeBytes, items: ITEMS } };
  },
};

export const restoredMaximum: Question = {
  id: 'restored-on-demand-maximum',
  text: 'Does a restore bring back the on-demand maximum?',
  emulator: always('yes'),
  async ask(lab) {
    const { OnDemandThroughput: found } = await restoredTable(lab);
    const same =
      found?.MaxReadRequestUnits === SOURCE.readMaximum && found.MaxWriteRequestUnits === SOURCE.writeMaximum;
    // AWS shows "none" as an absent member or as -1.
    const none = (found?.MaxReadRequestUnits ?? -1) === -1 && (found?.MaxWriteRequestUnits ?? -1) === -1;
    return { says: same ? 'yes' : none ? 'no' : 'another one', facts: { source: SOURCE, restored: found ?? null } };
  },
};

export const restoredClass: Question = {
  id: 'restored-table-class',
  text: `Of which class is the restored table of a ${SOURCE.tableClass} one?`,
  emulator: always('STANDARD'),
  async ask(lab) {
    const { TableClassSummary } = await restoredTable(lab);
    return {
      says: TableClassSummary?.TableClass ?? 'STANDARD',
      facts: { TableClassSummary: TableClassSummary ?? null },
    };
  },
};
