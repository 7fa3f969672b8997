/**
 * The floor of DESIGN §6, as plain as it can be: copy the digests of everybody out of PostgreSQL,
 * write them as JSON, POST them to a server that answers at once. It knows no consent, no ledger, no
 * arms, and would send again whatever it had sent.
 */
import { request as httpRequest, Agent } from 'node:http';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { createInterface } from 'node:readline';

/** As many rows as Meta takes in one request. */
const ROWS_A_REQUEST = 10_000;
/** Requests in flight, as the connector allows. */
const IN_FLIGHT = 2;

const DIGESTS = `
  COPY (
    SELECT encode(substring(email_plain[1] FROM 2), 'hex'), encode(substring(phone_digits[1] FROM 2), 'hex')
    FROM identity
  ) TO STDOUT`;

/** Gives how many rows were sent. */
export async function runFloor(databaseUrl: string, receiverUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  const inFlight = new Set<Promise<void>>();
  let rows = 0;
  let data: string[][] = [];
  const sendOne = async (body: string): Promise<void> => {
    await post(`${receiverUrl}/floor/users`, body, agent);
  };
  const send = async (): Promise<void> => {
    const sent = sendOne(bodyOf(data));
    rows += data.length;
    data = [];
    inFlight.add(sent);
    if (inFlight.size < IN_FLIGHT) return;
    // The oldest: they are of one size, and answered in turn.
    const [oldest] = inFlight;
    if (oldest !== undefined) inFlight.delete(oldest);
    await oldest;
  };
  try {
    for await (const line of createInterface({ input: client.query(copyTo(DIGESTS)) })) {
      data.push(line.split('\t'));
      if (data.length === ROWS_A_REQUEST) await send();
    }
    if (data.length > 0) await send();
    await Promise.all(inFlight);
  } finally {
    agent.destroy();
    await client.end();
  }
  return rows;
}

/** The body that Meta wants: the same that the product sends. */
function bodyOf(data: readonly (readonly string[])[]): string {
  return JSON.stringify({
    payload: { schema: ['EMAIL', 'PHONE'], data },
    session: {
      session_id: 1,
      batch_seq: 1,
      last_batch_flag: true,
      estimated_num_total: data.length,
    },
  });
}

function post(url: string, body: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const request = httpRequest(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', resolve).on('error', reject);
    });
    request.on('error', reject).end(body);
  });
}
