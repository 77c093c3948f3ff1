import { badges, cardRow, escape, factRow, fillFrame, footerOf, headingRow, noteRows } from './mail-parts.ts';
import { toneOf, type Message, type Problem } from './message.ts';
import { STANDARD_SUBJECT, subjectOf } from './subject.ts';

export type Mail = Readonly<{ subject: string; text: string; html: string }>;

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
    ...(message.problems.length > 0
      ? ['Needs a person:', ...message.problems.flatMap(problem), ...andMore(message.moreProblems ?? 0), '']
      : []),
    ...message.facts.map(([name, value]) => `${name}: ${value}`),
    ...(message.links.length > 0 ? ['', ...message.links.map(({ text, url }) => `${text}: ${url}`)] : []),
    '',
  ].join('\n');
}

/** Gmail cuts at 102 KB, and the links come last: more is in the plain text, and all of it where they lead. */
const MOST_CARDS = 20;
const MOST_NOTES = 20;

const andMore = (count: number): string[] => (count > 0 ? [`… and ${count} more.`] : []);

function toHtml(message: Message): string {
  const { notes } = message;
  const shownNotes = [...notes.slice(0, MOST_NOTES), ...andMore(notes.length - MOST_NOTES)];
  return fillFrame({
    title: escape(message.heading),
    preview: escape(
      message.problems[0] ? `${message.problems[0].name}: ${message.problems[0].cause}` : message.heading,
    ),
    badge: badges(toneOf(message), message.words.result, message.environment),
    heading: escape(message.heading),
    facts: message.facts.map(([name, value]) => factRow(name, value)).join('\n'),
    body: [...noteRows(shownNotes), ...problemRows(message)].join('\n') || '<tr><td></td></tr>',
    links: message.links
      .map(
        ({ text, url }) =>
          `<a class="button" href="${escape(url)}" style="display:inline-block;padding:10px 18px;border-radius:6px;background-color:#1d2433;color:#ffffff;font-size:14px;font-weight:600;text-decoration:none">${escape(text)}</a>`,
      )
      .join(' '),
    footer: footerOf(
      message.environment,
      'Who hears of what: notificationSettings, notificationChannels and the policy.',
    ),
  });
}

function problemRows(message: Message): string[] {
  const { problems, moreProblems = 0 } = message;
  if (problems.length === 0) return [];
  const shown = problems.slice(0, MOST_CARDS);
  const cards = shown.map((one) => cardRow(toneOf(message), { ...one, causes: [one.cause] }));
  const more = andMore(problems.length - shown.length + moreProblems);
  return [headingRow('Needs a person'), ...cards, ...noteRows(more)];
}
