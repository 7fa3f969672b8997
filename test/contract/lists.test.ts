/** What every platform tells of a list as a whole. */
import { describe, expect, it } from 'vitest';
import type { ListReading } from '../../connectors/connector.ts';
import { PLATFORMS } from '../../connectors/registry.ts';
import { loadEmulators } from '../../connectors/sandbox/emulators.ts';
import { DAY, connectorStage, keysOf, people } from './connector-stage.ts';
import type { ConnectorStage } from './connector-stage.ts';

const KNOWN = 1500;

/** A list that is filled and worked through, with 1,500 people whom the platform knows. */
async function filled(on: ConnectorStage): Promise<() => Promise<ListReading>> {
  const crowd = people(KNOWN);
  for (const [n, member] of crowd.entries()) {
    on.world.population.register(on.emulator.platform, `user-${n}`, keysOf([member]));
  }
  const audience = await on.audience();
  await on.send(await on.batch('add', crowd));
  on.world.clock.advance(2 * DAY);
  return () => on.connector.readList(on.context, audience);
}

function present(reading: ListReading) {
  if (!reading.there) throw new Error(reading.detail);
  return reading;
}

describe.each(PLATFORMS)('the connector of %s', (platform) => {
  it('tells name, use and size of a list that is as it was made', async () => {
    const on = await connectorStage(platform);
    const reading = present(await (await filled(on))());
    expect(reading).toMatchObject({ name: 'Autumn list A', condition: { kind: 'usable' } });
    const { size } = reading;
    if (size.kind !== 'people') throw new Error('no size');
    expect(size.meaning).not.toBe('');
    // Platforms count active people alone, and round; never more than they know.
    expect(size.lower).toBeLessThanOrEqual(KNOWN);
    expect(size.upper).toBeGreaterThanOrEqual(KNOWN * 0.9);
    expect(size.upper).toBeGreaterThanOrEqual(size.lower);
    const { memberLifetimeDays } = on.connector.limits;
    if (reading.lifetimeDays !== null) expect(reading.lifetimeDays).toBe(memberLifetimeDays);
  });

  it('tells the name that somebody gave a list since', async () => {
    const on = await connectorStage(platform);
    const read = await filled(on);
    const { remoteId } = await on.audience();
    on.emulator.renameAudience(remoteId, 'Renamed by hand');
    expect(present(await read()).name).toBe('Renamed by hand');
    expect(on.emulator.audiences()).toMatchObject([{ id: remoteId, name: 'Renamed by hand' }]);
    // Found all the same.
    expect((await on.audience()).remoteId).toBe(remoteId);
  });

  it('tells of a list that the platform stopped, by its own code and with what to do', async () => {
    const on = await connectorStage(platform);
    const read = await filled(on);
    on.emulator.stopAudience((await on.audience()).remoteId);
    const { condition } = present(await read());
    if (condition.kind !== 'unusable') throw new Error(`It is ${condition.kind}.`);
    expect(condition.code).not.toBe('');
    expect(condition.detail).not.toBe('');
    expect(condition.nextStep).not.toBe('');
  });

  it('tells of a list for which too few people are known, or that it does not tell', async () => {
    const on = await connectorStage(platform);
    const audience = await on.audience();
    await on.send(await on.batch('add', people(20)));
    on.world.clock.advance(2 * DAY);
    const { condition, size } = present(await on.connector.readList(on.context, audience));
    expect(['too-small', 'not-told']).toContain(condition.kind);
    expect(size.kind).not.toBe('people');
  });

  it('does not call a list unusable while the platform works on it', async () => {
    const on = await connectorStage(platform);
    const audience = await on.audience();
    await on.connector.push(on.context, await on.batch('add', people(KNOWN)));
    const { condition } = present(await on.connector.readList(on.context, audience));
    expect(['processing', 'not-told']).toContain(condition.kind);
  });

  it('reads a list that was deleted as gone, which is no failure', async () => {
    const on = await connectorStage(platform);
    const read = await filled(on);
    on.emulator.deleteAudience((await on.audience()).remoteId);
    expect(await read()).toMatchObject({ there: false });
  });

  it('keeps a name and a stop in the journal', async () => {
    const on = await connectorStage(platform);
    const { remoteId } = await on.audience();
    on.emulator.renameAudience(remoteId, 'Renamed by hand');
    on.emulator.stopAudience(remoteId);
    const [again] = await loadEmulators(on.world, [platform]);
    expect(again?.audiences()).toEqual(on.emulator.audiences());
  });
});
