import { createColors } from 'picocolors';
import type { Comparison } from './compare-tables.ts';

/** What the demo prints: colours on a terminal, plain lines elsewhere. */
export type Show = Readonly<{
  step(text: string): void;
  line(text: string): void;
  good(text: string): void;
  bad(text: string): void;
  comparison(title: string, comparison: Comparison): void;
}>;

export function createShow(out: NodeJS.WriteStream): Show {
  const colour = createColors(out.isTTY === true);
  const begun = performance.now();
  const write = (text: string) => out.write(`${text}\n`);
  const stamp = () => colour.dim(`${((performance.now() - begun) / 1000).toFixed(1).padStart(5)} s`);
  let steps = 0;
  return {
    step: (text) => write(`\n${colour.bold(colour.cyan(`${++steps}. ${text}`))}`),
    line: (text) => write(`${stamp()}  ${text}`),
    good: (text) => write(`${stamp()}  ${colour.green('✔')} ${text}`),
    bad: (text) => write(`${stamp()}  ${colour.red('✘')} ${colour.red(text)}`),
    comparison: (title, comparison) => {
      write(`\n  ${colour.bold(title)}`);
      const rows = comparison.lines.map((line) => [line.property, clip(line.before), clip(line.after), line.verdict]);
      rows.push([
        'items',
        String(comparison.itemsBefore),
        String(comparison.itemsAfter),
        comparison.itemsWrong.length === 0 ? 'equal' : `WRONG: ${comparison.itemsWrong.length} differ`,
      ]);
      const header = ['property', 'before', 'after', ''];
      const widths = header.map((head, i) => Math.max(head.length, ...rows.map((row) => (row[i] ?? '').length)));
      const pad = (row: readonly string[]) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ');
      write(`  ${colour.dim(pad(header))}`);
      for (const row of rows) {
        const verdict = row[3] ?? '';
        const paint = verdict.startsWith('WRONG') ? colour.red : verdict === 'equal' ? colour.green : colour.yellow;
        write(`  ${pad(row.slice(0, 3))}  ${paint(verdict)}`);
      }
      for (const key of comparison.itemsWrong.slice(0, 3)) write(colour.red(`    item ${key} differs`));
    },
  };
}

function clip(text: string): string {
  return text.length > 52 ? `${text.slice(0, 24)}…${text.slice(-27)}` : text;
}
