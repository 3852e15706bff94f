import { joinSettings } from '#runtime/settings.ts';
import { alarmLost } from './alarm-lost.ts';
import { deviceEvent } from './device-event.ts';
import { deviceStale } from './device-stale.ts';
import { door } from './door.ts';
import { gatewayGroup } from './gateway-group.ts';
import { gatewaySpeaksForOthers } from './gateway-speaks-for-others.ts';
import { gatewayStale } from './gateway-stale.ts';
import { gatewayTwin } from './gateway-twin.ts';
import { inactivity } from './inactivity.ts';
import { outage } from './outage.ts';
import { panelReset } from './panel-reset.ts';
import type { Rule } from './rule.ts';
import { unreadableAlarm } from './unreadable-alarm.ts';

/** Every rule, a line each, in the order in which an entry is shown to them. */
const rules = [
  deviceEvent,
  unreadableAlarm,
  alarmLost,
  panelReset,
  door,
  gatewayStale,
  gatewayTwin,
  gatewaySpeaksForOthers,
  deviceStale,
  gatewayGroup,
  outage,
  inactivity,
] as const;

/** Every rule, as the engine runs it. */
export const allRules: readonly Rule[] = rules;

/** The settings of all rules, part of WARNING's. */
export const ruleSettings = joinSettings(rules);
