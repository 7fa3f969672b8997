import { statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';

const SMALL_SHARED_MEMORY = 1024 ** 3;

/** PostgreSQL's settings for a laptop with two cores that loads in bulk and must not lose data. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  work_mem: '64MB',
  maintenance_work_mem: '256MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  wal_level: 'minimal',
  max_wal_senders: '0',
  synchronous_commit: 'on',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'off',
  log_destination: 'stderr',
  // Errors go to the client. In the log their text, detail and statement would be raw customer data.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

/** Share of the machine's memory for pages of tables, and the least and most of it in MB. */
const BUFFERS = { share: 1 / 16, least: 256, most: 2048 };

/** A million customers need some 800 MB to be looked up one by one without a way to the disk. */
function sharedBuffers(): string {
  const megabytes = (totalmem() / 2 ** 20) * BUFFERS.share;
  return `${Math.round(Math.min(Math.max(megabytes, BUFFERS.least), BUFFERS.most))}MB`;
}

/**
 * The command line settings of the server, `extra` last, so that it wins.
 *
 * Parallel queries share memory through /dev/shm, which containers cap at 64 MB; where it is
 * small, System V segments are used, which have no such cap on Linux.
 */
export async function settingWords(extra: Record<string, string>): Promise<string[]> {
  const small = process.platform === 'linux' && (await freeBytes('/dev/shm')) < SMALL_SHARED_MEMORY;
  const memory = small ? { dynamic_shared_memory_type: 'sysv' } : {};
  const settings = Object.entries({
    ...SETTINGS,
    shared_buffers: sharedBuffers(),
    ...memory,
    ...extra,
  });
  return settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function freeBytes(folder: string): Promise<number> {
  return statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
}
