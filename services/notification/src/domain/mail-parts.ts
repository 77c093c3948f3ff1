import type { Environment } from '@tablekeep/schema/events';
import { mailFrame } from './mail-frame.ts';
import type { NotifyOn } from './message.ts';

export const FAINT = 'color:#5b6577';
const BADGES: Readonly<Record<NotifyOn, string>> = {
  SUCCESS: 'background-color:#087443;color:#ffffff',
  WARNING: 'background-color:#a15c07;color:#ffffff',
  ERROR: 'background-color:#b42318;color:#ffffff',
};
const EDGES: Readonly<Record<NotifyOn, string>> = { SUCCESS: '#087443', WARNING: '#dc8a0a', ERROR: '#d92d20' };

/** The frame with its places filled. Each part is markup: what others named is escaped by whoever makes it. */
export function fillFrame(parts: Readonly<Record<FramePart, string>>): string {
  return mailFrame.replaceAll(/\{\{(\w+)\}\}/gu, (_all, name: string) => parts[name as FramePart] ?? '');
}

export type FramePart = 'title' | 'preview' | 'badge' | 'heading' | 'facts' | 'body' | 'links' | 'footer';

const BADGE =
  'display:inline-block;padding:2px 10px;border-radius:4px;font-size:12px;font-weight:600;letter-spacing:0.04em';

/** Emulated is never mistaken for real: it stands beside the result. */
export function badges(severity: NotifyOn, result: string, environment: Environment): string {
  const of = `<span class="tone-${severity.toLowerCase()}" style="${BADGE};border:1px solid transparent;${BADGES[severity]}">${escape(result)}</span>`;
  if (environment === 'AWS') return of;
  return `${of} <span class="tone-environment" style="${BADGE};border:1px solid #5b6577;${FAINT}">${environment} AWS</span>`;
}

export function factRow(name: string, value: string): string {
  return `<tr><td class="name faint" width="118" style="width:118px;padding:3px 12px 3px 0;vertical-align:top;${FAINT}">${escape(name)}</td><td class="value ink" style="padding:3px 0;vertical-align:top;color:#1d2433">${escape(value)}</td></tr>`;
}

export function noteRows(notes: readonly string[]): string[] {
  return notes.map(
    (note) =>
      `<tr><td colspan="2" class="value ink rule" style="padding:8px 0;border-top:1px solid #e3e7ee;color:#1d2433">${escape(note)}</td></tr>`,
  );
}

/** A card with a coloured edge, for something that needs a person. */
export function cardRow(
  tone: NotifyOn,
  one: Readonly<{ name: string; where: string; status: string; causes: readonly string[]; next: string | null }>,
): string {
  const causes = one.causes.map((cause) => `<div class="ink" style="padding-top:4px">${escape(cause)}</div>`).join('');
  const next =
    one.next === null
      ? ''
      : `<div class="faint" style="padding-top:4px;font-size:13px;${FAINT}">Next try: ${escape(one.next)}</div>`;
  return `<tr><td class="edge-${tone.toLowerCase()}" width="4" style="width:4px;padding:0;font-size:1px;line-height:1px;background-color:${EDGES[tone]}">&nbsp;</td><td class="card value ink" style="padding:10px 14px;background-color:#f5f7fa;color:#1d2433"><div class="ink" style="font-weight:600">${escape(one.name)}</div><div class="faint" style="font-size:13px;${FAINT}">${escape(one.where)} · ${escape(one.status)}</div>${causes}${next}</td></tr><tr><td colspan="2" style="height:8px;line-height:8px;font-size:8px">&nbsp;</td></tr>`;
}

/** Where a message comes from, at its foot. */
export function footerOf(environment: Environment, settings: string): string {
  return escape(
    environment === 'EMULATED'
      ? 'Sent by Tablekeep from an emulated AWS: nothing here is about real tables.'
      : `Sent by Tablekeep. ${settings}`,
  );
}

export function headingRow(title: string): string {
  return `<tr><td colspan="2" class="ink" style="padding:16px 0 8px;font-size:16px;font-weight:600;color:#1d2433">${escape(title)}</td></tr>`;
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
