import { expect, test } from 'vitest';
import { expandGrafanaQuery } from '#tests/flow/expand-grafana-query.ts';

const chosen = {
  from: 1_795_482_900_000,
  to: 1_795_486_500_000,
  interval: '5m',
  variables: { community: ['demo'], device: ['watch-1', 'gate (1)/b'], all: ['.*'] },
};

test.each([
  ['WHERE $timeFilter', 'WHERE time >= 1795482900000ms and time <= 1795486500000ms'],
  ['GROUP BY time($__interval)', 'GROUP BY time(5m)'],
  ['GROUP BY time($interval)', 'GROUP BY time(5m)'],
  ['=~ /^$community$/', '=~ /^demo$/'],
  ['=~ /^[[community]]$/', '=~ /^demo$/'],
  ['=~ /^[[community:regex]]$/', '=~ /^demo$/'],
  ['=~ /^$' + '{community}$/', '=~ /^demo$/'],
  ['=~ /^$' + '{all:regex}$/', '=~ /^.*$/'],
  ['=~ /^$' + '{device:regex}$/', '=~ /^(watch-1|gate \\(1\\)\\/b)$/'],
])('%s is expanded as Grafana does', (query, expanded) => {
  expect(expandGrafanaQuery(query, chosen)).toBe(expanded);
});

test('a variable that is not offered is an error that names it', () => {
  expect(() => expandGrafanaQuery('=~ /^$building$/', chosen)).toThrow('$building is no variable');
});
