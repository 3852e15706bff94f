import { communityOverview } from './community-overview.ts';
import { contactPointsFile } from './contact-points.ts';
import { dashboardProviderFile, dataSourceFile } from './data-source.ts';
import { emergencyResponse } from './emergency-response.ts';
import { gatewaysAndDevices } from './gateways-and-devices.ts';
import { healthRulesFile } from './health-rules.ts';
import { pipelineDashboard } from './pipeline.ts';
import { wearablesDashboard } from './wearables.ts';

/** Every file Grafana reads, by its path under `provisioning/grafana`; written by `npm run generate`. */
export function grafanaFiles(): Record<string, string> {
  return {
    'datasources/shouwang.generated.yaml': dataSourceFile,
    'dashboards/shouwang.generated.yaml': dashboardProviderFile,
    'dashboards/community-overview.generated.json': json(communityOverview()),
    'dashboards/emergency-response.generated.json': json(emergencyResponse()),
    'dashboards/wearables.generated.json': json(wearablesDashboard()),
    'dashboards/gateways-and-devices.generated.json': json(gatewaysAndDevices()),
    'dashboards/pipeline.generated.json': json(pipelineDashboard()),
    'alerting/platform-health.generated.json': json(healthRulesFile()),
    'alerting/contact-points.generated.json': json(contactPointsFile()),
  };
}

function json(content: object): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}
