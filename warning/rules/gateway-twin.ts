import { gatewayKey } from '../gateway-key.ts';
import { aboutGateway, gatewayLabel } from './members.ts';
import type { Effect, GatewayLine, ReceivedRecord, Rule, RuleView } from './rule.ts';

const name = 'gateway-twin';

/** Only one epoch must send for so long before two agents count as one again. */
export const aloneForMs = 600_000;

/** Starts of an agent remembered, to be known again; a twin comes back within seconds of being cut off. */
const maxEpochs = 16;

/** Epochs that were seen, the last one last. */
interface Heard {
  epochs: string[];
  /** When one came back after another had been seen, epoch ms. */
  cameBackAt?: number;
}

/**
 * Two agents answer to the name of one gateway, as after a copied card: each cuts the other off, so it looks like a
 * line that comes and goes. An agent that starts anew never goes back to an earlier start, so one that is heard again
 * after another proves two; so does an alarm under the identity of another alarm.
 */
export const gatewayTwin: Rule<Heard> = {
  name,
  onGateway: (entry, view) => {
    const { epoch } = entry;
    if (epoch === undefined) return undefined;
    const key = gatewayKey(entry.community, entry.gateway);
    if (!view.gateway(key)) return undefined;
    const heard = view.stateOf(key) ?? { epochs: [] };
    if (heard.epochs.at(-1) === epoch) return clearWhenAlone(key, heard, view);
    const cameBack = heard.epochs.includes(epoch);
    const epochs = [...heard.epochs.filter((known) => known !== epoch), epoch].slice(-maxEpochs);
    const cameBackAt = cameBack ? view.at : heard.cameBackAt;
    const state = { epochs, ...(cameBackAt !== undefined && { cameBackAt }) };
    const remember: Effect<Heard> = { do: 'remember', key, state };
    return cameBack ? [remember, ...raise(entry, view)] : [remember];
  },
  onRecord: meetConflict,
  onRecordOfOther: meetConflict,
};

function meetConflict(entry: ReceivedRecord, view: RuleView<Heard>): Effect<Heard>[] | undefined {
  if (entry.saidEpoch === undefined) return undefined;
  const key = gatewayKey(entry.community, entry.gateway);
  const heard = view.stateOf(key) ?? { epochs: [] };
  return [{ do: 'remember', key, state: { ...heard, cameBackAt: view.at } }, ...raise(entry, view)];
}

function clearWhenAlone(key: string, { cameBackAt }: Heard, view: RuleView): Effect[] | undefined {
  const warning = view.active(key);
  if (!warning || view.at - (cameBackAt ?? 0) < aloneForMs) return undefined;
  const evidence = {
    zh: '10 分钟内只有一个网关在用这个身份',
    en: 'For 10 minutes one agent alone has used this identity',
    values: {},
  };
  return [{ do: 'clear', warning, evidence }];
}

function raise(entry: Pick<GatewayLine, 'community' | 'gateway'>, view: RuleView): Effect[] {
  const about = aboutGateway(name, entry);
  if (view.active(about.key)) return [];
  const label = gatewayLabel(entry.gateway, view);
  const evidence = {
    zh: `有两台设备以网关 ${label} 的身份轮流上线（存储卡可能被复制），其报警可能延迟：请停用其中一台，并为它重新登记`,
    en: `Two agents take turns as gateway ${label} (its card may have been copied), and its alarms may be late: stop one of them and enrol it anew`,
    values: {},
  };
  return [{ do: 'raise', about, evidence, late: false }];
}
