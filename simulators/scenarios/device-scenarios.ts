import type { Incident } from '#contracts/incident.ts';
import { gateMac, panelSource, watchId, zigbeeDevices } from '../community.ts';
import { createGateTerminal } from '../devices/gate.ts';
import { connectPanel } from '../devices/panel.ts';
import { connectWatch } from '../devices/watch.ts';
import { connectZigbeeBridge } from '../devices/zigbee-bridge.ts';
import type { DeviceAddresses } from './scenario.ts';

/** One device of the simulated community says one thing, which must lead to one incident. */
export interface DeviceScenario {
  words: string;
  /** Device of the registry that speaks. */
  deviceId: string;
  /** Sends the device's bytes; calls `answered` when the gateway has answered them. */
  send(addresses: DeviceAddresses, answered: () => void): { close(): Promise<void> };
  /** True for the incident it must lead to. */
  fits(incident: Incident): boolean;
}

const host = '127.0.0.1';
const watchIndex = 6;
const fallIndex = 8;
const gateIndex = 8;
const heldGateIndex = 9;
/** A point of the fire panel that the living community leaves alone. */
const firePoint = {
  systemType: 1,
  systemAddress: 1,
  partType: 42,
  zone: 3,
  point: 17,
  description: '1栋2单元3层走廊烟感',
};

/** Scenarios of one device each, by name. */
export const deviceScenarios = {
  sos: {
    words: 'an elder presses SOS on the watch',
    deviceId: `watch-${watchIndex + 1}`,
    send: ({ watch3gPort }, answered) => {
      const watch = connectWatch({ id: watchId(watchIndex), host, port: watch3gPort, now: Date.now });
      void watch.pressSos().then(answered);
      return watch;
    },
    fits: ({ kind, lifeSafety }) => kind === 'sos' && lifeSafety,
  },
  fall: {
    words: 'a watch reports that its wearer has fallen',
    deviceId: `watch-${fallIndex + 1}`,
    send: ({ watch3gPort }, answered) => {
      const watch = connectWatch({ id: watchId(fallIndex), host, port: watch3gPort, now: Date.now });
      void watch.reportFall().then(answered);
      return watch;
    },
    fits: ({ kind, lifeSafety }) => kind === 'fall' && lifeSafety,
  },
  fire: {
    words: 'a photoelectric smoke detector on the fire panel of building 1 gives fire alarm',
    deviceId: 'panel-b1',
    send: ({ gb26875Port }, answered) => {
      const panel = connectPanel({ sourceAddress: panelSource(0), host, port: gb26875Port, now: Date.now });
      void panel.componentFire(firePoint).then(answered);
      return panel;
    },
    fits: ({ kind, place }) => kind === 'fire' && place.building === 'b1',
  },
  gas: {
    words: 'a gas detector in a kitchen finds gas',
    deviceId: 'gas-1',
    send: ({ zigbee }, answered) => {
      const bridge = connectZigbeeBridge({ host, ...zigbee, devices: zigbeeDevices });
      void bridge
        .report('gas-1', { gas: false })
        .then(() => bridge.report('gas-1', { gas: true }).then(answered));
      return bridge;
    },
    fits: ({ kind, lifeSafety }) => kind === 'gas' && lifeSafety,
  },
  'water-leak': {
    words: 'a sensor under a sink finds water',
    deviceId: 'water-1',
    send: ({ zigbee }, answered) => {
      const bridge = connectZigbeeBridge({ host, ...zigbee, devices: zigbeeDevices });
      void bridge
        .report('water-1', { water_leak: false })
        .then(() => bridge.report('water-1', { water_leak: true }).then(answered));
      return bridge;
    },
    fits: ({ kind }) => kind === 'water-leak',
  },
  'forced-gate': {
    words: 'a unit door is forced open',
    deviceId: 'gate-b1u1',
    send: ({ gateUrl }, answered) => {
      const gate = createGateTerminal({
        url: gateUrl,
        mac: gateMac(gateIndex),
        doorNo: 1,
        now: Date.now,
      });
      void gate.forced().then(answered);
      return gate;
    },
    fits: ({ kind }) => kind === 'door-forced',
  },
  'held-gate': {
    words: 'a unit door is held open too long',
    deviceId: 'gate-b1u2',
    send: ({ gateUrl }, answered) => {
      const gate = createGateTerminal({
        url: gateUrl,
        mac: gateMac(heldGateIndex),
        doorNo: 1,
        now: Date.now,
      });
      void gate.doorOpened();
      void gate.heldOpen().then(answered);
      return gate;
    },
    fits: ({ kind }) => kind === 'door-held-open',
  },
} satisfies Record<string, DeviceScenario>;
