import { durationWords } from '../duration-words.ts';
import { aboutGateway, gatewayLabel } from './members.ts';
import type { Rule } from './rule.ts';

const name = 'gateway-stale';

/** A gateway died or is unheard for its heartbeats: one warning for all its devices, not a storm. */
export const gatewayStale: Rule = {
  name,
  onPresence: (change, view) => {
    if (change.type === 'gateway-heard') {
      const { gateway } = change;
      const warning = view.active(gateway.key);
      if (!warning) return undefined;
      const label = gatewayLabel(gateway.gateway, view);
      const evidence = { zh: `${label} 恢复通信`, en: `Heard again: gateway ${label}`, values: {} };
      return [{ do: 'clear', warning, evidence }];
    }
    if (change.type !== 'gateway-stale') return undefined;
    const { gateway, by } = change;
    if (view.active(gateway.key)) return undefined;
    const label = gatewayLabel(gateway.gateway, view);
    const silence = durationWords(gateway.heartbeatMs);
    const why =
      by === 'death'
        ? { zh: '连接中断', en: 'its connection broke' }
        : {
            zh: `多次没有心跳（每 ${silence.zh}一次）`,
            en: `heartbeats are missing (one every ${silence.en})`,
          };
    const evidence = {
      zh: `网关 ${label} 失联：${why.zh}，其下设备状态未知`,
      en: `Gateway ${label} is not heard: ${why.en}; the state of its devices is unknown`,
      values: { by, heartbeatMs: gateway.heartbeatMs, heardAt: gateway.heardAt ?? 0 },
    };
    return [{ do: 'raise', about: aboutGateway(name, gateway), evidence, late: false }];
  },
};
