import { describeHistories } from '../support/histories.ts';

describeHistories('meta');
