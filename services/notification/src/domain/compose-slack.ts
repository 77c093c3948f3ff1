import { toneOf, type Message, type NotifyOn, type Problem } from './message.ts';

/** Slack's own limits: api.slack.com/reference/block-kit/blocks. */
const MOST_HEADER = 150;
const MOST_SECTION = 3_000;
const MOST_FIELDS = 10;
/** Ours: what a person reads there. A field may have 2,000 characters, a message 50 blocks. */
const MOST_FIELD = 300;
const MOST_NOTES = 3;
const MOST_PROBLEMS = 20;
const MOST_LINE = 800;
/** Of everything: blocks that have more than about 13,200 together are refused, which is written nowhere (slackapi/bolt-js#2509). */
const MOST_IN_ALL = 11_000;

const SIGNS: Readonly<Record<NotifyOn, string>> = { SUCCESS: '✅', WARNING: '⚠️', ERROR: '🚨' };

/** The message in Slack's Block Kit, as the body of an incoming webhook. Others that understand Slack's read `text` alone. */
export function composeSlack(message: Message): string {
  const { facts, notes, problems, moreProblems = 0, links } = message;
  const before = [
    {
      type: 'header',
      text: { type: 'plain_text', text: cut(`${SIGNS[toneOf(message)]} ${message.heading}`, MOST_HEADER) },
    },
    ...inRows(facts.map(([name, value]) => mrkdwn(`*${escape(name)}*\n${escape(value)}`, MOST_FIELD))),
    ...notes.slice(0, MOST_NOTES).map((note) => section(escape(note), MOST_LINE)),
    ...andMore(notes.length - MOST_NOTES),
  ];
  const after = links.length === 0 ? [] : [section(links.map(linkText).join('  '))];
  const room = MOST_IN_ALL - sizeOf([...before, ...after]);
  const shown = thatFit(
    problems.map((one) => section(problemText(one), MOST_LINE)),
    room,
  );
  const more = andMore(problems.length - shown.length + moreProblems);
  const text = cut(`${SIGNS[toneOf(message)]} ${message.words.environment}: ${escape(message.heading)}`, MOST_LINE);
  return JSON.stringify({ text, blocks: [...before, ...shown, ...more, ...after] });
}

type Block = Readonly<Record<string, unknown>>;
type Text = Readonly<{ type: 'mrkdwn'; text: string }>;

const sizeOf = (blocks: readonly Block[]): number => JSON.stringify(blocks).length;

/** The first ones, as many as there is room for, and of those no more than a person reads. */
function thatFit(blocks: readonly Block[], room: number): Block[] {
  const most = blocks.slice(0, MOST_PROBLEMS);
  while (most.length > 0 && sizeOf(most) > room) most.pop();
  return most;
}

function inRows(fields: readonly Text[]): Block[] {
  const rows = Array.from({ length: Math.ceil(fields.length / MOST_FIELDS) }, (_, i) =>
    fields.slice(i * MOST_FIELDS, (i + 1) * MOST_FIELDS),
  );
  return rows.map((row) => ({ type: 'section', fields: row }));
}

const andMore = (count: number): Block[] => (count > 0 ? [section(`… and ${count} more.`)] : []);

function problemText(one: Problem): string {
  const next = one.next === null ? '' : `\n_Next try: ${escape(one.next)}_`;
  return `*${escape(cut(one.name, MOST_FIELD))}* (${escape(one.where)}) ${escape(one.status)}\n${escape(one.cause)}${next}`;
}

const linkText = ({ text, url }: Message['links'][number]): string =>
  `<${escape(url).replaceAll('|', '%7C')}|${escape(text)}>`;
const section = (text: string, most = MOST_SECTION): Block => ({ type: 'section', text: mrkdwn(text, most) });
const mrkdwn = (text: string, most: number): Text => ({ type: 'mrkdwn', text: cut(text, most) });

/** What names carry must not become a mention of everybody, or a link: api.slack.com/reference/surfaces/formatting. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** By characters as people count them, so that none is cut in two; nor is an escape. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const points = [...text];
  let kept = points.slice(0, most - 1);
  while (kept.join('').length > most - 1) kept = kept.slice(0, -1);
  return `${kept.join('').replace(/&[a-z]*$/u, '')}…`;
}
