import type { Database } from '@tablekeep/platform/database';
import { UserErrors } from '@tablekeep/platform/errors';
import { newId } from '@tablekeep/platform/ids';
import { isMailAddress } from '@tablekeep/platform/mail-address';
import type { Environment } from '@tablekeep/schema/events';
import { mailDeps, type DeliverDeps } from '../deliver.ts';
import { composeMail, composeText, type Mail } from '../domain/compose-mail.ts';
import { composeSlack } from '../domain/compose-slack.ts';
import type { ChannelKind, Content } from '../domain/content.ts';
import type { Message } from '../domain/message.ts';
import type { Tried } from '../domain/tried.ts';
import { makeReport } from '../make-daily-report.ts';
import { sendMail } from '../senders/send-mail.ts';
import { sendToChannel } from '../senders/send-to-channel.ts';
import { ChannelEntity, type ChannelRow } from '../store/channel-entities.ts';
import { lastReports } from '../store/daily-reports.ts';
import { SettingsEntity, type SettingsRow } from '../store/entities.ts';
import { NO_REPORT } from '../store/settings.ts';
import type { SendTestNotificationInput } from './resolver-types.ts';

type Deps = DeliverDeps & Readonly<{ db: Database; environment: Environment }>;

/** The gateway waits 15 seconds for an answer: whoever asks is to read what the receiver did, and not that nobody answered. */
const DEADLINE_MS = 12_000;
/** Of these a report has so much; what a service has not told by then, it comes without. */
const REPORT_MS = 8_000;

const refuse = (code: string, message: string, ...path: string[]) => new UserErrors([{ code, message, path }]);

/** One try, at once and past every filter; gives what the receiver said, and throws its words where it refused. */
export async function sendTest(deps: Deps, input: SendTestNotificationInput): Promise<string> {
  const { recipient, channelId } = input;
  if ((recipient == null) === (channelId == null))
    throw refuse('ONE_OF', 'Name a recipient or a channel, and not both.', 'recipient');
  if (input.dailyReport === true && recipient == null)
    throw refuse('MAIL_ONLY', 'The daily report goes by mail: name a recipient.', 'dailyReport');
  const began = performance.now();
  const leftMs = () => Math.max(1, Math.round(DEADLINE_MS - (performance.now() - began)));
  const tried =
    recipient == null
      ? await toChannel(deps, channelId ?? '', leftMs)
      : await toAddress(deps, input, recipient, leftMs);
  if (tried.outcome === 'TAKEN') return said(tried);
  throw refuse('NOT_SENT', `The receiver did not take it: ${tried.error ?? ''}`);
}

/** A mail server's answer begins with its code already. */
function said({ code, answer }: Tried): string {
  const text = answer ?? '';
  return code === null || text.startsWith(String(code)) ? text : `${code} ${text}`.trim();
}

async function toAddress(
  deps: Deps,
  input: SendTestNotificationInput,
  recipient: string,
  leftMs: () => number,
): Promise<Tried> {
  if (!isMailAddress(recipient)) throw refuse('BAD_ADDRESS', 'An address reads name@example.com.', 'recipient');
  const settings = await deps.db.reader.findOne(SettingsEntity, { where: { id: 1 } });
  if (!settings || settings.smtpHost === null)
    throw refuse('NO_SERVER', 'Set the mail server first (updateNotificationSettings).');
  const mail =
    input.dailyReport === true
      ? await reportNow(deps, settings)
      : composeMail(testMessage(deps), settings.subjectTemplate);
  const message = { ...mail, to: recipient, messageId: `<${newId()}@tablekeep>` };
  return sendMail(settings, mailDeps(deps), message, { deadlineMs: leftMs() });
}

async function reportNow(deps: Deps, { dailyReport }: SettingsRow): Promise<Mail> {
  const { timeZone } = dailyReport ?? NO_REPORT;
  const before = await lastReports(deps.db);
  return (await makeReport(deps, { report: { timeZone }, slot: null, missed: 0, before, patienceMs: REPORT_MS })).mail;
}

async function toChannel(deps: Deps, channelId: string, leftMs: () => number): Promise<Tried> {
  const channel = await deps.db.reader.findOne(ChannelEntity, { where: { id: channelId } });
  if (!channel) throw refuse('NOT_FOUND', `There is no channel ${channelId}.`, 'channelId');
  const message = { id: newId(), content: contentFor(deps, channel) };
  return sendToChannel(deps, channel, message, { deadlineMs: leftMs() });
}

function contentFor(deps: Deps, { kind, name }: ChannelRow): Content {
  const message = testMessage(deps);
  const to = { subject: message.heading, channelName: name };
  const of: Record<ChannelKind, () => Content> = {
    WEBHOOK: () => ({
      ...to,
      body: JSON.stringify({
        specversion: '1.0',
        id: message.about,
        type: 'dev.tablekeep.notification.test.v1',
        source: 'notification',
        subject: message.about,
        time: deps.clock.now().toISOString(),
        datacontenttype: 'application/json',
        environment: deps.environment,
        data: { message: message.heading },
      }),
    }),
    SLACK: () => ({ ...to, body: composeSlack(message) }),
    SNS: () => ({ ...to, message: composeText(message) }),
    // The switch is alive: it must not raise an alarm, nor count as a run that has begun.
    PING: () => ({ ...to, phase: 'success', runId: message.about, text: message.heading }),
  };
  return of[kind]();
}

function testMessage({ environment, clock }: Deps): Message {
  const id = newId();
  return {
    about: id,
    eventId: id,
    severity: 'SUCCESS',
    policyId: null,
    environment,
    words: {
      environment,
      result: 'TEST',
      what: 'test of this channel',
      policy: 'Example',
      type: 'test',
      counts: 'nothing was done',
      tables: '0 tasks',
      issues: '0 problems',
    },
    heading: 'This is a test from Tablekeep',
    facts: [
      ['Sent', `${clock.now().toISOString().slice(0, 19).replace('T', ' ')} UTC`],
      ['Environment', environment],
    ],
    notes: ['Nothing has happened. Whoever reads this will hear of what does.'],
    problems: [],
    links: [],
  };
}
