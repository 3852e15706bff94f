import { CommandIssued } from '#contracts/dispatch-api.ts';
import { CommandRequest } from '#contracts/rest.ts';
import { objectOf } from '#contracts/schema.ts';
import { type App, type RouteDeps, viewerOn } from '../http/routes.ts';
import { requireRight } from '../identity/require-right.ts';
import { addAction } from '../incidents/action.ts';

const route = {
  path: '/api/commands',
  tag: 'commands',
  summary: 'Ask a device to act, e.g. to open its door; who and why are kept.',
  params: objectOf({}),
  body: CommandRequest,
  answer: CommandIssued,
};

/** `/api/commands`: asking a device to act, with a reason; what becomes of it is told in the live room. */
export function addCommandRoutes(app: App, deps: RouteDeps): void {
  addAction(app, deps, route, async (request) => {
    const { body } = request;
    const { community, rights } = viewerOn(request);
    const device = deps.registry().of(community)?.devices.get(body.device);
    const isAllowed =
      device !== undefined && rights.may('command', 'Device', { community: device.community });
    const asked = { action: 'command.issue', object: body.device } as const;
    await requireRight(deps, request, asked, isAllowed);
    return { ...asked, path: '/commands', body: { ...body, community } };
  });
}
