import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { layDashboard } from './dashboard-frame.ts';
import * as responses from './response-panels.ts';

/** 应急响应: how soon people saw, accepted and arrived, and how many alarms were false; of nobody by name. */
export function emergencyResponse(): Dashboard {
  return layDashboard({
    uid: 'shouwang-emergency',
    title: '应急响应',
    description:
      'Emergency response: time to acknowledge, accept and arrive, and false alarms, by building and hour.',
    variables: ['community', 'building'],
    rows: [
      {
        height: 4,
        panels: [
          responses.timeToAcknowledge(),
          responses.timeToAccept(),
          responses.timeToArrive(),
          responses.falseAlarmRate(),
          responses.nobodyAnswered(),
          responses.escalations(),
        ],
      },
      { height: 8, panels: [responses.responsesByHour(), responses.falseAlarmsByHour()] },
      { height: 8, panels: [responses.responsesByBuilding(), responses.falseAlarmsByBuilding()] },
      { height: 8, panels: [responses.incidentsByHour(), responses.responsesByKind()] },
    ],
  });
}
