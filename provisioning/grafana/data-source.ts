import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';

/** The data source of every panel and variable; the same name in the provisioned file. */
export const influxSource = { type: 'influxdb', uid: 'shouwang-influx' } as const satisfies DataSourceRef;

/**
 * `datasources/shouwang.generated.yaml`: InfluxQL over `/query`, which 1.x, 2.x and 3 Core answer. Address and
 * database have ingest's environment names. The sign-in is a whole header, because 2.x and 3 need the scheme Token and
 * 1.x the scheme Basic, and Grafana can build neither; 1.x without sign-in ignores it.
 */
export const dataSourceFile = `# Written by npm run generate.
apiVersion: 1
datasources:
  - name: Shouwang
    uid: ${influxSource.uid}
    type: ${influxSource.type}
    access: proxy
    url: $STORE_INFLUX_URL
    # Read by Grafana 9.4; newer ones read jsonData.dbName.
    database: $STORE_INFLUX_DATABASE
    jsonData:
      version: InfluxQL
      dbName: $STORE_INFLUX_DATABASE
      httpMode: GET
      timeInterval: 1m
      httpHeaderName1: Authorization
    secureJsonData:
      httpHeaderValue1: $SHOUWANG_INFLUX_AUTHORIZATION
    editable: false
`;

/** `dashboards/shouwang.generated.yaml`: the dashboards beside it, in a folder 守望 that pages cannot change. */
export const dashboardProviderFile = `# Written by npm run generate.
apiVersion: 1
providers:
  - name: shouwang
    type: file
    folder: 守望
    folderUid: shouwang
    disableDeletion: true
    allowUiUpdates: false
    updateIntervalSeconds: 60
    options:
      path: $GF_PATHS_PROVISIONING/dashboards
`;
