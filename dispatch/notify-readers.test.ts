import { expect, test } from 'vitest';
import { IncidentNotice } from '#contracts/notices.ts';
import { createValidator } from '#contracts/validate.ts';
import { silentLog } from '#runtime/log.ts';
import { createReaderNotifier } from './notify-readers.ts';

test('a change is published under its incident, not retained, and one without a topic spares the rest', () => {
  const published: [string, string, unknown][] = [];
  const notify = createReaderNotifier(
    {
      publish: (topic, payload, options) => {
        published.push([topic, payload, options]);
        return true;
      },
    },
    silentLog(),
  );
  const incident = 'i-0b6d1f5e-6a0d-4a8e-9a53-0d6a3f1f7f10';
  notify([
    { incident: 'no incident', community: 'c1', change: 1 },
    { incident, community: 'c1', change: 7 },
  ]);
  expect(published).toHaveLength(1);
  const [topic, payload, options] = published[0]!;
  expect(topic).toBe(`sw/1/c1/incident/${incident}`);
  expect(createValidator(IncidentNotice)(JSON.parse(payload))).toMatchObject({
    ok: true,
    value: { change: 7 },
  });
  expect(options).toEqual({ qos: 0, retain: false });
});
