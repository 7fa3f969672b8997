/**
 * Hosts as network namespaces: each has a line to the database and one to the platforms, either of
 * which can be cut as a cable is. Needs root and `ip`.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { atTheEnd } from './at-the-end.ts';

/** Why there can be no hosts here, or null where there can. */
export function whyNoHosts(): string | null {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const name = `rk-${randomBytes(3).toString('hex')}`;
  const made = spawnSync('ip', ['netns', 'add', name]);
  if (made.error !== undefined) return 'there is no ip command (iproute2)';
  if (made.status !== 0) return 'this machine allows no network namespaces';
  ip('netns', 'del', name);
  return null;
}

export interface Host {
  /** What a command line begins with to run on this host. */
  readonly command: readonly string[];
  readonly databaseUrl: string;
  readonly platformsUrl: string;
  /** Takes the cable to the database out. */
  cutDatabase(): void;
  mendDatabase(): void;
  /** When anything last went between it and the platforms, in milliseconds; null for never. */
  lastTrafficAt(): number | null;
  firstTrafficAt(): number | null;
}

/** Two addresses on this machine's loopback that the hosts reach each by a line of its own. */
export interface Servers {
  readonly databaseUrl: string;
  readonly platformsUrl: string;
}

/** As many hosts as asked for; taken down when the test is through. */
export async function makeHosts(count: number, servers: Servers): Promise<readonly Host[]> {
  const id = randomBytes(2).toString('hex');
  const folder = await mkdtemp(join(tmpdir(), 'rekindle-hosts-'));
  atTheEnd(() => rm(folder, { recursive: true, force: true }));
  const hub = `rk-${id}-hub`;
  namespace(hub);
  const routes: Route[] = [];
  const inside: { name: string; platforms: string }[] = [];
  const hosts: Host[] = [];
  for (let n = 0; n < count; n += 1) {
    const name = `rk-${id}-${n}`;
    namespace(name);
    // An address of its own for each line, so that the one can be cut without the other.
    const database = line({ hub, host: name, link: `d${id}${n}`, network: `10.231.${2 * n}` });
    const platforms = line({ hub, host: name, link: `p${id}${n}`, network: `10.231.${2 * n + 1}` });
    const traffic = { first: null as number | null, last: null as number | null };
    const sockets = {
      database: join(folder, `db-${n}`),
      platforms: join(folder, `platforms-${n}`),
    };
    await carry(sockets.database, servers.databaseUrl, () => {});
    await carry(sockets.platforms, servers.platformsUrl, () => {
      traffic.last = Date.now();
      traffic.first ??= traffic.last;
    });
    routes.push({ host: database, port: PORT, to: { path: sockets.database } });
    routes.push({ host: platforms, port: PORT, to: { path: sockets.platforms } });
    inside.push({ name, platforms });
    const link = `d${id}${n}`;
    hosts.push({
      command: ['ip', 'netns', 'exec', name],
      databaseUrl: at(servers.databaseUrl, database),
      // The emulators answer nobody who does not call them by a name of loopback.
      platformsUrl: at(servers.platformsUrl, LOOPBACK),
      cutDatabase: () => ip('-n', hub, 'link', 'set', `${link}h`, 'down'),
      mendDatabase: () => ip('-n', hub, 'link', 'set', `${link}h`, 'up'),
      lastTrafficAt: () => traffic.last,
      firstTrafficAt: () => traffic.first,
    });
  }
  await forwardIn(hub, routes);
  for (const { name, platforms } of inside) {
    const to = { host: platforms, port: PORT };
    await forwardIn(name, [{ host: LOOPBACK, port: PORT, to }]);
  }
  return hosts;
}

const PORT = 5400;
const LOOPBACK = '127.0.0.1';

interface Route {
  readonly host: string;
  readonly port: number;
  readonly to: { readonly path: string } | { readonly host: string; readonly port: number };
}

function ip(...words: readonly string[]): void {
  execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function namespace(name: string): void {
  ip('netns', 'add', name);
  atTheEnd(async () => ip('netns', 'del', name));
  ip('-n', name, 'link', 'set', 'lo', 'up');
}

/** A cable between two namespaces; gives the hub's address on it. */
function line(ends: { hub: string; host: string; link: string; network: string }): string {
  const { hub, host, link, network } = ends;
  ip(
    '-n',
    hub,
    'link',
    'add',
    `${link}h`,
    'type',
    'veth',
    'peer',
    'name',
    `${link}o`,
    'netns',
    host,
  );
  ip('-n', hub, 'addr', 'add', `${network}.1/24`, 'dev', `${link}h`);
  ip('-n', host, 'addr', 'add', `${network}.2/24`, 'dev', `${link}o`);
  ip('-n', hub, 'link', 'set', `${link}h`, 'up');
  ip('-n', host, 'link', 'set', `${link}o`, 'up');
  return `${network}.1`;
}

/** From a socket in the file system, which namespaces share, to a server on this machine. */
async function carry(socket: string, url: string, onTraffic: () => void): Promise<void> {
  const { hostname, port } = new URL(url);
  const server = createServer((incoming) => {
    const outgoing = connect(Number(port), hostname);
    incoming.on('data', onTraffic);
    outgoing.on('data', onTraffic);
    incoming.pipe(outgoing).pipe(incoming);
    incoming.on('error', () => outgoing.destroy());
    outgoing.on('error', () => incoming.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(socket, resolve);
  });
  atTheEnd(async () => void server.close());
}

async function forwardIn(hub: string, routes: readonly Route[]): Promise<void> {
  const program = fileURLToPath(new URL('forward.ts', import.meta.url));
  const words = ['netns', 'exec', hub, process.execPath, program, JSON.stringify(routes)];
  const child = spawn('ip', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  atTheEnd(async () => void child.kill('SIGKILL'));
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('The forwarder ended.')));
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      if (said.split('\n').length > routes.length) resolve();
    });
  });
}

function at(url: string, host: string): string {
  const moved = new URL(url);
  moved.hostname = host;
  moved.port = String(PORT);
  return moved.href;
}
