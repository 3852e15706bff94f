import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { layDashboard } from './dashboard-frame.ts';
import * as pipeline from './pipeline-panels.ts';

/** 处理管道: rates, lag, dead letters, journal and store of the platform's own processes. */
export function pipelineDashboard(): Dashboard {
  return layDashboard({
    uid: 'shouwang-pipeline',
    title: '处理管道',
    description: 'Pipeline: rates, lag, dead letters, journal and store of the platform itself.',
    variables: [],
    rows: [
      {
        height: 4,
        panels: [
          pipeline.warningLag(),
          pipeline.storeLag(),
          pipeline.deadLetters(),
          pipeline.storeFailing(),
          pipeline.journalUsed(),
          pipeline.diskFree(),
        ],
      },
      { height: 8, panels: [pipeline.recordRates(), pipeline.lagOverTime()] },
      { height: 8, panels: [pipeline.brokerRates(), pipeline.connections()] },
      { height: 8, panels: [pipeline.warningRates(), pipeline.actionRates()] },
      { height: 8, panels: [pipeline.deadLettersOverTime(), pipeline.brokerRefusals()] },
      { height: 8, panels: [pipeline.journalBytes(), pipeline.storeLosses()] },
      {
        height: 8,
        panels: [pipeline.memoryByProcess(), pipeline.processorByProcess(), pipeline.delayByProcess()],
      },
      { height: 7, panels: [pipeline.processesHeard()] },
    ],
  });
}
