import { CommandIssued } from '#contracts/dispatch-api.ts';
import { CommandRequest } from '#contracts/rest.ts';
import { type App, type RouteDeps, refusals, viewerOn, whoAsks } from '../http/routes.ts';
import { requireRight } from '../identity/require-right.ts';
import { performAction } from '../incidents/action.ts';

/** `/api/commands`: asking a device to act, with a reason; what becomes of it is told in the live room. */
export function addCommandRoutes(app: App, deps: RouteDeps): void {
  app.post(
    '/api/commands',
    {
      schema: {
        tags: ['commands'],
        summary: 'Ask a device to act, e.g. to open its door; who and why are kept.',
        body: CommandRequest,
        response: { 200: CommandIssued, ...refusals(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const viewer = viewerOn(request);
      const { body } = request;
      const device = deps.registry().of(viewer.community)?.devices.get(body.device);
      const isAllowed =
        device !== undefined && viewer.rights.may('command', 'Device', { community: device.community });
      await requireRight(deps, request, { action: 'command.issue', object: body.device }, isAllowed);
      const answer = await performAction(deps, {
        action: 'command.issue',
        who: { ...whoAsks(request), person: viewer.person },
        object: body.device,
        path: '/commands',
        body: { ...body, community: viewer.community } as { request: string },
      });
      return reply.status(answer.status as 200).send(answer.body as CommandIssued);
    },
  );
}
