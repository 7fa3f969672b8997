/** Sends a request to Meta and parses what comes back. */
import type { z } from 'zod';
import type { ConnectorContext } from '../connector.ts';
import { callGraph, unreadable } from './sdk.ts';
import type { GraphAnswer, GraphRequest } from './sdk.ts';

/**
 * One request with its answer parsed.
 *
 * @throws ConnectorFailure as `callGraph` does, and `transient` for an answer of another shape.
 */
export async function ask<T>(
  context: ConnectorContext,
  schema: z.ZodType<T>,
  request: GraphRequest,
): Promise<T> {
  return parsed(schema, await callGraph(context, request));
}

/** The body of an answer as the schema has it. */
export function parsed<T>(schema: z.ZodType<T>, answer: GraphAnswer): T {
  const result = schema.safeParse(answer.body);
  // zod's own error quotes what it read, so it is left behind.
  if (!result.success) throw unreadable();
  return result.data;
}
