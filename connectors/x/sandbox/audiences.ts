/** The emulated routes of custom audiences. */
import { Hono } from 'hono';
import type { Context } from 'hono';
import {
  audienceView,
  echo,
  failed,
  invalidParameter,
  notFound,
  page,
  parametersOf,
} from './answers.ts';
import type { StoredAudience, XState } from './state.ts';
import { changeUsers } from './users-route.ts';
import type { UsersSurroundings } from './users-route.ts';

/** Routes below `…/custom_audiences`. */
export function audienceRoutes(surroundings: UsersSurroundings): Hono {
  const { state } = surroundings;
  const app = new Hono();
  const view = (audience: StoredAudience) => {
    state.process(audience);
    return audienceView(audience);
  };
  const living = (context: Context): StoredAudience | undefined => {
    const audience = state.find('crm', context.req.param('id') ?? '');
    const withDeleted = context.req.query('with_deleted') === 'true';
    return audience?.deleted === true && !withDeleted ? undefined : audience;
  };

  app.get('/', (context) => {
    const listed = page(context, state.all('crm'));
    if (listed instanceof Response) return listed;
    return context.json({ ...listed, data: listed.data.map(view), ...echo(context) });
  });
  app.post('/', (context) => create(context, state));
  app.get('/:id', (context) => {
    const audience = living(context);
    return audience === undefined
      ? notFound(context)
      : context.json({ data: view(audience), ...echo(context) });
  });
  app.delete('/:id', (context) => {
    const audience = living(context);
    if (audience === undefined || audience.deleted) return notFound(context);
    state.delete(audience);
    return context.json({ data: view(audience), ...echo(context) });
  });
  app.post('/:id/users', (context) =>
    changeUsers(context, living(context), surroundings, (users) => {
      const data = { success_count: users, total_count: users };
      return context.json({ data, ...echo(context) });
    }),
  );
  return app;
}

/**
 * Makes an audience. How X refuses a name that is taken is not in its docs (unconfirmed), nor
 * whether case counts: taken here as 400, and as if it did not.
 */
async function create(context: Context, state: XState): Promise<Response> {
  const parameters = await parametersOf(context, ['name', 'description']);
  if (parameters instanceof Response) return parameters;
  const name = parameters.get('name') ?? '';
  if (name.trim() === '') {
    const message = 'Missing required parameter: name';
    return failed(context, 400, [{ code: 'MISSING_PARAMETER', message, parameter: 'name' }]);
  }
  const isTaken = state
    .all('crm')
    .some((each) => !each.deleted && each.name.toLowerCase() === name.toLowerCase());
  if (isTaken) return invalidParameter(context, 'name', 'An audience of this name exists already');
  const created = state.create('crm', name, parameters.get('description') ?? null);
  return context.json({ data: audienceView(created), ...echo(context) });
}
