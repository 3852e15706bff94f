import { deviceClassFacts } from '#contracts/facts/device-classes.ts';
import { levelOfKind } from '#contracts/facts/incident-kinds.ts';
import { deviceWords } from '../device-words.ts';
import { durationWords } from '../duration-words.ts';
import { joinsOutage } from './outage.ts';
import type { Rule } from './rule.ts';

const name = 'device-stale';

/**
 * A device that was heard before is silent beyond its time while its gateway is heard. A device never heard
 * is shown as `unheard` and warned of by nobody: it has no time from which it could be missed.
 */
export const deviceStale: Rule = {
  name,
  onPresence: (change, view) => {
    if (change.type !== 'device-stale' && change.type !== 'device-heard') return undefined;
    const { device } = change;
    const words = deviceWords(view.registry.devices.get(device.device), device.device);
    if (change.type === 'device-heard') {
      const warning = view.active(device.device);
      if (!warning) return undefined;
      const evidence = { zh: `${words.zh} 恢复通信`, en: `Heard again: ${words.en}`, values: {} };
      return [{ do: 'clear', warning, evidence }];
    }
    if (joinsOutage(device.device, view)) return undefined;
    const silence = durationWords(device.staleAfterMs);
    const about = {
      key: device.device,
      kind: name,
      level: deviceClassFacts(device.class)?.silentLevel ?? levelOfKind(name),
      lifeSafety: false,
      community: device.community,
      gateway: device.gateway,
      device: device.device,
      subject: device.device,
    } as const;
    const evidence = {
      zh: `${words.zh} 超过 ${silence.zh}没有消息`,
      en: `Nothing heard for ${silence.en} from ${words.en}`,
      values: {
        staleAfterMs: device.staleAfterMs,
        ...(device.heardAt !== undefined && { heardAt: device.heardAt }),
        ...(device.latest.battery && { battery: device.latest.battery.value }),
      },
    };
    return [{ do: 'raise', about, evidence, late: false }];
  },
};
