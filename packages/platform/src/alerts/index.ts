export { announcedBefore, forgetAnnounced, noteAnnounced, noteTaken } from './announced-sessions.ts';
export { watchDeadEvents } from './dead-events.ts';
export { settleAlerts, type AlertWatch, type Condition, type Look } from './settle-alerts.ts';
export { watchUntaken, type Untaken } from './untaken-sessions.ts';
export { watchAlerts } from './watch-alerts.ts';
