import type { FastifyHelmetOptions } from '@fastify/helmet';
import type { App } from './routes.ts';

/**
 * Headers of every answer. Only own scripts run, none inline; antd writes its styles into the page.
 *
 * @param behindTls Over plain HTTP, as on a community's own network, a browser must not be told to use TLS.
 */
export function securityHeaders(behindTls: boolean): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'self'"],
        scriptSrc: ["'self'"],
        scriptSrcAttr: ["'none'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'", 'data:'],
        mediaSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        ...(behindTls && { upgradeInsecureRequests: [] }),
      },
    },
    hsts: behindTls,
    crossOriginOpenerPolicy: behindTls,
    originAgentCluster: behindTls,
    referrerPolicy: { policy: 'no-referrer' },
  };
}

/** What pages use of a browser's powers: sound, the whole screen, a screen that stays on. All else is off. */
const permissionsPolicy = [
  ...['autoplay', 'fullscreen', 'screen-wake-lock', 'clipboard-write'].map((used) => `${used}=(self)`),
  ...[
    'accelerometer',
    'bluetooth',
    'browsing-topics',
    'camera',
    'display-capture',
    'geolocation',
    'gyroscope',
  ],
  ...['hid', 'magnetometer', 'microphone', 'midi', 'payment', 'serial', 'usb', 'xr-spatial-tracking'],
]
  .map((one) => (one.includes('=') ? one : `${one}=()`))
  .join(', ');

/** Tells browsers of every answer what pages may use. */
export function addPermissionsPolicy(app: App): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('permissions-policy', permissionsPolicy);
  });
}

/** Keeps every answer of an API out of the caches of browsers and proxies, where the next one would find it. */
export function keepOutOfCaches(api: App): void {
  api.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
}
