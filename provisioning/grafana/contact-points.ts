/**
 * Destinations of messages about the platform's health. Addresses are environment variables, since they contain secrets.
 * An unset one leaves `#`, which is no address: Grafana starts and sends nothing. Of a set one, what follows `#` is not
 * sent.
 */
const addresses = {
  webhook: '$SHOUWANG_HEALTH_WEBHOOK_URL#',
  dingding: '$SHOUWANG_HEALTH_DINGDING_URL#',
};

/**
 * `alerting/contact-points.generated.json`. No policy uses them: to get messages, route the label
 * `about = platform-health` to one of them in Grafana, or in a file of their own.
 */
export function contactPointsFile(): object {
  return {
    apiVersion: 1,
    contactPoints: [
      contactPoint('守望平台健康 Webhook', {
        uid: 'shouwang-health-webhook',
        type: 'webhook',
        url: addresses.webhook,
      }),
      contactPoint('守望平台健康 钉钉', {
        uid: 'shouwang-health-dingding',
        type: 'dingding',
        url: addresses.dingding,
      }),
    ],
  };
}

function contactPoint(name: string, { uid, type, url }: { uid: string; type: string; url: string }) {
  return { orgId: 1, name, receivers: [{ uid, type, settings: { url } }] };
}
