import { toneOf, type Message, type NotifyOn, type Problem } from './message.ts';

/** Slack's own limits: api.slack.com/reference/block-kit/blocks. */
const MOST_HEADER = 150;
const MOST_SECTION = 3_000;
const MOST_FIELD = 2_000;
const MOST_FIELDS = 10;
/** More blocks than a person reads; Slack takes 50. */
const MOST_PROBLEMS = 20;

const SIGNS: Readonly<Record<NotifyOn, string>> = { SUCCESS: '✅', WARNING: '⚠️', ERROR: '🚨' };

/** The message in Slack's Block Kit, as the body of an incoming webhook. Others that understand Slack's read `text` alone. */
export function composeSlack(message: Message): string {
  const left = message.problems.length - MOST_PROBLEMS;
  const blocks = [
    {
      type: 'header',
      text: { type: 'plain_text', text: cut(`${SIGNS[toneOf(message)]} ${message.heading}`, MOST_HEADER) },
    },
    {
      type: 'section',
      fields: message.facts
        .slice(0, MOST_FIELDS)
        .map(([name, value]) => mrkdwn(`*${escape(name)}*\n${escape(value)}`, MOST_FIELD)),
    },
    ...message.notes.map((note) => section(escape(note))),
    ...message.problems.slice(0, MOST_PROBLEMS).map((one) => section(problemText(one))),
    ...(left > 0 ? [section(`… and ${left} more.`)] : []),
    ...(message.links.length > 0 ? [section(message.links.map(linkText).join('  '))] : []),
  ];
  const text = cut(`${SIGNS[toneOf(message)]} ${message.words.environment}: ${escape(message.heading)}`, MOST_SECTION);
  return JSON.stringify({ text, blocks: blocks.slice(0, 50) });
}

function problemText(one: Problem): string {
  const next = one.next === null ? '' : `\n_Next try: ${escape(one.next)}_`;
  return `*${escape(one.name)}* (${escape(one.where)}) ${escape(one.status)}\n${escape(one.cause)}${next}`;
}

const linkText = ({ text, url }: Message['links'][number]): string =>
  `<${escape(url).replaceAll('|', '%7C')}|${escape(text)}>`;
const section = (text: string) => ({ type: 'section', text: mrkdwn(text, MOST_SECTION) });
const mrkdwn = (text: string, most: number) => ({ type: 'mrkdwn', text: cut(text, most) });

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
