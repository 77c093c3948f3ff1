import { mailFrame } from './mail-frame.ts';
import type { Message, NotifyOn, Problem } from './message.ts';
import { STANDARD_SUBJECT, subjectOf } from './subject.ts';

export type Mail = Readonly<{ subject: string; text: string; html: string }>;

const FAINT = 'color:#5b6577';
const BADGES: Readonly<Record<NotifyOn, string>> = {
  SUCCESS: 'background-color:#087443;color:#ffffff',
  WARNING: 'background-color:#a15c07;color:#ffffff',
  ERROR: 'background-color:#b42318;color:#ffffff',
};
const EDGES: Readonly<Record<NotifyOn, string>> = { SUCCESS: '#087443', WARNING: '#dc8a0a', ERROR: '#d92d20' };

/** The message as a mail: the same in words, and as a page that fits a phone, in light and in dark. */
export function composeMail(message: Message, subjectTemplate: string | null = null): Mail {
  return {
    subject: subjectOf(subjectTemplate ?? STANDARD_SUBJECT, message.words),
    text: composeText(message),
    html: toHtml(message),
  };
}

/** The message as plain lines: the text of a mail, and of channels that know nothing else. */
export function composeText(message: Message): string {
  const problem = (one: Problem) => [
    `- ${one.name} (${one.where}) ${one.status}: ${one.cause}`,
    ...(one.next === null ? [] : [`  Next try: ${one.next}`]),
  ];
  return [
    message.heading,
    '',
    ...(message.notes.length > 0 ? [...message.notes, ''] : []),
    ...(message.problems.length > 0 ? ['Needs a person:', ...message.problems.flatMap(problem), ''] : []),
    ...message.facts.map(([name, value]) => `${name}: ${value}`),
    ...(message.links.length > 0 ? ['', ...message.links.map(({ text, url }) => `${text}: ${url}`)] : []),
    '',
  ].join('\n');
}

function toHtml(message: Message): string {
  const tone = message.severity.toLowerCase();
  const parts: Readonly<Record<string, string>> = {
    title: escape(message.heading),
    preview: escape(
      message.problems[0] ? `${message.problems[0].name}: ${message.problems[0].cause}` : message.heading,
    ),
    badge: badges(message, tone),
    heading: escape(message.heading),
    facts: message.facts.map(([name, value]) => factRow(name, value)).join('\n'),
    body: [...noteRows(message.notes), ...problemRows(message, tone)].join('\n') || '<tr><td></td></tr>',
    links: message.links
      .map(
        ({ text, url }) =>
          `<a class="button" href="${escape(url)}" style="display:inline-block;padding:10px 18px;border-radius:6px;background-color:#1d2433;color:#ffffff;font-size:14px;font-weight:600;text-decoration:none">${escape(text)}</a>`,
      )
      .join(' '),
    footer: escape(
      message.environment === 'EMULATED'
        ? 'Sent by Tablekeep from an emulated AWS: nothing here is about real tables.'
        : 'Sent by Tablekeep. Who hears of what: notificationSettings, notificationChannels and the policy.',
    ),
  };
  return mailFrame.replaceAll(/\{\{(\w+)\}\}/gu, (_all, name: string) => parts[name] ?? '');
}

const BADGE =
  'display:inline-block;padding:2px 10px;border-radius:4px;font-size:12px;font-weight:600;letter-spacing:0.04em';

/** Emulated is never mistaken for real: it stands beside the result. */
function badges({ severity, words, environment }: Message, tone: string): string {
  const result = `<span class="tone-${tone}" style="${BADGE};border:1px solid transparent;${BADGES[severity]}">${escape(words.result)}</span>`;
  if (environment === 'AWS') return result;
  return `${result} <span class="tone-environment" style="${BADGE};border:1px solid #5b6577;${FAINT}">${environment} AWS</span>`;
}

function factRow(name: string, value: string): string {
  return `<tr><td class="name faint" width="118" style="width:118px;padding:3px 12px 3px 0;vertical-align:top;${FAINT}">${escape(name)}</td><td class="value ink" style="padding:3px 0;vertical-align:top;color:#1d2433">${escape(value)}</td></tr>`;
}

function noteRows(notes: readonly string[]): string[] {
  return notes.map(
    (note) =>
      `<tr><td colspan="2" class="value ink rule" style="padding:8px 0;border-top:1px solid #e3e7ee;color:#1d2433">${escape(note)}</td></tr>`,
  );
}

function problemRows({ problems, severity }: Message, tone: string): string[] {
  if (problems.length === 0) return [];
  const heading =
    '<tr><td colspan="2" class="ink" style="padding:16px 0 8px;font-size:16px;font-weight:600;color:#1d2433">Needs a person</td></tr>';
  const card = (one: Problem) =>
    `<tr><td class="edge-${tone}" width="4" style="width:4px;padding:0;font-size:1px;line-height:1px;background-color:${EDGES[severity]}">&nbsp;</td><td class="card value ink" style="padding:10px 14px;background-color:#f5f7fa;color:#1d2433"><div class="ink" style="font-weight:600">${escape(one.name)}</div><div class="faint" style="font-size:13px;${FAINT}">${escape(one.where)} · ${escape(one.status)}</div><div class="ink" style="padding-top:4px">${escape(one.cause)}</div>${one.next === null ? '' : `<div class="faint" style="padding-top:4px;font-size:13px;${FAINT}">Next try: ${escape(one.next)}</div>`}</td></tr><tr><td colspan="2" style="height:8px;line-height:8px;font-size:8px">&nbsp;</td></tr>`;
  return [heading, ...problems.map(card)];
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export function escape(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (char) => ENTITIES[char] ?? char);
}
