import { describe, expect, it } from 'vitest';
import { liftSuppression } from '../../src/services/lift-suppression.ts';
import { suppress } from '../../src/services/suppress.ts';
import {
  advance,
  call,
  context,
  destination,
  digests,
  email,
  GMAIL,
  HANAKO,
  held,
  on,
  phone,
  TARO,
  TARO_PHONE,
  trail,
  whileStandingBy,
} from '../support/do-not-reach-stage.ts';

describe('what goes to a do-not-reach list that is no longer there', () => {
  it('is all of it where the list on the platform is gone, or is another one', async () => {
    const three = [TARO, HANAKO, TARO_PHONE];
    for (const value of three.slice(0, 2)) await suppress(context(), email(value));
    await suppress(context(), phone(TARO_PHONE));
    expect(await call()).toMatchObject({ listReplaced: false, toAdd: 3 });
    for (const other of [null, 'by hand']) {
      on.deleteList(other);
      const planned = { listReplaced: true, toAdd: 0, toRenew: 3, unchanged: 0 };
      expect(await call(false)).toMatchObject(planned);
      expect(await call()).toMatchObject({ ...planned, delivered: { accepted: 3 } });
      expect(held()).toEqual(digests(...three));
      expect(await call()).toMatchObject({ listReplaced: false, toRenew: 0, unchanged: 3 });
    }
    on.deleteList();
    await liftSuppression(context(), phone(TARO_PHONE));
    await suppress(context(), email(GMAIL));
    expect(await call()).toMatchObject({ listReplaced: true, toAdd: 2, toRenew: 2, toRemove: 1 });
    expect(held()).toEqual(digests(TARO, HANAKO, GMAIL, 'taroy@gmail.com'));
  });

  it('is all of it by every destination of an account whose list is another one', async () => {
    await destination('x-other');
    await suppress(context(), email(TARO));
    for (const name of ['x-main', 'x-other']) await call(true, { destination: name });
    on.deleteList();
    for (const name of ['x-main', 'x-other']) {
      expect(await call(true, { destination: name })).toMatchObject({ listReplaced: true });
      expect(await call(true, { destination: name })).toMatchObject({ listReplaced: false });
    }
  });

  it('is sent on to a list that goes while it is sent, by the next call', async () => {
    for (const n of [1, 2, 3, 4]) await suppress(context(), email(`p-${n}@example.jp`));
    await call();
    advance(360);
    on.manner.meanwhile = async () => {
      if (on.requests.length === 2) return;
      on.manner.meanwhile = async () => {};
      on.deleteList();
    };
    expect(await call()).toMatchObject({ listReplaced: false, toRenew: 4 });
    expect(held()).toHaveLength(1);
    expect(await call()).toMatchObject({ listReplaced: true, toRenew: 4 });
    expect(held()).toHaveLength(4);
  });

  it('is unknown where the platform does not tell of the list, and then nothing is sent', async () => {
    await suppress(context(), email(TARO));
    await call();
    await suppress(context(), email(HANAKO));
    on.manner.hides = true;
    const planned = { listReplaced: null, toAdd: 1, unchanged: 1 };
    expect(await call(false)).toMatchObject({ ...planned, delivered: null });
    const { delivered } = await call();
    expect(delivered).toMatchObject({ accepted: 0, notSent: 1, problem: { kind: 'auth' } });
    expect(on.requests).toHaveLength(1);
    expect(await trail()).toHaveLength(1);
    await liftSuppression(context(), email(HANAKO));
    expect((await call()).delivered).toMatchObject({ notSent: 0, problem: { kind: 'auth' } });
  });
});

describe('a do-not-reach list whose account stands by', () => {
  it('gets nobody whose suppression is lifted while the account stands by', async () => {
    await suppress(context(), email(TARO));
    await suppress(context(), email(HANAKO));
    on.whims.push('throttle');
    whileStandingBy(async () => liftSuppression(context(), email(TARO)));
    expect((await call()).delivered).toMatchObject({ accepted: 2, notSent: 0, problem: null });
    expect(on.requests.map(({ operation, keys }) => [operation, keys])).toEqual([
      ['add', digests(TARO, HANAKO)],
      ['add', digests(HANAKO)],
      ['remove', digests(TARO)],
    ]);
    expect(held()).toEqual(digests(HANAKO));
    expect(await call(false)).toMatchObject({ toAdd: 0, toRemove: 0, unchanged: 1 });
  });

  it('keeps whoever is suppressed again while a removal stands by', async () => {
    await suppress(context(), email(TARO));
    await call();
    await liftSuppression(context(), email(TARO));
    on.whims.push('throttle');
    whileStandingBy(async () => {
      await suppress(context(), email(TARO));
    });
    expect((await call()).delivered).toMatchObject({ accepted: 1, notSent: 0, problem: null });
    expect(on.requests.map(({ operation }) => operation)).toEqual(['add', 'remove', 'add']);
    expect(held()).toEqual(digests(TARO));
  });
});
