export type { Consumer, EventBus, Published } from './port.ts';
export { createInProcessBus } from './in-process.ts';
export { connectKafka, type KafkaConfig } from './kafka.ts';
