/** What the made-up people of connector tests said to both purposes. */
import type { MemberConsent } from '../../connectors/connector.ts';

export const GRANTED: MemberConsent = { adUserData: 'granted', adPersonalization: 'granted' };
export const UNKNOWN: MemberConsent = { adUserData: 'unknown', adPersonalization: 'unknown' };
