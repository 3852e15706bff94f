import type { FastifyHelmetOptions } from '@fastify/helmet';

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
