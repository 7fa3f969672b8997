/**
 * The one place that touches facebook-nodejs-business-sdk. It pins the API version, sends each
 * request to the address of its own destination, puts a deadline on it, and lets no error of the
 * SDK out: those carry the token in `url` and the digests in `data`.
 */
import type { FacebookAdsApi } from 'facebook-nodejs-business-sdk';
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { z } from 'zod';
import { ConnectorFailure } from '../connector.ts';
import type { ConnectorContext } from '../connector.ts';
import { failureFromGraph } from './failures.ts';
import { plainHeaders, usageOf } from './usage.ts';
import type { Headers } from './usage.ts';

/** The Graph API version we write for. The one inside the SDK is past its Marketing API end. */
export const GRAPH_VERSION = 'v26.0';

export interface GraphRequest {
  readonly method: 'GET' | 'POST';
  readonly path: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
}

export interface GraphAnswer {
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

/** What we set on the SDK's HTTP client, which the SDK itself gives no way to. */
interface AxiosConfig {
  readonly signal: AbortSignal;
  /** A redirect would carry digests to an address that nobody configured. */
  readonly maxRedirects: 0;
  /** A proxy of the environment is for the internet, not for the sandbox on this machine. */
  readonly proxy?: false;
}
interface Axios {
  interceptors: {
    request: { use(change: (config: object) => object): number };
    response: { use(taken: undefined, refused: (error: unknown) => never): number };
  };
}

/** One of our requests, as the SDK's HTTP client carries it out. */
interface Exchange {
  readonly config: AxiosConfig;
  /** Status and headers of a refusal, which the SDK loses where the body is not JSON. */
  refusal?: z.infer<typeof RefusalSchema>;
}

const RefusalSchema = z.object({ status: z.int(), headers: z.unknown() });
const ourExchange = new AsyncLocalStorage<Exchange>();
let loading: Promise<typeof FacebookAdsApi> | undefined;

async function loadSdk(): Promise<typeof FacebookAdsApi> {
  const { FacebookAdsApi: Api } = await import('facebook-nodejs-business-sdk');
  Object.defineProperty(Api, 'VERSION', { get: () => GRAPH_VERSION, configurable: true });
  // The SDK's own copy of axios, wherever npm put it. Requests made by others are left alone.
  const require = createRequire(import.meta.resolve('facebook-nodejs-business-sdk'));
  const axios = require('axios') as Axios;
  axios.interceptors.request.use((config) => Object.assign(config, ourExchange.getStore()?.config));
  axios.interceptors.response.use(undefined, (error) => {
    const exchange = ourExchange.getStore();
    const refusal = z.object({ response: RefusalSchema }).safeParse(error).data?.response;
    if (exchange !== undefined && refusal !== undefined) exchange.refusal = refusal;
    throw error;
  });
  return Api;
}

/**
 * Sends one request and gives the parsed JSON object with its headers in lower case. What the
 * headers say of the budget is passed on, whatever the answer.
 *
 * @throws ConnectorFailure for every refusal, timeout, cut connection and unreadable answer.
 */
export async function callGraph(
  context: ConnectorContext,
  request: GraphRequest,
): Promise<GraphAnswer> {
  loading ??= loadSdk();
  const Api = await loading;
  const token = context.credentials['accessToken'] ?? '';
  // `false` keeps the SDK's crash reporter out of the process.
  const api = context.memo('meta.api', () => new Api(token, 'en_US', false).setShowHeader(true));
  const deadline = AbortSignal.timeout(context.deadlineMs);
  const signal = AbortSignal.any([deadline, context.signal]);
  const graph = context.endpoints['graph'];
  // Without an address the SDK would fall back to the real Meta.
  if (graph === undefined) throw new RangeError('The context has no address named "graph".');
  const exchange: Exchange = {
    config: { signal, maxRedirects: 0, ...(isLoopback(graph) ? { proxy: false } : {}) },
  };
  const path = request.path.map(encodeURIComponent);
  const proof = proofOf(token, context.credentials['appSecret']);
  try {
    // The SDK writes into the params it is given, so it gets a copy.
    const answer = await ourExchange.run(exchange, () =>
      api.call<unknown>(request.method, path, { ...request.params, ...proof }, {}, false, graph),
    );
    const { headers, ...body } = z.record(z.string(), z.unknown()).parse(answer);
    return { body, headers: observed(context, headers) };
  } catch (error) {
    if (context.signal.aborted) throw broken('cancelled', 'The request to Meta was cancelled.');
    if (deadline.aborted) {
      throw broken('timeout', `Meta did not answer within ${context.deadlineMs} ms.`);
    }
    throw withoutSecrets(context, error, { token, refusal: exchange.refusal });
  }
}

/**
 * The proof that the caller knows the app's secret: HMAC-SHA256 of the token under it, in hex. Apps
 * may require it, and Meta checks it wherever it is sent. Source: "Secure Graph API Calls".
 */
function proofOf(token: string, secret: string | undefined): { appsecret_proof?: string } {
  if (secret === undefined || secret === '') return {};
  return { appsecret_proof: createHmac('sha256', secret).update(token).digest('hex') };
}

/** The headers as plain text, after what they say of the budget was passed on. */
function observed(context: ConnectorContext, headers: unknown): Headers {
  const plain = plainHeaders(headers);
  const usage = usageOf(plain);
  if (usage !== undefined) context.observe(usage);
  return plain;
}

function isLoopback(url: string): boolean {
  return /^https?:\/\/(127\.\d+\.\d+\.\d+|localhost|\[::1\])([:/]|$)/.test(url);
}

const RefusedSchema = z.object({
  name: z.literal('FacebookRequestError'),
  status: z.int().nullish(),
  response: z.unknown(),
  headers: z.unknown(),
});

function withoutSecrets(
  context: ConnectorContext,
  error: unknown,
  { token, refusal }: { readonly token: string; readonly refusal: Exchange['refusal'] },
): ConnectorFailure {
  const refused = RefusedSchema.safeParse(error);
  if (!refused.success) {
    // The SDK fails with a bare SyntaxError where the body of an error is not JSON.
    if (refusal === undefined) return unreadable();
    const { status } = refusal;
    const headers = observed(context, refusal.headers);
    return failureFromGraph(undefined, { status, headers, token, account: context.account });
  }
  const { status, response } = refused.data;
  if (typeof status !== 'number') {
    return broken('no-answer', 'The connection to Meta broke before a readable answer came.');
  }
  const headers = observed(context, refused.data.headers);
  return failureFromGraph(response, { status, headers, token, account: context.account });
}

/** The failure for an answer whose shape is not what the documentation promises. */
export function unreadable(): ConnectorFailure {
  return broken('unreadable-answer', 'Meta answered with something other than the JSON promised.');
}

function broken(code: string, message: string): ConnectorFailure {
  return new ConnectorFailure('transient', message, {
    code,
    nextStep:
      'Wait for the next try; if it goes on, check the network and https://metastatus.com/.',
  });
}
