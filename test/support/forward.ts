/** A program: carries TCP connections of its network on, to an address or a socket in the file system. */
import { connect, createServer } from 'node:net';
import { z } from 'zod';

const Routes = z.array(
  z.object({
    host: z.string(),
    port: z.number(),
    to: z.union([z.object({ path: z.string() }), z.object({ host: z.string(), port: z.number() })]),
  }),
);

for (const { host, port, to } of Routes.parse(JSON.parse(process.argv[2] ?? '[]'))) {
  createServer((incoming) => {
    const outgoing = connect(to);
    incoming.pipe(outgoing).pipe(incoming);
    // Whichever end goes takes the other along.
    incoming.on('error', () => outgoing.destroy());
    outgoing.on('error', () => incoming.destroy());
  }).listen(port, host, () => process.stdout.write(`${host}:${port}\n`));
}
