/** Contact details as the customer database holds them. They stay in `customer/` and `identity/`. */

export type RawEmail = string & { readonly __brand: 'RawEmail' };

export type RawPhone = string & { readonly __brand: 'RawPhone' };
