/** The emulated routes of the do-not-reach list, of which an account has one at most. */
import { Hono } from 'hono';
import type { Context } from 'hono';
import {
  doNotReachView,
  echo,
  failed,
  invalidParameter,
  notFound,
  parametersOf,
} from './answers.ts';
import type { StoredAudience, XState } from './state.ts';
import { changeUsers } from './users-route.ts';
import type { UsersSurroundings } from './users-route.ts';

const NAME = 'Do Not Reach List';

/** The account's list that is not deleted. */
export function livingList(state: XState): StoredAudience | undefined {
  return state.all('do-not-reach').find(({ deleted }) => !deleted);
}

/** Routes below `…/do_not_reach_lists`. */
export function doNotReachRoutes({ state }: UsersSurroundings): Hono {
  const app = new Hono();
  const view = (list: StoredAudience) => {
    state.process(list);
    return doNotReachView(list);
  };

  app.get('/', (context) => {
    const unknown = Object.keys(context.req.query()).find((name) => name !== 'with_deleted');
    if (unknown !== undefined) return invalidParameter(context, unknown, 'is not a parameter');
    const withDeleted = context.req.query('with_deleted') === 'true';
    const lists = state.all('do-not-reach').filter(({ deleted }) => !deleted || withDeleted);
    return context.json({ data: lists.map(view), next_cursor: null, ...echo(context) });
  });
  app.post('/', (context) => create(context, state));
  app.delete('/:list', (context) => {
    const list = listOf(context, state);
    if (list === undefined) return notFound(context);
    state.delete(list);
    return context.json({ data: view(list), ...echo(context) });
  });
  return app;
}

/** Routes below `batch/…/do_not_reach_lists`. */
export function doNotReachUserRoutes(surroundings: UsersSurroundings): Hono {
  const app = new Hono();
  app.post('/:list/users', (context) =>
    changeUsers(context, listOf(context, surroundings.state), surroundings, (_, operations) => {
      // X shows one operation. That several give a count and an echo each is a guess (unconfirmed).
      const { params } = echo(context).request;
      return context.json({
        data: operations.map(({ users: { length } }) => ({
          success_count: length,
          total_count: length,
        })),
        request: operations.map((operation) => ({
          params: {
            ...params,
            ...(operation.type === 'Update' && {
              expires_at: `${operation.until.slice(0, 19)}Z`,
            }),
          },
          operation_type: operation.type,
        })),
      });
    }),
  );
  return app;
}

function listOf(context: Context, state: XState): StoredAudience | undefined {
  const list = state.find('do-not-reach', context.req.param('list') ?? '');
  return list?.deleted === true ? undefined : list;
}

/** Makes the list. How X refuses a second one is not in its docs (unconfirmed): taken as 400. */
async function create(context: Context, state: XState): Promise<Response> {
  const parameters = await parametersOf(context, ['description']);
  if (parameters instanceof Response) return parameters;
  if (livingList(state) !== undefined) {
    const message = 'The account has a do-not-reach list already';
    return failed(context, 400, [{ code: 'INVALID_PARAMETER', message }]);
  }
  const created = state.create('do-not-reach', NAME, parameters.get('description') ?? null);
  return context.json({ data: doNotReachView(created), ...echo(context) });
}
