import { describeHistories } from '../support/histories.ts';

describeHistories('google', [{ seed: 1, histories: 20 }]);
