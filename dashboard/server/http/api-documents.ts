import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { App } from './routes.ts';

/** Describes every route at `/api/openapi.json`, and shows it at `/api/docs`; routes added later are included. */
export async function addApiDocuments(app: App): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Shouwang dashboard',
        description: 'What a page, or a script in its place, may ask. Refusals are {code, message, path}.',
        version: '1',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: [
        { name: 'session', description: 'Signing in and out.' },
        { name: 'incidents', description: 'Reading incidents and acting on them.' },
        { name: 'notifications', description: 'Messages of the in-app channel.' },
        { name: 'registry', description: 'Devices, places, people.' },
        { name: 'fhir', description: 'Vital signs of one elder as FHIR R4.' },
        { name: 'counts', description: 'How many, by building, kind or level.' },
        { name: 'export', description: 'Rows for auditors.' },
        { name: 'dead letters', description: 'What could not be read, and judging it again.' },
        { name: 'health', description: 'Is the platform whole?' },
      ],
    },
  });
  await app.register(fastifySwaggerUi, { routePrefix: '/api/docs' });
  app.get('/api/openapi.json', { schema: { hide: true } }, () => app.swagger());
}
