import { runProcess } from '#runtime/process.ts';
import { loadSettings } from '#runtime/settings.ts';
import { simulatorSettings } from './config.ts';
import { seededRandom } from './seeded-random.ts';
import { startSimulatedCommunity } from './simulated-community.ts';

await runProcess('simulators', process.env.SIMULATORS_LOG_LEVEL, async ({ opened }) => {
  const { seed, logLevel: _logLevel, ...settings } = loadSettings(simulatorSettings, process.env);
  const community = await startSimulatedCommunity({ ...settings, now: Date.now, random: seededRandom(seed) });
  opened('living community', () => community.close());
  return { watches: settings.watches, gates: settings.gates, panels: settings.panels };
});
