/** Everything that was imported about one person: the answer to "what do you hold of me". */
import type { Db } from '../infra/db.ts';
import type { RawEmail, RawPhone } from './contact.ts';
import type { Contact } from './stale-contacts.ts';

export interface PurchaseRecord {
  readonly purchaseId: string;
  readonly purchasedAt: Date;
  /** As a decimal number in text, since money is not rounded. */
  readonly amount: string;
  readonly currency: string | null;
  readonly quantity: string | null;
  readonly category: string | null;
}

export interface ConsentEntry {
  readonly purpose: string;
  readonly status: string;
  readonly at: Date;
  readonly source: string;
}

/** Raw addresses and numbers included: for the eyes of whoever answers an access request. */
export interface CustomerRecord extends Contact {
  readonly customerId: string;
  readonly attributes: unknown;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** The oldest first. */
  readonly purchases: readonly PurchaseRecord[];
  /** What holds now, one answer a purpose. */
  readonly consents: readonly ConsentEntry[];
  /** Everything that was ever said, the oldest first. */
  readonly consentHistory: readonly ConsentEntry[];
}

const CONSENT = { purpose: true, status: true, at: true, source: true } as const;

/** The record of a customer; null where there is none of that id. */
export async function readCustomer(db: Db, customerId: string): Promise<CustomerRecord | null> {
  const { prisma } = db;
  const customer = await prisma.customer.findUnique({
    where: { customerId },
    select: {
      customerId: true,
      emails: true,
      phones: true,
      mobileIds: true,
      xHandles: true,
      xIds: true,
      externalId: true,
      country: true,
      firstName: true,
      lastName: true,
      city: true,
      region: true,
      postalCode: true,
      birthDate: true,
      gender: true,
      attributes: true,
      createdAt: true,
      updatedAt: true,
    },
  });
  if (customer === null) return null;
  const purchases = await prisma.purchase.findMany({
    where: { customerId },
    orderBy: [{ purchasedAt: 'asc' }, { purchaseId: 'asc' }],
    select: {
      purchaseId: true,
      purchasedAt: true,
      amount: true,
      currency: true,
      quantity: true,
      category: true,
    },
  });
  return {
    ...customer,
    emails: customer.emails as RawEmail[],
    phones: customer.phones as RawPhone[],
    purchases: purchases.map(({ amount, quantity, ...purchase }) => ({
      ...purchase,
      amount: amount.toString(),
      quantity: quantity?.toString() ?? null,
    })),
    consents: await prisma.consent.findMany({
      where: { customerId },
      orderBy: { purpose: 'asc' },
      select: CONSENT,
    }),
    consentHistory: await prisma.consentRecord.findMany({
      where: { customerId },
      orderBy: [{ at: 'asc' }, { purpose: 'asc' }],
      select: CONSENT,
    }),
  };
}
