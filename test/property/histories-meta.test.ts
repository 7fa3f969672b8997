import { describeHistories } from '../support/histories.ts';

describeHistories('meta', [{ seed: 1, histories: 20 }]);
