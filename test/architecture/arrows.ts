import type { Import } from './imports.ts';

/** The path of the data, left to right. `score` sits beside `segment`, which may read it. */
export const steps = [
  'customer',
  'score',
  'segment',
  'identity',
  'membership',
  'delivery',
  'match',
  'lift',
  'alert',
] as const;

/** Where each layer lives. The first pattern that fits decides. */
const layers = {
  base: /^src\/(?:config|errors)\.ts$/,
  infra: /^src\/infra\//,
  step: new RegExp(`^src/(?:${steps.join('|')})/`),
  sync: /^src\/sync\//,
  services: /^src\/services\//,
  server: /^src\/server\//,
  demo: /^src\/cli\/(?:demo|commands\/(?:demo|sandbox)\.ts$)/,
  cli: /^src\/cli\//,
  console: /^src\/console\//,
  queue: /^jobs\/queue\.ts$/,
  tasks: /^jobs\/tasks\//,
  jobs: /^jobs\//,
  seed: /^prisma\/seed\.ts$/,
  database: /^prisma\//,
  connector: /^connectors\/(?:connector|failure|reading)\.ts$/,
  registry: /^connectors\/registry\.ts$/,
  emulator: /^connectors\/sandbox\//,
  sandbox: /^connectors\/[^/]+\/sandbox\b/,
  platform: /^connectors\/[^/]+\//,
} as const;

type Layer = keyof typeof layers;

const layerNames = Object.keys(layers) as Layer[];

interface Arrow {
  /** Layers a file of this one may import, besides its own. */
  readonly to: readonly Layer[];
  /** Layers it may import by `import type` alone. */
  readonly types?: readonly Layer[];
  /** What to do instead. */
  readonly instead: string;
}

const below = ['base', 'infra', 'database'] as const;
const adapter = 'A door only adapts: let a file of src/services do the work, and call that.';
const platformOnly =
  'A connector knows its own platform: let its context or arguments carry what it needs.';

/** The table of arrows (DESIGN §3). An import that is not in it is an offence. */
const arrows: Record<Layer, Arrow> = {
  base: {
    to: [],
    instead: 'All rests on config.ts and errors.ts: they import nothing else of ours.',
  },
  infra: { to: ['base', 'database'], instead: 'Infra knows no step: let its caller pass it in.' },
  database: { to: ['base', 'infra'], instead: 'prisma/ holds tables and knows no step.' },
  step: { to: below, instead: 'Take it as an argument, or let src/sync bring the two together.' },
  sync: {
    to: [...below, 'step', 'connector'],
    instead: 'src/sync joins steps: let a step offer it, or a service pass it in.',
  },
  services: {
    to: [...below, 'step', 'sync', 'queue', 'connector', 'registry'],
    instead: 'A service is called by doors and calls sync, steps and infra.',
  },
  queue: { to: ['base', 'infra'], instead: 'The queue carries names and ids, and knows no task.' },
  tasks: { to: ['base', 'infra', 'services', 'queue'], instead: adapter },
  jobs: { to: ['base', 'infra', 'services', 'queue', 'tasks'], instead: adapter },
  server: { to: ['base', 'infra', 'services'], instead: adapter },
  cli: { to: ['base', 'infra', 'services', 'server', 'queue', 'jobs', 'demo'], instead: adapter },
  demo: {
    to: ['base', 'infra', 'services', 'server', 'queue', 'jobs', 'cli', 'sandbox', 'emulator'],
    types: ['step'],
    instead: adapter,
  },
  console: {
    to: [],
    types: ['server'],
    instead: 'The console knows only the API: ask for it over HTTP.',
  },
  seed: { to: [...below, 'services'], instead: 'A seed asks services, as a door does.' },
  connector: { to: ['base'], instead: platformOnly },
  registry: { to: ['base', 'connector', 'platform'], instead: platformOnly },
  platform: { to: ['connector'], instead: platformOnly },
  sandbox: { to: ['connector', 'platform', 'emulator'], instead: platformOnly },
  emulator: {
    to: ['connector', 'registry'],
    instead: 'The kit finds platforms by the registry, and knows none of them.',
  },
};

/** Steps that drive a connector. */
const drivers: readonly string[] = ['delivery', 'match'];
const ofConnectors: readonly Layer[] = ['connector', 'registry', 'platform', 'sandbox', 'emulator'];
const emulation: readonly Layer[] = ['sandbox', 'emulator'];

/** The layer a path belongs to, undefined where DESIGN §3 has no such place. */
export function layerOf(path: string): Layer | undefined {
  return layerNames.find((layer) => layers[layer].test(path));
}

/**
 * Which arrow an import breaks and what to do instead, or undefined where it follows the table.
 * Tests, scripts and files of the root may import anything of ours; a package is no arrow.
 */
export function brokenArrow(path: string, wanted: Import): string | undefined {
  const { target, typeOnly } = wanted;
  const from = layerOf(path);
  if (from === undefined || target === undefined) return undefined;
  const to = layerOf(target);
  const { instead } = arrows[from];
  if (to === undefined) return `${from} → a place that DESIGN §3 does not name. ${instead}`;

  const broken = `${nameOf(path, from)} → ${nameOf(target, to)}`;
  if (from === 'step' && to === 'step') return betweenSteps(path, target, broken);
  if (ofConnectors.includes(from) && to === 'step') {
    if (target === 'src/identity/types.ts') return undefined;
    if (target === 'src/identity/index.ts' && typeOnly) return undefined;
    return `${broken}: of the steps, connectors may import identity's types alone, by "import type". ${instead}`;
  }
  if (ofPlatform(from) && ofPlatform(to) && nameOf(path, from) !== nameOf(target, to)) {
    return `${broken}: platforms never import each other. Move what both need to connector.ts.`;
  }
  if (!follows(path, target, from, to, typeOnly)) {
    const reserved = emulation.includes(to)
      ? ': a sandbox serves the sandbox command, the demo and tests alone'
      : '';
    return `${broken}${reserved}. ${instead}`;
  }
  const entersFolder = to === 'step' || (to === 'platform' && from === 'registry');
  return entersFolder ? notByIndex(target, broken) : undefined;
}

function follows(path: string, target: string, from: Layer, to: Layer, typeOnly: boolean): boolean {
  if (from === to) return from !== 'base' || typeOnly || target === 'src/errors.ts';
  if (from === 'step' && (to === 'connector' || to === 'registry')) {
    return drivers.includes(nameOf(path, from));
  }
  const { to: values, types = [] } = arrows[from];
  return values.includes(to) || (typeOnly && types.includes(to));
}

function betweenSteps(path: string, target: string, broken: string): string | undefined {
  const [here, there] = [nameOf(path, 'step'), nameOf(target, 'step')];
  if (here === there) return undefined;
  if (steps.findIndex((step) => step === there) > steps.findIndex((step) => step === here)) {
    return `${broken} points right on the path ${steps.join(' → ')}. ${arrows.step.instead}`;
  }
  return notByIndex(target, broken);
}

function notByIndex(target: string, broken: string): string | undefined {
  if (/^[^/]+\/[^/]+\/index\.ts$/.test(target)) return undefined;
  return `${broken} reaches inside. Import its index.ts, and let that offer what is needed.`;
}

function ofPlatform(layer: Layer): boolean {
  return layer === 'platform' || layer === 'sandbox';
}

/** The folder's own name where a layer has several, such as the step's or the platform's. */
function nameOf(path: string, layer: Layer): string {
  const severalFolders = layer === 'step' || ofPlatform(layer);
  return severalFolders ? (path.split('/')[1] ?? layer) : layer;
}
