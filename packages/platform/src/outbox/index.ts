export { recordPlan, recordRejection } from './record-plan.ts';
export { nameOutbox, recordEvent, recordWork, type NewEvent } from './record.ts';
export { startRelays, type Relays } from './relay.ts';
