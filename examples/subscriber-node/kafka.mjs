/**
 * Reads Tablekeep's events from Kafka and prints each as a line of JSON. Needs kafkajs (npm install kafkajs).
 *
 *   KAFKA_BROKERS=broker-1:9092,broker-2:9092 GROUP_ID=my-program node kafka.mjs tablekeep.session tablekeep.restore-point
 *
 * The group's offset moves after an event is handled, so an event may come twice and is never skipped; `id` tells which
 * ones have been seen. Topics also carry internal types: only those in TYPES (a prefix) are taken.
 */
import { Kafka, logLevel } from 'kafkajs';

const topics = process.argv.slice(2);
const types = process.env.TYPES ?? 'dev.tablekeep.session.finished.';
const kafka = new Kafka({
  clientId: process.env.GROUP_ID ?? 'subscriber-node',
  // kafkajs writes its log to where the events go.
  logLevel: logLevel.WARN,
  logCreator:
    () =>
    ({ log: { message } }) =>
      console.error(message),
  brokers: (process.env.KAFKA_BROKERS ?? '127.0.0.1:9092').split(','),
});
const consumer = kafka.consumer({ groupId: process.env.GROUP_ID ?? 'subscriber-node' });
/** The last few thousand ids: one that is here has been handled. A program with a database asks that instead. */
const handled = new Set();

await consumer.connect();
await consumer.subscribe({ topics: topics.length > 0 ? topics : ['tablekeep.session'], fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => {
    const header = (name) => message.headers[`ce_${name}`]?.toString();
    // CloudEvents in binary mode: attributes are headers, the value is the data.
    if (header('specversion') !== '1.0' || !header('type').startsWith(types) || handled.has(header('id'))) return;
    const event = {
      id: header('id'),
      type: header('type'),
      source: header('source'),
      subject: header('subject'),
      time: header('time'),
      environment: header('environment'),
      data: JSON.parse(message.value.toString()),
    };
    console.log(JSON.stringify(event));
    handled.add(event.id);
    if (handled.size > 5_000) handled.delete(handled.values().next().value);
  },
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void consumer.disconnect().then(() => process.exit(0)));
}
