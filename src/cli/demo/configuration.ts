/** The demo's configuration, as a person would write it. */

/** What the demo's secrets are called; the sandbox knows their values. */
export const CREDENTIAL_VARIABLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  meta: { accessToken: 'META_ACCESS_TOKEN' },
  google: {
    clientId: 'GOOGLE_CLIENT_ID',
    clientSecret: 'GOOGLE_CLIENT_SECRET',
    refreshToken: 'GOOGLE_REFRESH_TOKEN',
  },
  x: {
    apiKey: 'X_API_KEY',
    apiSecret: 'X_API_SECRET',
    accessToken: 'X_ACCESS_TOKEN',
    accessSecret: 'X_ACCESS_SECRET',
  },
};

export const DEMO_YAML = `destinations:
  - name: meta-main
    platform: meta
    account: act_1234567890
    credentials: { accessToken: $META_ACCESS_TOKEN }
  - name: google-main
    platform: google
    account: "1234567890"
    credentials: { clientId: $GOOGLE_CLIENT_ID, clientSecret: $GOOGLE_CLIENT_SECRET, refreshToken: $GOOGLE_REFRESH_TOKEN }
  - name: x-main
    platform: x
    account: 18ce54d4x5t
    credentials: { apiKey: $X_API_KEY, apiSecret: $X_API_SECRET, accessToken: $X_ACCESS_TOKEN, accessSecret: $X_ACCESS_SECRET }
segments:
  - { name: lapsed, template: lapsed, params: { gapMultiple: 3 } }
  - { name: loyal, template: loyal }
  - { name: high-propensity, template: high-propensity }
syncs:
  - name: lapsed-meta
    segment: lapsed
    destination: meta-main
    audience: Autumn list A
    identifiers: [email, phone]
    schedule: "0 3 * * *"
    timezone: Asia/Tokyo
    holdout: 10%
  - name: loyal-google
    segment: loyal
    destination: google-main
    audience: Autumn list B
    identifiers: [email, phone]
    schedule: "15 3 * * *"
    timezone: Asia/Tokyo
    holdout: 20%
  - name: high-propensity-x
    segment: high-propensity
    destination: x-main
    audience: Autumn list C
    identifiers: [email, phone]
    schedule: "30 3 * * *"
    timezone: Asia/Tokyo
    holdout: 20%
`;

export interface DemoSync {
  readonly name: string;
  readonly segment: string;
  readonly platform: string;
  readonly audience: string;
  /** Share of the people whom the ads reach that buy once more because of them. */
  readonly effect: number;
}

/** The syncs above, and what their ads do in the demo's world. */
export const DEMO_SYNCS: readonly DemoSync[] = [
  {
    name: 'lapsed-meta',
    segment: 'lapsed',
    platform: 'meta',
    audience: 'Autumn list A',
    effect: 0.06,
  },
  {
    name: 'loyal-google',
    segment: 'loyal',
    platform: 'google',
    audience: 'Autumn list B',
    effect: 0.08,
  },
  {
    name: 'high-propensity-x',
    segment: 'high-propensity',
    platform: 'x',
    audience: 'Autumn list C',
    effect: 0.08,
  },
];
