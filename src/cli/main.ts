/** The command line: `npm run rekindle -- <command>`. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Compiled code is kept beside what it was compiled from, where nobody else can write: commands start
// in two thirds of the time.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/node', import.meta.url)));
await import('./program.ts');
