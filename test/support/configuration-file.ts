/** A configuration file that is right, and what apply says of one that is not. */
import type { RekindleError } from '../../src/errors.ts';
import { checkConfiguration } from '../../src/services/configuration/check.ts';
import type { KnownNames } from '../../src/services/configuration/check.ts';
import { problemsOf, readYaml } from '../../src/services/configuration/problems.ts';
import { ConfigurationFile } from '../../src/services/configuration/schema.ts';

const NOTHING: KnownNames = { segments: [], destinations: [], syncs: [], contactPolicy: {} };

/** Line 1 is the first line of text. */
export const GOOD = `destinations:
  - name: meta-main
    platform: meta
    account: act_1234567890
    credentials: { accessToken: $META_ACCESS_TOKEN }
  - name: google-main
    platform: google
    account: "1234567890"
    credentials: { clientId: $ID, clientSecret: $SECRET, refreshToken: $TOKEN }
segments:
  - name: lapsed
    template: lapsed
    params: { gapMultiple: 3 }
syncs:
  - name: lapsed-meta
    segment: lapsed
    destination: meta-main
    audience: Autumn list A
    identifiers: [email, phone]
    schedule: "0 3 * * *"
    timezone: Asia/Tokyo
    holdout: 10%
  - name: lapsed-google
    segment: lapsed
    destination: google-main
    audience: Autumn list A
    identifiers: [email]
`;

/** The refusal of a file, as apply makes it; undefined where nothing is wrong. */
export function refusal(text: string): RekindleError | undefined {
  const yaml = readYaml(text, 'shop.yaml');
  const parsed = ConfigurationFile.safeParse(yaml.value ?? {});
  const problems = parsed.success
    ? checkConfiguration(parsed.data, NOTHING)
    : problemsOf(parsed.error);
  return problems.length === 0 ? undefined : yaml.refuse(problems);
}

/** The problems of a file, one line each, without the file's name. */
export function problems(text: string): string[] {
  const [, ...lines] = (refusal(text)?.message ?? '').split('\n');
  return lines.map((line) => line.replace('  shop.yaml:', ''));
}
