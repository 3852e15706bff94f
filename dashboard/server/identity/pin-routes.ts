import { Type } from 'typebox';
import { isStaffRole } from '#contracts/facts/roles.ts';
import { SetPin } from '#contracts/wall.ts';
import { DashboardError } from '../../errors.ts';
import { type App, type RouteDeps, refusals, requesterOf, viewerOn } from '../http/routes.ts';
import type { Pins } from './pins.ts';
import { requireRight } from './require-right.ts';
import type { SignInCheck } from './sign-in.ts';

/** `/api/session/pin`: staff set the digits by which they act at a wall, proving once more who they are. */
export function addPinRoutes(app: App, deps: RouteDeps & { signIn: SignInCheck; pins: Pins }): void {
  app.put(
    '/api/session/pin',
    {
      schema: {
        tags: ['session'],
        summary: 'Set the PIN for acting at a wall.',
        body: SetPin,
        response: { 204: Type.Null({ description: 'Set.' }), ...refusals(400, 401, 403, 404, 429, 503) },
      },
    },
    async (request, reply) => {
      const { person, community, roles } = viewerOn(request);
      const { login } = request.sessionFacts ?? {};
      const asked = { action: 'pin.set', object: person } as const;
      const isAllowed = login !== undefined && roles.some(isStaffRole);
      await requireRight(deps, request, asked, isAllowed);
      const { isRight } = await deps.signIn(
        { login: login ?? '', password: request.body.password },
        { address: request.ip, session: request.sessionFacts?.idHash },
      );
      const line = { ...requesterOf(request), ...asked };
      if (!isRight) {
        await deps.audit.append({ ...line, outcome: 'DASHBOARD_PASSWORD_WRONG' });
        throw new DashboardError('DASHBOARD_PASSWORD_WRONG', 'the password is wrong', { path: '/password' });
      }
      await deps.pins.set({ community, person }, request.body.pin);
      await deps.audit.append({ ...line, outcome: 'done' });
      return reply.status(204).send(null);
    },
  );
}
