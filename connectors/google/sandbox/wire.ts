/**
 * The request bodies that the sandbox takes, as ProtoJSON: unknown names and wrong types fail the
 * whole request. Stricter than Google where Rekindle has no use for more: no snake_case names, and
 * the parts of the API for IP, mobile and encrypted data are refused as if they did not exist.
 */
import { z } from 'zod';
import { Refusal } from './answer.ts';
import {
  AccountType,
  ConsentStatus,
  DataSourceType,
  Encoding,
  KeySpace,
  MembershipStatus,
  TermsStatus,
  UploadKeyType,
} from './enums.ts';

const Consent = z.strictObject({
  adUserData: ConsentStatus.optional(),
  adPersonalization: ConsentStatus.optional(),
});

const ProductAccount = z.strictObject({
  accountId: z.string().optional(),
  accountType: AccountType.optional(),
});
export type ProductAccount = z.infer<typeof ProductAccount>;

const Destination = z.strictObject({
  reference: z.string().optional(),
  loginAccount: ProductAccount.optional(),
  linkedAccount: ProductAccount.optional(),
  operatingAccount: ProductAccount.optional(),
  productDestinationId: z.string().optional(),
});

/** Street, city and administrative area are for Google Analytics alone, so unknown here. */
const Address = z.strictObject({
  givenName: z.string().optional(),
  familyName: z.string().optional(),
  regionCode: z.string().optional(),
  postalCode: z.string().optional(),
});
export type Address = z.infer<typeof Address>;

const UserIdentifier = z.strictObject({
  emailAddress: z.string().optional(),
  phoneNumber: z.string().optional(),
  address: Address.optional(),
});
export type UserIdentifier = z.infer<typeof UserIdentifier>;

const UserData = z.strictObject({ userIdentifiers: z.array(UserIdentifier).optional() });

const plainMember = {
  destinationReferences: z.array(z.string()).optional(),
  userData: UserData.optional(),
  compositeData: z.strictObject({ userData: UserData.optional() }).optional(),
};

const common = {
  destinations: z.array(Destination).optional(),
  encoding: Encoding.optional(),
  validateOnly: z.boolean().optional(),
};

export const IngestBody = z.strictObject({
  ...common,
  audienceMembers: z
    .array(z.strictObject({ ...plainMember, consent: Consent.optional() }))
    .optional(),
  consent: Consent.optional(),
  termsOfService: z
    .strictObject({
      customerMatchTermsOfServiceStatus: TermsStatus.optional(),
    })
    .optional(),
});
export type IngestBody = z.infer<typeof IngestBody>;

/** As for ingesting, without consent and terms. */
export const RemoveBody = z.strictObject({
  ...common,
  audienceMembers: z.array(z.strictObject(plainMember)).optional(),
});
export type RemoveBody = z.infer<typeof RemoveBody>;

export const RemoveAllBody = z.strictObject({
  destinations: common.destinations,
  validateOnly: common.validateOnly,
  /** RFC 3339. */
  removeAsOfTime: z.iso.datetime({ offset: true }).optional(),
});
export type RemoveAllBody = z.infer<typeof RemoveAllBody>;

export const UserListBody = z.strictObject({
  displayName: z.string().optional(),
  description: z.string().optional(),
  membershipStatus: MembershipStatus.optional(),
  integrationCode: z.string().optional(),
  membershipDuration: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
  ingestedUserListInfo: z
    .strictObject({
      uploadKeyTypes: z.array(UploadKeyType).optional(),
      contactIdInfo: z.strictObject({ dataSourceType: DataSourceType.optional() }).optional(),
      mobileIdInfo: z
        .strictObject({
          dataSourceType: DataSourceType.optional(),
          keySpace: KeySpace.optional(),
          appId: z.string().optional(),
        })
        .optional(),
      userIdInfo: z.strictObject({ dataSourceType: DataSourceType.optional() }).optional(),
    })
    .optional(),
});
export type UserListBody = z.infer<typeof UserListBody>;

/** @throws Refusal in the words of Google's JSON parser, which repeat the value that was sent. */
export function parseBody<T>(text: string, schema: z.ZodType<T>): T {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw jsonRefusal('', 'Invalid JSON payload received. Unexpected token.');
  }
  const parsed = schema.safeParse(body, { reportInput: true });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = fieldPath(issue?.path ?? []);
  const description =
    issue?.code === 'unrecognized_keys'
      ? `Invalid JSON payload received. Unknown name "${issue.keys[0] ?? ''}" at '${field}': Cannot find field.`
      : `Invalid value at '${field}', ${JSON.stringify(issue?.input)}`;
  throw jsonRefusal(field, description);
}

/** @throws Refusal for a query parameter that the method does not have. */
export function parseQuery(query: Record<string, string>, known: readonly string[]): void {
  const unknown = Object.keys(query).find((name) => name !== '$alt' && !known.includes(name));
  if (unknown === undefined) return;
  throw jsonRefusal(
    unknown,
    `Invalid JSON payload received. Unknown name "${unknown}": Cannot bind query parameter. Field '${unknown}' could not be found in request message.`,
  );
}

function jsonRefusal(field: string, description: string): Refusal {
  return new Refusal(description, {
    status: 400,
    rpc: 'INVALID_ARGUMENT',
    violations: [{ field, description }],
  });
}

function fieldPath(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${snake(String(part))}`))
    .join('')
    .replace(/^\./, '');
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
