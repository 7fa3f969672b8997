/** How a held run is approved at a terminal: what alerts tell people to do, and what runs say themselves. */

/**
 * The command that carries out a held run: the one that began it, and which run it was. Whoever gives it
 * has seen the figures of that run, not those of one that was held since.
 */
export function approvalCommand({
  sync,
  run,
  mode,
}: {
  readonly sync: string;
  readonly run: string;
  /** What the run was to do with the list: `changes`, `replace`, `again`. */
  readonly mode: string;
}): string {
  const approve = `--approve --held-run ${run}`;
  if (mode === 'changes') return `rekindle run ${sync} ${approve}`;
  if (mode === 'replace') return `rekindle run ${sync} --replace ${approve}`;
  return `rekindle resync ${sync} --yes ${approve}`;
}
