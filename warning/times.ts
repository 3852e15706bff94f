import { type Static, type TObject, Type } from 'typebox';
import { durationMs } from '#runtime/settings.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Settings that decide which devices and gateways are present; part of WARNING's. */
export const timeSettings = {
  watchStaleMs: durationMs(20 * minute, 1000, 48 * hour, 'Silence after which a watch is stale'),
  gateStaleMs: durationMs(15 * minute, 1000, 48 * hour, 'Silence after which a gate is stale'),
  firePanelStaleMs: durationMs(5 * minute, 1000, 48 * hour, 'Silence after which a fire panel is stale'),
  detectorStaleMs: durationMs(
    13 * hour,
    1000,
    48 * hour,
    'Silence after which a battery detector, door sensor or SOS button is stale; they report every 12 h at most',
  ),
  gasDetectorStaleMs: durationMs(4 * hour, 1000, 48 * hour, 'Silence after which a gas detector is stale'),
  actuatorStaleMs: durationMs(6 * hour, 1000, 48 * hour, 'Silence after which a lock or siren is stale'),
  zigbeeBridgeStaleMs: durationMs(
    30 * minute,
    1000,
    48 * hour,
    'Silence after which a Zigbee bridge is stale; it reports its health every 10 min',
  ),
  heartbeatMs: durationMs(
    30_000,
    1000,
    600_000,
    'Heartbeat interval of a gateway that does not report its own',
  ),
  missedHeartbeats: Type.Integer({
    default: 3,
    minimum: 2,
    maximum: 20,
    description: 'Heartbeats unheard after which a gateway is stale, in heartbeats.',
  }),
  tickGapMs: durationMs(
    5000,
    1500,
    minute,
    "Gap between two ticks from which the time between them counts as nobody's silence",
  ),
  caughtUpMs: durationMs(
    10_000,
    0,
    120_000,
    'Time in the outbox below which a gateway that was catching up is live again',
  ),
};

/** When a device or gateway is silent. */
export type WarningTimes = Static<TObject<typeof timeSettings>>;
