/** Settings by which `npm start` takes free ports instead of the documented ones. */
export const anyPorts = Object.fromEntries(
  [
    ...['BROKER_TCP_PORT', 'BROKER_WS_PORT', 'BROKER_HEALTH_PORT', 'INGEST_HEALTH_PORT', 'DISPATCH_PORT'],
    ...['DISPATCH_HEALTH_PORT', 'EDGE_HEALTH_PORT', 'EDGE_WATCH3G_PORT', 'EDGE_GB26875_PORT', 'INGEST_PORT'],
    ...['EDGE_ZIGBEE2MQTT_PORT', 'EDGE_HTTP_PORT', 'EDGE_FLOW_PORT', 'EDGE_HOSTED_HEALTH_PORT'],
    ...['SIMULATORS_DOOR_PORT', 'EDGE_HIKVISION_PORT', 'DASHBOARD_PORT', 'DASHBOARD_HEALTH_PORT'],
  ].map((name) => [name, '0']),
);
