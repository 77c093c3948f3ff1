import { stringify } from 'csv-stringify';
import { pipeline, Readable } from 'node:stream';

export type DownloadFormat = 'CSV' | 'JSON_LINES';
export type Cell = string | number | Date | null | readonly string[];

/** A file that is written while it is read: it never lies in memory whole, and a slow reader slows its making. */
export type Download<Row> = Readonly<{
  /** Without its extension. */
  fileName: string;
  format: DownloadFormat;
  /** By name, in order: what each column takes from a row. */
  columns: Readonly<Record<string, (row: Row) => Cell>>;
  rows: AsyncIterable<Row>;
}>;

const FORMATS = {
  CSV: { extension: 'csv', contentType: 'text/csv; charset=utf-8; header=present' },
  JSON_LINES: { extension: 'jsonl', contentType: 'application/jsonl; charset=utf-8' },
} as const;

/** HTTP headers of the file's answer. */
export function headersOf({ fileName, format }: NamedFile): Record<string, string> {
  return {
    'content-type': FORMATS[format].contentType,
    'content-disposition': `attachment; filename="${fullName({ fileName, format })}"`,
    'cache-control': 'no-store',
  };
}

type NamedFile = Readonly<{ fileName: string; format: DownloadFormat }>;

export function fullName({ fileName, format }: NamedFile): string {
  return `${fileName}.${FORMATS[format].extension}`;
}

/**
 * The file's text. CSV by RFC 4180 with a header; a list is one cell, its parts divided by "; ", and a cell that a
 * spreadsheet would take for a formula begins with an apostrophe (OWASP, "CSV Injection"). JSON Lines: an object a line, the
 * same names, lists as lists. An error of the rows destroys the stream, so that a cut file is not taken for a whole one.
 */
export function openDownload<Row>({ fileName, format, columns, rows }: Download<Row>): OpenDownload {
  const cells = cellsOf(columns, rows);
  return { fileName, format, stream: format === 'CSV' ? csvOf(Object.keys(columns), cells) : jsonLinesOf(cells) };
}

export type OpenDownload = NamedFile & Readonly<{ stream: Readable }>;

function jsonLinesOf(cells: AsyncIterable<object>): Readable {
  return Readable.from(linesOf(cells), { objectMode: false });
}

function csvOf(columns: string[], cells: AsyncIterable<object>): Readable {
  const csv = stringify({
    header: true,
    columns,
    record_delimiter: 'windows',
    escape_formulas: true,
    cast: {
      date: (value) => value.toISOString(),
      object: (value) => (Array.isArray(value) ? value.join('; ') : JSON.stringify(value)),
    },
  });
  pipeline(Readable.from(cells), csv, () => undefined);
  return csv;
}

async function* cellsOf<Row>(columns: Download<Row>['columns'], rows: AsyncIterable<Row>) {
  const all = Object.entries(columns);
  for await (const row of rows) yield Object.fromEntries(all.map(([name, cell]) => [name, cell(row)]));
}

async function* linesOf(cells: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const row of cells) yield `${JSON.stringify(row)}\n`;
}
