import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Ack } from '#contracts/gateway-messages.ts';
import type { Incident } from '#contracts/incident.ts';
import { acknowledge } from '#dispatch/actions/acknowledge.ts';
import type { ActionContext } from '#dispatch/actions/action.ts';
import { resolve } from '#dispatch/actions/resolve.ts';
import { testTimes } from '#dispatch/testing/test-parts.ts';
import { openRoadOfParts, type RoadOfParts } from '#tests/road-of-parts.ts';
import { fieldPlan } from './community.ts';
import type { FieldCase, FieldStep } from './field-case.ts';
import { createFieldDevices, type FieldDevices } from './field-devices.ts';
import { type FieldGateway, openFieldGateway } from './field-gateway.ts';

/** Time passes in pieces no longer than this, and in no more pieces than that. */
const longestPieceMs = 10_000;
const mostPieces = 60;

interface Stage {
  /** The gateway as which the agent sends. */
  speaksAs: string;
  road: RoadOfParts;
  gateway: FieldGateway;
  devices: FieldDevices;
}

/** Plays a case from its devices' bytes to its incidents, on a clock that its steps move. */
export async function playCase(played: FieldCase): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'field-'));
  let stage: Stage | undefined;
  const road = await openRoadOfParts(
    (ack: Ack['acks'][number]) => stage?.gateway.acknowledge(ack),
    fieldPlan,
  );
  const open = async (): Promise<Stage> => {
    const gateway = await openFieldGateway(folder, () => road.clock.time);
    return {
      speaksAs: stage?.speaksAs ?? 'gw1',
      road,
      gateway,
      devices: createFieldDevices(gateway, () => road.clock.time),
    };
  };
  const close = async ({ devices, gateway }: Stage) => {
    await devices.close();
    await gateway.close();
  };
  stage = await open();
  try {
    for (const [index, step] of played.steps.entries()) {
      if ('restart' in step) {
        await close(stage);
        stage = await open();
      } else if ('incidents' in step) {
        await compare(stage, played, { step, index });
      } else await take(stage, step);
      await drain(stage);
    }
  } finally {
    await close(stage);
    await road.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function take(stage: Stage, step: FieldStep): Promise<void> {
  const { road, devices } = stage;
  if ('zigbee' in step) await devices.zigbee(step);
  else if ('bridgeAnswers' in step) devices.bridgeAnswers(step.bridgeAnswers);
  else if ('watch' in step) await devices.watch(step);
  else if ('panel' in step) await devices.panel(step);
  else if ('terminal' in step) await devices.terminal(step);
  else if ('webhook' in step) await devices.webhook(step);
  else if ('after' in step) await pass(road, step.after * 1000);
  else if ('speaksAs' in step) stage.speaksAs = step.speaksAs;
  else if ('guard' in step) await answer(road, step);
}

/** What the gateway took goes to the platform, which acknowledges it. */
async function drain({ road, gateway, speaksAs }: Stage): Promise<void> {
  for (const { lane, records } of gateway.unsent()) {
    for (let from = 0; from < records.length; from += 200) {
      road.send(lane, records.slice(from, from + 200), speaksAs);
    }
  }
  await road.commitBatch();
  await road.tick();
}

async function pass(road: RoadOfParts, ms: number): Promise<void> {
  const end = road.clock.time + ms;
  const piece = Math.max(longestPieceMs, Math.ceil(ms / mostPieces));
  while (road.clock.time < end) {
    road.clock.time = Math.min(end, road.clock.time + piece);
    await road.tick();
    while (await road.dispatch.runDue());
  }
}

async function answer(road: RoadOfParts, step: Extract<FieldStep, { guard: string }>): Promise<void> {
  const { dispatch } = road;
  const open = await dispatch.reader.list('c1', { limit: 100 });
  const incident = open.filter(({ kind }) => kind === step.kind).at(-1);
  if (!incident) throw new Error(`no open incident is a ${step.kind}: ${open.map(({ kind }) => kind)}`);
  const by = { actor: 'p1', request: `request-${incident.id}-${incident.version}` };
  await dispatch.database.write((transaction) => {
    const context: ActionContext = { transaction, escalation: dispatch.escalation, ...testTimes };
    return step.guard === 'acknowledges'
      ? acknowledge(context, incident.id, { ...by, attention: incident.attention })
      : resolve(context, incident.id, { ...by, outcome: 'real' });
  });
  await road.tick();
}

async function compare(
  { road }: Stage,
  { aside = [] }: FieldCase,
  { step, index }: { step: Extract<FieldStep, { incidents: unknown }>; index: number },
): Promise<void> {
  const all = await road.dispatch.reader.list('c1', { limit: 1000, resolvedSince: 0 });
  const seen = all
    .filter(({ kind }) => !aside.includes(kind))
    .sort((one, other) => one.openedAt - other.openedAt || one.number.localeCompare(other.number));
  const short = ({ kind, level, state, attention, alarmCount }: Incident) =>
    `${kind} ${level} ${state} attention ${attention} alarms ${alarmCount}`;
  expect(seen, `step ${index + 1}: ${seen.map(short).join('; ') || 'no incident'}`).toMatchObject(
    step.incidents,
  );
}
