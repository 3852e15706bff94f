import { levelOfKind } from '#contracts/facts/incident-kinds.ts';
import type { Gap } from '#contracts/record-body.ts';
import { gatewayKey } from '../gateway-key.ts';
import { gatewayLabel } from './members.ts';
import type { Rule } from './rule.ts';

const name = 'alarm-lost';

const reasons: Record<Gap['reason'], { zh: string; en: string }> = {
  quota: { zh: '网关存储已满', en: 'the gateway had no room left' },
  refused: { zh: '平台多次拒收', en: 'the platform refused them again and again' },
  unreadable: { zh: '网关存储损坏，无法读出', en: 'the gateway could not read them from its disk' },
  restored: {
    zh: '平台数据恢复自较早的备份',
    en: 'the platform’s data were restored from an older copy',
  },
};

/**
 * Records of the alarm lane are gone: nobody knows what they said, so somebody has to ask. Never late, since that they
 * are gone is news of now, and each further loss repeats the warning that holds.
 */
export const alarmLost: Rule = {
  name,
  onRecord: (entry, view) => {
    if (entry.body.type !== 'gap' || entry.lane !== 'alarm') return undefined;
    const { community, gateway, body, sequence } = entry;
    const key = gatewayKey(community, gateway);
    const records = sequence - body.from + 1;
    const label = gatewayLabel(gateway, view);
    const why = reasons[body.reason];
    const evidence = {
      zh: `网关 ${label} 有 ${records} 条报警通道记录丢失（${why.zh}），请逐户核实是否有人求助`,
      en: `${records} records of the alarm lane of gateway ${label} are lost (${why.en}): ask whether anybody needs help`,
      values: { records, from: body.from, to: sequence, reason: body.reason },
    };
    const active = view.active(key);
    if (active) return [{ do: 'repeat', warning: active, evidence, late: false, record: entry }];
    const about = {
      key,
      kind: name,
      level: levelOfKind(name),
      lifeSafety: true,
      community,
      gateway,
      subject: key,
    } as const;
    return [{ do: 'raise', about, evidence, late: false, record: entry }];
  },
};
