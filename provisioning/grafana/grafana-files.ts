import { communityOverview } from './community-overview.ts';
import { dashboardProviderFile, dataSourceFile } from './data-source.ts';

/** Every file Grafana reads, by its path under `provisioning/grafana`; written by `npm run generate`. */
export function grafanaFiles(): Record<string, string> {
  return {
    'datasources/shouwang.generated.yaml': dataSourceFile,
    'dashboards/shouwang.generated.yaml': dashboardProviderFile,
    'dashboards/community-overview.generated.json': `${JSON.stringify(communityOverview(), null, 2)}\n`,
  };
}
