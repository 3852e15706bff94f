import { Socket } from 'node:net';
import mqtt from 'mqtt';
import { schemaVersion, type TelemetryMessage } from '#contracts/gateway-messages.ts';
import { toTimestamp } from '#contracts/time.ts';
import { buildTopic, parseTopic } from '#contracts/topics.ts';
import { runProcess } from '#runtime/process.ts';

/** The baseline: reads every message as JSON and acknowledges its last record; no check, no disk. */
await runProcess('bare-ingest', 'silent', async ({ opened }) => {
  const client = await mqtt.connectAsync(process.env.RELAY_BROKER_URL ?? '');
  // As ours does, so that the baseline is not slowed by what mqtt.js leaves on.
  if (client.stream instanceof Socket) client.stream.setNoDelay(true);
  client.on('message', (text, payload) => {
    const topic = parseTopic(text);
    if (topic?.name !== 'telemetry') return;
    const { records } = JSON.parse(String(payload)) as TelemetryMessage;
    const last = records.at(-1);
    if (!last) return;
    const { epoch, lane, sequence } = last;
    const ack = { schemaVersion, at: toTimestamp(Date.now()), acks: [{ epoch, lane, sequence }] };
    client.publish(buildTopic({ ...topic, name: 'ack' }), JSON.stringify(ack));
  });
  await client.subscribeAsync('#', { qos: 1 });
  opened('client', () => client.endAsync(true));
  return {};
});
